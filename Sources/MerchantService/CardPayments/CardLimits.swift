import ServiceKit

/// How much goes by card; amounts above are for a phone, which shows what it signs.
struct CardLimits: Sendable {
    /// Of one payment, in minor units.
    let payment: Int64
    /// Of what one person pays by card in a day of the community, in minor units.
    let day: Int64

    /// Reads the settings; throws `ServiceConfiguration.Invalid`.
    init(_ configuration: ServiceConfiguration) async throws {
        let range = 0...1_000_000_000
        payment = Int64(
            try await configuration.number(
                "merchant.cardPaymentLimit",
                default: 5_000,
                in: range
            )
        )
        day = Int64(
            try await configuration.number("merchant.cardDayLimit", default: 15_000, in: range)
        )
    }
}
