import Postgres

/// Tells holders of pots in time what becomes of their money, each of them each thing once.
struct TellHolders: Sendable {
    let database: Database

    /// That a pot expires soon, for every step that its programme names.
    func ofExpiry() async throws {
        try await tell(atOnce: 1000) { "SELECT disbursement.remind_of_expiry(\($0))" }
    }

    /// That a programme's money can be spent in fewer places from a day on.
    func ofEarmarks() async throws {
        try await tell(atOnce: 10_000) { "SELECT disbursement.tell_of_earmarks(\($0))" }
    }

    /// Until nobody is left to tell: the function tells so many and returns how many they were.
    private func tell(atOnce: Int32, _ sql: (Int32) -> SQL) async throws {
        let sql = sql(atOnce)
        try await Tenant.acrossCommunities {
            var told: Int32
            repeat {
                told = try await database.query(sql) { try $0.one().decode(Int32.self) }
            } while told == atOnce
        }
    }
}
