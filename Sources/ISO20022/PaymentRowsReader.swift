/// Reads a list of payments as CSV, as a stream: feed it bytes, get lines, finish.
///
/// The first row names the columns; `docs/payment-files.md` lists them. Cells are separated by
/// commas or by semicolons, whichever the first row has. A file that declares no encoding is UTF-8,
/// or windows-1252 where it can be nothing else, which a remark tells; a file that could be either in
/// parts is refused. Memory does not grow with the file. Not thread-safe; one reader reads one file.
package final class PaymentRowsReader {
    private var list: PaymentList
    private var rows: CSVRows
    private var cells: CellDecoder
    private let limits: PaymentFileLimits
    private let block: BlockBuffer
    private var bytesTaken = 0
    private var columns: [ListColumn]?
    private var transcoder: FileTranscoder?
    private var fatal: Finding?

    /// - Parameters:
    ///   - header: what is known of the list beside the file.
    ///   - encoding: the one that the sender names, if any; then nothing is recognised.
    ///   - line: called for each line while feeding, in the order of the file.
    ///   - refusedPayment: called at the end of each block that is refused for what it says itself;
    ///     neighbours with the same execution date make a block.
    package init(
        header: PaymentListHeader,
        encoding: TextEncoding? = nil,
        limits: PaymentFileLimits = PaymentFileLimits(),
        line: @escaping (borrowing PaymentLine) -> Void,
        refusedPayment: @escaping (RefusedPayment) -> Void
    ) {
        let sink = PaymentSink(line: { found, _ in line(found) }, refusedPayment: refusedPayment)
        list = PaymentList(header, form: .rows, limits: limits, sink: sink)
        rows = CSVRows(limit: limits.textBytes)
        cells = CellDecoder(declared: encoding)
        self.limits = limits
        block = BlockBuffer()
    }

    /// True once the file is beyond saving; what is fed from then on counts for the hash only.
    package var hasGivenUp: Bool { fatal != nil }

    /// Takes the next bytes of the file, any number of them.
    package func feed(_ bytes: some Collection<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable {
            feed(UnsafeRawBufferPointer($0))
        }
        if done == nil { Array(bytes).withUnsafeBytes { feed($0) } }
    }

    /// Takes the next bytes of the file, any number of them.
    package func feed(_ bytes: UnsafeRawBufferPointer) {
        bytesTaken += bytes.count
        if bytesTaken > limits.bytes { abandon(.tooManyBytes(limit: limits.bytes)) }
        block.take(bytes) { pass($0, isFirst: $1) }
    }

    /// Ends the file and tells what became of it. Call once.
    package func finish() -> PaymentFileReport {
        if bytesTaken == 0 { abandon(.empty) }
        block.finish { pass($0, isFirst: $1) }
        if !hasGivenUp { endFile() }
        if !hasGivenUp { list.finish(recognised: cells.recognised) }
        let hash = list.digest.finish()
        guard let fatal else {
            return PaymentFileReport(
                messageType: "csv",
                encoding: cells.encoding,
                contentHash: hash,
                list.sections
            )
        }
        return PaymentFileReport(
            messageType: "csv",
            encoding: cells.encoding,
            contentHash: hash,
            fatal: fatal
        )
    }

    private func abandon(_ problem: FormatProblem) {
        guard fatal == nil else { return }
        fatal = Finding(level: .file, line: rows.line, path: "", explanation: problem.explanation)
    }

    // MARK: Bytes

    private func pass(_ bytes: UnsafeRawBufferPointer, isFirst: Bool) {
        if !hasGivenUp { read(bytes, isFirst: isFirst) }
        if hasGivenUp { list.digest.raw(bytes) }
    }

    private func read(_ bytes: UnsafeRawBufferPointer, isFirst: Bool) {
        var text = bytes
        if isFirst {
            switch cells.begin(bytes) {
            case .success(let start): text = UnsafeRawBufferPointer(rebasing: bytes[start...])
            case .failure(let refused): return abandon(refused.problem)
            }
            transcoder = cells.transcoded.flatMap { FileTranscoder($0) }
        }
        guard let transcoder else { return split(text) }
        do throws(FileTranscoder.Failure) {
            let converted = try transcoder.convert(text)
            converted.withUnsafeBytes { split($0) }
        } catch {
            abandon(.undecodable(transcoder.encoding))
        }
    }

    private func split(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes {
            if let end = rows.take(byte) { endRow(end) }
            if hasGivenUp { return }
        }
    }

    private func endFile() {
        do throws(FileTranscoder.Failure) { try transcoder?.finish() } catch {
            return abandon(.undecodable(cells.encoding))
        }
        if let end = rows.finish() { endRow(end) }
        if columns == nil { abandon(.columns(.none)) }
    }

    // MARK: Rows

    private func endRow(_ end: CSVRows.RowEnd) {
        defer { rows.next() }
        guard let columns else { return readColumns(end) }
        switch end {
        case .complete where rows.isBlank: return
        case .tooLong: return abandon(.textTooLong(limit: limits.textBytes))
        case .complete, .quoting, .tooManyCells: break
        }
        guard list.count < limits.transactions else {
            return abandon(.tooManyTransactions(limit: limits.transactions))
        }
        list.begin(line: rows.line)
        if end == .quoting { return list.end(problems: [(.quoting, nil)]) }
        guard rows.cellCount == columns.count else {
            let problem = FormatProblem.cells(found: rows.cellCount, expected: columns.count)
            return list.end(problems: [(problem, nil)])
        }
        for (index, column) in columns.enumerated() {
            guard keep(rows.cell(index), as: column) else { return }
        }
        list.end()
    }

    /// False when the file has to be given up.
    private func keep(_ cell: UnsafeBufferPointer<UInt8>, as column: ListColumn) -> Bool {
        if cell.allSatisfy({ $0 < 0x80 }) {
            keepText(cell, as: column)
            return true
        }
        switch cells.decode(cell, line: rows.line) {
        case .success(var text):
            text.withUTF8 { keepText($0, as: column) }
            return true
        case .failure(let refused):
            abandon(refused.problem)
            return false
        }
    }

    private func keepText(_ text: UnsafeBufferPointer<UInt8>, as column: ListColumn) {
        guard column == .accountKind else {
            return list.keep(text, as: column.field, line: rows.line)
        }
        let name = String(decoding: text.trimmed, as: UTF8.self)
        // People write the kind; a message has the scheme.
        var scheme = CreditorKind(rawValue: name)?.scheme ?? name
        scheme.withUTF8 { list.keep($0, as: .creditorScheme, line: rows.line) }
    }

    private func readColumns(_ end: CSVRows.RowEnd) {
        if end == .complete, rows.isBlank { return }
        guard end == .complete else { return abandon(.columns(.none)) }
        var names: [String] = []
        for index in 0..<rows.cellCount {
            names.append(String(decoding: rows.cell(index).trimmed, as: UTF8.self))
        }
        switch ListColumn.read(names) {
        case .success(let read): columns = read
        case .failure(let refused): abandon(.columns(refused.problem))
        }
    }
}
