import API
import FoundationEssentials
import ISO20022
import Testing

@testable import DisbursementService

@Suite struct ReportedBatchTests {
    private func batch(
        _ state: BatchState,
        _ lines: [InstructionState],
        type: String = "pain.001.001.09",
        refusals: [ReportedBatch.Refusal] = []
    ) -> ReportedBatch {
        ReportedBatch(
            state: state,
            messageID: "MSG",
            messageType: type,
            statedCount: lines.count,
            statedSum: nil,
            lines: lines.enumerated().map { index, state in
                ReportedBatch.Line(
                    nr: index + 1,
                    paymentID: "BLOCK",
                    instructionID: nil,
                    endToEndID: "E\(index)",
                    amount: 100,
                    state: state,
                    refusalCode: nil
                )
            },
            refusals: refusals
        )
    }

    private func xml(_ batch: ReportedBatch) -> String {
        batch.report(id: UUID(), createdAtMicroseconds: 0).xml
    }

    @Test func `a credited line is ACCC, which version 03 can only call ACSC`() {
        #expect(xml(batch(.done, [.credited])).contains("<TxSts>ACCC</TxSts>"))
        let older = xml(batch(.done, [.credited], type: "pain.001.001.03"))
        #expect(older.contains("<TxSts>ACSC</TxSts>"))
        #expect(older.contains("pain.002.001.03"))
    }

    @Test func `a line that waits for its receiver is pending and leaves the file in process`() {
        let text = xml(batch(.done, [.credited, .waiting]))
        #expect(text.contains("<GrpSts>ACSP</GrpSts>"))
        #expect(text.contains("<TxSts>PDNG</TxSts>"))
    }

    @Test func `every line of a refused file is rejected, the guilty one with its reason`() {
        let refusal = ReportedBatch.Refusal(
            level: .line,
            nr: 1,
            paymentID: nil,
            code: "AC03",
            text: "Wrong."
        )
        let text = xml(batch(.refused, [.refused, .acceptable], refusals: [refusal]))
        #expect(text.contains("<GrpSts>RJCT</GrpSts>"))
        #expect(text.split(separator: "<TxSts>RJCT</TxSts>").count == 3)
        #expect(text.split(separator: "<Cd>AC03</Cd>").count == 2)
    }

    @Test func `a failed line among credited ones makes the file partly accepted`() {
        #expect(xml(batch(.done, [.credited, .failed])).contains("<GrpSts>PART</GrpSts>"))
    }

    @Test func `a batch that waits for approval is pending`() {
        #expect(xml(batch(.validated, [.acceptable])).contains("<GrpSts>PDNG</GrpSts>"))
    }
}
