import API
import ArgumentParser

extension ProgrammeCommand {
    struct SetPolicy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set where the money of a programme may be spent.",
            discussion: """
                The rules count beside those of the coin: a programme can be stricter, never looser. \
                With --borderless alone only those of the coin are left.
                """
        )
        @Argument(help: "The programme.") var id: Identifier
        @OptionGroup var policy: PlaceRuleOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .setProgrammeLocalityPolicy)
            let policy: ProgrammeLocalityPolicy = try await session.client.call(
                .setProgrammeLocalityPolicy,
                path: ["programmeId": id.description],
                body: self.policy.setting,
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(policy)
        }
    }

    struct Policies: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List where the money of a programme may be spent, all versions."
        )
        @Argument(help: "The programme.") var id: Identifier
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listProgrammeLocalityPolicies)
            let list: Page<ProgrammeLocalityPolicy> = try await session.client.call(
                .listProgrammeLocalityPolicies,
                path: ["programmeId": id.description],
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["version", "geofences", "rules", "validFromAt"]
            )
        }
    }
}
