import API
import ArgumentParser

/// `wijkmunt grant …`
struct GrantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant",
        abstract: "What programmes credited to people, and what is left of it.",
        subcommands: [
            List.self, Show.self, Recall.self, Rules.self, SetRules.self, Notices.self,
            Totals.self,
        ]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the grants of a person, all programmes together."
        )
        @Argument(help: "The person.") var person: Identifier
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listGrants)
            let list: Page<Grant> = try await session.client.call(
                .listGrants,
                path: ["personId": person.description],
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["id", "programmeName", "amount", "left", "grantedAt", "expiresAt"]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a grant, and what is left of it."
        )
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getGrant)
            let grant: Grant = try await session.client.call(
                .getGrant,
                path: ["grantId": id.description]
            )
            try session.output.show(grant)
        }
    }

    struct Recall: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Announce that what is left of a grant will be taken back.",
            discussion: """
                The receiver is told, and can spend and object until the waiting period of the \
                programme is over. Then what is left of this grant returns to the programme.
                """
        )
        @Argument(help: "The grant.") var id: Identifier
        @Option(help: "Why, for the receiver.") var reason: String
        @Option(help: "At most so much, such as 20.00; all that is left by default.")
        var amount: String?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .recallGrant)
            var creation = RecallCreation(reason: reason)
            if let amount {
                creation.amount = try await coin.resolve(session).amount(amount)
            }
            let recall: API.Recall = try await session.client.call(
                .recallGrant,
                path: ["grantId": id.description],
                body: creation,
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(recall)
        }
    }

    struct Rules: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what a programme says about its grants."
        )
        @Argument(help: "The programme.") var programme: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getGrantRules)
            let rules: GrantRules = try await session.client.call(
                .getGrantRules,
                path: ["programmeId": programme.description]
            )
            try session.output.show(rules)
        }
    }

    struct SetRules: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set how long recalls wait, and when people are reminded."
        )
        @Argument(help: "The programme.") var programme: Identifier
        @Option(help: "Days between announcing a recall and carrying it out.")
        var waitingDays: Int = 42
        @Option(help: "Remind so many days before a pot expires; may be repeated.")
        var remindAt: [Int] = []
        @Option(help: "When the receiver dies: recall what is left, or keep.")
        var onDeath: DeparturePolicy = .recall
        @Option(help: "When the receiver moves away: recall what is left, or keep.")
        var onMoveAway: DeparturePolicy = .keep
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .setGrantRules)
            let rules: GrantRules = try await session.client.call(
                .setGrantRules,
                path: ["programmeId": programme.description],
                body: GrantRulesSetting(
                    recallWaitingDays: waitingDays,
                    reminderDays: remindAt,
                    onDeath: onDeath,
                    onMoveAway: onMoveAway
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(rules)
        }
    }

    struct Totals: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what programmes paid a person in a day, week, month or year."
        )
        @Argument(help: "The person.") var person: Identifier
        @Argument(help: "Such as 2026, 2026-03, 2026-W10 or 2026-03-02.") var period: String
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getPersonTotals)
            let totals: PersonTotals = try await session.client.call(
                .getPersonTotals,
                path: ["personId": person.description, "period": period]
            )
            try session.output.show(totals)
        }
    }

    struct Notices: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what this phone's holder was told about grants."
        )
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listNotices)
            let list: Page<Notice> = try await session.client.call(
                .listNotices,
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["createdAt", "kind", "programmeName", "amount", "dueAt", "subjectId"]
            )
        }
    }
}
