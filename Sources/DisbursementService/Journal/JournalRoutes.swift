import API
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import ISO20022
import Postgres
import ServiceKit

/// The journal of a coin, for the bookkeeping of a municipality, and its codes.
struct JournalRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.setJournalCode, setJournalCode)
        routes.on(.listJournalCodes, listJournalCodes)
        routes.onStream(.getJournal, getJournal)
    }

    @Sendable private func setJournalCode(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(JournalCodeSetting.self)
        let set = SetJournalCode(
            setting: body.value,
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let (before, code) = try set(connection)
            try call.record(AuditEntry(.journalCode, code.id, from: before, to: code), connection)
            return .created(code, at: "/v1/journal-codes")
        }
    }

    @Sendable private func listJournalCodes(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let codes = try await database.query(
            JournalQueries.codes(
                call.caller.requireCommunity(),
                after: Cursor.id(of: call),
                limit: limit
            ),
            JournalQueries.codes
        )
        return .page(Cursor.page(codes, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getJournal(_ call: Call<Caller>) async throws -> Response {
        let community = try call.caller.requireCommunity()
        let code = try call.text("coinCode")
        guard let period = StatementPeriod(try call.text("period")) else {
            throw Problem.notFound("journal")
        }
        let coin = try await database.query(
            "SELECT digits FROM accounts.coin WHERE community_id = \(community) AND code = \(code)"
        ) { rows in
            try rows.first.map { row in
                let digits: Int16 = try row.decode(Int16.self)
                return CoinDigits(code: code, digits: Int(digits))
            }
        }
        guard let coin else { throw Problem.notFound("coin") }
        return call.file(
            JournalFile(period, of: coin, community, at: call.clock.now(), database),
            named: "journal-\(coin.code)-\(period).csv"
        )
    }
}
