import API
import Crypto
import Foundation
import TestSupport
import Testing

/// What is recorded of acts, what is not, and who reads it.
@Suite struct AuditTrailTests {
    @Test func `every operation that writes is recorded, or has a reason why not`() {
        let writing = Cast.operations.filter { $0.method != .get }.map(\.id)
        let decided = AuditCoverage.recorded.union(AuditCoverage.reasons.keys)
        #expect(Set(writing).subtracting(decided).sorted() == [], "nobody decided")
        #expect(decided.subtracting(writing).sorted() == [], "decided, and not there")
        #expect(AuditCoverage.recorded.isDisjoint(with: AuditCoverage.reasons.keys))
    }

    @Test func `every act that is to be recorded is, with who did it and on what`() async throws {
        let town = try await BusyTown.shared
        let events = try await town.events()
        let operations = Set(events.map(\.operation))
        #expect(AuditCoverage.recorded.subtracting(operations).sorted() == [], "not recorded")
        #expect(operations.subtracting(AuditCoverage.recorded).sorted() == [], "not to be recorded")
        #expect(events.map(\.nr) == Array((1...events.count).reversed()))
        // Whoever makes a community is of none; everybody else is known there.
        for event in events where event.operation != "createCommunity" {
            let known = town.clients.contains(event.clientId) || event.operation == "enrol"
            #expect(known, "\(event.operation)")
            #expect(AuditObjectKind(rawValue: event.objectKind) != nil, "\(event.operation)")
            #expect(event.after != nil, "\(event.operation)")
        }
    }

    @Test func `a change shows what was before and what is after`() async throws {
        let events = try await BusyTown.shared.events()
        func values(_ operation: String) throws -> (before: JSONValue?, after: JSONValue?) {
            let event = try #require(events.first { $0.operation == operation }, "\(operation)")
            return (event.before, event.after)
        }
        #expect(try values("revokeClient").before == .object(["state": .string("active")]))
        #expect(try values("revokeClient").after?["state"] == .string("revoked"))
        #expect(try values("approveBatch").before == .object(["state": .string("validated")]))
        #expect(try values("approveBatch").after?["state"] == .string("approved"))
        #expect(try values("verifyShopPlace").before?["placeState"] == .string("unverified"))
        #expect(try values("verifyShopPlace").after?["placeState"] == .string("verified"))
        #expect(try values("setWalletClass").before?["dailySpending"] == .null)
        #expect(try values("setLocalityPolicy").before?["version"] == .number(1))
        #expect(try values("setLocalityPolicy").after?["version"] == .number(2))
        #expect(try values("createCoin").before == nil)
    }

    @Test func `what is of people is kept as hashes, by which equal values are known`()
        async throws
    {
        let town = try await BusyTown.shared
        let events = try await town.events()
        let text = try String(decoding: JSONEncoder().encode(events), as: UTF8.self)
        for secret in town.secrets { #expect(!text.contains(secret), "\(secret)") }
        let links = events.filter { $0.operation == "linkIban" }
        #expect(links.count == 2)
        // The second time the same account: before and after are one value.
        #expect(links[0].before?["iban"] == links[0].after?["iban"])
        #expect(links[1].before?["iban"] != links[1].after?["iban"])
        #expect(links[1].after?["iban"] == links[0].before?["iban"])
        #expect(links.allSatisfy { $0.subjectId == town.person })
        // The same words about somebody else are another hash.
        let names = events.filter { $0.operation == "registerPerson" }
            .compactMap { $0.after?["displayName"]?["hash"] }
        #expect(names.count > 1)
        #expect(Set(names).count == names.count)
    }

    @Test func `the trail is filtered by actor, operation, object and time, page by page`()
        async throws
    {
        let town = try await BusyTown.shared
        let all = try await town.events()
        func ask(_ query: String) async throws -> [AuditEvent] {
            try await town.auditor.call(.listAuditEvents, query: query)
                .decode(Page<AuditEvent>.self).items
        }
        let clerk = town.community.clerk.id
        #expect(
            try await ask("limit=250&actorId=\(clerk)") == all.filter { $0.clientId == clerk }
        )
        #expect(
            try await ask("limit=250&operation=enrol") == all.filter { $0.operation == "enrol" }
        )
        let coin = all.filter { $0.objectId == TestCommunity.coin }
        #expect(try await ask("objectId=\(TestCommunity.coin)") == coin)
        let middle = all[all.count / 2]
        #expect(
            try await ask("limit=250&fromAt=\(middle.recordedAt)")
                == all.filter { $0.recordedAt >= middle.recordedAt }
        )
        #expect(
            try await ask("limit=250&untilAt=\(middle.recordedAt)")
                == all.filter { $0.recordedAt < middle.recordedAt }
        )
        let answer = try await town.auditor.call(.listAuditEvents, query: "cursor=nothing")
        #expect(answer.status == 400)
    }

    @Test func `a refused act and a repeated request leave no event`() async throws {
        let community = try await TestCommunity.make()
        func count() async throws -> Int {
            try await community.administrator.call(.getAuditHead).decode(AuditHead.self).nr
        }
        let body = CoinCreation(code: "tweede", name: "Tweede", symbol: "T", digits: 2)
        let before = try await count()
        for status in [201, 201] {
            let answer = try await community.administrator.call(
                .createCoin,
                body: body,
                key: "once"
            )
            #expect(answer.status == status)
        }
        #expect(try await count() == before + 1)
        #expect(try await community.administrator.call(.createCoin, body: body).status == 409)
        #expect(try await count() == before + 1)
    }

    @Test func `the end of the trail is signed, and its signature is no token`() async throws {
        let town = try await BusyTown.shared
        let last = try #require(try await town.events().first)
        let head = try await town.auditor.call(.getAuditHead).decode(AuditHead.self)
        #expect(head.nr == last.nr)
        #expect(head.head == last.head)
        #expect(head.communityId == town.community.id)
        let keys = try await town.auditor.call(.getKeySet).decode(KeySet.self)
        let parts = head.signature.split(separator: ".").map(String.init)
        let header = try JSONDecoder().decode([String: String].self, from: data(parts[0]))
        let jwk = try #require(keys.keys.first { $0.kid == header["kid"] })
        let key = try P256.Signing.PublicKey(rawRepresentation: data(jwk.x) + data(jwk.y))
        let signature = try P256.Signing.ECDSASignature(rawRepresentation: data(parts[2]))
        #expect(key.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8)))
        let claims = try JSONDecoder().decode(AuditHeadClaims.self, from: data(parts[1]))
        #expect(claims.nr == head.nr && claims.head == head.head)
        #expect(claims.community == town.community.id)
        let answer = try await town.auditor.send(
            .listAuditEvents,
            authorization: "Bearer \(head.signature)"
        )
        #expect(answer.status == 401)
    }

    private func data(_ base64URL: String) throws -> Data {
        let plain = base64URL.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - plain.count % 4) % 4)
        return try #require(Data(base64Encoded: plain + padding))
    }
}
