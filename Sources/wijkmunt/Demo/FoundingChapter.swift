import API

/// A community, its coin, the area it holds in, and who acts.
struct FoundingChapter {
    let story: Story
    let urls: ServiceURLs
    let `operator`: ServiceClient
    let geofenceFile: String

    func play() async throws -> Town {
        story.chapter("A neighbourhood makes a coin")
        let (community, admin) = try await makeCommunity()
        try await makeCoin(admin)
        return try await appointOfficers(community, admin)
    }

    private func makeCommunity() async throws -> (Community, ServiceClient) {
        let key = SigningKey()
        let community: Community = try await `operator`.call(
            .createCommunity,
            body: CommunityCreation(
                name: "Vogelbuurt",
                administrator: AdministratorCreation(
                    name: "Buurtvereniging Vogelbuurt",
                    publicKey: key.publicKey
                )
            )
        )
        guard let administrator = community.administrator else {
            throw Story.Mismatch(description: "the community came without administrator")
        }
        story.tell("The operator makes the community \(community.name).")
        return (
            community, ServiceClient(urls: urls, clientId: administrator.clientId, key: key)
        )
    }

    private func makeCoin(_ admin: ServiceClient) async throws {
        let coin: Coin = try await admin.call(
            .createCoin,
            body: CoinCreation(code: Town.coinCode, name: "Vogelmunt", symbol: "ⱱ", digits: 2)
        )
        story.tell("Its administrator makes the coin \(coin.name), worth one euro each.")
        let area: Geofence = try await admin.call(
            .importGeofence,
            body: GeofenceImport(name: "vogelbuurt", geoJson: try readJSON(geofenceFile))
        )
        story.tell(
            "The neighbourhood is drawn: \(area.vertices) corners, "
                + "\(area.areaSquareMetres / 10_000) hectares."
        )
        let policy: LocalityPolicy = try await admin.call(
            .setLocalityPolicy,
            path: ["coinCode": coin.code],
            body: LocalityPolicySetting(
                geofence: "vogelbuurt",
                rules: [
                    .shopInGeofence, .payerInGeofence(mode: .confident),
                    .payerNearShop(withinMetres: 150), .freshFix(maxAgeSeconds: 120),
                    .accurateFix(maxAccuracyMetres: 100), .noMock,
                ]
            )
        )
        let rules = policy.rules.map(\.name.rawValue).joined(separator: ", ")
        story.tell("It may be spent under policy \(policy.version): \(rules).")
    }

    private func appointOfficers(
        _ community: Community,
        _ admin: ServiceClient
    ) async throws -> Town {
        let municipality: Institution = try await admin.call(
            .registerInstitution,
            body: InstitutionRegistration(
                name: "Gemeente Wijkstad, Sociale Zaken",
                kind: .municipality
            )
        )
        func officer(_ name: String, _ roles: [Role]) async throws -> ServiceClient {
            let key = SigningKey()
            let client: Client = try await admin.call(
                .registerClient,
                body: ClientRegistration(
                    partyId: municipality.id,
                    name: name,
                    roles: roles,
                    publicKey: key.publicKey
                )
            )
            return ServiceClient(urls: urls, clientId: client.id, key: key)
        }
        let town = Town(
            story: story,
            urls: urls,
            community: community,
            admin: admin,
            counter: try await officer("counter", [.counterEmployee]),
            clerk: try await officer("clerk", [.benefitsClerk, .benefitsApprover]),
            approver: try await officer("approver", [.benefitsApprover]),
            treasurer: try await officer("treasurer", [.treasurer]),
            controller: try await officer("controller", [.treasurer])
        )
        story.tell(
            "\(municipality.name) takes part with a counter, a clerk, an approver and two treasurers, "
                + "each with a key of their own."
        )
        try await town.requireBooks(circulation: "0.00")
        return town
    }
}
