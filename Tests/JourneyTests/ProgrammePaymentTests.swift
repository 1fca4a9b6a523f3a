import API
import Domain
import Foundation
import Ledger
import LocalStack
import Logging
import Postgres
import TestSupport
import Testing

/// What a disbursement service in foreign hands moves out of programmes without a line that says so: the
/// ledger knows no lines and posts it, and the audit and the watch tell of it.
@Suite(.timeLimit(.minutes(15))) struct ProgrammePaymentTests {
    @Test func `coins that leave a programme without a line or a month are told of`() async throws {
        let plot = try await Plot.make()
        try await requireSoundBooks(of: plot.community.stack, in: plot.community)
        let (told, untold) = (try await plot.unfounded(), try await plot.premature())
        try await plot.post(told.map(\.1) + [untold])
        let report = try await auditBooks(of: plot.community.stack, in: plot.community)
        #expect(report.drifts.allSatisfy { $0.check == .programmePayment }, "\(report.drifts)")
        let subjects = Set(report.drifts.map(\.subject))
        for (what, proposal) in told {
            #expect(subjects.contains(Self.name(proposal.id)), "\(what)")
        }
        #expect(report.drifts.count == told.count, "\(report.drifts)")
        // And by the watch over what is new. It takes a twentieth of a core in the wallet service; here it
        // is called without a pause, since every other test posts something too.
        let watched = try await eventually("the watch has seen it") {
            try await plot.watch()
            let found = try await plot.watched()
            return found.count >= told.count ? found : nil
        }
        #expect(watched == subjects)
    }

    private static func name(_ id: UUID) -> String { id.uuidString.lowercased() }
}

/// Programmes with lines in every state, and what somebody who runs the service could do.
private struct Plot: Sendable {
    let community: TestCommunity
    /// Budget and coins set apart of a programme, and a pot and a merchant to be paid.
    let budget, reserved, pot, merchant: UUID
    /// The budget and the pot of another programme.
    let otherBudget, otherPot: UUID
    /// A line that waits for somebody, one of a batch that nobody approved, and four of one that is to be
    /// paid in some days, of 1.00 each.
    let waiting, unapproved: UUID
    let later: [UUID]

    static func make() async throws -> Plot {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let (programme, other) = (
            try await community.fundedProgramme("100.00"),
            try await community.fundedProgramme("100.00")
        )
        let number = TestIBAN.number(660)
        let resident = try await community.enrolPerson("Ontvanger", iban: number)
        let credit = TestCredit("Ontvanger", number, "1.00")
        for programme in [programme, other] {
            try await community.credit([credit], programme: programme)
        }
        func submit(_ credits: [TestCredit], inDays days: Int? = nil) async throws -> Batch {
            try await community.submit(
                TestPaymentFile.xml(credits, executionInDays: days),
                to: programme.id
            ).decode(Batch.self)
        }
        let waiting = try await submit([TestCredit("Later", TestIBAN.number(661), "1.00")])
        try await community.approve(waiting.id)
        let unapproved = try await submit([TestCredit("Later", TestIBAN.number(662), "1.00")])
        let later = try await submit(
            (1...4).map { TestCredit("Later \($0)", number, "1.00") },
            inDays: 20
        )
        _ = try await community.approver.call(
            .approveBatch,
            ["batchId": "\(later.id)"],
            body: BatchApproval()
        ).decode(Batch.self)
        func lines(_ batch: Batch) async throws -> [UUID] {
            let (id, owner) = (batch.id.uuid, community.id.uuid)
            return try await community.stack.cluster.withOwner(database: LocalStack.databaseName) {
                try await $0.query(
                    """
                    SELECT id FROM disbursement.instruction
                     WHERE community_id = \(owner) AND batch_id = \(id) ORDER BY nr
                    """
                ) { rows in try rows.map { try $0.decode(UUID.self) } }
            }
        }
        let accounts = try await Accounts(of: programme, other, resident, shop, in: community)
        return Plot(
            community: community,
            budget: accounts.ids[0],
            reserved: accounts.ids[1],
            pot: accounts.ids[2],
            merchant: accounts.ids[3],
            otherBudget: accounts.ids[4],
            otherPot: accounts.ids[5],
            waiting: try #require(try await lines(waiting).first),
            unapproved: try #require(try await lines(unapproved).first),
            later: try await lines(later)
        )
    }

    /// Transfers, and what is wrong with each.
    func unfounded() async throws -> [(String, TransferProposal)] {
        [
            ("no line", move(.disbursement, from: budget, to: pot)),
            ("nobody to wait for", move(.reservation, from: budget, to: reserved, cents: 300)),
            ("no month", move(.subsidy, from: budget, to: merchant)),
            ("not approved", move(.disbursement, from: budget, to: pot, id: unapproved)),
            ("another amount", move(.disbursement, from: budget, to: pot, id: later[0], cents: 99)),
            ("another programme", move(.disbursement, from: otherBudget, to: pot, id: later[1])),
            ("another pot", move(.disbursement, from: budget, to: otherPot, id: later[2])),
            ("nothing that waits", move(.landing, from: reserved, to: pot)),
            (
                "a second landing",
                move(.landing, from: reserved, to: pot, related: waiting)
            ),
            (
                "never set apart",
                move(
                    .landing,
                    from: reserved,
                    to: pot,
                    id: .reservationEnd(of: unapproved),
                    related: unapproved
                )
            ),
            (
                "a part of what waits",
                move(
                    .reservationReturn,
                    from: reserved,
                    to: budget,
                    id: .reservationEnd(of: waiting),
                    cents: 50,
                    related: waiting
                )
            ),
        ]
    }

    /// What a line says, before its day.
    func premature() async throws -> TransferProposal {
        move(.disbursement, from: budget, to: pot, id: later[3])
    }

    private func move(
        _ kind: TransferKind,
        from: UUID,
        to: UUID,
        id: UUID = UUID(),
        cents: Int64 = 100,
        related: UUID? = nil
    ) -> TransferProposal {
        TransferProposal(
            id: id,
            kind: kind,
            legs: [
                .exact(account: from, minorUnits: -cents),
                .exact(account: to, minorUnits: cents),
            ],
            related: related
        )
    }

    /// Commits transfers with the rights of the service, one by one.
    func post(_ proposals: [TransferProposal]) async throws {
        let id = community.id.uuid
        try await withRole("wijkmunt_disbursement", of: community.stack) { database in
            try await Tenant.community(id).perform {
                for proposal in proposals {
                    _ = try await database.transaction { connection in
                        try Ledger.post(proposal, community: id, connection)
                    }
                }
            }
        }
    }

    /// Checks some of what nobody has checked.
    /// What one call leaves, the next one takes up.
    func watch() async throws {
        try await withRole("wijkmunt_wallet", of: community.stack) { database in
            let watch = LedgerWatch(
                database: database,
                schema: "wallet",
                logger: Logger(label: "watch")
            )
            for _ in 0..<50 {
                let before = watch.statistics.checkedBatches
                try await watch()
                if watch.statistics.checkedBatches == before { return }
            }
        }
    }

    /// What the watch keeps about payments of programmes.
    func watched() async throws -> Set<String> {
        let id = community.id.uuid
        return try await withRole("wijkmunt_audit", of: community.stack) { database in
            try await database.query(
                """
                SELECT subject FROM wallet.ledger_drift
                 WHERE community_id = \(id) AND check_code = 'programme-payment'
                """
            ) { rows in Set(try rows.map { try $0.decode(String.self) }) }
        }
    }
}

/// The ledger's accounts behind programmes, a resident and a shop.
private struct Accounts {
    let ids: [UUID]

    init(
        of programme: Programme,
        _ other: Programme,
        _ resident: TestResident,
        _ shop: TestShop,
        in community: TestCommunity
    ) async throws {
        let id = community.id.uuid
        let (first, second) = (programme.id.uuid, other.id.uuid)
        let (wallet, merchant) = (resident.wallet.uuid, shop.merchant.uuid)
        ids = try await community.stack.cluster.withOwner(database: LocalStack.databaseName) {
            try await $0.query(
                """
                SELECT p.account_id, p.reserved_account_id, a.id, m.account_id, q.account_id, b.id
                  FROM disbursement.programme p, disbursement.programme q, merchant.merchant m,
                       wallet.pot a, wallet.pot b
                 WHERE p.community_id = \(id) AND p.id = \(first)
                   AND q.community_id = \(id) AND q.id = \(second)
                   AND m.community_id = \(id) AND m.id = \(merchant)
                   AND a.community_id = \(id) AND a.wallet_id = \(wallet) AND a.programme_id = p.id
                   AND b.community_id = \(id) AND b.wallet_id = \(wallet) AND b.programme_id = q.id
                """
            ) { rows in
                let (budget, reserved, pot, shop, other, otherPot) = try rows.one().decode(
                    UUID.self,
                    UUID.self,
                    UUID.self,
                    UUID.self,
                    UUID.self,
                    UUID.self
                )
                return [budget, reserved, pot, shop, other, otherPot]
            }
        }
    }
}
