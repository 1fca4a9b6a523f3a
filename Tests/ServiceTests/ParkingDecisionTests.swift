import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// Why lines that looked paid already were paid or dropped: kept where it can be forgotten.
@Suite struct ParkingDecisionTests {
    private static let secretName = "Wilhelmina Verdwenen"
    private static let reason = "Verdwenen kreeg dit al"

    /// A file that pays somebody what another file pays too, and was cancelled and released for it.
    private func decided(
        for iban: String,
        in community: TestCommunity
    ) async throws -> Batch {
        let programme = try await community.fundedProgramme("100.00")
        let credits = [
            TestCredit(Self.secretName, iban, "3.00"),
            TestCredit("Ander", TestIBAN.number(671), "4.00"),
        ]
        let batches = try await (0..<2).asyncMap { _ in
            try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
                .decode(Batch.self)
        }
        #expect(batches.map(\.state) == [.validated, .draft])
        for line in [2, 1] {
            let answer = try await community.clerk.call(
                .decideParkedLines,
                ["batchId": "\(batches[1].id)"],
                body: ParkingDecision(
                    decision: .drop,
                    lines: [line],
                    reason: line == 1 ? Self.reason : "al betaald"
                )
            )
            #expect(answer.status == 201)
        }
        let first = ["batchId": "\(batches[0].id)"]
        _ = try await community.clerk.call(
            .cancelBatch,
            first,
            body: BatchCancellation(reason: Self.reason)
        ).decode(Batch.self)
        _ = try await community.clerk.call(
            .releaseFile,
            first,
            body: FileRelease(reason: Self.reason)
        ).decode(Batch.self)
        return try await community.batch(batches[1].id)
    }

    private func reasons(_ batch: Batch, _ community: TestCommunity) async throws -> [String] {
        let decisions = try await community.approver.call(
            .listParkingDecisions,
            ["batchId": "\(batch.id)"]
        ).decode(Page<MadeParkingDecision>.self).items
        #expect(decisions.allSatisfy { $0.decision == .drop && $0.count == 1 })
        return decisions.map(\.reason)
    }

    @Test func `a reason stands with the decision, not in the trail, and goes with the person`()
        async throws
    {
        let community = try await TestCommunity.make()
        let iban = TestIBAN.number(670)
        let person = try await community.registerPerson(Self.secretName, iban: iban)
        let batch = try await decided(for: iban, in: community)
        #expect(batch.state == .cancelled)
        #expect(try await reasons(batch, community) == ["al betaald", Self.reason])
        let found = try await Columns.containing(["kreeg dit"], on: community)
        #expect(
            Set(found) == [
                "disbursement.batch.cancellation_reason: kreeg dit",
                "disbursement.batch.release_reason: kreeg dit",
                "disbursement.parking_decision.reason: kreeg dit",
            ]
        )
        let events = try await community.administrator.call(
            .listAuditEvents,
            query: "operation=decideParkedLines"
        ).decode(Page<AuditEvent>.self).items
        #expect(
            events.first?.after
                == .object(["decision": .string("drop"), "lines": .array([.number(1)])]),
            "\(events)"
        )

        let path = ["personId": "\(person.id)"]
        #expect(try await community.administrator.call(.erasePerson, path).status == 201)
        #expect(try await reasons(batch, community) == ["al betaald", "Erased"])
        #expect(
            try await Columns.containing(["Verdwenen", "kreeg dit"], on: community) == []
        )
    }

    @Test func `reasons are forgotten together with the receivers of a file`() async throws {
        let community = try await TestCommunity.make()
        let batch = try await decided(for: TestIBAN.number(672), in: community)
        try await community.change(
            """
            UPDATE disbursement.batch SET submitted_at = '2001-01-01'
             WHERE community_id = \(community.id.uuid)
            """
        )
        let owner = try await OpenedDatabase.shared.owner
        _ = try await owner.query("SELECT disbursement.forget_creditors('2001-01-02', 1000)") {
            try $0.one().decode(Int.self)
        }
        #expect(try await reasons(batch, community) == ["Erased", "Erased"])
        #expect(try await Columns.containing(["kreeg dit"], on: community) == [])
    }

    @Test func `what was decided and why is not changed by the service`() async throws {
        let community = try await TestCommunity.make()
        let batch = try await decided(for: TestIBAN.number(673), in: community)
        let service = try #require(try await OpenedDatabase.shared.services[.disbursement])
        for statement in [
            "UPDATE disbursement.parking_decision SET reason = 'Erased'",
            "DELETE FROM disbursement.parking_decision",
            "UPDATE disbursement.batch SET release_reason = 'Erased' WHERE release_reason IS NOT NULL",
        ] {
            let error = await #expect(throws: PostgresError.self, "\(statement)") {
                try await Tenant.community(community.id.uuid).perform {
                    _ = try await service.execute("\(rawSQL: statement)")
                }
            }
            #expect(["42501", "23000"].contains(error?.sqlState), "\(statement): \(error as Any)")
        }
        #expect(try await reasons(batch, community) == ["al betaald", Self.reason])
    }
}
