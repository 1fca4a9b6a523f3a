import Foundation
import ISO20022
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// What reading takes stays the same, however much is read: each in a process of its own, in which
/// nobody else allocates anything.
@Suite struct MemoryTests {
    @Test func `memory does not grow over bent files`() async {
        await #expect(processExitsWith: .success) {
            let mutants = PaymentFileMutants.all(seed: 20_261_123)
            func readAll() {
                for mutant in mutants {
                    _ = ReadFile(mutant.bytes).report
                    // What is given up in the middle is freed as well.
                    let reader = PaymentFileReader { _ in }
                    reader.feed(Array(mutant.bytes.prefix(mutant.bytes.count / 2)))
                }
            }
            for _ in 0..<3 { readAll() }
            let before = Peak.kilobytes
            for _ in 0..<40 { readAll() }
            // Some 15,000 files, of which each may lose no 300 bytes.
            Peak.require(growth: Peak.kilobytes - before, below: 4_096)
        }
    }

    @Test func `memory does not grow with the lines of a file`() async {
        await #expect(processExitsWith: .success) {
            let transfer = Array(
                """
                <CdtTrfTxInf><PmtId><EndToEndId>NOTPROVIDED</EndToEndId></PmtId>\
                <Amt><InstdAmt Ccy="EUR">12.50</InstdAmt></Amt><Cdtr><Nm>J. de Vries</Nm></Cdtr>\
                <CdtrAcct><Id><IBAN>NL57INGB0004418702</IBAN></Id></CdtrAcct>\
                <RmtInf><Ustrd>Leefgeld</Ustrd></RmtInf></CdtTrfTxInf>
                """.utf8
            )
            let (short, long) = (20_000, 160_000)
            let fixture = PaymentFileFixture(
                groupCount: "\(long)",
                groupSum: "\(long / 2 * 25).00",
                payments: [[.init()]]
            )
            guard let start = fixture.xml.firstRange(of: "<CdtTrfTxInf>"),
                let end = fixture.xml.firstRange(of: "</PmtInf>")
            else { exit(2) }
            var lines = 0
            let reader = PaymentFileReader { event in
                if case .creditTransfer = event { lines += 1 }
            }
            reader.feed(Array(fixture.xml[..<start.lowerBound].utf8))
            for _ in 0..<short { reader.feed(transfer) }
            let before = Peak.kilobytes
            for _ in short..<long { reader.feed(transfer) }
            let growth = Peak.kilobytes - before
            reader.feed(Array(fixture.xml[end.lowerBound...].utf8))
            guard reader.finish().verdict == .acceptable, lines == long else { exit(3) }
            // The file itself grew by some 40 MB.
            Peak.require(growth: growth, below: 4_096)
        }
    }
}

/// The most memory that this process has had so far.
private enum Peak {
    static var kilobytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }

    /// Ends the process, with words, when it grew by that much.
    static func require(growth: Int, below most: Int) {
        guard growth >= most else { return }
        FileHandle.standardError.write(Data("memory grew by \(growth) kB\n".utf8))
        exit(1)
    }
}
