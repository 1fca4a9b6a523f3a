import Foundation

/// The file `latest.json`.
struct Results: Encodable, Sendable {
    /// One of the six figures.
    struct RatioResult: Encodable, Sendable {
        let name: Ratio
        let definition: String
        let spread: Spread
    }

    /// Whether a promise is kept.
    struct Target: Encodable, Sendable {
        let name: Ratio
        /// `nil` when it was not measured.
        let median: Double?
        /// "at least" or "under".
        let relation: String
        let limit: Double
        let isMet: Bool?
    }

    /// A figure over all rounds.
    struct SeriesResult: Encodable, Sendable {
        /// Processor time per operation in microseconds.
        struct Cost: Encodable, Sendable {
            let services, postgres, client: Spread?
        }

        let name, title, unit: String
        let perSecond: Spread?
        let p50Milliseconds, p99Milliseconds: Spread?
        let cpuMicrosecondsPerOperation: Cost
        /// Shares of the whole machine's time, 0 to 1.
        let machineBusy, machineStolen: Spread?
    }

    let isQuick: Bool
    let takenAt = Date().ISO8601Format()
    let rounds: Int
    let secondsPerMeasurement, secondsPerSideMeasurement: Int
    let measuringSeconds: Double
    let connectionsOfTargets = Plan.comparedConnections
    let payers, wallets: Int
    let historyTransfers: [String: Int]
    let machine: MachineDescription
    let ratios: [RatioResult]
    let targets: [Target]
    let series: [SeriesResult]

    init(
        plan: Plan,
        isQuick: Bool,
        machine: MachineDescription,
        record: Record,
        historyTransfers: [String: Int]
    ) {
        self.isQuick = isQuick
        self.machine = machine
        self.historyTransfers = historyTransfers
        measuringSeconds = record.seconds
        rounds = plan.rounds
        secondsPerMeasurement = plan.seconds
        secondsPerSideMeasurement = plan.sideSeconds
        (payers, wallets) = (plan.payers, plan.wallets)
        ratios = Ratio.allCases.compactMap { ratio in
            Spread(record.ratios[ratio] ?? []).map {
                RatioResult(name: ratio, definition: ratio.definition, spread: $0)
            }
        }
        let medians = Dictionary(uniqueKeysWithValues: ratios.map { ($0.name, $0.spread.median) })
        targets = Ratio.allCases.map { ratio in
            Target(
                name: ratio,
                median: medians[ratio],
                relation: ratio.isFloor ? "at least" : "under",
                limit: ratio.target,
                isMet: medians[ratio].map(ratio.isMet)
            )
        }
        series = record.series.map { SeriesResult($0.series, $0.samples) }
    }

    private enum CodingKeys: String, CodingKey {
        case isQuick, takenAt, rounds, secondsPerMeasurement, secondsPerSideMeasurement
        case measuringSeconds, connectionsOfTargets, payers, wallets, historyTransfers, machine
        case ratios, targets, series
    }

    /// The six medians stand at the top, under their names, beside everything else.
    func encode(to encoder: any Encoder) throws {
        var medians = encoder.container(keyedBy: Ratio.self)
        for ratio in ratios { try medians.encode(ratio.spread.median, forKey: ratio.name) }
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(isQuick, forKey: .isQuick)
        try members.encode(takenAt, forKey: .takenAt)
        try members.encode(rounds, forKey: .rounds)
        try members.encode(secondsPerMeasurement, forKey: .secondsPerMeasurement)
        try members.encode(secondsPerSideMeasurement, forKey: .secondsPerSideMeasurement)
        try members.encode(measuringSeconds, forKey: .measuringSeconds)
        try members.encode(connectionsOfTargets, forKey: .connectionsOfTargets)
        try members.encode(payers, forKey: .payers)
        try members.encode(wallets, forKey: .wallets)
        try members.encode(historyTransfers, forKey: .historyTransfers)
        try members.encode(machine, forKey: .machine)
        try members.encode(ratios, forKey: .ratios)
        try members.encode(targets, forKey: .targets)
        try members.encode(series, forKey: .series)
    }

    /// The file's bytes.
    var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(self) + Data("\n".utf8)
        }
    }
}

extension Ratio: CodingKey {}

extension Results.SeriesResult {
    init(_ series: Series, _ samples: [Sample]) {
        name = series.id
        title = series.title
        unit = series.unit
        perSecond = Spread(samples.map(\.perSecond))
        p50Milliseconds = Spread(samples.compactMap(\.p50))
        p99Milliseconds = Spread(samples.compactMap(\.p99))
        func cost(_ part: KeyPath<CPUSplit, Double>) -> Spread? {
            Spread(samples.map { $0.cpu[keyPath: part] * 1_000_000 / Double($0.operations) })
        }
        cpuMicrosecondsPerOperation = Cost(
            services: cost(\.services),
            postgres: cost(\.postgres),
            client: cost(\.client)
        )
        machineBusy = Spread(samples.map(\.machine.busy))
        machineStolen = Spread(samples.map(\.machine.stolen))
    }
}
