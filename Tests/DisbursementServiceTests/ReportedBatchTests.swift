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
        refusalCode: String? = nil,
        refusals: [ReportedBatch.Refusal] = []
    ) -> ReportedBatch {
        var outcomes = LineOutcomes()
        for (index, state) in lines.enumerated() {
            outcomes.add(state, refusalCode: refusalCode, beginsBlock: index == 0)
        }
        return ReportedBatch(
            state: state,
            messageID: "MSG",
            messageType: type,
            statedCount: lines.count,
            statedSum: nil,
            outcomes: outcomes,
            refusals: refusals
        )
    }

    private func xml(_ batch: ReportedBatch, blocks: [String] = []) -> String {
        var text = StatusReportText(batch, id: UUID(), createdAtMicroseconds: 0)
        let lines = (0..<batch.outcomes.count).map { index in
            text.text(
                of: ReportedLine(
                    nr: Int32(index + 1),
                    paymentID: blocks.isEmpty ? "BLOCK" : blocks[index],
                    instructionID: nil,
                    endToEndID: "E\(index)",
                    amount: 100
                )
            )
        }
        return text.opening + lines.joined() + text.closing
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
        // The other one too says why: nothing is rejected without a reason.
        #expect(text.split(separator: "<Cd>NARR</Cd>").count == 2)
        #expect(text.contains("<AddtlInf>The file was refused as a whole.</AddtlInf>"))
    }

    @Test func `a line that is refused with its block, or cancelled with its file, says so`() {
        let part = xml(batch(.validated, [.refused, .acceptable]))
        #expect(part.split(separator: "<AddtlInf>Refused with its block.</AddtlInf>").count == 2)
        #expect(part.split(separator: "<Cd>NARR</Cd>").count == 2)
        let cancelled = xml(batch(.cancelled, [.acceptable, .acceptable]))
        #expect(cancelled.split(separator: "<Cd>DS02</Cd>").count == 4)
    }

    @Test func `a failed line among credited ones makes the file partly accepted`() {
        #expect(xml(batch(.done, [.credited, .failed])).contains("<GrpSts>PART</GrpSts>"))
    }

    @Test func `each block tells how many lines it has and what became of them`() throws {
        var batch = batch(.partlyDone, [])
        let states: [InstructionState] = [.credited, .credited, .failed, .waiting, .credited]
        let blocks = ["A", "A", "B", "B", "A"]
        for (index, state) in states.enumerated() {
            let beginsBlock = index == 0 || blocks[index] != blocks[index - 1]
            batch.outcomes.add(state, refusalCode: nil, beginsBlock: beginsBlock)
        }
        let text = xml(batch, blocks: blocks)
        let told = text.split(separator: "<OrgnlPmtInfId>").dropFirst().map { block in
            block.split(separator: "<TxInfAndSts>")[0]
                .replacing("</OrgnlPmtInfId><OrgnlNbOfTxs>", with: " ")
                .replacing("</OrgnlNbOfTxs><PmtInfSts>", with: " ")
                .replacing("</PmtInfSts>", with: "")
        }
        #expect(told == ["A 2 ACSC", "B 2 PART", "A 1 ACSC"])
        #expect(text.contains("<GrpSts>PART</GrpSts>"))
    }

    @Test func `outcomes of many lines are told as they were taken`() {
        var outcomes = LineOutcomes()
        let states = InstructionState.allCases
        for index in 0..<10_000 {
            outcomes.add(
                states[index % states.count],
                refusalCode: index % 3 == 0 ? "code-\(index % 250)" : nil,
                beginsBlock: index % 100 == 0
            )
        }
        for index in 0..<10_000 {
            let outcome = outcomes[index]
            #expect(outcome.state == states[index % states.count])
            #expect(outcome.refusalCode == (index % 3 == 0 ? "code-\(index % 250)" : nil))
            #expect(outcome.beginsBlock == (index % 100 == 0))
        }
        #expect(outcomes.block(from: 9_900) == 9_900..<10_000)
        #expect(outcomes.block(from: 100) == 100..<200)
        #expect(outcomes.states(in: 0..<states.count) == Set(states))
        #expect(outcomes.states(in: 0..<1) == [states[0]])
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
        let cancelled = batch(.done, [.credited, .dropped], refusalCode: "DS02")
        #expect(xml(cancelled).split(separator: "<Cd>DS02</Cd>").count == 2)
        let returned = batch(.done, [.credited, .returned], refusalCode: "DS02")
        #expect(xml(returned).split(separator: "<Cd>DS02</Cd>").count == 2)
    }

    @Test(arguments: [
        ("unknown-account", "AC03"), ("account-not-open", "AC07"), ("above-ceiling", "AM02"),
        ("daily-receiving-limit", "AM14"), ("not-one-of-ours", "MS03"),
    ])
    func `what the ledger refuses has a reason of ISO 20022`(refusal: String, code: String) {
        let batch = batch(.partlyDone, [.failed], refusalCode: refusal)
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
