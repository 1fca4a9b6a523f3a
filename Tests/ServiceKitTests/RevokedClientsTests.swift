import API
import FoundationEssentials
import HTTPTypes
import Postgres
import Testing

@testable import ServiceKit

/// Tokens that are refused before they expire.
@Suite struct RevokedClientsTests: TokenJudging {
    let issuer = Issuer()
    let watch = Watch()
    private let revoked = RevokedClients()

    @Test func `a revoked client is refused, whether its token is remembered or not`() async throws
    {
        let authenticator = try await authenticator(revoked: revoked)
        let known = try await issuer.sign(claims())
        let unknown = try await issuer.sign(claims(scope: "community:read"))
        _ = try await caller(known, by: authenticator)
        watch.advance(seconds: 1)
        try revokeNow()
        for token in [known, unknown] {
            let problem = await #expect(throws: Problem.self) {
                try await caller(token, by: authenticator)
            }
            #expect(problem?.type == .unauthorized)
            #expect(problem?.headers[.wwwAuthenticate] == "Bearer error=\"invalid_token\"")
        }
    }

    @Test func `a token that was issued later counts`() async throws {
        let authenticator = try await authenticator(revoked: revoked)
        let before = try await issuer.sign(claims())
        watch.advance(seconds: 1)
        try revokeNow()
        let after = try await issuer.sign(claims())
        await #expect(throws: Problem.self) { try await caller(before, by: authenticator) }
        _ = try await caller(after, by: authenticator)
    }

    @Test func `another client of the same party goes on`() async throws {
        let authenticator = try await authenticator(revoked: revoked)
        var others = claims()
        others.clientID = "01957c5e-6f00-7a10-8b20-0c30d040e0ff"
        let token = try await issuer.sign(others)
        watch.advance(seconds: 1)
        try revokeNow()
        _ = try await caller(token, by: authenticator)
    }

    @Test func `who came in before is known to be revoked since`() async throws {
        let authenticator = try await authenticator(revoked: revoked)
        let caller = try await caller(try await issuer.sign(claims()), by: authenticator)
        #expect(!authenticator.isRevoked(caller))
        watch.advance(seconds: 1)
        try revokeNow()
        #expect(authenticator.isRevoked(caller))
    }

    @Test func `metrics tell how many and how fresh`() throws {
        try revokeNow()
        #expect(
            revoked.metrics.map(\.text).joined() == """
                # TYPE wijkmunt_revoked_clients gauge
                wijkmunt_revoked_clients 1
                # TYPE wijkmunt_revocations_read_at_seconds gauge
                wijkmunt_revocations_read_at_seconds \(watch.seconds)

                """
        )
    }

    /// The client of `claims()` has no token of an earlier second any more.
    private func revokeNow() throws {
        let now = watch.clock.now()
        let client = try #require(Identifier(Self.client)).uuid
        revoked.replace(by: [client: Timestamp(now)], readAt: now)
    }
}
