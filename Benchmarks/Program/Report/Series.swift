/// A figure that is measured in every round.
struct Series: Hashable, Sendable {
    /// Its name in the results.
    let id: String
    /// Its name in the table.
    let title: String
    /// What is counted.
    var unit = "transfers/s"
    /// Whether each operation is one transfer in the ledger.
    var movesMoney = false
    /// How many operations can be under way at the same time through HTTP.
    var inFlight = 0

    static let tpcb = Series(
        id: "tpcb.16",
        title: "pgbench TPC-B-like, 16 clients",
        unit: "transactions/s"
    )
    static let tpcbLatency = Series(
        id: "tpcb.64",
        title: "pgbench TPC-B-like, 64 clients",
        unit: "transactions/s"
    )
    static let doubleEntry = Series(
        id: "doubleEntry.16",
        title: "double entry, one transaction per transfer, 16 clients"
    )

    static func transfers(_ traffic: Transfers.Traffic, connections: Int) -> Series {
        Series(
            id: "transfers.\(traffic.rawValue).\(connections)",
            title: "HTTP transfers, \(traffic.title), \(connections) connections",
            movesMoney: true,
            inFlight: connections
        )
    }

    static func payments(connections: Int) -> Series {
        Series(
            id: "payments.signed.\(connections)",
            title: "HTTP signed payments with locality, \(connections) connections",
            unit: "payments/s",
            movesMoney: true,
            inFlight: connections
        )
    }

    static func history(_ act: History.Act, _ side: String) -> Series {
        var series = Series(
            id: "history.\(act.rawValue).\(side)",
            title: "\(act.title) beside the \(side) history, \(Plan.comparedConnections) "
                + "connections",
            unit: "reads/s"
        )
        guard act == .write else { return series }
        series.unit = "transfers/s"
        series.movesMoney = true
        series.inFlight = Plan.comparedConnections
        return series
    }

    /// Whether it was measured beside this history.
    func isBeside(_ side: String) -> Bool {
        id.hasPrefix("history.") && id.hasSuffix(".\(side)")
    }

    static func ledger(batch: Int, communities: Int) -> Series {
        Series(
            id: "ledger.\(batch)x\(communities)",
            title: "ledger alone, batches of \(batch), "
                + (communities == 1 ? "one community" : "\(communities) communities"),
            movesMoney: true
        )
    }
}

extension Transfers.Traffic {
    fileprivate var title: String {
        switch self {
        case .uniform: "uniform"
        case .hot: "one hot payee"
        }
    }
}

extension History.Act {
    fileprivate var title: String {
        switch self {
        case .statement: "HTTP statement page"
        case .balance: "HTTP balance"
        case .write: "HTTP transfers"
        }
    }
}
