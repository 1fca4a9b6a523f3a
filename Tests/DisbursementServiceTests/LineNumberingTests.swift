import Testing

@testable import DisbursementService

@Suite struct LineNumberingTests {
    /// Three blocks of two, none and one line.
    private var numbering: LineNumbering {
        var numbering = LineNumbering()
        numbering.note(1, block: 1, line: 1)
        numbering.note(2, block: 1, line: 2)
        numbering.note(3, block: 3, line: 1)
        return numbering
    }

    @Test func `a block is known by its first line, if it has one`() {
        #expect(numbering.firstLine(of: 1) == 1)
        #expect(numbering.firstLine(of: 2) == nil)
        #expect(numbering.firstLine(of: 3) == 3)
        #expect(numbering.firstLine(of: 4) == nil)
    }

    @Test func `a line is known by its block`() {
        for (nr, block, line) in [(1, 1, 1), (2, 1, 2), (3, 3, 1)] {
            let place = numbering.place(of: nr)
            #expect(place.block == block && place.line == line)
        }
    }
}
