import CHaru

/// A table on A4 pages, with a heading, totals and page numbers, in the fonts that every reader has.
///
/// The same contents give the same bytes: nothing of the time or the machine is written. The pages are
/// in memory until they are read, so a caller bounds the number of rows.
package final class TableDocument {
    /// One column.
    package struct Column: Sendable {
        let title: String
        /// Where it begins, in points from the left edge; where it ends when `isNumber`.
        let position: Float
        let isNumber: Bool
        /// What does not fit in so many characters is cut.
        let most: Int

        /// - Parameters:
        ///   - position: points from the left edge, 1/72 inch; a page is 595 wide.
        ///   - isNumber: set flush right, ending at `position`.
        ///   - most: what does not fit in so many characters is cut.
        package init(_ title: String, at position: Float, isNumber: Bool = false, most: Int) {
            self.title = title
            self.position = position
            self.isNumber = isNumber
            self.most = most
        }
    }

    /// libharu could not make the document.
    package struct Fault: Error {
        /// Its code.
        package let code: UInt
    }

    /// How many rows go on a page, so that below the last one there is room for a dozen totals; a
    /// caller tells how many pages there will be.
    package static let rowsPerPage = 36

    private let document: HPDF_Doc
    private let plain: HPDF_Font?
    private let bold: HPDF_Font?
    private let title: String
    private let lines: [String]
    private let columns: [Column]
    private let pages: Int
    private var page: HPDF_Page?
    private var pageNumber = 0
    private var rowsOnPage = 0

    /// - Parameters:
    ///   - title: heads every page.
    ///   - lines: stand under it on every page, at most five.
    ///   - rows: how many rows will be added.
    /// - Throws: `Fault` without memory.
    package init(
        title: String,
        lines: [String],
        columns: [Column],
        rows: Int
    ) throws(Fault) {
        guard let document = HPDF_New(nil, nil) else { throw Fault(code: 0) }
        self.document = document
        plain = HPDF_GetFont(document, "Helvetica", "WinAnsiEncoding")
        bold = HPDF_GetFont(document, "Helvetica-Bold", "WinAnsiEncoding")
        self.title = title
        self.lines = lines
        self.columns = columns
        pages = max(1, (rows + Self.rowsPerPage - 1) / Self.rowsPerPage)
    }

    deinit { HPDF_Free(document) }

    /// Adds a row, with a text for each column.
    package func add(_ row: [String]) {
        if page == nil || rowsOnPage == Self.rowsPerPage { beginPage() }
        write(row, plain, at: Layout.firstRow - Float(rowsOnPage) * Layout.rowHeight)
        rowsOnPage += 1
    }

    /// Adds the totals below the last row: names and numbers, in bold.
    package func finish(totals: [(name: String, value: String)]) {
        if page == nil { beginPage() }
        var y = Layout.firstRow - Float(rowsOnPage) * Layout.rowHeight - 6
        line(at: y + 12)
        for total in totals {
            text(total.name, bold, at: Layout.totalsName, y)
            text(total.value, bold, endingAt: Layout.right, y)
            y -= Layout.rowHeight
        }
    }

    /// The document in pieces of at most 64 KiB.
    /// - Throws: `Fault` when anything before went wrong.
    package func write(to sink: ([UInt8]) -> Void) throws(Fault) {
        guard HPDF_GetError(document) == 0, HPDF_SaveToStream(document) == 0,
            HPDF_ResetStream(document) == 0
        else { throw Fault(code: UInt(HPDF_GetError(document))) }
        var left = HPDF_GetStreamSize(document)
        while left > 0 {
            var size = min(left, 65_536)
            var piece = [UInt8](repeating: 0, count: Int(size))
            _ = HPDF_ReadFromStream(document, &piece, &size)
            guard size > 0 else { throw Fault(code: UInt(HPDF_GetError(document))) }
            sink(Array(piece.prefix(Int(size))))
            left -= size
        }
    }

    /// A4 in points, and what stands where on it.
    private enum Layout {
        static let left: Float = 40
        static let right: Float = 555
        static let titleAt: Float = 800
        static let linesFrom: Float = 782
        static let lineHeight: Float = 12
        static let head: Float = 710
        static let firstRow: Float = 694
        static let rowHeight: Float = 13
        static let totalsName: Float = 300
        static let foot: Float = 24
    }

    private func beginPage() {
        let page = HPDF_AddPage(document)
        HPDF_Page_SetSize(page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT)
        self.page = page
        pageNumber += 1
        rowsOnPage = 0
        text(title, bold, size: 14, at: Layout.left, Layout.titleAt)
        for (index, line) in lines.prefix(5).enumerated() {
            text(line, plain, at: Layout.left, Layout.linesFrom - Float(index) * Layout.lineHeight)
        }
        write(columns.map(\.title), bold, at: Layout.head)
        line(at: Layout.head - 4)
        text("\(pageNumber) / \(pages)", plain, endingAt: Layout.right, Layout.foot)
    }

    private func write(_ row: [String], _ font: HPDF_Font?, at y: Float) {
        for (column, content) in zip(columns, row) where !content.isEmpty {
            let content = String(content.prefix(column.most))
            if column.isNumber {
                text(content, font, endingAt: column.position, y)
            } else {
                text(content, font, at: column.position, y)
            }
        }
    }

    private func text(
        _ text: String,
        _ font: HPDF_Font?,
        size: Float = 8,
        at x: Float,
        _ y: Float
    ) {
        HPDF_Page_BeginText(page)
        HPDF_Page_SetFontAndSize(page, font, size)
        WinAnsi.withCString(text) { HPDF_Page_TextOut(page, x, y, $0) }
        HPDF_Page_EndText(page)
    }

    private func text(_ text: String, _ font: HPDF_Font?, endingAt x: Float, _ y: Float) {
        HPDF_Page_SetFontAndSize(page, font, 8)
        let width = WinAnsi.withCString(text) { HPDF_Page_TextWidth(page, $0) }
        self.text(text, font, at: x - width, y)
    }

    private func line(at y: Float) {
        HPDF_Page_SetLineWidth(page, 0.5)
        HPDF_Page_MoveTo(page, Layout.left, y)
        HPDF_Page_LineTo(page, Layout.right, y)
        HPDF_Page_Stroke(page)
    }
}
