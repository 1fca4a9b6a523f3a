import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// Makes a class of wallets, or changes the limits of one for all that are in it.
struct SetWalletClass: Sendable {
    let setting: WalletClassSetting
    let community: UUID

    func callAsFunction(_ connection: Connection) throws -> WalletClass {
        _ = try connection.query(
            WalletClassQueries.set(
                setting.name,
                dailySpending: try cents(setting.dailySpending, at: "/dailySpending/value"),
                dailyReceiving: try cents(setting.dailyReceiving, at: "/dailyReceiving/value"),
                community: community
            )
        )
        let classes = try WalletClassQueries.classes(
            connection.query(WalletClassQueries.one(setting.name, community: community))
        )
        guard let made = classes.first else { throw Problem.notFound("community") }
        return made
    }

    /// Zero is a limit too.
    private func cents(_ amount: EuroAmount?, at pointer: String) throws -> Int64? {
        guard let amount else { return nil }
        do {
            return try DecimalText.minorUnits(amount.value, digits: CoinDigits.pegged)
        } catch {
            throw Problem.invalid(pointer, "must have exactly two decimals")
        }
    }
}
