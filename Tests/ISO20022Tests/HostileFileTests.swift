import ISO20022
import Testing

@Suite struct HostileFileTests {
    private func expectFormatRefusal(
        _ bytes: [UInt8],
        limits: PaymentFileLimits = PaymentFileLimits(),
        says words: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let file = ReadFile(bytes, limits: limits)
        #expect(file.refusalCodes == [.FF01], sourceLocation: sourceLocation)
        #expect(file.report.findings.count == 1, sourceLocation: sourceLocation)
        #expect(
            file.report.findings.first?.text.contains(words) == true,
            "\(file.report.findings.first?.text ?? "")",
            sourceLocation: sourceLocation
        )
        #expect(file.report.transactionCount == 0, sourceLocation: sourceLocation)
        #expect(file.report.header == nil, sourceLocation: sourceLocation)
    }

    private func inserted(_ text: String, before mark: String) -> [UInt8] {
        let xml = PaymentFileFixture().xml
        return Array(
            xml.split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false)
                .joined(separator: text + mark).utf8
        )
    }

    @Test func `a billion laughs are refused before the first one`() {
        var entities = "<!DOCTYPE Document [<!ENTITY l0 \"ha\">"
        for level in 1...20 {
            let uses = String(repeating: "&l\(level - 1);", count: 10)
            entities += "<!ENTITY l\(level) \"\(uses)\">"
        }
        let bytes = inserted(entities + "]>", before: "<Document")
        expectFormatRefusal(bytes, says: "DOCTYPE")
    }

    @Test(arguments: [
        "<!DOCTYPE Document SYSTEM \"http://127.0.0.1:1/x.dtd\">",
        "<!DOCTYPE Document [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE Document [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/\"> %p;]>",
        "<!DOCTYPE Document>",
    ])
    func `every document type is refused`(declaration: String) {
        expectFormatRefusal(inserted(declaration, before: "<Document"), says: "DOCTYPE")
    }

    @Test func `an entity without declaration is refused`() {
        expectFormatRefusal(inserted("&x;", before: "</Ustrd>"), says: "entity")
    }

    @Test func `predefined entities and character references are ordinary text`() {
        let bytes = inserted(" &amp; zn &#233;&#x41;", before: "</Ustrd>")
        #expect(ReadFile(bytes).transfers.first?.remittance == "Bijzondere bijstand & zn éA")
    }

    @Test func `deep nesting is refused`() {
        let deep = String(repeating: "<a>", count: 70) + String(repeating: "</a>", count: 70)
        expectFormatRefusal(inserted(deep, before: "<Purp>"), says: "64 levels")
        let endless = String(repeating: "<a>", count: 100_000)
        expectFormatRefusal(inserted(endless, before: "<Purp>"), says: "64 levels")
    }

    @Test func `huge text, attribute, tag and comment are refused`() {
        let huge = String(repeating: "x", count: 300_000)
        expectFormatRefusal(inserted(huge, before: "</Ustrd>"), says: "10000 bytes of text")
        expectFormatRefusal(
            inserted("<a b='\(huge.prefix(5_000))'/>", before: "<Purp>"),
            says: "attribute"
        )
        expectFormatRefusal(inserted("<a b='\(huge)'/>", before: "<Purp>"), says: "131072 bytes")
        expectFormatRefusal(inserted("<!--\(huge)-->", before: "<Purp>"), says: "131072 bytes")
        let many = (0..<40).map { "a\($0)='1'" }.joined(separator: " ")
        expectFormatRefusal(inserted("<a \(many)/>", before: "<Purp>"), says: "attribute")
        let spaces = String(repeating: " ", count: 300_000)
        #expect(ReadFile(inserted(spaces, before: "<Purp>")).report.verdict == .acceptable)
    }

    @Test func `too many bytes or payments are refused`() {
        var limits = PaymentFileLimits()
        limits.bytes = 500
        expectFormatRefusal(
            Array(PaymentFileFixture().xml.utf8),
            limits: limits,
            says: "larger than 500"
        )
        limits = PaymentFileLimits()
        limits.transactions = 2
        let three = PaymentFileFixture(payments: [[.init(), .init()], [.init()]])
        expectFormatRefusal(Array(three.xml.utf8), limits: limits, says: "more than 2 payments")
    }

    @Test func `an empty, cut or lengthened file is refused with a place`() {
        expectFormatRefusal([], says: "empty")
        expectFormatRefusal(Array("\n\n".utf8), says: "not well-formed")
        let xml = PaymentFileFixture().xml
        expectFormatRefusal(Array(xml.utf8.dropLast(40)), says: "not well-formed")
        expectFormatRefusal(Array((xml + "<x/>").utf8), says: "not well-formed")
        let swapped = ReadFile(inserted("</Cd>", before: "</Ustrd>"))
        let lines = xml.split(separator: "\n", omittingEmptySubsequences: false)
        let expected = lines.firstIndex { $0.contains("</Ustrd>") }.map { $0 + 1 }
        #expect(swapped.report.findings.first?.line == expected)
        #expect(swapped.report.findings.first?.text.contains("column") == true)
    }

    @Test(
        arguments: [
            [0xE9], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFF],
            [0x00],
            [0x0B], [0xC3], [0xF4, 0x90, 0x80, 0x80], [0xE0, 0x80, 0xAF],
        ] as [[UInt8]]
    )
    func `bytes that are not UTF-8 are refused`(wrong: [UInt8]) {
        let xml = Array(PaymentFileFixture().xml.utf8)
        let mark = Array("</Ustrd>".utf8)
        let place = xml.indices.first { xml[$0...].starts(with: mark) } ?? 0
        expectFormatRefusal(
            Array(xml[..<place]) + wrong + Array(xml[place...]),
            says: "not well-formed"
        )
    }

    @Test func `another message is named`() {
        let xml = PaymentFileFixture().xml
        func with(_ namespace: String) -> ReadFile {
            ReadFile(
                xml.split(separator: PaymentMessageType.pain00100103.namespace)
                    .joined(separator: namespace)
            )
        }
        let newer = with("urn:iso:std:iso:20022:tech:xsd:pain.001.001.12")
        #expect(newer.refusals.first?.text.contains("pain.001.001.12") == true)
        #expect(newer.report.messageType == "pain.001.001.12")
        #expect(with("urn:x").report.messageType == nil)
        #expect(ReadFile("<Document/>").refusals.first?.text.contains("no namespace") == true)
        #expect(ReadFile("<html/>").refusals.first?.text.contains("html") == true)
        #expect(ReadFile("<p:x/>").refusalCodes == [.FF01])
    }
}
