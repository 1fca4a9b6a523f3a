import API
import Foundation
import LocalStack
import Logging
import Postgres
import TestSupport
import Testing

/// Persons who become nobody, and books that stay.
@Suite struct ErasureTests {
    private static let secretName = "Wilhelmina Verdwenen"

    @Test func `whoever is erased leaves nothing but the books`() async throws {
        let community = try await TestCommunity.make()
        let iban = TestIBAN.number(700_800_911)
        let person = try await community.registerPerson(Self.secretName, iban: iban)
        let resident = try await community.enrol(person, alias: "mina.verdwenen")
        let friend = try await community.enrolPerson("Vriendin")
        try await community.credit([TestCredit("W. Verdwenen", iban, "12.00")])
        _ = try await resident.give("12.00", to: friend).decode(Transfer.self)
        let books = try await community.books()

        let path = ["personId": "\(person.id)"]
        let first = try await community.administrator.call(.erasePerson, path)
            .decode(PersonErasure.self)
        // Whoever asks again is told the same.
        let second = try await community.administrator.call(.erasePerson, path)
            .decode(PersonErasure.self)
        #expect(first == second)

        #expect(try await community.books() == books)
        try await expectNothing(of: resident, in: community)
        #expect(try await friend.available() == "12.00")
        let received = try await friend.phone.call(
            .listStatementLines,
            ["walletId": "\(friend.wallet)"]
        ).decode(Page<StatementLine>.self)
        #expect(received.items.count == 1)
        #expect(received.items.first?.counterparty.name?.contains("W") == false)
    }

    /// No name, no way in, no way to pay.
    private func expectNothing(
        of resident: TestResident,
        in community: TestCommunity
    ) async throws {
        let path = ["personId": "\(resident.person)"]
        for operation in [
            API.Operation.getPerson, .getPersonExport, .createActivationCode,
        ] {
            let answer = try await community.administrator.call(operation, path)
            #expect(answer.problemType == .notFound, "\(operation.id)")
        }
        #expect(
            try await resident.phone.requestToken(assertion: resident.phone.assertion()).status
                == 401
        )
        let names = ["Wilhelmina", "Verdwenen", "mina.verdwenen"]
        let found = try await Columns.containing(names, on: community)
        #expect(found == [], "\(found)")
        let salts = try await Columns.owner(of: community) { database in
            try await database.query(
                """
                SELECT count(*) FROM audit.subject
                 WHERE community_id = \(community.id.uuid)
                   AND subject_id = \(resident.person.uuid)
                """
            ) { try $0.one().decode(Int.self) }
        }
        #expect(salts == 0)
        // The alias is free, and the wallet takes nothing.
        let heir = try await community.enrolPerson("Nieuw", alias: "mina.verdwenen")
        let giver = try await community.resident(with: "5.00")
        let transfer = try await giver.give("1.00", to: resident)
        #expect(transfer.problemType == .accountNotOpen, "\(transfer.text)")
        #expect(heir.wallet != resident.wallet)
    }

    @Test func `what is left of the erased can be read and tells nothing`() async throws {
        let community = try await TestCommunity.make()
        let gone = try await community.enrolPerson(Self.secretName)
        let other = try await community.enrolPerson("Ander")
        let ward = try await community.give(.guardian, over: gone.person, to: other.person)
        let guardian = try await community.give(.guardian, over: other.person, to: gone.person)
        let shop = try await community.openShop()
        let cashier = try await community.give(
            .cashier,
            over: shop.merchant,
            to: gone.person,
            by: shop.owner
        )
        let path = ["personId": "\(gone.person)"]
        #expect(try await community.administrator.call(.erasePerson, path).status == 201)

        let mandates = try await community.administrator.call(.listMandates)
            .decode(Page<Mandate>.self).items
        for given in [ward, guardian, cashier] {
            let left = try #require(mandates.first { $0.id == given.id })
            #expect(left.state == .revoked, "\(given.kind)")
            #expect(left.decision == given.decision.map { _ in "Erased" }, "\(given.kind)")
            let again = try await community.administrator.call(
                .revokeMandate,
                ["mandateId": "\(given.id)"],
                body: MandateRevocation(reason: "over")
            ).decode(Mandate.self)
            #expect(again == left)
        }
        let devices = try await community.administrator.call(.listDevicesOfPerson, path)
        #expect(devices.problemType == .notFound, "\(devices.text)")
        let clients = try await community.administrator.call(.listClients)
            .decode(Page<Client>.self).items
        #expect(clients.first { $0.id == gone.phone.id }?.name == "Erased")
    }

    @Test func `the answers that are kept about somebody go with them`() async throws {
        let community = try await TestCommunity.make()
        let iban = TestIBAN.number(700_800_931)
        let person = try await community.registerPerson(Self.secretName, iban: iban)
        let friend = try await community.enrolPerson("Vriendin")
        let programme = try await community.fundedProgramme()
        let batch = try await community.submit(
            TestPaymentFile.xml([TestCredit(Self.secretName, iban, "3.00")]),
            to: programme.id
        ).decode(Batch.self)
        try await community.approve(batch.id)
        let letters = try await community.administrator.call(
            .createLetterTexts,
            ["batchId": "\(batch.id)"],
            query: "line=1"
        )
        #expect(letters.status == 200 && letters.headers["location"] == nil)
        // The letter's code took the place of the first one; a counter makes one more.
        var known = person
        known.activationCode = try await community.administrator.call(
            .createActivationCode,
            ["personId": "\(person.id)"]
        ).decode(ActivationCode.self)
        let resident = try await community.enrol(known)
        _ = try await eventually("the credit lands") {
            try await resident.available() == "3.00" ? true : nil
        }
        let grant = try await community.newestGrant(of: resident)
        #expect(try await community.recall(grant.id, "verdwenen").status == 201)
        let giving = try await resident.give("3.00", to: friend)
        #expect(giving.status == 201)
        #expect(try await keptAnswers(in: community).isSuperset(of: Self.about))

        let path = ["personId": "\(person.id)"]
        #expect(try await community.administrator.call(.erasePerson, path).status == 201)
        let kept = try await keptAnswers(in: community)
        #expect(kept.isDisjoint(with: Self.about))
        #expect(kept.contains("approveBatch"))
    }

    private static let about: Set<String> = ["createLetterTexts", "recallGrant"]

    /// The operations whose answers the disbursement service keeps.
    private func keptAnswers(in community: TestCommunity) async throws -> Set<String> {
        try await Columns.owner(of: community) { database in
            try await database.query(
                """
                SELECT DISTINCT operation FROM disbursement.idempotency_record
                 WHERE community_id = \(community.id.uuid)
                """
            ) { rows in Set(try rows.map { try $0.decode(String.self) }) }
        }
    }

    @Test func `nobody is erased while coins are there or on their way`() async throws {
        let community = try await TestCommunity.make()
        let rich = try await community.resident(with: "5.00")
        let refused = try await community.administrator.call(
            .erasePerson,
            ["personId": "\(rich.person)"]
        )
        #expect(refused.problemType == .personNotErasable)
        // Nothing was half done.
        #expect(try await rich.available() == "5.00")
        let iban = TestIBAN.number(700_800_921)
        let person = try await community.registerPerson("Wacht", iban: iban)
        let programme = try await community.fundedProgramme()
        let batch = try await community.submit(
            TestPaymentFile.xml([TestCredit("Wacht", iban, "3.00")]),
            to: programme.id
        ).decode(Batch.self)
        func erase() async throws -> TestAnswer {
            try await community.administrator.call(.erasePerson, ["personId": "\(person.id)"])
        }
        #expect(try await erase().problemType == .personNotErasable)
        try await community.approve(batch.id)
        // Approved, and waiting until the person has a wallet.
        #expect(try await erase().problemType == .personNotErasable)
        #expect(
            try await community.administrator.call(
                .getPerson,
                ["personId": "\(person.id)"]
            ).status == 200
        )
    }

    @Test func `an erasure is on record, without saying who it was`() async throws {
        let community = try await TestCommunity.make()
        let person = try await community.registerPerson(Self.secretName)
        let path = ["personId": "\(person.id)"]
        for _ in 0..<2 {
            #expect(try await community.administrator.call(.erasePerson, path).status == 201)
        }
        let events = try await community.administrator.call(
            .listAuditEvents,
            query: "operation=erasePerson"
        ).decode(Page<AuditEvent>.self).items
        #expect(events.count == 1)
        #expect(events.first?.objectId == "\(person.id)")
        #expect(events.first?.after == .object(["state": .string("erased")]))
    }
}

/// All text that a database has of a community.
enum Columns {
    /// Runs work as the owner of the stack's database.
    static func owner<T: Sendable>(
        of community: TestCommunity,
        _ work: @escaping @Sendable (Database) async throws -> T
    ) async throws -> T {
        try await community.stack.cluster.withOwner(database: "wijkmunt", work)
    }

    /// `schema.table.column` of every column that has one of the words in a row of the community.
    static func containing(
        _ words: [String],
        on community: TestCommunity
    ) async throws -> [String] {
        try await owner(of: community) { database in
            let columns = try await database.query(
                """
                SELECT c.table_schema, c.table_name, c.column_name
                  FROM information_schema.columns c
                  JOIN information_schema.columns k
                    ON k.table_schema = c.table_schema AND k.table_name = c.table_name
                   AND k.column_name = 'community_id'
                 WHERE c.table_schema IN
                       ('accounts', 'wallet', 'merchant', 'disbursement', 'ledger', 'audit')
                   AND c.data_type IN ('text', 'ARRAY', 'jsonb', 'bytea')
                """
            ) { rows in try rows.map { try $0.decode(String.self, String.self, String.self) } }
            var found: [String] = []
            for (schema, table, column) in columns {
                let name = "\(schema).\(table).\(column)"
                for word in words {
                    // A bytea shows its bytes that are letters.
                    let isThere = try await database.query(
                        """
                        SELECT EXISTS (SELECT FROM \(rawSQL: schema).\(rawSQL: table) AS t
                         WHERE (t.community_id = \(community.id.uuid)
                                OR t.community_id = '00000000-0000-0000-0000-000000000000')
                           AND (position(\(word) IN t.\(rawSQL: column)::text) > 0
                                OR position(encode(convert_to(\(word), 'UTF8'), 'hex')
                                            IN t.\(rawSQL: column)::text) > 0))
                        """
                    ) { try $0.one().decode(Bool.self) }
                    if isThere { found.append("\(name): \(word)") }
                }
            }
            return found
        }
    }
}
