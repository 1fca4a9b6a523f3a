import API
import Crypto
import Foundation
import LocalStack
import TestSupport
import Testing

@Suite struct AccountsTests {
    @Test func `a coin's code is taken once in a community`() async throws {
        let community = try await TestCommunity.make()
        let coin = CoinCreation(code: TestCommunity.coin, name: "Nog een", symbol: "X", digits: 2)
        #expect(
            try await community.administrator.call(.createCoin, body: coin).problemType
                == .coinExists
        )
        // The shared community has a coin of this code as well: codes are each community's own.
        let cast = try await Cast.shared
        let theirs = try await cast.resident.phone.call(
            .getCoin,
            ["coinCode": TestCommunity.coin]
        ).decode(Coin.self)
        #expect(theirs.name == "Oosterhof" && theirs.locality == .geofenced)
        let list = try await community.administrator.call(.listCoins).decode(Page<Coin>.self)
        #expect(list.items.map(\.code) == [TestCommunity.coin])
    }

    @Test func `one code may race and one of them makes the coin`() async throws {
        let community = try await TestCommunity.make()
        let types = try await withThrowingTaskGroup(of: ProblemType?.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    try await community.administrator.call(
                        .createCoin,
                        body: CoinCreation(code: "race", name: "Race", symbol: "R", digits: 2)
                    ).problemType
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(types.filter { $0 == nil }.count == 1)
        #expect(types.filter { $0 == .coinExists }.count == 4)
    }

    @Test func `an activation code is used once`() async throws {
        let community = try await TestCommunity.make()
        let person = try await community.registerPerson("Een")
        let code = try #require(person.activationCode?.code)
        #expect(person.state == .registered && person.walletId == nil)
        let resident = try await community.enrol(person)
        #expect(try await enrol(code, community).problemType == .activationCodeInvalid)
        let seen = try await community.administrator.call(
            .getPerson,
            ["personId": "\(person.id)"]
        ).decode(Person.self)
        #expect(seen.state == .enrolled && seen.walletId == resident.wallet)
        // Only the answer to the registration has the code.
        #expect(seen.activationCode == nil)
    }

    @Test func `a retried enrolment is answered again with the same client`() async throws {
        let community = try await TestCommunity.make()
        let person = try await community.registerPerson("Een")
        let code = try #require(person.activationCode?.code)
        let key = P256.Signing.PrivateKey()
        let first = try await enrol(code, community, key: key, idempotencyKey: "e-1")
        let again = try await enrol(code, community, key: key, idempotencyKey: "e-1")
        #expect(first.status == 201 && first.body == again.body)
    }

    @Test func `one code enrolled by many at once is one phone`() async throws {
        let community = try await TestCommunity.make()
        let code = try #require(try await community.registerPerson("Een").activationCode?.code)
        let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for _ in 0..<5 { group.addTask { try await enrol(code, community) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 201 }.count == 1)
        #expect(answers.filter { $0.problemType == .activationCodeInvalid }.count == 4)
    }

    @Test func `a new code voids the old one and keeps the wallet`() async throws {
        let community = try await TestCommunity.make()
        let person = try await community.registerPerson("Een")
        let old = try #require(person.activationCode?.code)
        let path = ["personId": "\(person.id)"]
        let new = try await community.administrator.call(.createActivationCode, path)
            .decode(ActivationCode.self)
        #expect(new.code != old)
        #expect(try await enrol(old, community).problemType == .activationCodeInvalid)
        let typed = new.code.lowercased().replacing("-", with: "")
        let first = try await enrol(typed, community).decode(Enrolment.self)
        let next = try await community.administrator.call(.createActivationCode, path)
            .decode(ActivationCode.self)
        let second = try await enrol(next.code, community).decode(Enrolment.self)
        #expect(second.walletId == first.walletId && second.clientId != first.clientId)
    }

    @Test func `a taken alias leaves the code unused`() async throws {
        let community = try await TestCommunity.make()
        let alias = "noor.\(Int.random(in: 100_000...999_999))"
        _ = try await community.enrolPerson("Een", alias: alias)
        let code = try #require(try await community.registerPerson("Twee").activationCode?.code)
        #expect(try await enrol(code, community, alias: alias).problemType == .aliasTaken)
        let free = try await enrol(code, community, alias: alias + ".b").decode(Enrolment.self)
        #expect(free.alias == alias + ".b")
        // Another community has its own names.
        let other = try await TestCommunity.make(rules: nil)
        #expect(try await other.enrolPerson("Een", alias: alias).wallet != free.walletId)
    }

    @Test func `an IBAN is linked to one person`() async throws {
        let community = try await TestCommunity.make()
        let (first, second) = (TestIBAN.number(31), TestIBAN.number(32))
        let one = try await community.registerPerson("Een", iban: first)
        #expect(one.ibanMasked?.hasSuffix(String(first.suffix(4))) == true)
        #expect(one.ibanMasked?.contains(first) == false)
        let twice = try await community.administrator.call(
            .registerPerson,
            body: PersonRegistration(displayName: "Twee", iban: first)
        )
        #expect(twice.problemType == .ibanAlreadyLinked)
        let two = try await community.registerPerson("Twee")
        func link(_ iban: String, to person: Person) async throws -> TestAnswer {
            try await community.administrator.call(
                .linkIban,
                ["personId": "\(person.id)"],
                body: IbanLink(iban: iban)
            )
        }
        #expect(try await link(first, to: two).problemType == .ibanAlreadyLinked)
        #expect(try await link(second, to: two).status == 201)
        // Moving to a new account frees the old one.
        #expect(try await link(TestIBAN.number(33), to: one).status == 201)
        #expect(try await link(first, to: two).status == 201)
        for wrong in ["NL00TEST0000000001", first.lowercased(), "XX", first + "1"] {
            let answer = try await link(wrong, to: two)
            #expect(answer.problemType == .invalidRequest, "\(wrong)")
            #expect(answer.problem?.errors?.map(\.pointer) == ["/iban"], "\(wrong)")
        }
    }

    @Test func `a revoked phone gets no tokens, the next one has the wallet`() async throws {
        let community = try await TestCommunity.make()
        let resident = try await community.resident(with: "10.00")
        let revoked = try await community.administrator.call(
            .revokeClient,
            ["clientId": "\(resident.phone.id)"],
            body: ClientRevocation(reason: "gestolen")
        )
        #expect(revoked.status == 201)
        let refused = try await resident.phone.requestToken(assertion: resident.phone.assertion())
        #expect(refused.problemType == .invalidClient)
        let code = try await community.administrator.call(
            .createActivationCode,
            ["personId": "\(resident.person)"]
        ).decode(ActivationCode.self)
        let (phone, enrolment) = try await community.enrolDevice(code: code.code)
        let next = TestResident(phone: phone, person: resident.person, wallet: resident.wallet)
        #expect(enrolment.walletId == resident.wallet)
        #expect(try await next.available() == "10.00")
    }

    @Test func `a key that is no point of the curve, or a device's role, is refused`() async throws
    {
        let community = try await TestCommunity.make()
        let zero = String(repeating: "A", count: 43)
        let registration = ClientRegistration(
            partyId: community.institution,
            name: "X",
            roles: [.auditor],
            publicKey: EcPublicJwk(x: zero, y: zero)
        )
        let answer = try await community.administrator.call(.registerClient, body: registration)
        #expect(answer.problemType == .invalidRequest)
        for role in Role.allCases where !role.isRegistrable {
            var other = registration
            other.roles = [role]
            other.publicKey = .ec(TestClient.publicJWK(of: P256.Signing.PrivateKey()))
            let answer = try await community.administrator.call(.registerClient, body: other)
            #expect(answer.problemType == .invalidRequest, "\(role)")
        }
    }

    private func enrol(
        _ code: String,
        _ community: TestCommunity,
        alias: String? = nil,
        key: P256.Signing.PrivateKey = P256.Signing.PrivateKey(),
        idempotencyKey: String? = nil
    ) async throws -> TestAnswer {
        try await community.administrator.call(
            .enrol,
            body: EnrolmentRequest(
                activationCode: code,
                publicKey: TestClient.publicJWK(of: key),
                deviceName: "telefoon",
                alias: alias
            ),
            key: idempotencyKey
        )
    }
}
