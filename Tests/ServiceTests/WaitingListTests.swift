import API
import Foundation
import TestSupport
import Testing

/// Whoever decides finds in one list per kind what waits for them, of all programmes together.
@Suite struct WaitingListTests {
    @Test func `changes of programmes that wait are in one list, with who proposed them`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programmes = [
            try await community.fundedProgramme("1.00"),
            try await community.fundedProgramme("1.00"),
        ]
        let second = try await community.administrator.register(
            "Tweede klerk",
            [.benefitsClerk],
            of: community.institution
        )
        var changes: [ProgrammeChange] = []
        for (programme, clerk) in zip(programmes, [community.clerk, second]) {
            changes.append(
                try await community.proposeChange(of: programme.id, name: "Anders", by: clerk)
                    .decode(ProgrammeChange.self)
            )
        }
        let both = try await waiting(in: community)
        #expect(both == Array(changes.reversed()))
        #expect(Set(both.map(\.proposedBy)).count == 2)
        #expect(both.allSatisfy { $0.decidedBy == nil && $0.decidedAt == nil })
        #expect(both.map(\.programmeName) == programmes.reversed().map(\.name))
        let stranger = try await TestCommunity.make()
        #expect(try await waiting(in: stranger).isEmpty)

        let approved = try await community.approve(change: changes[0].id)
            .decode(ProgrammeChange.self)
        #expect(approved.decidedBy != nil && approved.decidedBy != approved.proposedBy)
        #expect(try await waiting(in: community) == [changes[1]])
        let ofFirst = try await community.approver.call(
            .listProgrammeChanges,
            query: "programmeId=\(programmes[0].id)"
        ).decode(Page<ProgrammeChange>.self)
        #expect(ofFirst.items == [approved])
        let unknown = try await community.approver.call(
            .listProgrammeChanges,
            query: "state=forgotten"
        )
        #expect(unknown.problemType == .invalidRequest)
    }

    @Test func `batches and standing instructions are listed by what they wait for`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let number = TestIBAN.number(61)
        let resident = try await community.enrolPerson("A", iban: number)
        let batch = try await community.submit(
            TestPaymentFile.xml([TestCredit("A", number, "10.00")]),
            to: programme.id
        ).decode(Batch.self)
        func batches(_ state: BatchState) async throws -> [Identifier] {
            try await community.approver.call(.listBatches, query: "state=\(state.rawValue)")
                .decode(Page<Batch>.self).items.map(\.id)
        }
        #expect(try await batches(.validated) == [batch.id])
        #expect(try await batches(.done).isEmpty)
        _ = try await community.approve(batch.id)
        #expect(try await batches(.validated).isEmpty)
        #expect(try await batches(.done) == [batch.id])

        let standing = try await community.standing(programme.id, resident.person, "5.00", 1)
            .decode(StandingInstruction.self)
        func instructions(_ state: StandingTermState) async throws -> [Identifier] {
            try await community.approver.call(
                .listStandingInstructions,
                query: "termState=\(state.rawValue)"
            ).decode(Page<StandingInstruction>.self).items.map(\.id)
        }
        #expect(try await instructions(.proposed) == [standing.id])
        _ = try await community.approveStanding(standing.id).decode(StandingInstruction.self)
        #expect(try await instructions(.proposed).isEmpty)
        #expect(try await instructions(.approved) == [standing.id])
    }

    @Test func `payouts and settlements are listed by what they wait for`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let second = try await community.secondTreasurer()
        let payout = try await community.proposePayout("40.00", of: programme.id)
            .decode(Payout.self)
        func payouts(_ state: PayoutState) async throws -> [Identifier] {
            try await second.call(.listPayouts, query: "state=\(state.rawValue)")
                .decode(Page<Payout>.self).items.map(\.id)
        }
        func settlements(_ state: SettlementState) async throws -> [Identifier] {
            try await second.call(.listSettlements, query: "state=\(state.rawValue)")
                .decode(Page<Settlement>.self).items.map(\.id)
        }
        #expect(try await payouts(.proposed) == [payout.id])
        _ = try await community.approve(payout: payout.id, by: second).decode(Payout.self)
        #expect(try await payouts(.proposed).isEmpty)
        #expect(try await payouts(.approved) == [payout.id])

        let settlement = try await community.settle().decode(Settlement.self)
        #expect(try await settlements(.created) == [settlement.id])
        #expect(try await payouts(.inSettlement) == [payout.id])
        #expect(try await payouts(.approved).isEmpty)
        _ = try await second.call(
            .releaseSettlement,
            ["settlementId": "\(settlement.id)"],
            body: SettlementRelease()
        ).decode(Settlement.self)
        #expect(try await settlements(.created).isEmpty)
        #expect(try await settlements(.released) == [settlement.id])
    }

    private func waiting(in community: TestCommunity) async throws -> [ProgrammeChange] {
        try await community.approver.call(.listProgrammeChanges, query: "state=proposed")
            .decode(Page<ProgrammeChange>.self).items
    }
}
