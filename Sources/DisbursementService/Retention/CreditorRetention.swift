import Postgres
import ServiceKit

/// How long the lines of a payment file tell whom they were for.
enum CreditorRetention {
    /// Throws `ServiceConfiguration.Invalid`.
    static func rule(_ configuration: ServiceConfiguration) async throws -> RetentionRule {
        let days = try await configuration.number(
            "retention.creditorDays",
            default: 730,
            in: 30...3650
        )
        return RetentionRule("receivers in payment files", days: days) { days, limit in
            """
            SELECT disbursement.forget_creditors(now() - make_interval(days => \(days)), \(limit))
            """
        }
    }
}
