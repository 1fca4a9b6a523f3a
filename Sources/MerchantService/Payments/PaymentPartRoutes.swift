import API
import Domain
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// What a payment would be paid from and what it was paid from, for its payer alone; and what went
/// back of it, for payer and merchant.
struct PaymentPartRoutes: Sendable {
    let database: Database

    func add(to routes: Routes) {
        routes.on(.getPaymentQuote, getPaymentQuote)
        routes.on(.getPaymentReceipt, getPaymentReceipt)
        routes.on(.listRefunds, listRefunds)
    }

    @Sendable private func getPaymentQuote(_ call: Call<Caller>) async throws -> Reply {
        let (id, caller, now) = (try call.id("paymentId"), call.caller, call.clock.now())
        let community = try caller.requireCommunity()
        let payment = try await payment(id, community)
        guard payment.isVisible(to: caller) else { throw Problem.notFound("payment") }
        var quote = PaymentQuote(
            paymentId: Identifier(id),
            amount: payment.money(payment.amount),
            pots: [],
            offers: []
        )
        if payment.currentState(at: now) == .requested {
            quote.pots = try await database.query(
                PaymentPartQueries.usablePots(id, community, of: caller.party)
            ) { try PaymentPartQueries.usablePots($0, payment) }
            quote.offers = try await database.query(
                PaymentPartQueries.offers(id, community, to: caller.party, at: now)
            ) { try PaymentPartQueries.offers($0, payment) }
        }
        return .json(quote)
    }

    @Sendable private func getPaymentReceipt(_ call: Call<Caller>) async throws -> Reply {
        let (id, caller) = (try call.id("paymentId"), call.caller)
        let community = try caller.requireCommunity()
        let payment = try await payment(id, community)
        guard payment.payer == caller.party, caller.reaches(shop: payment.shop.id.uuid) else {
            throw Problem.notFound("payment")
        }
        let parts = try await database.query(
            PaymentPartQueries.receipt(id, community, of: caller.party)
        ) { try PaymentPartQueries.receipt($0, payment) }
        return .json(
            PaymentReceipt(
                paymentId: Identifier(id),
                amount: payment.money(payment.amount),
                parts: parts
            )
        )
    }

    @Sendable private func listRefunds(_ call: Call<Caller>) async throws -> Reply {
        let (id, limit) = (try call.id("paymentId"), call.limit)
        let community = try call.caller.requireCommunity()
        let before = try Cursor.id(of: call)
        let payment = try await payment(id, community)
        guard payment.isVisible(to: call.caller) else { throw Problem.notFound("payment") }
        let read = try await database.query(
            PaymentPartQueries.refunds(of: id, community, before: before, limit: limit)
        ) { try PaymentPartQueries.refunds($0, payment) }
        return .page(Cursor.page(read, limit: limit) { $0.id }, of: call.request.uri)
    }

    private func payment(_ id: UUID, _ community: UUID) async throws -> StoredPayment {
        let found = try await database.query(
            PaymentQueries.find(id, community),
            PaymentQueries.payments
        ).first
        guard let found else { throw Problem.notFound("payment") }
        return found
    }
}

extension StoredPayment {
    /// Minor units of the payment's coin, as clients read them.
    func money(_ minorUnits: Int64) -> Amount {
        Amount(minorUnits: minorUnits, coin: coin, digits: digits)
    }
}
