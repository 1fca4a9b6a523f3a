import Postgres

/// Reminds holders of pots that expire soon, once for every step that their programme names.
struct RemindOfExpiry: Sendable {
    let database: Database

    private static let atOnce = 1000

    func callAsFunction() async throws {
        try await Tenant.acrossCommunities {
            var told: Int32
            repeat {
                told = try await database.query(
                    "SELECT disbursement.remind_of_expiry(\(Int32(Self.atOnce)))"
                ) { try $0.one().decode(Int32.self) }
            } while told == Self.atOnce
        }
    }
}
