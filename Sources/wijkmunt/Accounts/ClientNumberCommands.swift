import API
import ArgumentParser

extension PersonCommand {
    /// `wijkmunt person link-client-number …`
    struct LinkClientNumber: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "link-client-number",
            abstract: "Link the number by which an institution knows a resident, for benefits.",
            discussion: "Never a citizen service number (BSN)."
        )
        @Argument(help: "The person.") var id: Identifier
        @Argument(help: "The number.") var clientNumber: String
        @Option(help: "Whose number it is; your own institution's by default.")
        var institution: Identifier?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .linkClientNumber)
            let linked: LinkedClientNumber = try await session.client.call(
                .linkClientNumber,
                path: ["personId": id.description],
                body: ClientNumberLink(clientNumber: clientNumber, institutionId: institution),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(linked)
        }
    }

    /// `wijkmunt person confirm-client-number …`
    struct ConfirmClientNumber: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "confirm-client-number",
            abstract: "Confirm a linked client number; not by whoever linked it."
        )
        @Argument(help: "The person.") var id: Identifier
        @Argument(help: "The link.") var link: Identifier
        @Argument(help: "The number, read from the institution's books.") var clientNumber: String
        @Option(help: "What was seen.") var evidence: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .confirmClientNumber)
            let linked: LinkedClientNumber = try await session.client.call(
                .confirmClientNumber,
                path: ["personId": id.description, "clientNumberId": link.description],
                body: ClientNumberConfirmation(clientNumber: clientNumber, evidence: evidence),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(linked)
        }
    }

    /// `wijkmunt person withdraw-client-number …`
    struct WithdrawClientNumber: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "withdraw-client-number",
            abstract: "Take a client number back: it finds the person no longer."
        )
        @Argument(help: "The person.") var id: Identifier
        @Argument(help: "The link.") var link: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .withdrawClientNumber)
            let linked: LinkedClientNumber = try await session.client.call(
                .withdrawClientNumber,
                path: ["personId": id.description, "clientNumberId": link.description],
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(linked)
        }
    }

    /// `wijkmunt person client-numbers …`
    struct ClientNumbers: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "client-numbers",
            abstract: "List the numbers by which institutions know a resident, masked."
        )
        @Argument(help: "The person.") var id: Identifier
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listClientNumbers)
            let list: Page<LinkedClientNumber> = try await session.client.call(
                .listClientNumbers,
                path: ["personId": id.description],
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["id", "clientNumberMasked", "state", "institutionId", "linkedAt"]
            )
        }
    }
}
