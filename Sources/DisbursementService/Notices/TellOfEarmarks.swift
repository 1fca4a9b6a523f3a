import Postgres

/// Tells holders of a programme's money that they can spend it in fewer places from a day on, each once.
struct TellOfEarmarks: Sendable {
    let database: Database

    private static let atOnce = 10_000

    func callAsFunction() async throws {
        try await Tenant.acrossCommunities {
            var told: Int32
            repeat {
                told = try await database.query(
                    "SELECT disbursement.tell_of_earmarks(\(Int32(Self.atOnce)))"
                ) { try $0.one().decode(Int32.self) }
            } while told == Self.atOnce
        }
    }
}
