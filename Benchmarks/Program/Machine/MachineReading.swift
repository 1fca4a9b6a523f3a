import Foundation

/// How busy the whole machine was, and how much of it somebody else took.
struct MachineLoad: Codable, Sendable {
    /// Share of all processor time that was not idle, 0 to 1.
    let busy: Double
    /// Share that the host gave to other guests, 0 to 1.
    let stolen: Double
}

/// The first line of `/proc/stat` at a moment.
struct MachineReading {
    private let ticks: [Double]

    init() {
        let text = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first ?? ""
        // user nice system idle iowait irq softirq steal
        ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
    }

    /// The load since an earlier reading.
    func since(_ earlier: MachineReading) -> MachineLoad {
        guard ticks.count == 8, earlier.ticks.count == 8 else {
            return MachineLoad(busy: 0, stolen: 0)
        }
        let passed = zip(ticks, earlier.ticks).map { $0 - $1 }
        let total = max(passed.reduce(0, +), 1)
        return MachineLoad(
            busy: (total - passed[3] - passed[4]) / total,
            stolen: passed[7] / total
        )
    }
}
