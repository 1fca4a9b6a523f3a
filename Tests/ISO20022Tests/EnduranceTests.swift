import FoundationEssentials
import ISO20022
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A small generator with a seed (SplitMix64), so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite(.serialized) struct EnduranceTests {
    @Test func `no mutant of a good file pays a wrong amount or a wrong account`() {
        let seed: UInt64 = 20_261_122
        var generator = SeededGenerator(state: seed)
        let good = Array(
            PaymentFileFixture(groupSum: "25.00", payments: [[.init(), .init()]]).xml.utf8
        )
        let pieces = ["<", ">", "&", "</", "-", "0", "9", ",", ".", "\"", "<a>", "]]>", "\u{FEFF}"]
        var acceptable = 0
        for mutant in 0..<3_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes[place] = UInt8.random(in: 48...57, using: &generator)
                case 2:
                    bytes.removeSubrange(
                        place..<min(
                            bytes.count,
                            place + Int.random(in: 1...30, using: &generator)
                        )
                    )
                case 3:
                    let piece = pieces[Int.random(in: 0..<pieces.count, using: &generator)]
                    bytes.insert(contentsOf: Array(piece.utf8), at: place)
                default:
                    let end = min(bytes.count, place + Int.random(in: 1...200, using: &generator))
                    bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
                }
                if bytes.isEmpty { bytes = [60] }
            }
            let file = ReadFile(bytes)
            guard file.report.verdict == .acceptable else { continue }
            acceptable += 1
            let comment = Comment(rawValue: "seed \(seed), mutant \(mutant)")
            #expect(file.transfers.count == file.report.transactionCount, comment)
            var sum: Int64 = 0
            for transfer in file.transfers {
                sum += transfer.amountMinorUnits
                #expect(transfer.amountMinorUnits > 0, comment)
                if case .iban(let iban) = transfer.creditorAccount {
                    #expect(IBAN(iban.canonical) != nil, comment)
                }
            }
            #expect(sum == file.report.controlSumMinorUnits, comment)
        }
        #expect(acceptable > 0)
    }

    @Test func `a long file is read to the last cent`() {
        let count = 20_000
        let fixture = PaymentFileFixture(
            groupCount: String(count),
            groupSum: "250000.00",
            payments: [[.init(remittance: String(repeating: "x", count: 140))]]
        )
        let parts = fixture.xml.split(separator: "<CdtTrfTxInf>", maxSplits: 1)
        let ending = parts[1].split(separator: "</PmtInf>", maxSplits: 1)
        let transfer = Array(("<CdtTrfTxInf>" + ending[0]).utf8)
        var (transfers, cents) = (0, Int64(0))
        let reader = PaymentFileReader { event in
            guard case .creditTransfer(let transfer) = event else { return }
            transfers += 1
            cents += transfer.amountMinorUnits
        }
        reader.feed(Array(parts[0].utf8))
        for _ in 0..<count { reader.feed(transfer) }
        reader.feed(Array(("</PmtInf>" + ending[1]).utf8))
        let report = reader.finish()
        #expect(report.findings == [])
        #expect(transfers == count && cents == 25_000_000)
        #expect(report.controlSumMinorUnits == cents)
    }
}
