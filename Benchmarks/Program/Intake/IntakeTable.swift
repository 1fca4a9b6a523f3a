import Foundation

/// What was measured, for people.
enum IntakeTable {
    /// Targets of the file that the ratios are about.
    private static let mostForValidated = 2.0
    private static let mostForCredited = 5.0
    private static let mostBytes = 300_000_000
    private static let mostGrowth = 1.3

    /// A block of lines for each file, then what the largest is against the smallest.
    static func text(_ runs: [IntakeRun]) -> String {
        (runs.map(block) + [growth(runs)]).joined(separator: "\n")
    }

    private static func block(_ run: IntakeRun) -> String {
        """
        \(run.lines) lines, \(run.fileBytes / 1_000_000) MB
          yardstick              \(seconds(run.yardstick))  parsing \(seconds(run.parsing)) + \
        COPY \(seconds(run.copying))
          upload to validated    \(seconds(run.validated))  \
        \(ratio(run.validated / run.yardstick, atMost: mostForValidated))
          approval to last credit\(seconds(run.credited))  \
        \(ratio(run.credited / run.yardstick, atMost: mostForCredited))
          the same, pots open    \(seconds(run.creditedAgain))  \
        \(ratio(run.creditedAgain / run.yardstick, atMost: mostForCredited))
          peak memory of service  \(run.peakBytes / 1_000_000) MB  \
        \(verdict(run.peakBytes < mostBytes)): under \(mostBytes / 1_000_000) MB

        """
    }

    /// Time per line, of all that is measured, in the largest file against the smallest.
    private static func growth(_ runs: [IntakeRun]) -> String {
        let sorted = runs.sorted { $0.lines < $1.lines }
        guard let small = sorted.first, let large = sorted.last, small.lines < large.lines else {
            return ""
        }
        func perLine(_ run: IntakeRun) -> Double {
            (run.validated + run.credited) / Double(run.lines)
        }
        return "time per line, \(large.lines) against \(small.lines): "
            + ratio(perLine(large) / perLine(small), atMost: mostGrowth) + "\n"
    }

    private static func seconds(_ value: Double) -> String {
        String(format: "%8.3f s", value)
    }

    private static func ratio(_ value: Double, atMost most: Double) -> String {
        String(format: "%.2f, at most %.1f: ", value, most) + verdict(value <= most)
    }

    private static func verdict(_ isMet: Bool) -> String { isMet ? "met" : "missed" }
}
