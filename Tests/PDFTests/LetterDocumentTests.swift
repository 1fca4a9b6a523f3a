import PDF
import Testing

@Suite struct LetterDocumentTests {
    private let code = (0..<21).map { row in (0..<21).map { (row * $0) % 3 == 0 } }

    private func document(pages: Int) throws -> [UInt8] {
        let document = try LetterDocument()
        for number in 0..<pages {
            document.add(["Aan: Zoë \(number)", "", "    7KQ2-M9XA-0D4T"], code: code)
        }
        return try document.bytes()
    }

    @Test func `the same letters are the same bytes`() throws {
        #expect(try document(pages: 3) == document(pages: 3))
    }

    @Test(arguments: [1, 2, 250]) func `every letter has its page`(pages: Int) throws {
        let text = String(decoding: try document(pages: pages), as: UTF8.self)
        #expect(text.hasPrefix("%PDF-1."))
        #expect(text.contains("/Count \(pages)\n"))
        #expect(text.hasSuffix("%%EOF\n") || text.contains("%%EOF"))
    }

    @Test func `a letter takes a few kilobytes`() throws {
        #expect(try document(pages: 250).count < 250 * 8_192)
    }
}
