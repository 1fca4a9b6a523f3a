import API
import Postgres
import TestSupport
import Testing

/// Numbers by which institutions know people: linked by one, confirmed by another, never a BSN.
@Suite struct ClientNumberTests {
    @Test func `a number counts once a second person has read the same one`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let person = try await community.registerPerson("Een").id
        let linked = try await community.link("k-104 822", to: person)
            .decode(LinkedClientNumber.self)
        #expect(linked.state == .unconfirmed && linked.institutionId == community.institution)
        #expect(linked.clientNumberMasked == "••••822")
        let (first, second) = (community.administrator, community.colleague)
        #expect(
            try await community.confirm(linked, "K-104822", by: first).problemType
                == .secondPersonRequired
        )
        #expect(
            try await community.confirm(linked, "K-104823", by: second).problemType
                == .clientNumberMismatch
        )
        let confirmed = try await community.confirm(linked, "K-104822", by: second)
            .decode(LinkedClientNumber.self)
        #expect(confirmed.state == .confirmed && confirmed.confirmedBy == second.id)
        // Asked again, it is what it is.
        let again = try await community.confirm(linked, "K-104822", by: first)
        #expect(try again.decode(LinkedClientNumber.self) == confirmed)
        #expect(
            try await community.link("K-104822", to: person).decode(LinkedClientNumber.self)
                == confirmed
        )
    }

    @Test func `a claim keeps no rightful holder out, and proof keeps every claim out`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let one = try await community.registerPerson("Een").id
        let two = try await community.registerPerson("Twee").id
        let claim = try await community.link("K-1000", to: one).decode(LinkedClientNumber.self)
        let right = try await community.link("K-1000", to: two).decode(LinkedClientNumber.self)
        let confirmed = try await community.confirm(right, "K-1000", by: community.colleague)
            .decode(LinkedClientNumber.self)
        #expect(
            try await community.confirm(claim, "K-1000", by: community.colleague).problemType
                == .clientNumberLinked
        )
        let three = try await community.registerPerson("Drie").id
        #expect(try await community.link("K-1000", to: three).problemType == .clientNumberLinked)
        // Of another institution the same number is another one.
        let employer = try await community.administrator.call(
            .registerInstitution,
            body: InstitutionRegistration(name: "Werkgever", kind: .employer)
        ).decode(Institution.self)
        #expect(
            try await community.link("K-1000", to: three, of: employer.id).status == 201
        )
        // Taken back, it is free again.
        let withdrawn = try await community.withdraw(confirmed).decode(LinkedClientNumber.self)
        #expect(withdrawn.state == .withdrawn)
        #expect(try await community.confirm(right, "K-1000", by: community.colleague).status == 404)
        #expect(
            try await community.confirm(claim, "K-1000", by: community.colleague).status == 201
        )
        let listed = try await community.administrator.call(
            .listClientNumbers,
            ["personId": "\(two)"]
        ).decode(Page<LinkedClientNumber>.self).items
        #expect(listed == [withdrawn])
    }

    @Test(arguments: ["999990019", "99.99.90.019", "BSN 999990019", "K#1", "KLM", "12345672"])
    func `what could be a BSN, or is no number, is refused`(number: String) async throws {
        let community = try await TestCommunity.make(rules: nil)
        let person = try await community.registerPerson("Een").id
        let answer = try await community.link(number, to: person)
        #expect(answer.problemType == .invalidRequest)
        #expect(!answer.text.contains(number))
    }

    @Test func `a person has a limited number of numbers`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let person = try await community.registerPerson("Een").id
        for number in 0..<20 {
            #expect(try await community.link("K-20\(number)", to: person).status == 201)
        }
        #expect(
            try await community.link("K-2020", to: person).problemType == .tooManyClientNumbers
        )
    }

    @Test func `the person sees the numbers, and erasing takes them away`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let person = try await community.registerPerson("Een").id
        let linked = try await community.link("K-104822", to: person)
            .decode(LinkedClientNumber.self)
        let path = ["personId": "\(person)"]
        let export = try await community.administrator.call(.getPersonExport, path)
        #expect(export.text.contains("••••822") && !export.text.contains("104822"))
        #expect(try await community.administrator.call(.erasePerson, path).status == 201)
        let left = try await OpenedDatabase.shared.owner.query(
            "SELECT count(*) FROM accounts.client_number WHERE id = \(linked.id.uuid)"
        ) { try $0.one().decode(Int64.self) }
        #expect(left == 0)
    }
}
