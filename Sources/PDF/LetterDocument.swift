import CHaru

/// Letters on A4, a page each: lines of text and, where there is one, a QR code below them.
///
/// The same contents give the same bytes. The pages are in memory until they are read, so a caller
/// bounds their number.
package final class LetterDocument {
    private let document: HPDF_Doc
    private let plain: HPDF_Font?

    /// An empty document; throws `TableDocument.Fault` without memory.
    package init() throws(TableDocument.Fault) {
        guard let document = HPDF_New(nil, nil) else { throw TableDocument.Fault(code: 0) }
        self.document = document
        // Codes are read letter by letter: all are equally wide.
        plain = HPDF_GetFont(document, "Courier", "WinAnsiEncoding")
        HPDF_SetCompressionMode(document, HPDF_UINT(HPDF_COMP_ALL))
    }

    deinit { HPDF_Free(document) }

    /// Adds a page.
    /// - Parameters:
    ///   - lines: at most 40, of at most 72 characters; what goes beyond is cut.
    ///   - code: the modules of a QR code, row by row from the top; true is dark. None for no code.
    package func add(_ lines: [String], code: [[Bool]] = []) {
        let page = HPDF_AddPage(document)
        HPDF_Page_SetSize(page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT)
        HPDF_Page_BeginText(page)
        HPDF_Page_SetFontAndSize(page, plain, Layout.size)
        for (index, line) in lines.prefix(Layout.mostLines).enumerated() {
            let y = Layout.top - Float(index) * Layout.lineHeight
            WinAnsi.withCString(String(line.prefix(Layout.mostCharacters))) {
                HPDF_Page_TextOut(page, Layout.left, y, $0)
            }
        }
        HPDF_Page_EndText(page)
        if !code.isEmpty { draw(code, on: page) }
    }

    /// The whole document; throws `TableDocument.Fault` when anything before went wrong.
    package func bytes() throws(TableDocument.Fault) -> [UInt8] {
        guard HPDF_GetError(document) == 0, HPDF_SaveToStream(document) == 0,
            HPDF_ResetStream(document) == 0
        else { throw TableDocument.Fault(code: UInt(HPDF_GetError(document))) }
        var size = HPDF_GetStreamSize(document)
        var bytes = [UInt8](repeating: 0, count: Int(size))
        let whole = size
        _ = HPDF_ReadFromStream(document, &bytes, &size)
        guard size == whole else { throw TableDocument.Fault(code: UInt(HPDF_GetError(document))) }
        return bytes
    }

    /// In points; a page is 595 by 842.
    private enum Layout {
        static let left: Float = 70
        static let top: Float = 770
        static let size: Float = 10.5
        static let lineHeight: Float = 15
        static let mostLines = 40
        static let mostCharacters = 72
        static let codeTop: Float = 270
        /// Four centimetres: a phone reads it from an arm's length.
        static let codeSide: Float = 113
    }

    /// Dark modules as rectangles, those of a row that touch as one.
    private func draw(_ code: [[Bool]], on page: HPDF_Page?) {
        let module = Layout.codeSide / Float(max(1, code.count))
        for (row, modules) in code.enumerated() {
            let y = Layout.codeTop - Float(row + 1) * module
            var column = 0
            while column < modules.count {
                guard modules[column] else { column += 1; continue }
                let start = column
                while column < modules.count, modules[column] { column += 1 }
                let x = Layout.left + Float(start) * module
                HPDF_Page_Rectangle(page, x, y, Float(column - start) * module, module)
            }
        }
        HPDF_Page_Fill(page)
    }
}
