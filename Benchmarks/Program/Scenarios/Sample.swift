/// One measurement of one round.
struct Sample: Sendable {
    /// Operations per second.
    var perSecond: Double
    /// How many there were.
    var operations: Int
    /// In milliseconds; where the tool tells.
    var p50: Double?
    var p99: Double?
    /// How long it took with the start of the tool.
    var seconds = 0.0
    var cpu = CPUSplit()
    var machine = MachineLoad(busy: 0, stolen: 0)

    init(_ report: Wrk.Report) {
        perSecond = report.perSecond
        operations = report.completed
        p50 = report.p50 / 1000
        p99 = report.p99 / 1000
    }

    init(_ report: PgBench.Report) {
        perSecond = report.perSecond
        operations = report.transactions
        guard !report.latencies.isEmpty else { return }
        p50 = Spread.percentile(50, of: report.latencies) / 1000
        p99 = Spread.percentile(99, of: report.latencies) / 1000
    }

    init(perSecond: Double, operations: Int) {
        self.perSecond = perSecond
        self.operations = operations
    }
}

extension Installation {
    /// Takes a sample and notes who used the processors.
    func sample(_ measure: () async throws -> Sample) async throws -> Sample {
        let start = ContinuousClock.now
        var (sample, cpu, machine) = try await observing(measure)
        sample.seconds = (ContinuousClock.now - start) / .seconds(1)
        sample.cpu = cpu
        sample.machine = machine
        return sample
    }
}
