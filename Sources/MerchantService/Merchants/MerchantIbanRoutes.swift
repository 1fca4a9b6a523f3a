import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/merchants/{merchantId}/iban-requests`: the bank account that redemptions are paid to.
struct MerchantIbanRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.requestMerchantIban, requestMerchantIban)
        routes.on(.listMerchantIbans, listMerchantIbans)
        routes.on(.verifyMerchantIban, verifyMerchantIban)
    }

    @Sendable private func requestMerchantIban(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(IbanRequestCreation.self)
        let request = RequestMerchantIban(
            community: try call.caller.requireCommunity(),
            merchant: try call.merchantID(),
            client: call.caller.client,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let made = try request(body.value.iban, connection)
            try call.record(
                AuditEntry(.merchant, made.merchantId, to: ["ibanRequest": made]),
                connection
            )
            return .created(made, at: "/v1/merchants/\(made.merchantId)/iban-requests")
        }
    }

    @Sendable private func listMerchantIbans(_ call: Call<Caller>) async throws -> Reply {
        let community = try call.caller.requireCommunity()
        let merchant =
            try call.caller.may(.partiesManage) ? call.id("merchantId") : call.merchantID()
        let limit = call.limit
        let before = try Cursor.id(of: call)
        let read = try await database.transaction { connection in
            guard
                try MerchantQueries.account(of: merchant, community, connection) != nil
            else { throw Problem.notFound("merchant") }
            return try MerchantIbanQueries.requests(
                connection.query(
                    MerchantIbanQueries.list(
                        of: merchant,
                        community,
                        before: before,
                        limit: limit
                    )
                )
            )
        }
        return .page(Cursor.page(read, limit: limit) { $0.id }, of: call.request.uri)
    }

    @Sendable private func verifyMerchantIban(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(IbanRequestVerification.self)
        let verify = VerifyMerchantIban(
            community: try call.caller.requireCommunity(),
            merchant: try call.id("merchantId"),
            request: try call.id("ibanRequestId"),
            client: call.caller.client,
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let merchant = try verify(body.value, connection)
            try call.record(
                AuditEntry(
                    .merchant,
                    merchant.id,
                    to: ["ibanState": merchant.ibanState.rawValue]
                ),
                connection
            )
            return .created(merchant, at: "/v1/merchants/\(merchant.id)")
        }
    }
}
