import Foundation

/// One run of the benchmarks: sets the stage, measures round by round, and closes the books.
struct Session {
    let plan: Plan
    let programs: String
    let scratch: String
    /// Where wrk's files are: in memory where there is such a place, so that writing them does not
    /// keep the disk from the database.
    let decks: String
    private(set) var record = Record()
    /// How many transfers the histories had, by name.
    private(set) var historyTransfers: [String: Int] = [:]

    init(plan: Plan, programs: String, scratch: String, decks: String) {
        self.decks = decks
        self.plan = plan
        self.programs = programs
        self.scratch = scratch
    }

    /// Measures everything that the plan asks for; what it was measured on.
    mutating func run() async throws -> MachineDescription {
        say("starting an installation")
        let installation = try await Installation.start(in: "\(scratch)/main", programs: programs)
        let machine = MachineDescription(postgres: installation.settings)
        do {
            try await measure(installation)
            await installation.stop()
        } catch {
            await installation.stop()
            throw error
        }
        if plan.scenarios.contains(.history) { try await measureHistory() }
        return machine
    }

    private mutating func measure(_ installation: Installation) async throws {
        guard !plan.scenarios.isDisjoint(with: [.transfers, .payments, .ledger]) else { return }
        say("preparing the yardsticks (pgbench, scale \(Yardsticks.scale))")
        let yardsticks = try await Yardsticks(installation, scratch: scratch)
        say("founding a town of \(plan.wallets) wallets and \(plan.payers) phones")
        let town = try await Town.found(
            wallets: plan.wallets,
            payers: plan.payers,
            in: installation
        )
        let wrk = try Wrk()
        let transfers = Transfers(town: town, wrk: wrk, scratch: decks)
        let payments = try await Payments(town: town, wrk: wrk, scratch: decks)
        let ledger = try await LedgerAlone(installation)
        // Nobody measures how connections are opened and statements are prepared.
        _ = try await transfers.measure(.uniform, connections: 64, seconds: 1)
        _ = try await payments.measure(connections: 64, seconds: 1)
        try await installation.settle()
        let books = try await BookKeeping(of: installation)
        for round in 1...plan.rounds {
            say("round \(round) of \(plan.rounds)")
            if plan.scenarios.contains(.transfers) { try await compare(transfers, yardsticks) }
            try await compare(payments, ledger, yardsticks)
        }
        say("closing the books")
        say(try await books.close(record.series))
    }

    /// What targets are about stands next to its yardstick in time.
    private mutating func compare(_ transfers: Transfers, _ yardsticks: Yardsticks) async throws {
        let connections = Plan.comparedConnections
        let slow = note(.tpcbLatency, try await yardsticks.tpcbLatency(seconds: plan.seconds))
        var ours: [Transfers.Traffic: Sample] = [:]
        var yardstick: Sample?
        for traffic in Transfers.Traffic.allCases {
            ours[traffic] = note(
                .transfers(traffic, connections: connections),
                try await transfers.measure(
                    traffic,
                    connections: connections,
                    seconds: plan.seconds
                )
            )
            if yardstick == nil {
                yardstick = note(.tpcb, try await yardsticks.tpcb(seconds: plan.seconds))
            }
        }
        if let uniform = ours[.uniform], let hot = ours[.hot], let yardstick {
            record.add(uniform.perSecond / yardstick.perSecond, to: .transfersPerTpcb)
            record.add(hot.perSecond / yardstick.perSecond, to: .hotPayeePerTpcb)
            if let theirs = slow.p99, let p99 = uniform.p99 {
                record.add(theirs / p99, to: .p99PerPgbench)
            }
        }
        try await showOtherConnections(transfers)
        note(.doubleEntry, try await yardsticks.doubleEntry(seconds: plan.sideSeconds))
    }

    private mutating func showOtherConnections(_ transfers: Transfers) async throws {
        for traffic in Transfers.Traffic.allCases {
            for connections in Plan.otherConnections {
                note(
                    .transfers(traffic, connections: connections),
                    try await transfers.measure(
                        traffic,
                        connections: connections,
                        seconds: plan.sideSeconds
                    )
                )
            }
        }
    }

    /// Both stand next to the same run of the yardstick.
    private mutating func compare(
        _ payments: Payments,
        _ ledger: LedgerAlone,
        _ yardsticks: Yardsticks
    ) async throws {
        var paid: Sample?
        if plan.scenarios.contains(.payments) {
            let connections = Plan.comparedConnections
            paid = note(
                .payments(connections: connections),
                try await payments.measure(connections: connections, seconds: plan.seconds)
            )
        }
        guard !plan.scenarios.isDisjoint(with: [.payments, .ledger]) else { return }
        let yardstick = note(.tpcb, try await yardsticks.tpcb(seconds: plan.seconds))
        if let paid {
            record.add(paid.perSecond / yardstick.perSecond, to: .signedPaymentsPerTpcb)
        }
        guard plan.scenarios.contains(.ledger) else { return }
        for batch in Plan.batchSizes.reversed() {
            for communities in [2, 1] {
                let isCompared = batch == Plan.batchSizes.last && communities == 2
                let sample = note(
                    .ledger(batch: batch, communities: communities),
                    try await ledger.measure(
                        batch: batch,
                        communities: communities,
                        seconds: isCompared ? plan.seconds : plan.sideSeconds
                    )
                )
                if isCompared {
                    let ratio = sample.perSecond / yardstick.perSecond
                    record.add(ratio, to: .ledgerThousandsPerTpcb)
                }
            }
        }
    }

    private mutating func measureHistory() async throws {
        let history = try await History(
            plan: plan,
            programs: programs,
            scratch: scratch,
            decks: decks
        )
        do {
            try await history.warmUp()
            let sides = [history.small, history.large]
            let books = try await inParallel(sides) {
                try await BookKeeping(of: $0.town.installation)
            }
            for round in 1...plan.rounds {
                say("history: round \(round) of \(plan.rounds)")
                try await compare(history, smallFirst: round % 2 == 1)
            }
            for (side, books) in zip(sides, books) {
                let series = record.series.filter { $0.series.isBeside(side.name) }
                say("\(side.name) history: \(try await books.close(series))")
                historyTransfers[side.name] = books.before
            }
            await history.stop()
        } catch {
            await history.stop()
            throw error
        }
    }

    private mutating func compare(_ history: History, smallFirst: Bool) async throws {
        var worst = 0.0
        for act in History.Act.allCases {
            var rates: [String: Double] = [:]
            let sides = [history.small, history.large]
            for side in smallFirst ? sides : sides.reversed() {
                rates[side.name] =
                    note(
                        .history(act, side.name),
                        try await history.measure(act, side, seconds: plan.sideSeconds)
                    ).perSecond
            }
            guard let small = rates[history.small.name], let large = rates[history.large.name]
            else { continue }
            worst = max(worst, small / large)
        }
        record.add(worst, to: .slowdownTenMillion)
    }

    @discardableResult
    private mutating func note(_ series: Series, _ sample: Sample) -> Sample {
        record.add(sample, to: series)
        let p99 = sample.p99.map { ", p99 \(Table.text($0, digits: 1)) ms" } ?? ""
        say("  \(series.title): \(Table.text(sample.perSecond)) \(series.unit)\(p99)")
        return sample
    }
}

/// Tells on the standard error what goes on; the standard output is for the result.
func say(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
}
