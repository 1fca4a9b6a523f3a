/// The rows of one result. Like the connection, they stay on the database's thread.
package struct Rows: RandomAccessCollection {
    private let result: QueryResult

    init(_ result: QueryResult) { self.result = result }

    package var startIndex: Int { 0 }
    package var endIndex: Int { result.rowCount }
    package subscript(position: Int) -> Row {
        precondition(indices.contains(position), "no such row")
        return Row(result: result, index: position)
    }

    /// The only row. Throws `.decoding` when there are none or several.
    package func one() throws(PostgresError) -> Row {
        guard count == 1 else { throw .decoding("expected one row, got \(count)") }
        return self[0]
    }
}

/// One row of a result.
package struct Row {
    private let result: QueryResult
    private let index: Int

    init(result: QueryResult, index: Int) {
        self.result = result
        self.index = index
    }

    /// Reads all columns in their order: `try row.decode(UUID.self, String?.self)` is a tuple.
    /// Throws `.decoding` that names column and types, never a value.
    package func decode<each T: ColumnDecodable>(
        _ types: repeat (each T).Type
    ) throws(PostgresError) -> (repeat each T) {
        var expected = 0
        for _ in repeat each types { expected += 1 }
        guard expected == result.columnCount else {
            throw .decoding("expected \(expected) columns, got \(result.columnCount)")
        }
        var column = -1
        func next<C: ColumnDecodable>(_: C.Type) throws(PostgresError) -> C {
            column += 1
            return try C.decode(self, column: column)
        }
        return (repeat try next(each types))
    }
}

extension Row {
    func type(ofColumn column: Int) -> PostgresType { result.type(ofColumn: column) }

    func isNull(_ column: Int) -> Bool { result.isNull(row: index, column: column) }

    func withBytes<T>(ofColumn column: Int, _ body: (RawSpan) -> T) -> T {
        result.withBytes(row: index, column: column, body)
    }

    func mismatch(
        _ column: Int,
        expected: any ColumnDecodable.Type,
        _ actual: String
    ) -> PostgresError {
        let name = result.name(ofColumn: column)
        return .decoding("column \(column + 1) \"\(name)\": expected \(expected), got \(actual)")
    }
}
