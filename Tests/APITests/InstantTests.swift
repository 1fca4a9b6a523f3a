import FoundationEssentials
import Testing

@testable import API

@Suite struct InstantTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00Z"),
            (1_772_446_542_120_000, "2026-03-02T10:15:42.120000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
            (-62_167_219_200_000_000, "0000-01-01T00:00:00Z"),
        ] as [(Int64, String)]
    )
    func `a moment and its text are each other's image`(microseconds: Int64, text: String) {
        #expect(Instant(microseconds: microseconds).description == text)
        #expect(Instant(text)?.microseconds == microseconds)
    }

    @Test func `every day of four centuries survives the way through text`() {
        let day: Int64 = 86_400_000_000
        for number in 0..<146_097 {
            let instant = Instant(microseconds: (Int64(number) - 100_000) * day + 1)
            #expect(Instant(instant.description) == instant)
        }
    }

    @Test func `a shorter fraction is read exactly`() {
        #expect(Instant("1970-01-01T00:00:00.5Z")?.microseconds == 500_000)
        #expect(Instant("1970-01-01T00:00:00.000001Z")?.microseconds == 1)
    }

    @Test(arguments: [
        "", "2026-03-02", "2026-03-02T10:15:42", "2026-03-02T10:15:42+00:00",
        "2026-03-02 10:15:42Z", "2026-03-02t10:15:42z", "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T23:60:00Z",
        "2016-12-31T23:59:60Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567Z",
        "2026-01-01T00:00:00,5Z", "+026-01-01T00:00:00Z", "2026-01-01T00:00:0٣Z",
    ])
    func `text that is no exact moment in UTC is not read`(text: String) {
        #expect(Instant(text) == nil)
    }

    @Test func `moments are ordered in time`() throws {
        let earlier = try #require(Instant("2026-03-02T10:15:42Z"))
        let later = try #require(Instant("2026-03-02T10:15:42.000001Z"))
        #expect(earlier < later)
    }

    @Test func `JSON holds the text`() throws {
        let instant = try #require(Instant("2026-03-02T10:15:42Z"))
        let json = try JSONEncoder().encode([instant])
        #expect(String(decoding: json, as: UTF8.self) == #"["2026-03-02T10:15:42Z"]"#)
        #expect(try JSONDecoder().decode([Instant].self, from: json) == [instant])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Instant].self, from: Data(#"["now"]"#.utf8))
        }
    }
}
