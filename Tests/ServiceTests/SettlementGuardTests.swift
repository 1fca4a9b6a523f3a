import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// What the database refuses of settlements, whatever a service may ask it.
@Suite struct SettlementGuardTests {
    @Test func `the maker cannot release, and nothing goes backward`() async throws {
        let scene = try await SettlementScene.make(["10.00"])
        let settlement = try await scene.community.settle().decode(Settlement.self)
        let id = settlement.id.uuid
        try await refused(
            """
            UPDATE merchant.settlement
               SET state = 'released', released_by = created_by, released_at = now()
             WHERE id = \(id)
            """,
            scene,
            by: "settlement_released_by_second_person"
        )
        try await refused(
            """
            UPDATE merchant.settlement SET state = 'released' WHERE id = \(id)
            """,
            scene,
            by: "settlement_released_before_bank"
        )
        try await refused(
            """
            UPDATE merchant.settlement SET state = 'settled', settled_at = now() WHERE id = \(id)
            """,
            scene,
            state: "23000"
        )
        try await refused(
            """
            UPDATE merchant.redemption SET state = 'settled', settled_at = now()
             WHERE settlement_id = \(id)
            """,
            scene,
            by: "redemption_settled_by_transfer"
        )
        try await refused(
            """
            UPDATE merchant.redemption SET state = 'returned', returned_at = now()
             WHERE settlement_id = \(id)
            """,
            scene,
            by: "redemption_returned_whole"
        )
    }

    @Test func `no service says by itself whose bank account it is`() async throws {
        let scene = try await SettlementScene.make([])
        let merchant = scene.shop.merchant.uuid
        try await refused(
            "UPDATE merchant.merchant SET iban = 'NL57INGB0004418702' WHERE id = \(merchant)",
            scene,
            state: "42501"
        )
        try await refused(
            """
            UPDATE merchant.iban_request SET state = 'verified', verified_by = requested_by
             WHERE merchant_id = \(merchant)
            """,
            scene,
            state: "42501"
        )
    }

    @Test func `a merchant has one redemption for a day of its schedule`() async throws {
        let scene = try await SettlementScene.make(["1.00"])
        let redemption = scene.redemptions[0].id.uuid
        try await refused(
            """
            INSERT INTO merchant.redemption
                (community_id, id, merchant_id, coin, amount, end_to_end_id, creditor_name,
                 creditor_iban, requested_by, requested_at, scheduled_on)
            SELECT r.community_id, gen_random_uuid(), r.merchant_id, r.coin, r.amount, n.nr,
                   r.creditor_name, r.creditor_iban, r.requested_by, r.requested_at, '2026-12-07'
              FROM merchant.redemption r, (VALUES ('ONE'), ('TWO')) AS n (nr)
             WHERE r.id = \(redemption)
            """,
            scene,
            by: "redemption_once_per_period"
        )
    }

    @Test func `a payout is approved by the database alone, and by a second person`()
        async throws
    {
        let scene = try await SettlementScene.make([])
        let programme = try await scene.community.fundedProgramme("100.00")
        let payout = try await scene.community.proposePayout("5.00", of: programme.id)
            .decode(Payout.self).id.uuid
        try await refused(
            "UPDATE merchant.payout SET state = 'approved' WHERE id = \(payout)",
            scene,
            state: "42501"
        )
        try await refused(
            """
            INSERT INTO merchant.payout
                (community_id, id, coin, source, programme_id, amount, creditor_name,
                 creditor_iban, reason, proposed_by, proposed_at, state, decided_by, decided_at)
            SELECT community_id, gen_random_uuid(), coin, source, programme_id, amount,
                   creditor_name, creditor_iban, reason, proposed_by, now(), 'approved',
                   gen_random_uuid(), now()
              FROM merchant.payout WHERE id = \(payout)
            """,
            scene,
            state: "42501"
        )
        try await refused(
            """
            INSERT INTO merchant.redemption
                (community_id, id, payout_id, coin, amount, end_to_end_id, creditor_name,
                 creditor_iban, requested_by, requested_at)
            SELECT community_id, id, id, coin, amount, 'FORGED', creditor_name, creditor_iban,
                   proposed_by, now()
              FROM merchant.payout WHERE id = \(payout)
            """,
            scene,
            by: "redemption_of_approved_payout"
        )
        let budget = try await scene.community.budget(of: programme.id)
        #expect(budget.available.value == "100.00" && budget.withdrawn.value == "0.00")
    }

    private func refused(
        _ sql: SQL,
        _ scene: SettlementScene,
        by constraint: String? = nil,
        state: String? = nil
    ) async throws {
        let database = try #require(try await OpenedDatabase.shared.services[.merchant])
        do {
            _ = try await Tenant.community(scene.community.id.uuid).perform {
                try await database.execute(sql)
            }
            Issue.record("the database took it")
        } catch let error as PostgresError {
            if let constraint { #expect(error.violates(constraint), "\(error)") }
            if let state { #expect(error.sqlState == state, "\(error)") }
        }
    }
}
