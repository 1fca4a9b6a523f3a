import API
import Domain
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// What a programme did in a month that is over, as far as it tells of nobody.
struct ReadStatistics: Sendable {
    let programme: Programme
    let month: StatementPeriod
    let community: UUID
    let now: Instant

    /// Nil before the month is over.
    func callAsFunction(_ database: Database) async throws -> ProgrammeStatistics? {
        let cells = try await database.query(
            StatisticsQueries.cells(
                of: programme.id.uuid,
                month,
                community,
                at: now
            ),
            StatisticsQueries.cells
        )
        guard let funded = cells.first(where: { $0.figure == "funded" }) else { return nil }
        let coin = CoinDigits(code: programme.coin, digits: CoinDigits.pegged)
        func figure(_ name: String) -> StatisticFigure? {
            cells.first { $0.figure == name && $0.category == nil }.map(\.sum)
                .flatMap { SmallGroups.isTold($0) ? $0.figure(in: coin) : nil }
        }
        return ProgrammeStatistics(
            programmeId: programme.id,
            month: month.description,
            funded: coin.amount(funded.sum.amount),
            credited: figure("credited"),
            spent: figure("spent"),
            returned: figure("returned"),
            categories: programme.transparency == .shops ? categories(cells, coin) : nil,
            fewestPeople: SmallGroups.fewestPeople,
            mostPercentOfOne: SmallGroups.mostPercent
        )
    }

    private func categories(_ cells: [StatisticCell], _ coin: CoinDigits) -> [CategoryStatistic] {
        var parts: [String: GroupSum] = [:]
        for cell in cells { if let category = cell.category { parts[category] = cell.sum } }
        let told = SmallGroups.told(of: parts)
        return parts.filter { told.contains($0.key) }.sorted { $0.key < $1.key }
            .map { category, sum in
                CategoryStatistic(
                    categoryCode: category.isEmpty ? nil : category,
                    spent: sum.figure(in: coin)
                )
            }
    }
}

extension GroupSum {
    fileprivate func figure(in coin: CoinDigits) -> StatisticFigure {
        StatisticFigure(
            amount: SignedAmount(minorUnits: amount, coin: coin.code, digits: coin.digits),
            people: people
        )
    }
}
