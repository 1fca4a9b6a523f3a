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

    @Test func `every line that was not paid says why, and a cancelled file too`() {
        for (state, code) in [
            (InstructionState.failed, "MS03"), (.dropped, "AM05"), (.returned, "BE06"),
        ] {
            let text = xml(batch(.partlyDone, [.credited, state]))
            #expect(text.split(separator: "<Cd>\(code)</Cd>").count == 2, "\(state)")
        }
        #expect(xml(batch(.cancelled, [.acceptable])).contains("<Cd>DS02</Cd>"))
    }

    @Test(arguments: [
        ("unknown-account", "AC03"), ("account-not-open", "AC07"), ("above-ceiling", "AM02"),
        ("daily-receiving-limit", "AM14"), ("not-one-of-ours", "MS03"),
    ])
    func `what the ledger refuses has a reason of ISO 20022`(refusal: String, code: String) {
        var batch = batch(.partlyDone, [.failed])
        batch.lines[0].refusalCode = refusal
        #expect(xml(batch).contains("<Cd>\(code)</Cd>"))
    }

    @Test(
        .enabled(if: Self.schemas != nil, "shared test data is not there"),
        arguments: ["pain.001.001.03", "pain.001.001.09"]
    )
    func `a report of any batch in any state is valid by the schema`(type: String) throws {
        let version = type.hasSuffix("03") ? "pain.002.001.03" : "pain.002.001.10"
        let schema = try #require(Self.schemas) + "/\(version).xsd"
        for state in BatchState.allCases {
            for lines in [InstructionState.allCases, [], [.credited]] {
                let errors = SchemaValidation.validate(
                    xml: xml(batch(state, lines, type: type)),
                    schemaFile: schema
                )
                #expect(errors == [], "\(state)")
            }
        }
    }

    /// The folder of the schemas, from WIJKMUNT_SHARED_DATA or next to the package.
    private static let schemas: String? = {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let given = ProcessInfo.processInfo.environment["WIJKMUNT_SHARED_DATA"]
        let path = (given ?? "/\(root)/../shared/data") + "/iso20022/xsd"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()
}
