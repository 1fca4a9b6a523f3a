import Foundation

/// What was measured, for people.
enum IntakeTable {
    /// Targets of the file that the ratios are about, each for the median of the rounds.
    private static let mostForValidated = 2.0
    private static let mostForCredited = 5.0
    private static let mostBytes = 300_000_000
    private static let mostGrowth = 1.3

    /// One round, when it is over.
    static func line(of run: IntakeRun, round: Int) -> String {
        let ratios = [run.validated, run.credited, run.creditedAgain].map {
            number($0 / run.yardstick)
        }
        return
            "round \(round): yardstick \(number(run.yardstick, digits: 3)) s; times it: validated "
            + "\(ratios[0]), last credit \(ratios[1]), with pots open \(ratios[2])"
    }

    /// A block of lines for each file, then what the largest is against the smallest.
    static func text(_ results: [IntakeResult]) -> String {
        (results.map(block) + [growth(results)]).joined(separator: "\n")
    }

    private static func block(_ result: IntakeResult) -> String {
        """
        \(result.lines) lines, \((result.runs.first?.fileBytes ?? 0) / 1_000_000) MB, medians of \
        \(result.runs.count) (lowest to highest)
          yardstick               \(seconds(result.spread(\.yardstick)))  parsing \
        \(seconds(result.spread(\.parsing))) + COPY \(seconds(result.spread(\.copying)))
          upload to validated     \(times(result, \.validated, atMost: mostForValidated))
          approval to last credit \(times(result, \.credited, atMost: mostForCredited))
          the same, pots open     \(times(result, \.creditedAgain, atMost: mostForCredited))
          peak memory of service  \(result.peakBytes / 1_000_000) MB  \
        \(verdict(result.peakBytes < mostBytes)): under \(mostBytes / 1_000_000) MB

        """
    }

    /// A time, and how often the yardstick of its own round goes into it.
    private static func times(
        _ result: IntakeResult,
        _ figure: (IntakeRun) -> Double,
        atMost most: Double
    ) -> String {
        guard let ratios = result.spread({ figure($0) / $0.yardstick }) else { return "–" }
        let misses = ratios.rounds.count { $0 > most }
        return seconds(result.spread(figure)) + "  "
            + "\(number(ratios.median)) (\(number(ratios.min)) to \(number(ratios.max))), at most "
            + "\(number(most, digits: 1)): \(verdict(ratios.median <= most))"
            + (misses == 0 ? "" : ", more in \(misses) of \(ratios.rounds.count) rounds")
    }

    /// Time per line, of all that is measured, in the largest file against the smallest; and the
    /// yardstick's, which says how much of that is the machine.
    private static func growth(_ results: [IntakeResult]) -> String {
        let sorted = results.sorted { $0.lines < $1.lines }
        guard let small = sorted.first, let large = sorted.last, small.lines < large.lines else {
            return ""
        }
        func growth(of figure: (IntakeRun) -> Double) -> Double? {
            guard let least = small.spread(figure), let most = large.spread(figure) else {
                return nil
            }
            return (most.median / Double(large.lines)) / (least.median / Double(small.lines))
        }
        guard let ours = growth(of: { $0.validated + $0.credited }),
            let yardstick = growth(of: \.yardstick)
        else { return "" }
        return
            "time per line, \(large.lines) against \(small.lines): \(number(ours)), at most "
            + "\(number(mostGrowth, digits: 1)): \(verdict(ours <= mostGrowth)); the yardstick's is "
            + "\(number(yardstick))\n"
    }

    private static func seconds(_ spread: Spread?) -> String {
        spread.map { number($0.median, digits: 3) + " s" } ?? "–"
    }

    private static func number(_ value: Double, digits: Int = 2) -> String {
        String(format: "%.\(digits)f", value)
    }

    private static func verdict(_ isMet: Bool) -> String { isMet ? "met" : "missed" }
}
