/// Everything that was measured, in the order in which it first appeared.
struct Record: Sendable {
    /// A figure and what was measured, round by round.
    struct Measured: Sendable {
        let series: Series
        var samples: [Sample]
    }

    private(set) var series: [Measured] = []
    private(set) var ratios: [Ratio: [Double]] = [:]

    /// The time of all measurements together.
    var seconds: Double { series.flatMap(\.samples).reduce(0) { $0 + $1.seconds } }

    mutating func add(_ sample: Sample, to series: Series) {
        if let place = self.series.firstIndex(where: { $0.series == series }) {
            self.series[place].samples.append(sample)
        } else {
            self.series.append(Measured(series: series, samples: [sample]))
        }
    }

    /// Adds the ratio of one round.
    mutating func add(_ value: Double, to ratio: Ratio) {
        ratios[ratio, default: []].append(value)
    }
}
