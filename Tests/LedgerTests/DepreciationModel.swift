import Foundation
import Ledger
import Postgres

/// The rules of depreciation once more, by other means than the ledger's.
struct DepreciationModel: Sendable {
    let method: DepreciationPolicy.Method
    let period: DepreciationPolicy.Period
    let startsOn: Day
    let timeZone: String

    /// What is left of a balance that stood untouched between two periods.
    func left(of balance: Int64, from: Int, until: Int) -> Int64 {
        guard from < until else { return balance }
        return (from + 1...until).reduce(balance) { balance, period in
            switch method {
            case .exponential(let partsPerMillion):
                balance
                    - Int64(UInt128(balance) * UInt128(partsPerMillion) / UInt128(1_000_000))
            case .linear(let periods):
                balance - balance / Int64(max(1, Int(periods) - period + 1))
            }
        }
    }

    /// How many whole periods have passed at a moment.
    func periods(at moment: Timestamp) -> Int {
        let second = (Double(moment.microseconds) / 1_000_000).rounded(.down)
        var whole = Int64(second)
        // A Double may have rounded up to the next second.
        if whole * 1_000_000 > moment.microseconds { whole -= 1 }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: timeZone) ?? .gmt
        let today = calendar.dateComponents(
            [.year, .month, .day],
            from: Date(timeIntervalSince1970: Double(whole))
        )
        var civil = Calendar(identifier: .gregorian)
        civil.timeZone = .gmt
        let start = Date(timeIntervalSince1970: Double(startsOn.daysSince1970) * 86_400)
        let first = civil.dateComponents([.year, .month, .day], from: start)
        guard let (year, month, day) = Self.parts(today),
            let (firstYear, firstMonth, firstDay) = Self.parts(first),
            let midnight = civil.date(from: DateComponents(year: year, month: month, day: day))
        else { return .min }
        let days = Int((midnight.timeIntervalSince(start) / 86_400).rounded())
        switch period {
        case .day: return max(0, days)
        case .week: return max(0, days) / 7
        case .month:
            let months = (year - firstYear) * 12 + month - firstMonth
            return max(0, day < firstDay ? months - 1 : months)
        }
    }

    private static func parts(_ components: DateComponents) -> (Int, Int, Int)? {
        guard let year = components.year, let month = components.month, let day = components.day
        else { return nil }
        return (year, month, day)
    }
}

/// The same numbers for the same seed, everywhere.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
