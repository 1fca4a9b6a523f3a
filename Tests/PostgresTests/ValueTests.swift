import Foundation
import Postgres
import Testing

@Suite(
    .enabled(if: TestCluster.isAvailable, "PostgreSQL is not installed"),
    .timeLimit(.minutes(15))
)
struct ValueTests {
    let database = TestCluster.shared.database()

    private func roundTrip<T: PostgresValue & Equatable>(
        _ values: [T],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for value in values {
            let back = try await database.query("SELECT \(value)") { try $0.one().decode(T.self) }
            #expect(back == value, sourceLocation: sourceLocation)
            let optional = try await database.query("SELECT \(value)") {
                try $0.one().decode(T?.self)
            }
            #expect(optional == .some(value), sourceLocation: sourceLocation)
        }
        let null = try await database.query("SELECT \(nil as T?)") { try $0.one().decode(T?.self) }
        #expect(null == nil, sourceLocation: sourceLocation)
    }

    @Test func `scalars come back as they were sent, at their extremes too`() async throws {
        try await roundTrip([true, false])
        try await roundTrip([Int16.min, -1, 0, 1, .max])
        try await roundTrip([Int32.min, -1, 0, 1, .max])
        try await roundTrip([Int64.min, -1, 0, 1, .max])
        try await roundTrip([Int.min, -1, 0, 1, .max])
        try await roundTrip([
            "", "a", "'; --", "Ĳ é 🏘️ \u{10FFFF}", String(repeating: "x", count: 100_000),
        ])
        try await roundTrip([UUID(), UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))])
        try await roundTrip([[UInt8](), [0], Array(0...255)])
        try await roundTrip([JSONB("{}"), JSONB(#"{"a": ["é", null, 1.5]}"#), JSONB("\"\"")])
    }

    @Test func `times come back to the microsecond over the whole range`() async throws {
        let first = Timestamp(microseconds: -210_866_803_200_000_000)
        let last = Timestamp(microseconds: .max)
        try await roundTrip([
            Timestamp(microseconds: 0), Timestamp(microseconds: -1),
            Timestamp(microseconds: 1_795_000_000_123_456), first, last,
        ])
        try await roundTrip([
            Day(daysSince1970: 0), Day(daysSince1970: -1), Day(daysSince1970: 20_000),
        ])
        let text = try await database.query(
            """
            SELECT \(Timestamp(microseconds: 951_782_400_000_001))::text,
                   \(Day(daysSince1970: 11_016))::text
            """
        ) { try $0.one().decode(String.self, String.self) }
        #expect(text == ("2000-02-29 00:00:00.000001+00", "2000-02-29"))
    }

    @Test func `moments outside the server's range are refused, never bent`() async throws {
        for microseconds: Int64 in [.min, .min + 946_684_800_000_000, -210_866_803_200_000_001] {
            let error = await failure {
                try await database.execute("SELECT \(Timestamp(microseconds: microseconds))")
            }
            #expect((error as? PostgresError)?.sqlState == "22008")
        }
        for moment in ["infinity", "-infinity", "294276-12-31"] {
            let error = await failure {
                try await database.query("SELECT \(moment)::timestamptz AS moment") {
                    try $0.one().decode(Timestamp.self)
                }
            }
            let expected =
                "column 1 \"moment\": expected Timestamp, got a timestamptz that does not fit"
            #expect(error as? PostgresError == .decoding(expected))
        }
    }

    @Test func `arrays come back, with nil, empty, and of every kind`() async throws {
        try await roundTrip([[true, false], []])
        try await roundTrip([[Int16.min, .max], []])
        try await roundTrip([[Int32.min, .max], []])
        try await roundTrip([[Int64.min, .max], [], Array(0..<10_000)])
        try await roundTrip([[Int.min, .max], []])
        try await roundTrip([["", "NULL", "{\"}", "é,🏘️"], []])
        try await roundTrip([[UUID(), UUID()], []])
        try await roundTrip([[[UInt8](), [0, 255]], []])
        try await roundTrip([[Timestamp(microseconds: 1)], []])
        try await roundTrip([[Day(daysSince1970: 1)], []])
        try await roundTrip([[JSONB("[]"), JSONB("1")], []])
        try await roundTrip([[true, nil], [nil], []])
        try await roundTrip([[1, nil, -1] as [Int32?], [nil]])
        try await roundTrip([[1, nil, -1] as [Int64?], [nil]])
        try await roundTrip([["", nil], [nil, nil]])
        try await roundTrip([[UUID(), nil]])
        try await roundTrip([[[1], nil] as [[UInt8]?]])
        try await roundTrip([[Timestamp(microseconds: 1), nil]])
    }

    @Test func `an array that is built value by value is that array`() async throws {
        var texts = ArrayColumn<String>()
        texts.append("é,🏘️")
        texts.append(nil)
        var text = "{\"}"
        text.withUTF8 { texts.append(utf8: $0) }
        texts.append(utf8: nil)
        texts.append(utf8: .init(start: nil, count: 0))
        var numbers = ArrayColumn<Int64>()
        for number in [Int64.min, 0, .max] { numbers.append(number) }
        let row = try await database.query(
            "SELECT \(texts), \(numbers), \(ArrayColumn<[UInt8]>())"
        ) { try $0.one().decode([String?].self, [Int64].self, [[UInt8]].self) }
        #expect(texts.count == 5)
        #expect(row.0 == ["é,🏘️", nil, "{\"}", nil, ""])
        #expect(row.1 == [.min, 0, .max] && row.2.isEmpty)
    }

    @Test func `the server sees arrays as we mean them`() async throws {
        let row = try await database.query(
            """
            SELECT array_to_string(\(["a", nil, "c"] as [String?]), ',', '-'),
                   (SELECT sum(x)::int8 FROM unnest(\([1, 2, 3] as [Int64])) AS x),
                   cardinality(\([UUID]()))
            """
        ) { try $0.one().decode(String.self, Int64.self, Int.self) }
        #expect(row == ("a,-,c", 6, 0))
    }

    @Test func `text of other types and narrower integers can be read`() async throws {
        let text = try await database.query(
            "SELECT 'a'::varchar, 'b'::name, 'c'::\"char\", 'd'::char(1), 'e', ARRAY['f']::name[]"
        ) {
            try $0.one().decode(
                String.self,
                String.self,
                String.self,
                String.self,
                String.self,
                [String].self
            )
        }
        #expect(text == ("a", "b", "c", "d", "e", ["f"]))
        let integers = try await database.query(
            "SELECT 1::int2, 2::int4, ARRAY[3]::int2[], 4::int2"
        ) {
            try $0.one().decode(Int64.self, Int.self, [Int64].self, Int32.self)
        }
        #expect(integers == (1, 2, [3], 4))
        let json = try await database.query("SELECT '{}'::json") { try $0.one().decode(JSONB.self) }
        #expect(json == JSONB("{}"))
    }

    @Test func `a value can never become SQL`() async throws {
        let evil = "'); DROP TABLE x; --$1 \\ \" $$"
        let back = try await database.query("SELECT \(evil), \(evil) || \(rawSQL: "'!'")") {
            try $0.one().decode(String.self, String.self)
        }
        #expect(back == (evil, evil + "!"))
        let refused = await failure { try await database.execute("SELECT \("a\0b")") }
        #expect((refused as? PostgresError)?.sqlState == "22021")
    }

    @Test(arguments: [
        ("SELECT 1::int8 AS n", "column 1 \"n\": expected String, got int8"),
        ("SELECT NULL::text AS n", "column 1 \"n\": expected String, got NULL"),
        ("SELECT 'secret'::bytea AS n", "column 1 \"n\": expected String, got bytea"),
        ("SELECT 1.5 AS n", "column 1 \"n\": expected String, got type 1700"),
        ("SELECT 'a', 'b'", "expected 1 columns, got 2"),
        ("SELECT 'a' WHERE false", "expected one row, got 0"),
    ])
    func `a decoding error names column and types`(sql: String, message: String) async {
        let error = await failure {
            try await database.query("\(rawSQL: sql)") { try $0.one().decode(String.self) }
        }
        #expect(error as? PostgresError == .decoding(message))
    }

    @Test func `arrays that do not fit are refused`() async {
        let nested = await failure {
            try await database.query("SELECT ARRAY[[1],[2]] AS a") {
                try $0.one().decode([Int32].self)
            }
        }
        let hole = await failure {
            try await database.query("SELECT ARRAY[1, NULL] AS a") {
                try $0.one().decode([Int32].self)
            }
        }
        let expected = PostgresError.decoding(
            "column 1 \"a\": expected Array<Int32>, got a int4[] that does not fit"
        )
        #expect(nested as? PostgresError == expected)
        #expect(hole as? PostgresError == expected)
    }

    @Test func `rows are a collection`() async throws {
        let (numbers, first, none) = try await database.query("SELECT generate_series(1, 5)") {
            rows in
            let numbers = try rows.map { try $0.decode(Int.self) }
            return (numbers, try rows.first?.decode(Int.self), rows.dropFirst(5).isEmpty)
        }
        #expect(numbers == [1, 2, 3, 4, 5])
        #expect(first == 1)
        #expect(none)
    }

    @Test func `a password is never printed`() {
        let configuration = TestCluster.shared.configuration { $0.password = "geheim" }
        var dumped = ""
        dump(configuration, to: &dumped)
        dump([configuration], to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("geheim"))
        }
    }
}
