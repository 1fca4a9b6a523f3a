import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// Takes all requested redemptions and approved payouts of a coin into one bank file, which a second person releases.
struct CreateSettlement: Sendable {
    let community: UUID
    let client: UUID
    let id: UUID
    let now: Instant

    func callAsFunction(
        _ creation: SettlementCreation,
        _ connection: Connection
    ) throws -> Settlement {
        let coin = try CoinDigits.find(creation.coin, community: community, connection)
        guard let iban = IBAN(creation.debtorIban) else {
            throw Problem.invalid("/debtorIban", "is not a valid IBAN")
        }
        guard let date = CalendarDate(xmlDate: creation.executionDate) else {
            throw Problem.invalid("/executionDate", "is not a date")
        }
        // Redemptions must not be caught in a settlement whose bank file cannot be written. Names of
        // merchants were looked at when they were registered; amounts and references are ours.
        guard SettlementFile.canCarry(name: creation.debtorName) else {
            throw Problem.invalid("/debtorName", "cannot be written in a bank file")
        }
        let redemptions = try SettlementQueries.lockRequested(coin.code, community, connection)
        guard !redemptions.isEmpty else {
            throw Problem(.nothingToSettle, "No redemption of this coin is waiting.")
        }
        try SettlementQueries.insert(
            self,
            coin: coin.code,
            debtorName: creation.debtorName,
            debtorIBAN: iban.canonical,
            executionDay: Day(daysSince1970: Int32(date.daysSinceEpoch)),
            total: redemptions.reduce(0) { $0 + $1.net },
            count: redemptions.count,
            connection
        )
        try SettlementQueries.assign(
            redemptions.map(\.id),
            to: id,
            community,
            connection
        )
        return try SettlementQueries.settlement(id, community, connection)
    }

    /// The settlement's id without hyphens, within the 35 characters of MsgId.
    var messageID: String { Identifier(id).description.replacing("-", with: "") }
}
