package import API
import Crypto
import Foundation
package import LocalStack

/// A community of its own for one test, made through the public APIs.
package struct TestCommunity: Sendable {
    package let stack: LocalStack
    package let id: Identifier
    package let administrator: TestClient
    /// A second person beside the administrator, for what one alone may not do.
    package let colleague: TestClient
    package let clerk: TestClient
    package let approver: TestClient
    package let treasurer: TestClient
    package let institution: Identifier
    /// How its days lie.
    package let days: TestDays
    package static let coin = "oosterhof"

    /// Makes a community with a coin, a geofence and, unless `rules` is nil, a policy in force. It
    /// lives where it is noon, unless told otherwise.
    package static func make(
        rules: [LocalityRule]? = Neighbourhood.rules,
        on stack: LocalStack? = nil,
        days: TestDays = .atNoon
    ) async throws -> TestCommunity {
        let stack = if let stack { stack } else { try await TestStack.shared }
        let operatorClient = try await TestClient.operatorClient(of: stack)
        let key = P256.Signing.PrivateKey()
        let community = try await operatorClient.call(
            .createCommunity,
            body: CommunityCreation(
                name: "Oosterhof",
                administrator: .init(name: "Beheer", publicKey: TestClient.publicJWK(of: key))
            )
        ).decode(Community.self)
        guard let reference = community.administrator else {
            throw MissingMember(name: "administrator")
        }
        try await days.begin(in: community.id, on: stack)
        let administrator = TestClient(
            id: reference.clientId,
            key: key,
            urls: operatorClient.urls
        )
        let institution = try await administrator.call(
            .registerInstitution,
            body: InstitutionRegistration(name: "Gemeente Voorbeeld", kind: .municipality)
        ).decode(Institution.self)
        func official(_ name: String, _ role: Role) async throws -> TestClient {
            try await administrator.register(name, [role], of: institution.id)
        }
        let made = TestCommunity(
            stack: stack,
            id: community.id,
            administrator: administrator,
            colleague: try await official("Tweede", .communityAdministrator),
            clerk: try await official("Klerk", .benefitsClerk),
            approver: try await official("Fiatteur", .benefitsApprover),
            treasurer: try await official("Kassier", .treasurer),
            institution: institution.id,
            days: days
        )
        try await made.makeCoin(rules)
        return made
    }

    private func makeCoin(_ rules: [LocalityRule]?) async throws {
        _ = try await administrator.call(
            .createCoin,
            body: CoinCreation(code: Self.coin, name: "Oosterhof", symbol: "OH", digits: 2)
        ).decode(Coin.self)
        _ = try await administrator.call(
            .importGeofence,
            body: GeofenceImport(name: "wijk", geoJson: Neighbourhood.geoJSON)
        ).decode(Geofence.self)
        if let rules { try await setPolicy(rules) }
    }

    /// Puts rules in force from now on.
    package func setPolicy(_ rules: [LocalityRule]) async throws {
        let needsGeofence = rules.contains {
            switch $0 {
            case .shopInGeofence, .payerInGeofence: true
            default: false
            }
        }
        _ = try await administrator.call(
            .setLocalityPolicy,
            ["coinCode": Self.coin],
            body: LocalityPolicySetting(geofence: needsGeofence ? "wijk" : nil, rules: rules)
        ).decode(LocalityPolicy.self)
    }

    /// An amount of the community's coin.
    package func amount(_ value: String) -> Amount { Amount(value: value, coin: Self.coin) }

    /// A person is registered at the counter; the code comes with the answer. A second person
    /// verifies the bank account, unless told otherwise.
    package func registerPerson(
        _ name: String,
        iban: String? = nil,
        verified: Bool = true
    ) async throws -> Person {
        let person = try await administrator.call(
            .registerPerson,
            body: PersonRegistration(displayName: name, iban: iban)
        ).decode(Person.self)
        if let iban, verified {
            _ = try await verify(iban, of: person.id, by: colleague).decode(Person.self)
        }
        return person
    }

    /// Somebody says to have seen that a bank account is a person's.
    package func verify(
        _ iban: String,
        of person: Identifier,
        by client: TestClient
    ) async throws -> TestAnswer {
        try await client.call(
            .verifyIban,
            ["personId": "\(person)"],
            body: IbanVerification(iban: iban, evidence: "bankpas en paspoort")
        )
    }

    /// A person is registered and enrols a phone.
    package func enrolPerson(
        _ name: String,
        iban: String? = nil,
        alias: String? = nil
    ) async throws -> TestResident {
        try await enrol(registerPerson(name, iban: iban), alias: alias)
    }

    /// A registered person enrols a phone.
    package func enrol(_ person: Person, alias: String? = nil) async throws -> TestResident {
        guard let code = person.activationCode?.code else {
            throw MissingMember(name: "activationCode")
        }
        let (phone, enrolment) = try await enrolDevice(code: code, alias: alias)
        guard let wallet = enrolment.walletId else { throw MissingMember(name: "walletId") }
        return TestResident(phone: phone, person: person.id, wallet: wallet)
    }

    /// A phone or terminal enrols with a code.
    package func enrolDevice(
        code: String,
        alias: String? = nil
    ) async throws -> (TestClient, Enrolment) {
        let key = P256.Signing.PrivateKey()
        let nobody = TestClient(id: administrator.id, key: key, urls: administrator.urls)
        let enrolment = try await nobody.call(
            .enrol,
            body: EnrolmentRequest(
                activationCode: code,
                publicKey: TestClient.publicJWK(of: key),
                deviceName: "test",
                alias: alias
            )
        ).decode(Enrolment.self)
        return (
            TestClient(
                id: enrolment.clientId,
                key: key,
                urls: administrator.urls,
                provesKey: stack.requiresDeviceProofs
            ), enrolment
        )
    }

    /// A merchant with a verified shop and an enrolled terminal.
    package func openShop(
        at place: Place = Neighbourhood.shopInside,
        verified: Bool = true,
        category: String? = nil,
        payable: Bool = true
    ) async throws -> TestShop {
        let merchant = try await administrator.call(
            .registerMerchant,
            body: MerchantRegistration(
                name: "Bakkerij Oost",
                categoryCode: category,
                coin: Self.coin,
                iban: TestIBAN.number(900_001)
            )
        ).decode(Merchant.self)
        if payable { try await verifyIban(of: merchant.id) }
        let owner = try await administrator.register(
            "Eigenaar",
            [.merchantOwner],
            of: merchant.id
        )
        let shop = try await owner.call(
            .registerShop,
            body: ShopRegistration(
                merchantId: merchant.id,
                name: "Bakkerij Oost",
                address: "Oosterstraat 1",
                longitude: place.longitude,
                latitude: place.latitude
            )
        ).decode(Shop.self)
        if verified {
            _ = try await colleague.call(
                .verifyShopPlace,
                ["shopId": "\(shop.id)"],
                body: ShopVerification(evidence: "bezocht")
            ).decode(Shop.self)
        }
        let terminal = try await owner.call(
            .registerTerminal,
            ["shopId": "\(shop.id)"],
            body: TerminalRegistration(name: "kassa 1")
        ).decode(Terminal.self)
        let (till, _) = try await enrolDevice(code: terminal.activationCode.code)
        return TestShop(
            merchant: merchant.id,
            shop: shop.id,
            owner: owner,
            till: till,
            terminal: terminal.id
        )
    }
}

/// A member that an answer should have had.
package struct MissingMember: Error {
    package let name: String

    package init(name: String) {
        self.name = name
    }
}

/// A person with an enrolled phone.
package struct TestResident: Sendable {
    package let phone: TestClient
    package let person: Identifier
    package let wallet: Identifier

    package init(phone: TestClient, person: Identifier, wallet: Identifier) {
        self.phone = phone
        self.person = person
        self.wallet = wallet
    }
}

/// A merchant with a shop and a till.
package struct TestShop: Sendable {
    package let merchant: Identifier
    package let shop: Identifier
    package let owner: TestClient
    package let till: TestClient
    package let terminal: Identifier
}

extension TestClient {
    /// Registers a client with a fresh key for a party.
    package func register(
        _ name: String,
        _ roles: [Role],
        of party: Identifier
    ) async throws -> TestClient {
        let key = P256.Signing.PrivateKey()
        let client = try await call(
            .registerClient,
            body: ClientRegistration(
                partyId: party,
                name: name,
                roles: roles,
                publicKey: TestClient.publicJWK(of: key)
            )
        ).decode(Client.self)
        return TestClient(id: client.id, key: key, urls: urls)
    }
}
