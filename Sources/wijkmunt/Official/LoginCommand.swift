import API
import ArgumentParser
import FoundationEssentials

/// `wijkmunt login`: an official comes with the word of their institution's identity provider.
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Act as an official, by a token of the institution's identity provider.",
        discussion: """
            The provider must be trusted by the installation. The login ends after ten minutes; \
            log in again with a new token and the same --as.
            """
    )

    @Option(help: "The file with the provider's token (a JWT), or - for standard input.")
    var assertion: String
    @Option(name: .customLong("as"), help: "What to call the profile.") var profileName: String
    @OptionGroup var session: SessionOptions

    func run() async throws {
        let store = session.store
        try store.requireFree(profileName, unless: .official)
        let urls = try session.urls()
        let path = assertion == "-" ? "/dev/stdin" : assertion
        let text = String(decoding: try InputFile.contents(of: path), as: UTF8.self)
        // Bound to a key that is made now: the stored token is worth nothing without it.
        let key = SigningKey()
        let source = TokenSource(
            accounts: urls.accounts,
            grant: .official(assertion: text.filter { !$0.isWhitespace }),
            key: key
        )
        let issued = try await source.issue()
        guard let claims = IssuedClaims(issued.accessToken) else {
            throw CommandFailure("the token of the accounts service is not as documented")
        }
        let profile = Profile(
            kind: .official,
            clientId: claims.clientId,
            keyFile: "",
            urls: urls,
            createdAt: .now,
            roles: claims.roles,
            communityId: claims.community,
            partyId: claims.party
        )
        try store.save(profile, key: key, as: profileName)
        try store.hold(
            HeldToken(
                token: issued.accessToken,
                until: Instant(
                    microseconds: Instant.now.microseconds + Int64(issued.expiresIn) * 1_000_000
                )
            ),
            of: profileName
        )
        note("logged in as \(profileName)")
        try session.output.show(profile)
    }
}

/// A token that cannot be had anew without the official.
struct HeldToken: Codable, Sendable {
    let token: String
    let until: Instant
}

/// What our own token says of its holder; the services verify it, not we.
private struct IssuedClaims {
    let clientId: Identifier
    let party: Identifier
    let community: Identifier?
    let roles: [Role]

    private struct Members: Decodable {
        let clientId: Identifier
        let sub: Identifier
        let community: Identifier?
        let roles: [Role]

        private enum CodingKeys: String, CodingKey {
            case sub, community, roles
            case clientId = "client_id"
        }
    }

    init?(_ token: String) {
        let parts = token.split(separator: ".")
        guard parts.count == 3 else { return nil }
        let text = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
        let padded = text + String(repeating: "=", count: (4 - text.count % 4) % 4)
        guard let data = Data(base64Encoded: padded),
            let members = try? JSONDecoder().decode(Members.self, from: data)
        else { return nil }
        (clientId, party) = (members.clientId, members.sub)
        (community, roles) = (members.community, members.roles)
    }
}
