import ArgumentParser

/// What can be measured.
enum Scenario: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// Transfers between people through HTTP.
    case transfers
    /// Signed shop payments through HTTP.
    case payments
    /// `ledger.post` alone.
    case ledger
    /// Reads and writes with ten thousand and with millions of transfers.
    case history
}

/// How long and how often.
struct Plan: Sendable {
    /// The number of connections at which transfers are held against pgbench, and of clients of
    /// the pgbench whose latencies they are held against.
    static let comparedConnections = 64
    /// The others are shown.
    static let otherConnections = [1, 8, 256]
    static let batchSizes = [1, 10, 100, 1000]

    var rounds: Int
    /// Of a measurement that a target is about, in seconds.
    var seconds: Int
    /// Of the others.
    var sideSeconds: Int
    var payers = 300
    var wallets = 10_000
    /// Transfers in the large history; the small one has `smallHistory`.
    var history: Int
    var smallHistory = 10_000
    var scenarios: Set<Scenario>

    /// Five rounds and ten million transfers.
    static func full(_ scenarios: Set<Scenario>) -> Plan {
        Plan(rounds: 5, seconds: 8, sideSeconds: 3, history: 10_000_000, scenarios: scenarios)
    }

    /// Under two minutes of measuring.
    static func quick(_ scenarios: Set<Scenario>) -> Plan {
        Plan(rounds: 3, seconds: 3, sideSeconds: 1, history: 1_000_000, scenarios: scenarios)
    }
}
