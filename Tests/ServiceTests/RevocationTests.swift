import API
import AsyncHTTPClient
import Foundation
import LocalStack
import Logging
import NIOCore
import NIOHTTP1
import Postgres
import TestSupport
import Testing

/// Tokens that were issued for ten minutes and are refused within seconds.
@Suite struct RevocationTests {
    /// One operation of each service.
    private static let doors: [API.Operation] = [
        .listWallets, .listCoins, .listShops, .listProgrammes,
    ]

    @Test func `every service refuses the token of a revoked phone, another phone goes on`()
        async throws
    {
        let community = try await TestCommunity.make()
        let lost = try await community.enrolPerson("Twee Telefoons")
        let other = try await community.nextPhone(of: lost.person)
        let (token, otherToken) = try await (lost.phone.accessToken(), other.accessToken())
        try await expectTaken(token, from: lost.phone)
        try await community.revoke(lost.phone)
        try await expectRefusedSoon(token, from: lost.phone)
        try await expectTaken(otherToken, from: other)
    }

    @Test func `a client whose tokens are revoked asks for another and goes on`() async throws {
        let community = try await TestCommunity.make()
        let clerk = community.clerk
        let token = try await clerk.accessToken(scope: "programmes:read")
        try await expectTaken(token, from: clerk)
        let answer = try await community.administrator.call(
            .revokeTokens,
            ["clientId": "\(clerk.id)"],
            body: ClientRevocation(reason: "in een logboek gevonden")
        )
        #expect(try answer.decode(TokenRevocation.self).clientId == clerk.id)
        try await expectRefusedSoon(token, from: clerk)
        // One of the same second would be refused as well.
        let next = try await eventually("a token counts again") {
            let next = try await clerk.accessToken(scope: "programmes:read")
            let taken = try await clerk.bare(.listProgrammes, token: next)
            return taken.status == 200 ? next : nil
        }
        try await expectTaken(next, from: clerk)
        try await community.revoke(clerk)
        let late = try await community.administrator.call(
            .revokeTokens,
            ["clientId": "\(clerk.id)"],
            body: ClientRevocation(reason: "nog eens")
        )
        #expect(late.problemType == .clientNotActive)
    }

    @Test func `a revoked party has no client and no code left, and may begin anew`() async throws {
        let community = try await TestCommunity.make()
        let robbed = try await community.enrolPerson("Tas Gestolen")
        let tablet = try await community.nextPhone(of: robbed.person)
        let letter = try await community.activationCode(of: robbed.person)
        let neighbour = try await community.enrolPerson("Buurman")
        let devices = [robbed.phone, tablet]
        let tokens = try await [robbed.phone.accessToken(), tablet.accessToken()]
        let revocation = try await community.revokeParty(robbed.person).decode(PartyRevocation.self)
        #expect(revocation.partyId == robbed.person)
        #expect(revocation.revokedClients == 2)
        for (device, token) in zip(devices, tokens) {
            try await expectRefusedSoon(token, from: device)
        }
        for client in devices {
            let refused = try await client.requestToken(assertion: client.assertion())
            #expect(refused.problemType == .invalidClient)
        }
        let stolen = try await neighbour.phone.call(
            .enrol,
            body: EnrolmentRequest(
                activationCode: letter,
                publicKey: TestClient.publicJWK(of: neighbour.phone.key),
                deviceName: "dief"
            )
        )
        #expect(stolen.problemType == .activationCodeInvalid)
        try await expectTaken(try await neighbour.phone.accessToken(), from: neighbour.phone)
        let next = try await community.nextPhone(of: robbed.person)
        let wallets = try await next.call(.listWallets).decode(Page<Wallet>.self).items
        #expect(wallets.map(\.id) == [robbed.wallet])
        let again = try await community.revokeParty(robbed.person).decode(PartyRevocation.self)
        #expect(again.revokedClients == 1)
    }

    @Test func `a revoked merchant's software and tills are refused`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let tokens = try await [shop.owner.accessToken(), shop.till.accessToken()]
        let revocation = try await community.revokeParty(shop.merchant)
            .decode(PartyRevocation.self)
        #expect(revocation.revokedClients == 2)
        for (client, token) in zip([shop.owner, shop.till], tokens) {
            try await expectRefusedSoon(token, from: client)
        }
    }

    @Test func `a party that is not there cannot be revoked`() async throws {
        let community = try await TestCommunity.make()
        #expect(try await community.revokeParty(community.id).problemType == .notFound)
    }

    @Test func `an instance that starts later refuses from its first answer`() async throws {
        let community = try await TestCommunity.make()
        let phone = try await community.enrolPerson("Kwijt").phone
        let token = try await phone.accessToken()
        try await community.revoke(phone)
        let instance = try await SecondInstance.start(
            .wallet,
            of: community.stack,
            programs: TestStack.programs
        )
        let url = try #require(await instance.url)
        let there = phone.at([.wallet: url])
        let answer = try await there.bare(.listWallets, token: token)
        await instance.stop()
        #expect(answer.problemType == .unauthorized)
    }

    @Test func `a revocation is announced, and one that was not is found all the same`()
        async throws
    {
        // Of its own, where nobody else's announcements are heard.
        try await TestStack.withOwn { stack in
            let community = try await TestCommunity.make(on: stack)
            let (loud, silent) = (
                try await community.enrolPerson("Luid").phone,
                try await community.enrolPerson("Stil").phone
            )
            let token = try await silent.accessToken()
            let listener = NotificationListener(
                configuration: try stack.databaseConfiguration(role: "wijkmunt_wallet"),
                channels: ["accounts_revocation"],
                logger: Logger(label: "test")
            )
            var heard = listener.notifications("accounts_revocation").makeAsyncIterator()
            let listening = Task { try await listener.run() }
            #expect(await heard.next() == .reconnected)
            try await community.revokeUnheard(silent)
            try await expectRefusedSoon(token, from: silent)
            try await community.revoke(loud)
            #expect(await heard.next() == .received(""))
            listening.cancel()
            try await listening.value
            #expect(await heard.next() == nil)
        }
    }

    @Test func `a stream of events ends with the token it was opened with`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "10.00")
        let payment = try await shop.request("2.00")
        // What a revoked till asked for is withdrawn; its owner's payments stay.
        let token = try await shop.owner.accessToken()
        let url = shop.owner.address(.streamPaymentEvents, ["paymentId": "\(payment.id)"])
        var request = HTTPClientRequest(url: url)
        for (name, value) in try shop.owner.credentials(token, method: "GET", url: url) {
            request.headers.add(name: name, value: value)
        }
        let response = try await RawHTTP.client.execute(request, timeout: .seconds(180))
        var text = ""
        var isRevoked = false
        for try await chunk in response.body {
            text += String(buffer: chunk)
            if !isRevoked, text.contains("\n\n") {
                isRevoked = true
                try await community.revoke(shop.owner)
                try await expectRefusedSoon(token, from: shop.owner)
                #expect(try await resident.pay(payment).status == 201)
            }
        }
        #expect(isRevoked)
        #expect(!text.contains(#""state":"accepted""#))
    }

    @Test(arguments: [ServiceName.wallet, .merchant, .disbursement])
    func `another service reads whose tokens are refused, and can revoke nobody`(
        service: ServiceName
    ) async throws {
        let database = try await Self.connect(service)
        try await database.execute("SELECT client_id, tokens_before FROM accounts.revocation")
        for forbidden in [
            "INSERT INTO accounts.revocation SELECT * FROM accounts.revocation LIMIT 0",
            "SELECT community_id FROM accounts.revocation", "DELETE FROM accounts.revocation",
            "UPDATE accounts.client SET revoked_at = now()",
        ] {
            try await expectForbidden(forbidden, to: database)
        }
        await database.shutDown()
    }

    @Test func `even the accounts service takes no revocation back`() async throws {
        let database = try await Self.connect(.accounts)
        for forbidden in [
            "UPDATE accounts.revocation SET tokens_before = now()",
            "DELETE FROM accounts.revocation", "TRUNCATE accounts.revocation",
            "ALTER TABLE accounts.revocation DISABLE TRIGGER ALL",
        ] {
            try await expectForbidden(forbidden, to: database)
        }
        await database.shutDown()
    }

    private static func connect(_ service: ServiceName) async throws -> Database {
        Database(
            configuration: try await TestStack.shared.databaseConfiguration(
                role: service.databaseRole
            ),
            logger: Logger(label: service.databaseRole)
        )
    }

    private func expectForbidden(_ statement: String, to database: Database) async throws {
        do {
            _ = try await database.execute("\(rawSQL: statement)")
            Issue.record("allowed: \(statement)")
        } catch let error as PostgresError {
            #expect(error.sqlState == "42501", "\(statement): \(error)")
        }
    }

    /// Every service lets the token in; what it may do there is another matter.
    private func expectTaken(_ token: String, from client: TestClient) async throws {
        for door in Self.doors {
            let answer = try await client.bare(door, token: token)
            #expect([200, 403].contains(answer.status), "\(door.id)")
        }
    }

    /// Every service refuses the token long before its ten minutes are over.
    private func expectRefusedSoon(_ token: String, from client: TestClient) async throws {
        for door in Self.doors {
            let refusal = try await eventually("\(door.id) refuses") {
                let answer = try await client.bare(door, token: token)
                return answer.status == 401 ? answer : nil
            }
            #expect(refusal.problemType == .unauthorized, "\(door.id)")
            let scheme = client.provesKey ? "DPoP" : "Bearer"
            let challenge = refusal.headers["www-authenticate"] ?? ""
            #expect(challenge.hasPrefix("\(scheme) error=\"invalid_token\""), "\(door.id)")
            #expect(refusal.problem?.detail == "The token was revoked.", "\(door.id)")
        }
    }
}

extension TestCommunity {
    fileprivate func revoke(_ client: TestClient) async throws {
        _ = try await administrator.call(
            .revokeClient,
            ["clientId": "\(client.id)"],
            body: ClientRevocation(reason: "kwijt")
        ).decode(Client.self)
    }

    /// As a replica applies it: without triggers, hence without a notification.
    fileprivate func revokeUnheard(_ client: TestClient) async throws {
        let (community, client) = (id.uuid, client.id.uuid)
        try await stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
            try await owner.transaction { connection in
                try connection.execute("SET LOCAL session_replication_role = replica")
                try connection.execute(
                    """
                    INSERT INTO accounts.revocation (community_id, client_id, tokens_before,
                                                     reason, created_at)
                    VALUES (\(community), \(client), now() + interval '1 minute', 'stil', now())
                    """
                )
            }
        }
    }

    fileprivate func revokeParty(_ party: Identifier) async throws -> TestAnswer {
        try await administrator.call(
            .revokeParty,
            ["partyId": "\(party)"],
            body: ClientRevocation(reason: "gestolen")
        )
    }

    fileprivate func activationCode(of person: Identifier) async throws -> String {
        try await administrator.call(.createActivationCode, ["personId": "\(person)"])
            .decode(ActivationCode.self).code
    }

    /// One more phone for somebody who has one.
    fileprivate func nextPhone(of person: Identifier) async throws -> TestClient {
        try await enrolDevice(code: activationCode(of: person)).0
    }
}
