import API
import Foundation
import HTTPTypes
import JWTKit
import Testing

@testable import ServiceKit

/// Who may call: tokens of our own issuer, in time and with the scope.
@Suite struct AuthenticatorTests: TokenJudging {
    let issuer = Issuer()
    let watch = Watch()

    @Test func `a valid token tells who calls`() async throws {
        let authenticator = try await authenticator()
        let token = try await issuer.sign(claims())
        let caller = try await caller(token, by: authenticator)
        #expect(Identifier(caller.party).description == Self.party)
        #expect(Identifier(caller.client).description == Self.client)
        #expect(caller.community.map { Identifier($0).description } == Self.community)
        #expect(caller.roles == [.communityAdministrator])
        #expect(caller.scopes == [.communityRead, .coinsManage])
        #expect(caller.terminal == nil)
        // The scheme's case does not matter (RFC 9110 section 11.1).
        #expect(try await self.caller(token, scheme: "bEARER ", by: authenticator) == caller)
    }

    @Test func `without a token the challenge has no error code`() async throws {
        let authenticator = try await authenticator()
        let problem = await #expect(throws: Problem.self) {
            try await authenticator.caller(of: request(), needing: [.communityRead])
        }
        #expect(problem?.type == .unauthorized)
        #expect(problem?.headers[.wwwAuthenticate] == "Bearer, DPoP algs=\"ES256 EdDSA\"")
    }

    @Test func `an expired token is refused from that very second`() async throws {
        try await expectInvalidToken(try await issuer.sign(claims(lifetime: 0)), "just expired")
        try await expectInvalidToken(try await issuer.sign(claims(lifetime: -60)), "expired")
    }

    @Test func `a remembered token still expires`() async throws {
        let authenticator = try await authenticator()
        let token = try await issuer.sign(claims(lifetime: 600))
        _ = try await caller(token, by: authenticator)
        watch.advance(seconds: 599)
        _ = try await caller(token, by: authenticator)
        watch.advance(seconds: 1)
        let problem = await #expect(throws: Problem.self) {
            try await caller(token, by: authenticator)
        }
        #expect(problem?.type == .unauthorized)
    }

    @Test func `a token that lives longer than ours do is refused`() async throws {
        try await expectInvalidToken(try await issuer.sign(claims(lifetime: 601)), "too long")
        var early = claims(lifetime: 630)
        early.iat = IssuedAtClaim(value: early.iat.value.addingTimeInterval(31))
        try await expectInvalidToken(try await issuer.sign(early), "issued later")
    }

    @Test func `a remembered token is refused when its key is withdrawn`() async throws {
        let keys = ChangingKeys(try await issuer.published())
        let authenticator = try authenticator(by: keys)
        let token = try await issuer.sign(claims())
        _ = try await caller(token, by: authenticator)
        keys.change(to: try await Issuer(kid: "2026-04").published())
        let problem = await #expect(throws: Problem.self) {
            try await caller(token, by: authenticator)
        }
        #expect(problem?.type == .unauthorized)
        keys.change(to: try await issuer.published())
        _ = try await caller(token, by: authenticator)
    }

    @Test func `a remembered token still needs the scope`() async throws {
        let authenticator = try await authenticator()
        let token = try await issuer.sign(claims())
        _ = try await caller(token, by: authenticator)
        await #expect(throws: Problem.self) {
            try await caller(token, by: authenticator, needing: [.walletRead])
        }
    }

    @Test func `another scheme and an oversized token are refused before any work`() async throws {
        let authenticator = try await authenticator()
        let token = try await issuer.sign(claims())
        for (scheme, token) in [
            ("Basic ", token), ("", token), ("DPoP ", token), ("Bearer ", token + " more"),
            ("Bearer ", String(repeating: "a", count: 4097)),
        ] {
            let problem = await #expect(throws: Problem.self) {
                try await caller(token, scheme: scheme, by: authenticator)
            }
            #expect(problem?.type == .unauthorized)
        }
    }

    @Test func `a token without the scope is a 403 that names it`() async throws {
        let authenticator = try await authenticator()
        let token = try await issuer.sign(claims(scope: "community:read no:such"))
        let problem = await #expect(throws: Problem.self) {
            try await caller(
                token,
                by: authenticator,
                needing: [.merchantRead, .merchantsManage]
            )
        }
        #expect(problem?.type == .insufficientScope)
        #expect(problem?.type.status == 403)
        // RFC 6750 section 3: scopes are separated by spaces.
        #expect(
            problem?.headers[.wwwAuthenticate]
                == "Bearer error=\"insufficient_scope\", scope=\"merchant:read merchants:manage\""
        )
        let none = try await issuer.sign(claims(scope: ""))
        await #expect(throws: Problem.self) { try await caller(none, by: authenticator) }
    }

    @Test func `claims that are not of our making are refused`() async throws {
        try await expectInvalidToken(try await issuer.sign(claims(party: "somebody")), "sub")
    }

    @Test func `an operator has no community`() async throws {
        var operatorClaims = claims(scope: "communities:manage")
        operatorClaims.community = nil
        let caller = try await caller(
            try await issuer.sign(operatorClaims),
            by: try await authenticator(),
            needing: [.communitiesManage]
        )
        #expect(caller.community == nil)
        #expect(throws: Problem.self) { try caller.requireCommunity() }
    }
}
