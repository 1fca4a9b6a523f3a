import API
import Foundation
import ISO20022
import Postgres
import TestSupport
import Testing

/// Whom a payment file pays: by card, activation code and client number, beside IBAN and alias.
@Suite struct CreditorTests {
    /// A file with one line of 10.00 for each account.
    private func file(_ accounts: [(CreditorKind, String)]) throws -> String {
        try accounts.enumerated().reduce(
            TestPaymentFile.xml(
                accounts.indices.map { TestCredit("N\($0)", TestIBAN.number(700 + $0), "10.00") }
            )
        ) { xml, next in
            let scheme = try #require(next.element.0.scheme)
            return xml.replacing(
                "<IBAN>\(TestIBAN.number(700 + next.offset))</IBAN>",
                with: "<Othr><Id>\(next.element.1)</Id><SchmeNm><Prtry>\(scheme)</Prtry>"
                    + "</SchmeNm></Othr>"
            )
        }
    }

    private func pay(
        _ accounts: [(CreditorKind, String)],
        from programme: Programme,
        _ community: TestCommunity
    ) async throws -> Batch {
        let batch = try await community.submit(file(accounts), to: programme.id)
            .decode(Batch.self)
        #expect(batch.state == .validated)
        return try await community.approve(batch.id)
    }

    private func lines(
        of batch: Batch,
        _ community: TestCommunity
    ) async throws -> [Instruction] {
        try await community.clerk.call(.listInstructions, ["batchId": "\(batch.id)"])
            .decode(Page<Instruction>.self).items
    }

    private func lands(_ value: String, for resident: TestResident) async throws {
        _ = try await eventually("the credit lands") {
            try await resident.available() == value ? true : nil
        }
    }

    @Test func `a client number finds whom the institution knows by it`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme()
        let one = try await community.enrolPerson("Een")
        let two = try await community.enrolPerson("Twee")
        let first = try await community.link("K-3001", to: one.person)
            .decode(LinkedClientNumber.self)
        #expect(
            try await community.confirm(first, "K-3001", by: community.colleague).status == 201
        )
        // A claim finds nobody, and neither does the number of another institution.
        let second = try await community.link("K-3002", to: two.person)
            .decode(LinkedClientNumber.self)
        let employer = try await community.administrator.call(
            .registerInstitution,
            body: InstitutionRegistration(name: "Werkgever", kind: .employer)
        ).decode(Institution.self)
        let other = try await community.link("K-3003", to: two.person, of: employer.id)
            .decode(LinkedClientNumber.self)
        #expect(
            try await community.confirm(other, "K-3003", by: community.colleague).status == 201
        )
        let batch = try await pay(
            [(.clientNumber, "k-3001"), (.clientNumber, "K-3002"), (.clientNumber, "K-3003")],
            from: programme,
            community
        )
        #expect(batch.counts.credited == 1 && batch.counts.waiting == 2)
        #expect(try await one.available() == "10.00")
        let found = try await lines(of: batch, community)
        #expect(found.map(\.resolution) == [.clientNumber, .notEnrolled, .notEnrolled])
        #expect(found[0].creditorMasked == "••••01")
        #expect(
            try await community.confirm(second, "K-3002", by: community.colleague).status == 201
        )
        try await lands("10.00", for: two)
    }

    @Test func `a card finds its holder, waits while it is blank, and fails when it is nobody's`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme()
        let cards = try await community.blankCards(2)
        let (one, two) = (
            try await community.enrolPerson("Een"), try await community.enrolPerson("Twee")
        )
        #expect(try await community.link(cards[0], to: one.person).status == 201)
        let batch = try await pay(
            [(.card, cards[0].number), (.card, cards[1].number), (.card, "9000000000000001")],
            from: programme,
            community
        )
        #expect(batch.counts.credited == 1 && batch.counts.waiting == 1)
        #expect(batch.counts.failed == 1)
        #expect(try await one.available() == "10.00")
        #expect(try await community.link(cards[1], to: two.person).status == 201)
        try await lands("10.00", for: two)
        #expect(
            try await lines(of: batch, community)[0].creditorMasked
                == "•••• \(cards[0].number.suffix(4))"
        )
    }

    @Test func `coins for an activation code wait for whoever enrols with it`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme()
        let person = try await community.registerPerson("Een")
        let code = try #require(person.activationCode?.code)
        let batch = try await pay(
            [(.activationCode, code), (.activationCode, "0000-0000-0000")],
            from: programme,
            community
        )
        #expect(batch.counts.waiting == 1 && batch.counts.failed == 1)
        let shown = try await lines(of: batch, community)
        #expect(shown.allSatisfy { $0.creditorMasked == "••••-••••-••••" })
        try await lands("10.00", for: community.enrol(person))
    }

    @Test(arguments: [
        (CreditorKind.clientNumber, "999990019"), (.clientNumber, "K#1"),
        (.card, "9000000000000002"), (.activationCode, "0000-0000-0001"),
    ])
    func `an account that cannot be is refused with its line, and not repeated`(
        kind: CreditorKind,
        text: String
    ) async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme()
        let answer = try await community.submit(file([(kind, text)]), to: programme.id)
        let batch = try answer.decode(Batch.self)
        #expect(batch.state == .refused)
        let findings = try await community.clerk.call(
            .listFindings,
            ["batchId": "\(batch.id)"]
        )
        #expect(!findings.text.contains(text))
        let refusals = try findings.decode(Page<API.Finding>.self).items
            .filter { $0.severity == .refusal }
        #expect(refusals.map(\.code) == ["AC03"] && refusals.map(\.line) == [1])
    }

    @Test func `a person sees what came by client number, and erasing leaves no trace of it`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme()
        let person = try await community.registerPerson("Een").id
        let linked = try await community.link("K-5001", to: person)
            .decode(LinkedClientNumber.self)
        #expect(
            try await community.confirm(linked, "K-5001", by: community.colleague).status == 201
        )
        let batch = try await pay([(.clientNumber, "K-5001")], from: programme, community)
        #expect(batch.counts.waiting == 1)
        let path = ["personId": "\(person)"]
        let export = try await community.administrator.call(.getPersonExport, path)
        #expect(export.text.contains("\(batch.id)"))
        // What may still be credited keeps its creditor.
        let early = try await community.administrator.call(.erasePerson, path)
        #expect(early.problemType == .personNotErasable)
    }
}
