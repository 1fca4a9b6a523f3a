import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// The pain.001.001.09 of a settlement: the same bytes however often it is asked for.
struct WriteSettlementFile: Sendable {
    let community: UUID
    let id: UUID

    func callAsFunction(_ connection: Connection) throws -> String {
        guard let order = try SettlementQueries.order(id, community, connection) else {
            throw Problem.notFound("settlement")
        }
        guard order.isReleased else {
            throw Problem(
                .settlementNotReleased,
                "Nobody but the maker has looked at the settlement yet, or it was cancelled."
            )
        }
        let transfers = try SettlementQueries.transfers(of: id, community, connection)
        return try SettlementFile(
            messageID: order.messageID,
            paymentID: order.messageID,
            createdAtMicroseconds: order.createdAt.microseconds,
            executionDate: CalendarDate(daysSinceEpoch: Int(order.executionDay.daysSince1970)),
            debtorName: order.debtorName,
            debtorIBAN: order.debtorIBAN,
            transfers: transfers
        ).xml
    }
}
