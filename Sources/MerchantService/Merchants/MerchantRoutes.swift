import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/merchants`: registering and reading the businesses that accept a coin.
struct MerchantRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.registerMerchant, registerMerchant)
        routes.on(.listMerchants, listMerchants)
        routes.on(.getMerchant, getMerchant)
        routes.on(.getMerchantBalance, getMerchantBalance)
    }

    @Sendable private func registerMerchant(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(MerchantRegistration.self)
        let register = RegisterMerchant(
            community: try call.caller.requireCommunity(),
            id: call.clock.newID(),
            account: call.clock.newID(),
            client: call.caller.client,
            ibanRequest: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let merchant = try register(body.value, connection)
            try call.record(AuditEntry(.merchant, merchant.id, to: merchant), connection)
            return .created(merchant, at: "/v1/merchants/\(merchant.id)")
        }
    }

    @Sendable private func listMerchants(_ call: Call<Caller>) async throws -> Reply {
        let community = try call.caller.requireCommunity()
        let limit = call.limit
        let read = try await database.query(
            MerchantQueries.list(community, before: Cursor.id(of: call), limit: limit),
            MerchantQueries.merchants
        )
        return .page(
            Cursor.page(read, limit: limit) { $0.id },
            of: call.request.uri
        )
    }

    @Sendable private func getMerchant(_ call: Call<Caller>) async throws -> Reply {
        let (community, id) = (try call.caller.requireCommunity(), try call.merchantID())
        let found = try await database.query(
            MerchantQueries.find(id, community),
            MerchantQueries.merchants
        )
        guard let merchant = found.first else { throw Problem.notFound("merchant") }
        return .json(merchant)
    }

    @Sendable private func getMerchantBalance(_ call: Call<Caller>) async throws -> Reply {
        let (community, id) = (try call.caller.requireCommunity(), try call.merchantID())
        let balance = try await database.transaction { connection in
            try MerchantQueries.balance(id, community, connection)
        }
        guard let balance else { throw Problem.notFound("merchant") }
        return .json(balance)
    }
}

extension Call where Who == Caller {
    /// The merchant in the path, if the caller may look at it: their own, or any for who manages
    /// merchants.
    func merchantID() throws -> UUID {
        let id = try id("merchantId")
        guard caller.may(.merchantsManage) || caller.party == id else {
            throw Problem.notFound("merchant")
        }
        return id
    }
}
