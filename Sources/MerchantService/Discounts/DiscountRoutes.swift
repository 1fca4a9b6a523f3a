import API
import Domain
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// What programmes and merchants add to payments. Officials see those of programmes, a merchant its
/// own; nobody sees who used one.
struct DiscountRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.createDiscount, createDiscount)
        routes.on(.listDiscounts, listDiscounts)
        routes.on(.fundDiscount, fundDiscount)
        routes.on(.endDiscount, endDiscount)
    }

    @Sendable private func createDiscount(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(DiscountCreation.self)
        let create = CreateDiscount(
            creation: body.value,
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let discount = try create(connection)
            try call.record(AuditEntry(.discount, discount.id, to: discount), connection)
            return .created(discount, at: "/v1/discounts")
        }
    }

    @Sendable private func listDiscounts(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let read = try await database.query(
            DiscountQueries.page(
                call.caller.requireCommunity(),
                of: call.caller,
                before: Cursor.id(of: call),
                limit: limit
            ),
            DiscountQueries.discounts
        )
        return .page(Cursor.page(read, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func fundDiscount(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(DiscountFunding.self)
        let fund = FundDiscount(
            discount: try call.id("discountId"),
            funding: body.value,
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            id: call.clock.newID()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let discount = try fund(connection)
            try call.record(AuditEntry(.discount, discount.id, to: discount), connection)
            return .created(discount, at: "/v1/discounts")
        }
    }

    @Sendable private func endDiscount(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(DiscountEnding.self)
        let end = EndDiscount(
            discount: try call.id("discountId"),
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let (before, after) = try end(connection)
            try call.record(AuditEntry(.discount, after.id, from: before, to: after), connection)
            return .created(after, at: "/v1/discounts")
        }
    }
}
