/// Every right in the database that somebody was given, as it was decided. A table, a function or a
/// grant that is not here fails the tests until somebody has decided about it.
enum DatabaseGrants {
    /// The login roles, without their common beginning.
    static let roles = ["accounts", "wallet", "merchant", "disbursement", "audit"]

    /// What is granted on the database itself: no temporary tables, and nothing to strangers.
    static let database = Set(roles.map { "\($0) CONNECT" })

    /// Schemas and who may look into them; nobody may make anything there.
    static let schemas = lines(
        """
        accounts accounts audit disbursement merchant wallet
        audit accounts audit disbursement merchant wallet
        disbursement accounts audit disbursement merchant wallet
        ledger accounts audit disbursement merchant wallet
        merchant accounts audit disbursement merchant wallet
        public PUBLIC
        wallet accounts audit disbursement merchant wallet
        """
    )

    /// What one role may do to one table.
    struct Rights {
        private let granted: [[Substring]]

        init(of role: String, to table: String) {
            granted = DatabaseGrants.tables.map { $0.split(separator: " ") }.filter { line in
                line.count > 2 && line[0] == table && (line[1] == role || line[1] == "PUBLIC")
            }
        }

        /// Whether the role has the right; to a column, or else to the whole table.
        func include(_ right: String, column: String? = nil) -> Bool {
            granted.contains { line in
                line[2] == right
                    && (line.count == 3 || line[3...].contains { column == String($0) })
            }
        }
    }

    static func lines(_ text: String) -> Set<String> {
        Set(
            text.split(separator: "\n").map { line in
                let words = line.split(separator: " ")
                return words.joined(separator: " ")
            }
        )
    }
}
