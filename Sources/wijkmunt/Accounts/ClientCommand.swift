import API
import ArgumentParser

/// `wijkmunt client …`
struct ClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client",
        abstract: "Software that acts for an organisation.",
        subcommands: [Register.self, List.self, Revoke.self, RevokeTokens.self, RevokeAll.self]
    )

    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key, register it with roles, and store both as a profile."
        )
        @Argument(help: "The name of the client, and of its profile unless --as is given.")
        var name: String
        @Option(help: "The institution or merchant that it acts for.") var party: Identifier
        @Option(name: .customLong("role"), help: "A role; may be repeated.") var roles: [Role]
        @Option(name: .customLong("as"), help: "What to call the profile.")
        var profileName: String?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func validate() throws {
            if let role = roles.first(where: { !$0.isRegistrable }) {
                throw ValidationError("The role \(role.rawValue) is not given by registering.")
            }
        }

        func run() async throws {
            let session = try self.session.open(for: .registerClient)
            let store = self.session.store
            let profileName = self.profileName ?? name
            try store.requireFree(profileName)
            let key = SigningKey()
            let client: Client = try await session.client.call(
                .registerClient,
                body: ClientRegistration(
                    partyId: party,
                    name: name,
                    roles: roles,
                    publicKey: key.publicKey
                ),
                idempotencyKey: write.idempotencyKey
            )
            let profile = Profile(
                kind: .organisation,
                clientId: client.id,
                keyFile: "",
                urls: session.profile.urls,
                createdAt: .now,
                roles: roles,
                communityId: session.profile.communityId,
                partyId: party
            )
            try store.save(profile, key: key, as: profileName)
            note("made profile \(profileName)")
            try session.output.show(client)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List clients.")
        @Option(help: "Only those of this party.") var party: Identifier?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listClients)
            let list: Page<Client> = try await session.client.call(
                .listClients,
                query: page.query + [("partyId", party?.description)]
            )
            try session.output.show(
                list,
                columns: ["id", "name", "kind", "roles", "state", "partyId"]
            )
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke a client, such as a lost phone, for ever."
        )
        @Argument(help: "The client.") var id: Identifier
        @Option(help: "Why.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .revokeClient)
            let client: Client = try await session.client.call(
                .revokeClient,
                path: ["clientId": id.description],
                body: ClientRevocation(reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(client)
        }
    }

    struct RevokeTokens: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke the tokens that a client has; it may get others."
        )
        @Argument(help: "The client.") var id: Identifier
        @Option(help: "Why.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .revokeTokens)
            let revocation: TokenRevocation = try await session.client.call(
                .revokeTokens,
                path: ["clientId": id.description],
                body: ClientRevocation(reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(revocation)
        }
    }

    struct RevokeAll: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke all clients and unused codes of a person or organisation."
        )
        @Argument(help: "The party.") var party: Identifier
        @Option(help: "Why.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .revokeParty)
            let revocation: PartyRevocation = try await session.client.call(
                .revokeParty,
                path: ["partyId": party.description],
                body: ClientRevocation(reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(revocation)
        }
    }
}

extension Role: ExpressibleByArgument {}
