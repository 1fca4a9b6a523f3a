/// The median and the spread of a figure over the rounds.
struct Spread: Codable, Sendable, Equatable {
    let median: Double
    let min: Double
    let max: Double
    /// Round by round.
    let rounds: [Double]

    /// `nil` without a single figure.
    init?(_ rounds: [Double]) {
        guard let least = rounds.min(), let most = rounds.max() else { return nil }
        median = Self.percentile(50, of: rounds)
        min = least
        max = most
        self.rounds = rounds
    }

    /// The percentile by linear interpolation between the two nearest ranks; `values` not empty.
    static func percentile(_ percent: Double, of values: [Double]) -> Double {
        let sorted = values.sorted()
        let place = percent / 100 * Double(sorted.count - 1)
        let low = Int(place.rounded(.down))
        let high = Swift.min(low + 1, sorted.count - 1)
        return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
    }
}
