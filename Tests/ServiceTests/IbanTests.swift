import API
import Foundation
import LocalStack
import Logging
import Postgres
import TestSupport
import Testing

/// Bank accounts of people: claimed by one, verified by another, kept sealed.
@Suite struct IbanTests {
    private func link(_ iban: String, to person: Identifier, _ community: TestCommunity)
        async throws -> TestAnswer
    {
        try await community.administrator.call(
            .linkIban,
            ["personId": "\(person)"],
            body: IbanLink(iban: iban)
        )
    }

    @Test func `benefits for an IBAN that nobody verified wait, and then land`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let iban = TestIBAN.number(51)
        let person = try await community.registerPerson("Een", iban: iban, verified: false)
        #expect(person.ibanState == .unverified)
        let resident = try await community.enrol(person)
        let programme = try await community.fundedProgramme()
        let file = TestPaymentFile.xml([TestCredit("Een", iban, "30.00")])
        let batch = try await community.submit(file, to: programme.id).decode(Batch.self)
        let done = try await community.approve(batch.id)
        #expect(done.counts.waiting == 1 && done.counts.credited == 0)
        let verified = try await community.verify(iban, of: person.id, by: community.colleague)
        #expect(try verified.decode(Person.self).ibanState == .verified)
        _ = try await eventually("the credit lands") {
            try await resident.available() == "30.00" ? true : nil
        }
    }

    @Test func `whoever linked an IBAN does not verify it, and the number must be the same`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let (iban, other) = (TestIBAN.number(61), TestIBAN.number(62))
        let person = try await community.registerPerson("Een", iban: iban, verified: false).id
        let (first, second) = (community.administrator, community.colleague)
        #expect(
            try await community.verify(iban, of: person, by: first).problemType
                == .secondPersonRequired
        )
        #expect(
            try await community.verify(other, of: person, by: second).problemType == .ibanMismatch
        )
        #expect(try await community.verify(iban, of: person, by: second).status == 201)
        // Another IBAN needs another proof.
        let moved = try await link(other, to: person, community).decode(Person.self)
        #expect(moved.ibanState == .unverified)
        #expect(
            try await community.verify(iban, of: person, by: second).problemType == .ibanMismatch
        )
        let nobody = try await community.registerPerson("Twee").id
        #expect(
            try await community.verify(iban, of: nobody, by: second).problemType == .ibanMismatch
        )
    }

    @Test func `a claim keeps no rightful holder out, and proof keeps every claim out`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let iban = TestIBAN.number(71)
        let claimant = try await community.registerPerson("Een", iban: iban, verified: false).id
        let holder = try await community.registerPerson("Twee", iban: iban).id
        #expect(
            try await community.verify(iban, of: claimant, by: community.colleague).problemType
                == .ibanAlreadyLinked
        )
        let third = try await community.registerPerson("Drie").id
        #expect(try await link(iban, to: third, community).problemType == .ibanAlreadyLinked)
        // Linked again, what was verified stays so.
        let again = try await link(iban, to: holder, community).decode(Person.self)
        #expect(again.ibanState == .verified)
    }

    @Test func `IBANs are kept sealed, and a new key takes over from the old one`() async throws {
        try await TestStack.withOwn { stack in
            let community = try await TestCommunity.make(rules: nil, on: stack)
            let iban = TestIBAN.number(777_888_999)
            _ = try await community.registerPerson("Een", iban: iban)
            let before = try await sealed(on: stack)
            #expect(before.count == 1 && !String(decoding: before[0], as: UTF8.self).contains(iban))

            let person = try await rotate(on: stack) {
                try await community.administrator.call(
                    .registerPerson,
                    body: PersonRegistration(displayName: "Twee"),
                    key: "twee"
                )
            }
            let after = try await eventually("sealed anew") {
                let now = try await sealed(on: stack)
                return now[0] == before[0] ? nil : now[0]
            }
            #expect(after.prefix(9) != before[0].prefix(9))
            // What was answered under the old key is answered again.
            let again = try await community.administrator.call(
                .registerPerson,
                body: PersonRegistration(displayName: "Twee"),
                key: "twee"
            )
            #expect(again.body == person.body)
        }
    }

    private func sealed(on stack: LocalStack) async throws -> [[UInt8]] {
        try await stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
            try await owner.query(
                "SELECT iban_sealed FROM accounts.party WHERE iban_sealed IS NOT NULL"
            ) { rows in try rows.map { try $0.decode([UInt8].self) } }
        }
    }

    /// Does something under the old key, and starts the accounts service with another one.
    private func rotate(
        on stack: LocalStack,
        after act: () async throws -> TestAnswer
    ) async throws -> TestAnswer {
        let answer = try await act()
        let file = stack.directory.configFile(of: .accounts)
        let text = try Data(contentsOf: URL(filePath: file))
        var settings = try #require(
            try JSONSerialization.jsonObject(with: text) as? [String: Any]
        )
        var secrets = try #require(settings["secrets"] as? [String: Any])
        let old = try #require(secrets["dataKeyFile"] as? String)
        let new = "\(stack.directory.secrets)/data-key-2.hex"
        try SecretFile.write(String(repeating: "5e", count: 32), to: new)
        secrets["dataKeyFile"] = new
        secrets["retiredDataKeyFiles"] = [old]
        settings["secrets"] = secrets
        let changed = try JSONSerialization.data(withJSONObject: settings)
        try SecretFile.write(String(decoding: changed, as: UTF8.self), to: file)
        try await stack.restart(.accounts)
        return answer
    }
}
