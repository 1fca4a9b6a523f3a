import API
import Foundation
import TestSupport
import Testing

/// Everything that is held about a person, for them to see.
@Suite struct PersonExportTests {
    @Test func `an export has what every service holds of the person`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let iban = TestIBAN.number(700_800_901)
        let person = try await community.registerPerson("Truus Export", iban: iban)
        let resident = try await community.enrol(person, alias: "truus.export")
        try await community.credit([TestCredit("T. Export", iban, "30.00")])
        let payment = try await shop.request("4.50")
        #expect(try await resident.pay(payment).status == 201)

        let export = try await community.administrator.call(
            .getPersonExport,
            ["personId": "\(person.id)"]
        ).decode(PersonExport.self)
        #expect(export.personId == person.id)
        #expect(export.accounts["name"] == .string("Truus Export"))
        #expect(export.accounts["devices"]?[0]?["id"] == .string("\(resident.phone.id)"))
        #expect(export.accounts["activationCodes"]?[0]?["usedAt"] != .null)
        let wallet = export.wallet["wallets"]?[0]
        #expect(wallet?["alias"] == .string("truus.export"))
        #expect(wallet?["pots"]?[0]?["posted"] == .string("25.50"))
        #expect(wallet?["statement"]?[0]?["amount"] == .string("30.00"))
        #expect(wallet?["statement"]?[1]?["amount"] == .string("-4.50"))
        #expect(export.merchant["payments"]?[0]?["id"] == .string("\(payment.id)"))
        #expect(export.merchant["payments"]?[0]?["shop"] == .string("Bakkerij Oost"))
        let credit = export.disbursement["credits"]?[0]
        #expect(credit?["name"] == .string("T. Export"))
        #expect(credit?["remittance"] == .string("Leefgeld"))
        // What was done about the person, and what the person's phone did.
        let operations = (export.accounts["auditTrail"]?.elements ?? [])
            .compactMap { $0["operation"] }
        #expect(operations == [.string("registerPerson"), .string("enrol")])
        // Of nobody else: the same counter gets another person's part only.
        let text = try String(decoding: JSONEncoder().encode(export), as: UTF8.self)
        #expect(!text.contains("Inwoner"))
    }

    @Test func `residents get their own export and nobody else's`() async throws {
        let community = try await TestCommunity.make()
        let (one, other) = (
            try await community.enrolPerson("Een"), try await community.enrolPerson("Ander")
        )
        for operation in [API.Operation.getPersonExport, .getPersonExportPage] {
            let own = try await one.phone.call(operation, ["personId": "\(one.person)"])
            #expect(own.status == 200)
            let foreign = try await one.phone.call(operation, ["personId": "\(other.person)"])
            #expect(foreign.problemType == .notFound)
        }
        let merchant = try await community.openShop().merchant
        let answer = try await community.administrator.call(
            .getPersonExport,
            ["personId": "\(merchant)"]
        )
        #expect(answer.problemType == .notFound)
    }

    @Test func `the page for reading runs nothing, whatever names are made of`() async throws {
        let community = try await TestCommunity.make()
        let name = #"<script>alert("1")</script> & '<img src=x onerror=y>'"#
        let person = try await community.registerPerson(name)
        let page = try await community.administrator.call(
            .getPersonExportPage,
            ["personId": "\(person.id)"]
        )
        #expect(page.status == 200)
        #expect(page.headers["content-type"] == MediaType.html)
        #expect(page.text.hasPrefix("<!doctype html>"))
        #expect(!page.text.contains("<script"))
        #expect(!page.text.contains("<img"))
        #expect(page.text.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;"))
        // Nothing comes from elsewhere.
        for marker in ["http:", "https:", " src=\"", "href=", "url("] {
            #expect(!page.text.contains(marker), "\(marker)")
        }
    }
}

extension JSONValue {
    /// A member of an object.
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// An element of an array.
    subscript(place: Int) -> JSONValue? {
        elements.indices.contains(place) ? elements[place] : nil
    }

    /// The elements of an array.
    var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }
}
