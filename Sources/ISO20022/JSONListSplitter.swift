import API

/// Splits the bytes of a list in JSON, `{"lines": […], …}`, into its lines and its other members, one
/// value at a time: the list as a whole is never in memory. What is within a value is not looked at.
struct JSONListSplitter {
    /// What a list may have.
    enum Member: String, Sendable {
        case lines, count, controlSum
    }

    /// What ended with a byte; `value` has its bytes.
    enum Found: Sendable, Equatable {
        case line
        case member(Member)
    }

    /// What is expected where no value is being taken.
    private enum Place {
        case start, firstName, name, colon, member, afterMember, firstLine, line, afterLine, end
    }

    /// The value that is being taken.
    private enum Taking: Equatable {
        case nothing, word
        case text(isEscaped: Bool)
        case nested(depth: Int, inText: Bool, isEscaped: Bool)
    }

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The bytes of the value that was taken last.
    private(set) var value: [UInt8] = []
    /// Where that value begins in the text, from 1.
    private(set) var valueLine = 1
    /// The line reached, from 1.
    private(set) var line = 1
    private let limit: Int
    private var place = Place.start
    private var taking = Taking.nothing
    private var isName = false
    private var members: Set<Member> = []
    private var member = Member.lines
    private var position = 0

    /// - Parameter limit: bytes of one value.
    init(limit: Int) {
        self.limit = limit
        value.reserveCapacity(limit)
    }

    /// Whether the list is complete.
    var isComplete: Bool { place == .end && taking == .nothing }

    /// Whether there was an array of lines.
    var hasLines: Bool { members.contains(.lines) }

    /// Takes one byte.
    mutating func take(_ byte: UInt8) throws(PaymentListFault.Thrown) -> Found? {
        defer { position += 1 }
        if byte == UInt8(ascii: "\n") { line += 1 }
        if taking != .nothing { return try takeValue(byte) }
        // A byte order mark means nothing in UTF-8.
        if position < 3, byte == Self.mark[position] { return nil }
        try step(byte)
        return nil
    }

    // MARK: Between values

    private mutating func step(_ byte: UInt8) throws(PaymentListFault.Thrown) {
        if [0x20, 0x09, 0x0A, 0x0D].contains(byte) { return }
        switch (place, byte) {
        case (.start, UInt8(ascii: "{")): place = .firstName
        case (.firstName, UInt8(ascii: "\"")), (.name, UInt8(ascii: "\"")):
            isName = true
            begin(byte)
        case (.firstName, UInt8(ascii: "}")), (.afterMember, UInt8(ascii: "}")): place = .end
        case (.colon, UInt8(ascii: ":")): place = .member
        case (.member, _) where member == .lines:
            guard byte == UInt8(ascii: "[") else { throw .init(.wrongType(member.rawValue)) }
            place = .firstLine
        case (.member, _): begin(byte)
        case (.afterMember, UInt8(ascii: ",")): place = .name
        case (.firstLine, UInt8(ascii: "]")), (.afterLine, UInt8(ascii: "]")):
            place = .afterMember
        case (.firstLine, _), (.line, _): begin(byte)
        case (.afterLine, UInt8(ascii: ",")): place = .line
        default: throw .init(.notJSON(line: line))
        }
    }

    private mutating func begin(_ byte: UInt8) {
        value.removeAll(keepingCapacity: true)
        value.append(byte)
        valueLine = line
        taking =
            switch byte {
            case UInt8(ascii: "\""): .text(isEscaped: false)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                .nested(depth: 1, inText: false, isEscaped: false)
            default: .word
            }
    }

    // MARK: Within a value

    private mutating func takeValue(_ byte: UInt8) throws(PaymentListFault.Thrown) -> Found? {
        if taking == .word, [0x20, 0x09, 0x0A, 0x0D, 0x2C, 0x5D, 0x7D].contains(byte) {
            let found = try end()
            try step(byte)
            return found
        }
        guard value.count < limit else { throw .init(.lineTooLong) }
        value.append(byte)
        switch taking {
        case .text(let isEscaped):
            if !isEscaped, byte == UInt8(ascii: "\"") { return try end() }
            taking = .text(isEscaped: !isEscaped && byte == UInt8(ascii: "\\"))
        case .nested(let depth, let inText, let isEscaped):
            let depth = inText ? depth : depth + Self.change(byte)
            if depth == 0 { return try end() }
            let isMark = byte == UInt8(ascii: "\"") && !isEscaped
            taking = .nested(
                depth: depth,
                inText: inText != isMark,
                isEscaped: inText && !isEscaped && byte == UInt8(ascii: "\\")
            )
        case .word, .nothing: break
        }
        return nil
    }

    private static func change(_ byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["): 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): -1
        default: 0
        }
    }

    private mutating func end() throws(PaymentListFault.Thrown) -> Found? {
        taking = .nothing
        if isName {
            isName = false
            guard case .string(let read)? = try? JSONParser.parse(value) else {
                throw .init(.notJSON(line: valueLine))
            }
            guard let known = Member(rawValue: read) else { throw .init(.unknown(read)) }
            guard members.insert(known).inserted else { throw .init(.repeated(read)) }
            (member, place) = (known, .colon)
            return nil
        }
        guard place == .member else {
            place = .afterLine
            return .line
        }
        place = .afterMember
        return .member(member)
    }
}

extension PaymentListFault {
    /// A fault on its way up.
    struct Thrown: Error {
        let fault: PaymentListFault

        init(_ fault: PaymentListFault) { self.fault = fault }
    }
}
