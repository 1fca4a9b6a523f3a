import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// Sets on which day of the week a merchant's coins are redeemed by themselves.
struct SetRedemptionSchedule: Sendable {
    let community: UUID
    let merchant: UUID
    let client: UUID
    let weekday: Int
    let isActive: Bool
    let now: Instant

    func callAsFunction(_ minimum: Amount, _ connection: Connection) throws -> RedemptionSchedule {
        guard let account = try MerchantQueries.account(of: merchant, community, connection)
        else { throw Problem.notFound("merchant") }
        guard minimum.coin == account.coin else {
            throw Problem(.coinNotAccepted, "The merchant holds another coin.")
        }
        let coin = try CoinDigits.find(account.coin, community: community, connection)
        try RedemptionScheduleQueries.set(
            self,
            minimum: minimum.minorUnits(digits: coin.digits, at: "/minimum/value"),
            connection
        )
        let stored = try RedemptionScheduleQueries.schedules(
            connection.query(RedemptionScheduleQueries.list(of: merchant, community))
        )
        return stored[0]
    }
}

/// `/merchants/{merchantId}/redemption-schedules`.
struct RedemptionScheduleRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.setRedemptionSchedule, setRedemptionSchedule)
        routes.on(.listRedemptionSchedules, listRedemptionSchedules)
    }

    @Sendable private func setRedemptionSchedule(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(RedemptionScheduleSetting.self)
        let set = SetRedemptionSchedule(
            community: try call.caller.requireCommunity(),
            merchant: try ownMerchant(of: call),
            client: call.caller.client,
            weekday: body.value.weekday,
            isActive: body.value.isActive ?? true,
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let schedule = try set(body.value.minimum, connection)
            try call.record(
                AuditEntry(.redemptionSchedule, schedule.merchantId, to: schedule),
                connection
            )
            return .created(
                schedule,
                at: "/v1/merchants/\(schedule.merchantId)/redemption-schedules"
            )
        }
    }

    @Sendable private func listRedemptionSchedules(_ call: Call<Caller>) async throws -> Reply {
        let read = try await database.query(
            RedemptionScheduleQueries.list(
                of: try ownMerchant(of: call),
                try call.caller.requireCommunity()
            ),
            RedemptionScheduleQueries.schedules
        )
        return .page(Page(items: read, next: nil), of: call.request.uri)
    }

    private func ownMerchant(of call: Call<Caller>) throws -> UUID {
        let id = try call.id("merchantId")
        guard call.caller.party == id else { throw Problem.notFound("merchant") }
        return id
    }
}
