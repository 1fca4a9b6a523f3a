import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// Moves coins from the caller's wallet to another one of the community, in a group with whoever
/// else moves coins at that moment.
struct CreateTransfer: Sendable {
    /// A transfer that somebody asks for.
    struct Request: Sendable {
        let grouped: GroupedRequest
        /// The transfer's id.
        let id: UUID
        let creation: TransferCreation
        let minorUnits: Int64

        /// The wallets that it names; whose an alias is, the database finds out.
        var wallets: [UUID] {
            let payer = creation.fromWalletId.uuid
            guard case .wallet(let payee) = creation.to else { return [payer] }
            return [payer, payee.uuid]
        }
    }

    /// What became of it.
    struct Outcome: Sendable {
        let grouped: GroupedOutcome
        let transfer: UUID
        let toWallet: UUID?
        let postedAt: Timestamp
    }

    /// Posts transfers of one community together.
    typealias Poster = GroupPoster<Request, Outcome>

    let poster: Poster
    /// For those who act for others.
    let mandated: Poster
    let idempotency: Idempotency

    func callAsFunction(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(TransferCreation.self)
        let request = Request(
            grouped: try call.grouped(fingerprint: body.fingerprint),
            id: call.clock.newID(),
            creation: body.value,
            minorUnits: try body.value.amount.minorUnits(digits: CoinDigits.pegged)
        )
        let isMandated = request.grouped.mandate != nil
        let outcome = try await (isMandated ? mandated : poster).post(request)
        return try await call.answer(outcome.grouped, of: request.grouped, idempotency) {
            let transfer = try transfer(request, outcome)
            return .created(transfer, at: "/v1/transfers/\(transfer.id)")
        }
    }

    /// What stands now; throws the problem of a refusal.
    private func transfer(_ request: Request, _ outcome: Outcome) throws -> Transfer {
        if let refusal = TransferRefusal(rawValue: outcome.grouped.word) { throw refusal.problem }
        try outcome.grouped.requirePosted()
        guard let toWallet = outcome.toWallet else {
            throw PostgresError.decoding("a transfer without its payee")
        }
        return Transfer(
            id: Identifier(outcome.transfer),
            fromWalletId: request.creation.fromWalletId,
            toWalletId: Identifier(toWallet),
            amount: Amount(
                minorUnits: request.minorUnits,
                coin: request.creation.amount.coin,
                digits: CoinDigits.pegged
            ),
            reference: request.creation.reference,
            postedAt: Instant(outcome.postedAt),
            mandateId: request.grouped.mandate.map(Identifier.init)
        )
    }
}
