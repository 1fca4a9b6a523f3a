import Foundation
import Testing

/// The register of `docs/privacy.md` against the tables that there are.
@Suite struct PrivacyRegisterTests {
    private func columns() async throws -> [String: Set<String>] {
        let database = try await GrantsDatabase.shared
        // Months of history are parts of their tables.
        let columns = try await database.columns().filter {
            !$0.table.contains(#/^ledger\.(posting|transfer)_(\d{4}_\d\d|timeless)$/#)
        }
        return Dictionary(grouping: columns, by: \.table).mapValues { Set($0.map(\.name)) }
    }

    @Test func `of every table it was decided what is about people`() async throws {
        let columns = try await columns()
        let decided = Set(PersonalColumns.tables.keys).union(PersonalColumns.withoutPeople)
        #expect(Set(columns.keys).subtracting(decided).sorted() == [], "nobody decided")
        #expect(decided.subtracting(columns.keys).sorted() == [], "decided, and not there")
        for (table, decision) in PersonalColumns.tables {
            #expect(
                columns[table] == decision.personal.union(decision.others),
                "\(table)"
            )
            #expect(decision.personal.isDisjoint(with: decision.others), "\(table)")
        }
    }

    @Test func `the register has a row for each column that is about people`() throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let path = root.joined(separator: "/") + "/docs/privacy.md"
        let document = try String(contentsOfFile: path, encoding: .utf8)
        let rows = document.split(separator: "\n").filter { $0.hasPrefix("| `") }
        for (table, decision) in PersonalColumns.tables {
            let row = rows.first { $0.hasPrefix("| `\(table)` |") }
            let text = try #require(row, "no row for \(table)")
            for column in decision.personal {
                #expect(text.contains("`\(column)`"), "\(table).\(column)")
            }
        }
        for row in rows {
            let table = row.split(separator: "`")[1]
            #expect(PersonalColumns.tables[String(table)] != nil, "\(table) has nothing of people")
        }
    }
}
