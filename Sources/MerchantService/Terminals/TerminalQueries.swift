import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL about terminals.
enum TerminalQueries {
    private static let mostTries = 20

    /// Inserts the terminal under a free number and answers the number.
    static func insert(
        _ act: RegisterTerminal,
        name: String,
        _ connection: Connection
    ) throws -> String {
        for _ in 0..<mostTries {
            let number = TerminalNumber.text(serial: Int.random(in: 0...999_999))
            let inserted = try connection.execute(
                """
                INSERT INTO merchant.terminal (community_id, id, shop_id, name, number,
                                               created_at)
                VALUES (\(act.community), \(act.id), \(act.shop), \(name), \(number),
                        \(Timestamp(act.now)))
                ON CONFLICT ON CONSTRAINT terminal_number_unique DO NOTHING
                """
            )
            if inserted == 1 { return number }
        }
        throw Problem.unavailable("No free terminal number was found.")
    }

    static func issueCode(
        _ act: RegisterTerminal,
        merchant: UUID,
        hash: [UInt8],
        expiresAt: Instant,
        _ connection: Connection
    ) throws {
        _ = try connection.query(
            """
            SELECT accounts.issue_terminal_code(\(act.community), \(hash), \(merchant), \(act.id),
                \(act.shop), \(Timestamp(expiresAt)), \(Timestamp(act.now)))
            """
        )
    }
}
