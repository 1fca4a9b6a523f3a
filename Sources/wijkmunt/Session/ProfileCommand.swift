import API
import ArgumentParser

/// `wijkmunt profile …`
struct ProfileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Who you can be towards the services.",
        subcommands: [List.self, Show.self]
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the profiles.")
        @OptionGroup var session: SessionOptions

        func run() throws {
            let all = try session.store.all()
            guard session.output == .table else {
                print(
                    try OutputFormat.json(
                        Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.profile) })
                    )
                )
                return
            }
            var table = TextTable(["name", "kind", "roles", "community", "created"])
            table.rows = all.map { named in
                [
                    named.name, named.profile.kind.rawValue,
                    named.profile.roles.map(\.rawValue).joined(separator: ", "),
                    named.profile.communityId?.description ?? "-",
                    named.profile.createdAt.description,
                ]
            }
            print(table.description)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one profile, not its key.")
        @Argument(help: "The name.") var name: String
        @OptionGroup var session: SessionOptions

        func run() throws {
            try session.output.show(try session.store.read(name).profile)
        }
    }
}
