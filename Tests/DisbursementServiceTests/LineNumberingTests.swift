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

    @Test func `a finding inside a line has that line's number in the file`() {
        #expect(numbering.nr(at: "PmtInf[1]/CdtTrfTxInf[2]/Amt/InstdAmt") == 2)
        #expect(numbering.nr(at: "PmtInf[3]/CdtTrfTxInf[1]") == 3)
    }

    @Test func `a finding about a block or the file has no line`() {
        #expect(numbering.nr(at: "PmtInf[1]/NbOfTxs") == nil)
        #expect(numbering.nr(at: "GrpHdr/MsgId") == nil)
        #expect(numbering.nr(at: "") == nil)
    }

    @Test func `a block is found by its first line`() {
        #expect(numbering.firstLine(ofBlockAt: "PmtInf[3]/CtrlSum") == 3)
        #expect(numbering.firstLine(ofBlockAt: "PmtInf[2]/CtrlSum") == nil)
        #expect(numbering.firstLine(ofBlockAt: "GrpHdr") == nil)
    }
}
