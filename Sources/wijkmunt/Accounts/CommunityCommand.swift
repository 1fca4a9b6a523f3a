import API
import ArgumentParser

/// `wijkmunt community …`
struct CommunityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "community",
        abstract: "A wijk or municipality that runs coins.",
        subcommands: [Create.self, List.self, Show.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a community and the profile of its first administrator."
        )
        @Argument(help: "The name of the community.") var name: String
        @Option(help: "The organisation that administers it.") var administrator: String?
        @Option(help: "The IANA time zone of its days.") var timeZone: String?
        @Option(name: .customLong("as"), help: "What to call the administrator's profile.")
        var profileName = "admin"
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .createCommunity)
            let store = self.session.store
            try store.requireFree(profileName)
            let key = SigningKey()
            let community: Community = try await session.client.call(
                .createCommunity,
                body: CommunityCreation(
                    name: name,
                    timeZone: timeZone,
                    administrator: AdministratorCreation(
                        name: administrator ?? "\(name) administration",
                        publicKey: key.publicKey
                    )
                ),
                idempotencyKey: write.idempotencyKey
            )
            if let made = community.administrator {
                let profile = Profile(
                    kind: .organisation,
                    clientId: made.clientId,
                    keyFile: "",
                    urls: session.profile.urls,
                    createdAt: .now,
                    roles: [.communityAdministrator],
                    communityId: community.id,
                    partyId: made.partyId
                )
                try store.save(profile, key: key, as: profileName)
                note("made profile \(profileName)")
            }
            try session.output.show(community)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all communities.")
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listCommunities)
            let list: Page<Community> = try await session.client.call(
                .listCommunities,
                query: page.query
            )
            try session.output.show(list, columns: ["id", "name", "timeZone", "createdAt"])
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a community.")
        @Argument(help: "Its id; your own by default.") var id: Identifier?
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getCommunity)
            guard let community = id ?? session.profile.communityId else {
                throw ValidationError("Give the id of a community.")
            }
            let answer: Community = try await session.client.call(
                .getCommunity,
                path: ["communityId": community.description]
            )
            try session.output.show(answer)
        }
    }
}
