import Postgres
import ServiceKit

/// What the accounts service does not keep for ever.
enum AccountsRetention {
    /// Throws `ServiceConfiguration.Invalid`.
    static func rules(_ configuration: ServiceConfiguration) async throws -> [RetentionRule] {
        let codeDays = try await configuration.number(
            "retention.codeDays",
            default: 90,
            in: 30...3650
        )
        let deviceDays = try await configuration.number(
            "retention.deviceDays",
            default: 365,
            in: 30...3650
        )
        return [
            RetentionRule("activation codes", days: codeDays) { days, limit in
                "SELECT accounts.forget_codes(now() - make_interval(days => \(days)), \(limit))"
            },
            RetentionRule("names of revoked phones", days: deviceDays) { days, limit in
                "SELECT accounts.forget_devices(now() - make_interval(days => \(days)), \(limit))"
            },
        ]
    }
}
