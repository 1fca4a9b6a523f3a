import API
import ArgumentParser

extension MerchantCommand {
    struct ChangeIban: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "change-iban",
            abstract: "Ask for another bank account; the one before stays until it is verified."
        )
        @Option(help: "The account.") var iban: String
        @Option(help: "The merchant; the profile's own by default.") var merchant: Identifier?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .requestMerchantIban)
            let request: IbanRequest = try await session.client.call(
                .requestMerchantIban,
                path: ["merchantId": try session.merchant(merchant).description],
                body: IbanRequestCreation(iban: iban),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(request)
        }
    }

    struct Ibans: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the bank accounts that were asked for."
        )
        @Argument(help: "The merchant; the profile's own by default.") var id: Identifier?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listMerchantIbans)
            let list: Page<IbanRequest> = try await session.client.call(
                .listMerchantIbans,
                path: ["merchantId": try session.merchant(id).description],
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["id", "ibanMasked", "state", "requestedAt", "verifiedAt"]
            )
        }
    }

    struct VerifyIban: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify-iban",
            abstract: "Say, as a second person, that a bank account is a merchant's."
        )
        @Argument(help: "The merchant.") var merchant: Identifier
        @Option(help: "The request; the open one by default.") var request: Identifier?
        @Option(help: "The account as the proof has it.") var iban: String
        @Option(help: "What was seen.") var evidence: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .verifyMerchantIban)
            let verified: Merchant = try await session.client.call(
                .verifyMerchantIban,
                path: [
                    "merchantId": merchant.description,
                    "ibanRequestId": try await open(session).description,
                ],
                body: IbanRequestVerification(iban: iban, evidence: evidence),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(verified)
        }

        private func open(_ session: Session) async throws -> Identifier {
            if let request { return request }
            let list: Page<IbanRequest> = try await session.client.call(
                .listMerchantIbans,
                path: ["merchantId": merchant.description]
            )
            guard let open = list.items.first(where: { $0.state == .open }) else {
                throw CommandFailure("no bank account of this merchant waits for a second person")
            }
            return open.id
        }
    }
}
