import ISO20022
import Testing

@Suite struct EncodingTests {
    private static let name = "Zoë Muñiz"

    /// A file that says it is written so, with a name that has letters beyond ASCII.
    private func text(_ declared: String, name: String = EncodingTests.name) -> String {
        PaymentFileFixture(payments: [[.init(name: name)]]).xml
            .replacing("UTF-8", with: declared)
    }

    private func latin(_ text: String) -> [UInt8] {
        text.unicodeScalars.map { UInt8($0.value) }
    }

    private func utf16(_ text: String, littleEndian: Bool) -> [UInt8] {
        text.utf16.flatMap { unit in
            let bytes = [UInt8(unit & 255), UInt8(unit >> 8)]
            return littleEndian ? bytes : bytes.reversed()
        }
    }

    private func expectRead(_ bytes: [UInt8], as encoding: String) {
        for pieces in [Int.max, 1, 7] {
            let file = ReadFile(bytes, pieces: pieces)
            #expect(file.transfers.first?.creditorName == Self.name)
            #expect(file.report.verdict == .acceptable)
            #expect(file.report.encoding.name == encoding)
            #expect(file.remarkCodes == [.RR10])
            #expect(file.report.findings.first?.text.contains(encoding) == true)
            #expect(file.report.contentHash == ReadFile(text("UTF-8")).report.contentHash)
        }
    }

    private func expectRefused(_ bytes: [UInt8], says words: String) {
        let file = ReadFile(bytes)
        #expect(file.refusalCodes == [.FF01])
        #expect(file.report.findings.first?.text.contains(words) == true)
        #expect(file.report.transactionCount == 0)
    }

    @Test func `UTF-16 is read in either order, with a mark or without`() {
        let text = text("UTF-16")
        let (little, big) = (utf16(text, littleEndian: true), utf16(text, littleEndian: false))
        expectRead([0xFF, 0xFE] + little, as: "UTF-16LE")
        expectRead([0xFE, 0xFF] + big, as: "UTF-16BE")
        expectRead(little, as: "UTF-16LE")
        expectRead(big, as: "UTF-16BE")
    }

    @Test(arguments: ["ISO-8859-1", "iso-8859-15", "Windows-1252", "windows-1254", "latin1"])
    func `an encoding of one byte is read when the file names it`(label: String) {
        let known = [
            "iso-8859-15": "ISO-8859-15", "Windows-1252": "windows-1252", "latin1": "ISO-8859-1",
        ]
        expectRead(latin(text(label)), as: known[label] ?? label)
    }

    @Test func `the same byte means what the declared encoding says`() {
        func name(_ label: String) -> String? {
            let bytes = latin(text(label, name: "A\u{A4}"))
            return ReadFile(bytes).transfers.first?.creditorName
        }
        #expect(name("ISO-8859-1") == "A¤")
        #expect(name("ISO-8859-15") == "A€")
        #expect(name("ISO-8859-5") == "AЄ")
    }

    @Test func `an untrue declaration is refused, not guessed around`() {
        // 0x80 is the euro sign of Windows and no character at all in ISO 8859.
        expectRefused(latin(text("ISO-8859-1", name: "A\u{80}")), says: "ISO-8859-1")
        #expect(ReadFile(latin(text("windows-1252", name: "A\u{80}"))).transfers.count == 1)
        // 0x81 is no character of Windows-1252 either.
        expectRefused(latin(text("windows-1252", name: "A\u{81}")), says: "windows-1252")
        expectRefused(latin(text("UTF-8")), says: "not well-formed")
        expectRefused(latin(text("US-ASCII")), says: "US-ASCII")
        expectRefused(Array(text("UTF-16").utf8), says: "it is UTF-8")
        expectRefused([0xEF, 0xBB, 0xBF] + latin(text("ISO-8859-1")), says: "it is UTF-8")
        expectRefused(
            [0xFF, 0xFE] + utf16(text("ISO-8859-1"), littleEndian: true),
            says: "it is UTF-16"
        )
        let odd = [0xFF, 0xFE] + utf16(text("UTF-16"), littleEndian: true) + [0x3C]
        expectRefused(odd, says: "UTF-16LE")
    }

    @Test(arguments: ["UTF-32", "UTF-7", "EBCDIC-CP-NL", "IBM037", "x-mac-roman", "%s"])
    func `other encodings are named and refused`(label: String) {
        expectRefused(Array(text(label, name: "A").utf8), says: label)
    }

    @Test func `UTF-8 may have a byte order mark and needs no declaration`() {
        let xml = PaymentFileFixture(payments: [[.init(name: Self.name)]]).xml
        let marked = ReadFile([0xEF, 0xBB, 0xBF] + Array(xml.utf8))
        #expect(marked.report.findings == [])
        #expect(marked.report.contentHash == ReadFile(xml).report.contentHash)
        let bare = xml.split(separator: "?>", maxSplits: 1)[1]
        #expect(ReadFile(String(bare)).transfers.first?.creditorName == Self.name)
    }
}
