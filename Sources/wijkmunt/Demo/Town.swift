import API

/// The community of the story with everybody who acts for it. All names are invented.
struct Town: Sendable {
    static let coinCode = "vogelmunt"
    static let bakery = Place(longitude: 5.1064, latitude: 52.0908)
    /// Some steps from the bakery.
    static let pavement = Phone.Position(
        longitude: 5.1067,
        latitude: 52.0909,
        accuracyMetres: 8,
        fixedSecondsAgo: 5
    )
    /// The station lies a kilometre and a half further east, outside the neighbourhood.
    static let station = Phone.Position(
        longitude: 5.1290,
        latitude: 52.0899,
        accuracyMetres: 8,
        fixedSecondsAgo: 5
    )

    let story: Story
    let urls: ServiceURLs
    let community: Community
    let admin: ServiceClient
    /// Sees the proof of bank accounts that the administrator linked.
    let counter: ServiceClient
    /// May submit and approve; the rule of the second person holds all the same.
    let clerk: ServiceClient
    let approver: ServiceClient
    let treasurer: ServiceClient
    /// Releases what the treasurer makes.
    let controller: ServiceClient

    /// An amount of the community's coin.
    func coins(_ value: String) -> Amount { Amount(value: value, coin: Self.coinCode) }

    /// Holds circulation against reserve, which must be equal after every step.
    func requireBooks(circulation: String) async throws {
        let books: Circulation = try await admin.call(
            .getCirculation,
            path: ["coinCode": Self.coinCode]
        )
        try story.require(books.circulation.value, is: circulation, "circulation")
        try story.require(books.reserve.value, is: circulation, "reserve")
        story.detail("books: circulation \(books.circulation.text) = reserve € \(circulation)")
    }

    /// Registers software of an organisation and returns a client with its key.
    func register(_ name: String, party: Identifier, roles: [Role]) async throws -> ServiceClient {
        let key = SigningKey()
        let client: Client = try await admin.call(
            .registerClient,
            body: ClientRegistration(
                partyId: party,
                name: name,
                roles: roles,
                publicKey: key.publicKey
            )
        )
        return ServiceClient(urls: urls, clientId: client.id, key: key)
    }

    /// Hands in an activation code as a new phone.
    func enrol(_ name: String, code: String, alias: String) async throws -> Resident {
        let key = SigningKey()
        let enrolment: Enrolment = try await ServiceClient(urls: urls).call(
            .enrol,
            body: EnrolmentRequest(
                activationCode: code,
                publicKey: key.publicKey,
                deviceName: "Phone",
                alias: alias
            )
        )
        guard let wallet = enrolment.walletId else {
            throw Story.Mismatch(description: "a phone enrolled without a wallet")
        }
        let client = ServiceClient(urls: urls, clientId: enrolment.clientId, key: key)
        return Resident(
            name: name,
            alias: alias,
            phone: Phone(
                clientId: enrolment.clientId,
                walletId: wallet,
                key: key,
                client: client
            )
        )
    }
}

/// Somebody with a phone and a wallet.
struct Resident: Sendable {
    let name: String
    let alias: String
    let phone: Phone

    /// What is available in all pots together.
    func available() async throws -> String {
        let wallet: Wallet = try await phone.client.call(
            .getWallet,
            path: ["walletId": phone.walletId.description]
        )
        return wallet.totals.first { $0.coin == Town.coinCode }?.available.value ?? "0.00"
    }
}
