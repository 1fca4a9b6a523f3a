import API
import ArgumentParser

/// `wijkmunt mandate …`
struct MandateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mandate",
        abstract: "Who may act for whom, how far and how long.",
        subcommands: [Give.self, List.self, Revoke.self, Uses.self]
    )

    struct Give: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give somebody the right to act for a person or a merchant.",
            discussion: "Whoever gets it acts with --mandate, until it ends."
        )
        @Argument(help: "guardian, budget-coach, cashier or accountant.") var kind: MandateKind
        @Option(name: .customLong("for"), help: "On whose behalf: a person or a merchant.")
        var principal: Identifier
        @Option(name: .customLong("to"), help: "Who will act: a person or an institution.")
        var agent: Identifier
        @Option(name: .customLong("scope"), help: "Only this; may be repeated.")
        var scopes: [Scope] = []
        @Option(help: "The most that one act moves, such as 50.00.") var perAct: String?
        @Option(help: "The most that a day's acts move together.") var perDay: String?
        @Option(name: .customLong("shop"), help: "Only this shop; may be repeated.")
        var shops: [Identifier] = []
        @Option(help: "Who decided it, and where that is written; needed for people.")
        var decision: String?
        @Option(help: "When it begins; at once by default.") var from: Instant?
        @Option(help: "When it ends by itself, such as 2026-11-22T17:30:00Z.") var until: Instant
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .giveMandate)
            let mandate: Mandate = try await session.client.call(
                .giveMandate,
                body: MandateCreation(
                    principalId: principal,
                    agentId: agent,
                    kind: kind,
                    scopes: scopes.isEmpty ? nil : scopes,
                    limitPerAct: perAct.map { EuroAmount(value: $0) },
                    limitPerDay: perDay.map { EuroAmount(value: $0) },
                    shops: shops.isEmpty ? nil : shops,
                    decision: decision,
                    validFrom: from,
                    validUntil: until
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(mandate)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the mandates that you gave or got."
        )
        @Option(name: .customLong("for"), help: "Only those on behalf of this party.")
        var principal: Identifier?
        @Option(name: .customLong("to"), help: "Only those under which this party acts.")
        var agent: Identifier?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listMandates)
            let list: Page<Mandate> = try await session.client.call(
                .listMandates,
                query: page.query + [
                    ("principalId", principal?.description), ("agentId", agent?.description),
                ]
            )
            try session.output.show(
                list,
                columns: ["id", "kind", "principalId", "agentId", "state", "validUntil"]
            )
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a mandate now."
        )
        @Argument(help: "The mandate.") var id: Identifier
        @Option(help: "Why.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .revokeMandate)
            let mandate: Mandate = try await session.client.call(
                .revokeMandate,
                path: ["mandateId": id.description],
                body: MandateRevocation(reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(mandate)
        }
    }

    struct Uses: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what was done under mandates, by whom and for whom."
        )
        @Argument(help: "Only under this mandate.") var id: Identifier?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listMandateUses)
            let list: Page<MandateUse> = try await session.client.call(
                .listMandateUses,
                query: page.query + [("mandateId", id?.description)]
            )
            try session.output.show(
                list,
                columns: ["usedAt", "operation", "amount.value", "agentId", "principalId", "actId"]
            )
        }
    }
}

extension MandateKind: ExpressibleByArgument {}
extension Scope: ExpressibleByArgument {}
