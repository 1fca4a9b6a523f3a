import ISO20022
import TestSupport
import Testing

@Suite struct PaymentFileMutantTests {
    private static let mutants = PaymentFileMutants.all(seed: 20_261_123)

    @Test func `there are more than a hundred mutants, the same for the same seed`() {
        #expect(Self.mutants.count >= 100)
        #expect(Set(Self.mutants.map(\.name)).count == Self.mutants.count)
        let again = PaymentFileMutants.all(seed: 20_261_123)
        #expect(again.map(\.bytes) == Self.mutants.map(\.bytes))
        #expect(PaymentFileMutants.all(seed: 1).map(\.bytes) != again.map(\.bytes))
        let original = ReadFile(PaymentFileMutants.original).report
        #expect(original.findings == [] && original.controlSumMinorUnits == 8_750)
    }

    @Test(arguments: mutants)
    func `a bent file is refused, and one that is only written otherwise is the same`(
        mutant: PaymentFileMutant
    ) {
        let original = ReadFile(PaymentFileMutants.original).report
        for pieces in [Int.max, 11] {
            let file = ReadFile(mutant.bytes, pieces: pieces)
            switch mutant.fate {
            case .refused:
                #expect(file.report.verdict == .refused)
                #expect(!file.report.findings.isEmpty)
                #expect(file.report.contentHash != original.contentHash)
            case .same:
                #expect(file.report.verdict == .acceptable)
                #expect(file.report.contentHash == original.contentHash)
                #expect(file.report.transactionCount == 7)
                #expect(file.report.controlSumMinorUnits == 8_750)
            }
        }
    }
}
