import API
import ArgumentParser

/// `wijkmunt shift …`
struct ShiftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shift",
        abstract: "Cashiers come to a till and leave it.",
        subcommands: [Open.self, List.self, Show.self, Close.self]
    )

    struct Open: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Begin at a till.")
        @Argument(help: "The till.") var terminal: Identifier
        @Option(
            name: .customLong("cashier"),
            help: "Whose shift: a mandate; a cashier's own by default."
        )
        var mandate: Identifier?
        @Flag(help: "The mandate ends with the shift.") var endsRights = false
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .openShift)
            let shift: Shift = try await session.client.call(
                .openShift,
                body: ShiftOpening(
                    terminalId: terminal,
                    mandateId: mandate,
                    endsRights: endsRights
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(shift)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List shifts.")
        @Option(help: "Only those at this shop.") var shop: Identifier?
        @Option(help: "Only those in this state.") var state: ShiftState?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listShifts)
            let list: Page<Shift> = try await session.client.call(
                .listShifts,
                query: page.query + [
                    ("shopId", shop?.description), ("state", state?.rawValue),
                ]
            )
            try session.output.show(
                list,
                columns: [
                    "id", "state", "terminalId", "takings", "refunds", "openedAt", "closedAt",
                ]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a shift.")
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getShift)
            let shift: Shift = try await session.client.call(
                .getShift,
                path: ["shiftId": id.description]
            )
            try session.output.show(shift)
        }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Leave the till.")
        @Argument(help: "The shift.") var id: Identifier
        @Flag(help: "The mandate ends with it, however it was opened.") var endsRights = false
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .closeShift)
            let shift: Shift = try await session.client.call(
                .closeShift,
                path: ["shiftId": id.description],
                body: ShiftClosure(endsRights: endsRights ? true : nil),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(shift)
        }
    }
}

extension ShiftState: ExpressibleByArgument {}
