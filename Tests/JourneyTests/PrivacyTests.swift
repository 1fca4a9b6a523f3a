import API
import Foundation
import LocalStack
import Logging
import Postgres
import TestSupport
import Testing

/// Planted values that must be nowhere after a full run.
@Suite struct PrivacyTests {
    @Test func `no coordinate, salt, IBAN or code of a person is kept or logged`() async throws {
        try await TestStack.withOwn { stack in try await search(stack) }
    }

    private func search(_ stack: LocalStack) async throws {
        let rules: [LocalityRule] = [
            .terminalChallenge(maxAgeSeconds: 300), .plausibleTravel(maxKilometresPerHour: 500),
        ]
        let community = try await TestCommunity.make(rules: Neighbourhood.rules + rules, on: stack)
        let shop = try await community.openShop()
        let iban = TestIBAN.number(777_123_456)
        let person = try await community.registerPerson("Geheim", iban: iban)
        let resident = try await community.enrol(person)
        try await community.credit([TestCredit("Geheim", iban, "20.00")])
        // Inside, and different from the shop's place in every digit that follows.
        var inside = TestPosition()
        inside.longitude = 5.107173917
        inside.latitude = 52.090164283
        var outside = inside
        outside.longitude = 5.145373619
        var planted = ["107173917", "090164283", "145373619", iban]
        for (position, status) in [(inside, 201), (outside, 422)] {
            let payment = try await shop.request("1.00")
            let acceptance = try resident.acceptance(of: payment, at: position)
            planted += [acceptance.salt, acceptance.positionClaim].compactMap { $0 }
            let answer = try await resident.phone.call(
                .acceptPayment,
                ["paymentId": "\(payment.id)"],
                body: acceptance
            )
            #expect(answer.status == status)
            let verdict = try await shop.till.call(
                .getLocalityVerdict,
                ["paymentId": "\(payment.id)"]
            )
            #expect(verdict.status == 200)
            for digits in planted { #expect(!verdict.text.contains(digits)) }
        }
        // Who looks for shops is nowhere either, nor is what a webhook is signed with.
        for position in [inside, outside] {
            let found = try await resident.phone.call(
                .searchShops,
                body: ShopSearch(longitude: position.longitude, latitude: position.latitude)
            )
            #expect(found.status == 200)
        }
        let webhook = try await shop.webhook(to: "http://127.0.0.1:9/", types: ["nothing.ever"])
        planted.append(String(try #require(webhook.secret).dropFirst("whsec_".count)))
        planted.append(try await resident.phone.accessToken())
        planted += try await payByCard(resident, shop, community)
        planted += try await codes(of: resident.person, in: community, shop)

        let dump = try await everyRow(of: stack)
        #expect(dump.contains("Geheim"))
        // What is remembered of the accepted payment: the cell of the shop.
        #expect(dump.contains("\(resident.wallet),102,1041,"))
        let logs = try StackLogs(of: stack)
        #expect(logs.contains("listening"))
        for secret in planted {
            #expect(!dump.contains(secret), "in the database: \(secret)")
            #expect(!logs.contains(secret), "in the logs: \(secret)")
        }
        #expect(!logs.contains(person.activationCode?.code ?? "?"))
    }

    /// What a card is paid with: its number, and the PIN as requests and answers would have it.
    private func payByCard(
        _ resident: TestResident,
        _ shop: TestShop,
        _ community: TestCommunity
    ) async throws -> [String] {
        let card = try await community.card(for: resident.person)
        for (pin, status) in [("739184", 422), (TestCard.pin, 201)] {
            let payment = try await shop.request("1.00")
            #expect(try await shop.take(card, pin: pin, for: payment).status == status)
        }
        return [
            card.number, card.number.replacing(" ", with: ""), "\"739184\"",
            "\"\(TestCard.pin)\"", "(\(TestCard.pin)", ",\(TestCard.pin)",
        ]
    }

    /// Codes that nobody has used, though the answers that hold them are kept.
    private func codes(
        of person: Identifier,
        in community: TestCommunity,
        _ shop: TestShop
    ) async throws -> [String] {
        let letter = try await community.administrator.call(
            .createActivationCode,
            ["personId": "\(person)"]
        ).decode(PersonActivationCode.self)
        let till = try await shop.owner.call(
            .registerTerminal,
            ["shopId": "\(shop.shop)"],
            body: TerminalRegistration(name: "kassa 2")
        ).decode(Terminal.self)
        return [letter.code, letter.letter.qrPayload, till.activationCode.code].flatMap {
            [$0, $0.replacing("-", with: "")]
        }
    }

    /// Every table of ours as text, read by the owner.
    private func everyRow(of stack: LocalStack) async throws -> String {
        try await stack.cluster.withOwner(database: LocalStack.databaseName) { database in
            let tables = try await database.query(
                """
                SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
                 WHERE schemaname IN ('ledger', 'accounts', 'wallet', 'merchant', 'disbursement')
                """
            ) { rows in try rows.map { try $0.decode(String.self) } }
            #expect(tables.count > 20)
            var dump = ""
            for table in tables {
                dump += try await database.query(
                    """
                    SELECT coalesce(string_agg(t::text, ' '), '') || coalesce(string_agg(
                        encode(decode(replace(b.hex, '\\x', ''), 'hex'), 'escape'), ' '), '')
                      FROM \(rawSQL: table) AS t
                      LEFT JOIN LATERAL (SELECT to_jsonb(t) ->> 'body' AS hex) AS b ON true
                    """
                ) { try $0.one().decode(String.self) }
            }
            return dump
        }
    }
}
