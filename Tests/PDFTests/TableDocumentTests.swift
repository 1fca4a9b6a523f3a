import PDF
import Testing

@Suite struct TableDocumentTests {
    private func document(rows: Int) throws -> [UInt8] {
        let table = try TableDocument(
            title: "Statement 2026-W10",
            lines: ["Café Zoë (Oost) €"],
            columns: [
                .init("What", at: 40, most: 10),
                .init("Amount", at: 555, isNumber: true, most: 18),
            ],
            rows: rows
        )
        for number in 0..<rows { table.add(["payment \(number)", "\(number).00"]) }
        table.finish(totals: [("Closing balance", "12.50")])
        var bytes: [UInt8] = []
        try table.write { bytes += $0 }
        return bytes
    }

    private func text(rows: Int) throws -> String {
        // libharu writes a slash as an octal escape (ISO 32000-1, 7.3.4.2).
        String(decoding: try document(rows: rows), as: UTF8.self).replacing("\\057", with: "/")
    }

    @Test func `the same contents are the same bytes`() throws {
        #expect(try document(rows: 100) == document(rows: 100))
    }

    @Test func `every page has its number, and the last one the totals`() throws {
        let text = try text(rows: 100)
        #expect(text.hasPrefix("%PDF-1."))
        for page in 1...3 { #expect(text.contains("(\(page) / 3)")) }
        #expect(!text.contains("4 / 3"))
        #expect(text.contains("(payment 99)") && text.contains("(Closing balance)"))
    }

    @Test func `an empty table is a page`() throws {
        let text = try text(rows: 0)
        #expect(text.contains("(1 / 1)") && text.contains("(12.50)"))
    }

    @Test func `texts are in the encoding of the fonts`() throws {
        let bytes = try document(rows: 1)
        let wanted: [UInt8] = Array("Caf".utf8) + [0xE9] + Array(" Zo".utf8) + [0xEB]
        let escaped = Array("Caf\\351 Zo\\353".utf8)
        #expect(contains(bytes, wanted) || contains(bytes, escaped))
    }

    private func contains(_ bytes: [UInt8], _ wanted: [UInt8]) -> Bool {
        bytes.indices.contains { bytes[$0...].starts(with: wanted) }
    }
}
