import API
import OpenAPIDocuments
import Testing

@testable import ServiceKit

@Suite struct SchemaTests {
    private static let document = OpenAPIDocument(.wallet)

    /// Where and in what order the value does not fit.
    private func pointers(_ value: String, _ schema: String) throws -> [String] {
        try errors(value, schema).map(\.pointer)
    }

    private func errors(_ value: String, _ schema: String) throws -> [RequestError] {
        let schema = Schema(try JSONText.parse(Array(schema.utf8)), in: Self.document)
        return schema.errors(in: try JSONText.parse(Array(value.utf8)))
    }

    private func fits(_ value: String, _ schema: String) throws -> Bool {
        try errors(value, schema).isEmpty
    }

    @Test(arguments: [
        ("null", "null"), ("true", "boolean"), ("1.5", "number"), ("\"a\"", "string"),
        ("[]", "array"), ("{}", "object"),
    ])
    func `a value has one type`(value: String, type: String) throws {
        for other in ["null", "boolean", "number", "string", "array", "object"] {
            #expect(try fits(value, #"{"type":"\#(other)"}"#) == (other == type))
        }
    }

    @Test func `an integer is a number without a fraction, however it is written`() throws {
        for value in ["1", "1.0", "1e2", "-0"] {
            #expect(try fits(value, #"{"type":"integer"}"#))
            #expect(try fits(value, #"{"type":"number"}"#))
        }
        for value in ["1.5", "1e30", "\"1\"", "true"] {
            #expect(try !fits(value, #"{"type":"integer"}"#))
        }
    }

    @Test func `several types are alternatives`() throws {
        let schema = #"{"type":["string","null"],"maxLength":2}"#
        #expect(try fits("null", schema))
        #expect(try fits("\"ab\"", schema))
        #expect(try pointers("\"abc\"", schema) == [""])
        #expect(try errors("1", schema).map(\.detail) == ["must be null or string"])
    }

    @Test func `enum and const allow what they name`() throws {
        #expect(try fits("\"b\"", #"{"enum":["a","b"]}"#))
        #expect(
            try errors("\"c\"", #"{"enum":["a","b"]}"#).map(\.detail) == ["must be one of: a, b"]
        )
        #expect(try fits("\"a\"", #"{"const":"a"}"#))
        #expect(try !fits("\"A\"", #"{"const":"a"}"#))
    }

    @Test func `length counts code points`() throws {
        let schema = #"{"type":"string","minLength":2,"maxLength":3}"#
        // One visible character of two, three and five code points.
        #expect(try fits("\"e\\u0301\"", schema))
        #expect(try fits("\"e\\u0301\\u0323\"", schema))
        #expect(try !fits("\"👨‍👩‍👧\"", schema))
        // Outside the basic plane: one code point, two UTF-16 units, four bytes.
        #expect(try !fits("\"😀\"", schema))
        #expect(try fits("\"😀😀😀\"", schema))
        #expect(try errors("\"a\"", schema).map(\.detail) == ["must have at least 2 characters"])
        #expect(try errors("\"abcd\"", schema).map(\.detail) == ["must have at most 3 characters"])
    }

    @Test(arguments: ["\\u0000", "\\u0007", "\\n", "\\u001f", "\\u007f"])
    func `control characters are refused in every text`(character: String) throws {
        let value = "{\"name\":\"a\(character)b\"}"
        let schema = #"{"properties":{"name":{"type":"string"}}}"#
        #expect(try errors(value, schema).map(\.detail) == ["has a control character"])
        #expect(try pointers(value, schema) == ["/name"])
    }

    @Test func `a pattern is searched, and anchors itself`() throws {
        #expect(try fits("\"xay\"", #"{"pattern":"a"}"#))
        #expect(try !fits("\"xay\"", #"{"pattern":"^a$"}"#))
        #expect(try !fits("\"xy\"", #"{"pattern":"a"}"#))
    }

    @Test func `formats are checked`() throws {
        let uuid = #"{"format":"uuid"}"#
        #expect(try fits("\"01957c5e-6f00-7a10-8b20-0c30d040e010\"", uuid))
        #expect(try !fits("\"01957c5e6f007a108b200c30d040e010\"", uuid))
        let moment = #"{"format":"date-time"}"#
        #expect(try fits("\"2026-03-02T10:15:00.000001Z\"", moment))
        for wrong in ["2026-03-02T10:15:00+01:00", "2026-02-29T00:00:00Z", "2026-03-02", ""] {
            #expect(try !fits("\"\(wrong)\"", moment))
        }
        let date = #"{"format":"date"}"#
        #expect(try fits("\"2028-02-29\"", date))
        for wrong in ["2026-02-29", "2026-3-2", "2026-03-02T00:00:00Z", "20260302", ""] {
            #expect(try !fits("\"\(wrong)\"", date))
        }
    }

    @Test func `numbers stay within their bounds, which belong to them`() throws {
        let schema = #"{"type":"number","minimum":-1.5,"maximum":10}"#
        for value in ["-1.5", "0", "10"] { #expect(try fits(value, schema)) }
        for value in ["-1.6", "10.1", "1e300"] { #expect(try !fits(value, schema)) }
        #expect(try errors("11", schema).map(\.detail) == ["must be within -1.5 to 10"])
    }

    @Test func `arrays count, repeat and hold what they may`() throws {
        let schema = #"""
            {"type":"array","minItems":1,"maxItems":3,"uniqueItems":true,"items":{"type":"integer"}}
            """#
        #expect(try fits("[1,2,3]", schema))
        #expect(try pointers("[]", schema) == [""])
        #expect(try pointers("[1,2,3,4]", schema) == [""])
        #expect(try pointers("[1,1]", schema) == [""])
        #expect(try pointers("[1,\"a\",2.5]", schema) == ["/1", "/2"])
    }

    @Test func `objects need their members and know no others when closed`() throws {
        let schema = #"""
            {"type":"object","additionalProperties":false,"required":["b","a"],
             "properties":{"a":{"type":"string"},"b":{"type":"string"},"c":{"type":"string"}}}
            """#
        #expect(try fits(#"{"a":"x","b":"y"}"#, schema))
        #expect(try pointers("{}", schema) == ["/a", "/b"])
        #expect(try pointers(#"{"a":"x","b":"y","d":1}"#, schema) == ["/d"])
        // Everything that is wrong is told at once.
        #expect(try Set(pointers(#"{"b":1,"c":2,"d":3}"#, schema)) == ["/a", "/b", "/c", "/d"])
        #expect(try fits(#"{"d":1}"#, #"{"type":"object"}"#))
    }

    @Test func `pointers are escaped and strangers' names cut`() throws {
        let schema = #"{"additionalProperties":false,"properties":{}}"#
        #expect(try pointers(#"{"a/b~c":1}"#, schema) == ["/a~1b~0c"])
        let long = String(repeating: "n", count: 500)
        #expect(try pointers("{\"\(long)\":1}", schema) == ["/" + long.prefix(40)])
        #expect(try pointers(#"{"a\u0000\u007fb\n":1}"#, schema) == ["/ab"])
    }

    @Test func `pointers lead through objects and arrays`() throws {
        let schema = #"""
            {"properties":{"list":{"items":{"properties":{"x":{"type":"integer"}}}}}}
            """#
        #expect(try pointers(#"{"list":[{"x":1},{"x":"a"}]}"#, schema) == ["/list/1/x"])
    }

    @Test func `allOf needs every part`() throws {
        let schema = #"{"allOf":[{"minimum":1},{"maximum":5}]}"#
        #expect(try fits("3", schema))
        #expect(try !fits("0", schema))
        #expect(try !fits("6", schema))
    }

    @Test func `oneOf needs exactly one form`() throws {
        let schema = #"{"oneOf":[{"required":["a"]},{"required":["b"]}]}"#
        #expect(try fits(#"{"a":1}"#, schema))
        #expect(try pointers("{}", schema) == [""])
        #expect(try pointers(#"{"a":1,"b":1}"#, schema) == [""])
    }

    @Test func `a discriminator chooses the form that explains the fault`() throws {
        let schema = #"""
            {"discriminator":{"propertyName":"rule"},"oneOf":[
              {"required":["rule"],"properties":{"rule":{"const":"near"},"metres":{"maximum":5}}},
              {"required":["rule"],"properties":{"rule":{"const":"far"},"metres":{"minimum":5}}}]}
            """#
        #expect(try fits(#"{"rule":"near","metres":1}"#, schema))
        #expect(try pointers(#"{"rule":"far","metres":1}"#, schema) == ["/metres"])
        #expect(try pointers(#"{"rule":"beyond","metres":1}"#, schema) == ["/rule"])
        #expect(try pointers(#"{"metres":1}"#, schema) == ["/rule"])
    }

    @Test func `a reference stands for what it points at`() throws {
        let schema = ##"{"$ref":"#/components/schemas/CoinCode"}"##
        #expect(try fits("\"oosterhof\"", schema))
        #expect(try !fits("\"Oosterhof\"", schema))
    }

    @Test func `an error never tells the value`() throws {
        let secret = "NL91ABNA0417164300"
        let schemas = [
            #"{"type":"integer"}"#, #"{"enum":["a"]}"#, #"{"maxLength":2}"#, #"{"pattern":"^z$"}"#,
            #"{"format":"uuid"}"#, #"{"oneOf":[{"type":"null"},{"type":"array"}]}"#,
        ]
        for schema in schemas {
            let errors = try errors("\"\(secret)\"", schema)
            #expect(errors.count == 1)
            #expect(errors.allSatisfy { !$0.detail.contains(secret) })
        }
    }
}

@Suite struct PatternTests {
    @Test func `an end is the very end`() {
        #expect(PatternCache.matches("abc", "^[a-z]+$"))
        #expect(!PatternCache.matches("abc\n", "^[a-z]+$"))
        #expect(!PatternCache.matches("abc\ndef", "^[a-z]+$"))
    }

    @Test func `characters are code points`() {
        #expect(PatternCache.matches("e\u{301}", "^..$"))
        #expect(!PatternCache.matches("é", "^..$"))
        #expect(PatternCache.matches("Zoë 😀 👩‍👧", #"^[^\u0000-\u001F\u007F]+$"#))
        #expect(!PatternCache.matches("a\u{1F}", #"^[^\u0000-\u001F\u007F]+$"#))
    }

    @Test func `classes of ASCII have no strangers`() {
        // Arabic-Indic and full-width digits are digits, but not of ours.
        #expect(!PatternCache.matches("١٢", "^[0-9]+$"))
        #expect(!PatternCache.matches("１２", "^[0-9]+$"))
        #expect(!PatternCache.matches("\u{212A}", "^[A-Z]$"))
    }

    @Test func `a positive amount has a digit that counts`() {
        let pattern = #"^(?=.*[1-9])(0|[1-9][0-9]{0,12})(\.[0-9]{1,4})?$"#
        for text in ["1", "0.01", "12.50", "9999999999999.9999"] {
            #expect(PatternCache.matches(text, pattern), "\(text)")
        }
        for text in ["0", "0.00", "-1", "01", "1.", ".5", "1,5", "1e5", "10000000000000"] {
            #expect(!PatternCache.matches(text, pattern), "\(text)")
        }
    }
}
