import Postgres

/// The SQL of wrong codes.
enum WrongCodeQueries {
    /// What is counted where.
    struct Count: Sendable {
        let window: Timestamp
        /// Keyed hash of the network.
        let network: [UInt8]
        /// Stands for all networks together.
        let all: [UInt8]
    }

    /// A code, and what was counted before it.
    struct Seen: Sendable {
        let isKnown: Bool
        let ofNetwork: Int64
        let ofAll: Int64
    }

    static func look(for hash: [UInt8], _ count: Count) -> SQL {
        """
        SELECT EXISTS (SELECT FROM accounts.activation_code WHERE code_hash = \(hash)),
               coalesce(max(attempts) FILTER (WHERE source = \(count.network)), 0),
               coalesce(max(attempts) FILTER (WHERE source = \(count.all)), 0)
          FROM accounts.wrong_code
         WHERE window_at = \(count.window) AND source IN (\(count.network), \(count.all))
        """
    }

    static func seen(_ rows: Rows) throws -> Seen {
        let (isKnown, ofNetwork, ofAll) = try rows.one()
            .decode(Bool.self, Int64.self, Int64.self)
        return Seen(isKnown: isKnown, ofNetwork: ofNetwork, ofAll: ofAll)
    }

    /// The network's row first, always: whoever waits for the common one holds nothing that
    /// another waits for in turn.
    static func increase(_ count: Count) -> SQL {
        """
        INSERT INTO accounts.wrong_code AS c (window_at, source, attempts)
        VALUES (\(count.window), \(count.network), 1), (\(count.window), \(count.all), 1)
        ON CONFLICT (window_at, source) DO UPDATE SET attempts = c.attempts + 1
        """
    }

    static let forgetPast: SQL = """
        DELETE FROM accounts.wrong_code WHERE window_at < now() - interval '1 hour'
        """
}
