import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// The shop gives the whole payment back, to the pots it came from.
struct RefundPayment: Sendable {
    let community: UUID
    let caller: Caller
    let payment: UUID
    let id: UUID
    let now: Instant

    func callAsFunction(_ creation: RefundCreation, _ connection: Connection) throws -> Refund {
        let payment = try lockOwnPayment(connection)
        try requireWhole(creation, of: payment)
        try post(payment, creation, connection)
        try PaymentQueries.insertRefund(self, payment, reason: creation.reason, connection)
        try PaymentEvents.announce(payment.id, connection)
        return Refund(
            id: Identifier(id),
            paymentId: Identifier(payment.id),
            amount: Amount(
                minorUnits: payment.amount,
                coin: payment.coin,
                digits: payment.digits
            ),
            reason: creation.reason,
            refundedAt: now
        )
    }

    private func lockOwnPayment(_ connection: Connection) throws -> StoredPayment {
        try PaymentQueries.lock(payment, community, connection)
        let found = try PaymentQueries.payments(
            connection.query(PaymentQueries.find(payment, community))
        )
        guard let stored = found.first, stored.merchant.id.uuid == caller.party else {
            throw Problem.notFound("payment")
        }
        switch stored.state {
        case .accepted: return stored
        case .refunded: throw Problem(.alreadyRefunded, "The payment was given back already.")
        case .requested: throw Problem(.paymentNotAccepted, "Nothing was paid yet.")
        }
    }

    private func requireWhole(_ creation: RefundCreation, of payment: StoredPayment) throws {
        guard let amount = creation.amount else { return }
        guard amount.coin == payment.coin,
            try amount.minorUnits(digits: payment.digits) == payment.amount
        else {
            throw Problem(.refundExceeds, "Only the whole amount can be given back.")
        }
    }

    private func post(
        _ payment: StoredPayment,
        _ creation: RefundCreation,
        _ connection: Connection
    ) throws {
        guard
            let legs = try Ledger.legs(of: payment.id, community: community, connection)
        else { throw Problem(.paymentNotAccepted, "Nothing was paid yet.") }
        do {
            try Ledger.post(
                TransferProposal(
                    id: id,
                    kind: .refund,
                    legs: legs.map { .exact(account: $0.account, minorUnits: -$0.minorUnits) },
                    reference: creation.reason ?? payment.reference,
                    related: payment.id,
                    client: caller.client,
                    party: caller.party
                ),
                community: community,
                connection
            )
        } catch let refusal as LedgerRefusal {
            throw Problem(refusal)
        }
    }
}
