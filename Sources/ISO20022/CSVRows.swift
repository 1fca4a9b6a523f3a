/// Splits the bytes of a CSV file (RFC 4180) into rows of cells, whatever its encoding: the
/// separator, the quotation mark and the ends of lines are ASCII in all that are read.
struct CSVRows: ~Copyable {
    /// What ends a row.
    enum RowEnd { case complete, quoting, tooLong, tooManyCells }

    static let mostCells = 32

    /// Between cells; decided by the first row.
    private(set) var separator: UInt8?
    /// Line of the file where the row begins, from 1.
    private(set) var line = 1
    private var nextLine = 1
    private let limit: Int
    private let bytes: UnsafeMutablePointer<UInt8>
    private var used = 0
    /// Where each cell ends.
    private var ends: [Int] = []
    private var isQuoted = false
    private var wasQuoted = false
    private var isMisquoted = false
    private var hasReturn = false
    private var isTooLong = false

    /// - Parameter limit: bytes of a row.
    init(limit: Int) {
        self.limit = limit
        bytes = .allocate(capacity: limit)
        ends.reserveCapacity(Self.mostCells)
    }

    deinit { bytes.deallocate() }

    var cellCount: Int { ends.count }

    /// A cell of the row that has just ended, without its quotation marks.
    func cell(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        let start = index == 0 ? 0 : ends[index - 1]
        return UnsafeBufferPointer(start: bytes + start, count: ends[index] - start)
    }

    /// Whether nothing is in any cell.
    var isBlank: Bool { (0..<cellCount).allSatisfy { cell($0).allSatisfy(\.isXMLSpace) } }

    /// Takes one byte.
    ///
    /// - Returns: how a row ended with it; nil within a row.
    mutating func take(_ byte: UInt8) -> RowEnd? {
        if byte == UInt8(ascii: "\n") { nextLine += 1 }
        if isQuoted { return takeQuoted(byte) }
        if hasReturn {
            hasReturn = false
            // A return alone ends no line that anybody writes today.
            if byte != UInt8(ascii: "\n") { isMisquoted = true }
        }
        switch byte {
        case UInt8(ascii: "\n"): return end()
        case UInt8(ascii: "\r"): hasReturn = true
        case UInt8(ascii: "\""):
            if wasQuoted {
                // Two marks within a quoted cell are one.
                append(byte)
                isQuoted = true
                wasQuoted = false
            } else if used == (ends.last ?? 0) {
                isQuoted = true
            } else {
                isMisquoted = true
            }
        case separator: endCell()
        case UInt8(ascii: ";") where separator == nil, UInt8(ascii: ",") where separator == nil:
            separator = byte
            endCell()
        default:
            if wasQuoted { isMisquoted = true }
            append(byte)
        }
        return nil
    }

    /// Ends the file.
    mutating func finish() -> RowEnd? {
        if isQuoted { isMisquoted = true }
        return used == 0 && ends.isEmpty && !wasQuoted && !isMisquoted ? nil : end()
    }

    /// Makes room for the next row.
    mutating func next() {
        used = 0
        ends.removeAll(keepingCapacity: true)
        (isQuoted, wasQuoted, isMisquoted, hasReturn, isTooLong) = (
            false, false, false, false, false
        )
        line = nextLine
    }

    private mutating func takeQuoted(_ byte: UInt8) -> RowEnd? {
        if byte == UInt8(ascii: "\"") {
            isQuoted = false
            wasQuoted = true
        } else {
            append(byte)
        }
        // A mark that is never closed must not swallow the file.
        return isTooLong ? end() : nil
    }

    private mutating func end() -> RowEnd {
        endCell()
        if isTooLong { return .tooLong }
        if isMisquoted { return .quoting }
        return ends.count > Self.mostCells ? .tooManyCells : .complete
    }

    private mutating func endCell() {
        if ends.count <= Self.mostCells { ends.append(used) }
        wasQuoted = false
    }

    private mutating func append(_ byte: UInt8) {
        guard used < limit else {
            isTooLong = true
            return
        }
        bytes[used] = byte
        used += 1
    }
}
