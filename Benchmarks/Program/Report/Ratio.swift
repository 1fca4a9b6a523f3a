/// The six figures that have a target.
enum Ratio: String, CaseIterable, Codable, Sendable {
    case transfersPerTpcb, hotPayeePerTpcb, signedPaymentsPerTpcb, ledgerThousandsPerTpcb
    case p99PerPgbench, slowdownTenMillion

    /// What is divided by what, always of neighbours in the same round.
    var definition: String {
        let connections = Plan.comparedConnections
        return switch self {
        case .transfersPerTpcb:
            "transfers/s through HTTP, uniform, \(connections) connections ÷ tps of pgbench -c 16"
        case .hotPayeePerTpcb:
            "transfers/s through HTTP, one hot payee, \(connections) connections ÷ tps of pgbench "
                + "-c 16"
        case .signedPaymentsPerTpcb:
            "signed, locality-checked payments/s through HTTP, \(connections) connections ÷ tps "
                + "of pgbench -c 16"
        case .ledgerThousandsPerTpcb:
            "transfers/s of ledger.post, batches of 1000, two communities ÷ tps of pgbench -c 16"
        case .p99PerPgbench:
            "p99 of pgbench with \(connections) clients ÷ p99 of uniform transfers through HTTP "
                + "at \(connections) connections: 1 or more says that ours is no slower"
        case .slowdownTenMillion:
            "the worst of statement page, balance and transfer: rate with the small history ÷ "
                + "rate with the large one"
        }
    }

    /// What the project promises.
    var target: Double {
        switch self {
        case .transfersPerTpcb, .hotPayeePerTpcb: 3
        case .signedPaymentsPerTpcb: 2
        case .ledgerThousandsPerTpcb: 8
        case .p99PerPgbench: 1
        case .slowdownTenMillion: 1.3
        }
    }

    /// Whether more is better; of the slow-down less is.
    var isFloor: Bool { self != .slowdownTenMillion }

    /// Whether a median keeps the promise.
    func isMet(by median: Double) -> Bool { isFloor ? median >= target : median < target }
}
