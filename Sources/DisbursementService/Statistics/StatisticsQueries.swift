import API
import Domain
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// One sum, before anything is left out.
struct StatisticCell: Sendable {
    let figure: String
    /// Of what was spent at merchants of one category; empty for those without a category.
    let category: String?
    let sum: GroupSum
}

/// SQL about statistics.
enum StatisticsQueries {
    static func cells(
        of programme: UUID,
        _ month: StatementPeriod,
        _ community: UUID,
        at now: Instant
    ) -> SQL {
        """
        SELECT figure, category, people, amount, largest
          FROM disbursement.statistics(\(community), \(programme), \(month.first.databaseDay),
                                       \(month.end.databaseDay), \(Timestamp(now)))
        """
    }

    @Sendable static func cells(_ rows: Rows) throws -> [StatisticCell] {
        try rows.map { row in
            let (figure, category, people, amount, largest) = try row.decode(
                String.self,
                String?.self,
                Int64.self,
                Int64.self,
                Int64.self
            )
            return StatisticCell(
                figure: figure,
                category: category,
                sum: GroupSum(amount: amount, people: Int(people), largest: largest)
            )
        }
    }
}
