import API

/// What became of all lines of a batch at one moment, in the order of the file: two bytes a line, so
/// that a million of them fit where a report of a few does.
struct LineOutcomes: Sendable {
    /// What became of one line.
    struct Outcome: Sendable {
        let state: InstructionState
        let refusalCode: String?
        /// Whether it is the first line of a block.
        let beginsBlock: Bool
    }

    private static let states = InstructionState.allCases
    private static let beginning: UInt8 = 0x80

    private var marks: [UInt8] = []
    private var refusals: [UInt8] = []
    /// The codes that lines were refused with; 0 stands for none.
    private var codes: [String?] = [nil]

    /// How many lines there are.
    var count: Int { marks.count }

    /// Takes the next line.
    ///
    /// Codes are few. Of more than 255 the last ones are not told apart from none.
    mutating func add(_ state: InstructionState, refusalCode: String?, beginsBlock: Bool) {
        guard let mark = Self.states.firstIndex(of: state) else { return }
        marks.append(UInt8(mark) | (beginsBlock ? Self.beginning : 0))
        refusals.append(index(of: refusalCode))
    }

    subscript(index: Int) -> Outcome {
        Outcome(
            state: Self.states[Int(marks[index] & ~Self.beginning)],
            refusalCode: codes[Int(refusals[index])],
            beginsBlock: marks[index] & Self.beginning != 0
        )
    }

    /// The states that occur among some lines.
    func states(in lines: Range<Int>) -> Set<InstructionState> {
        let found = marks[lines].reduce(into: UInt64(0)) { found, mark in
            found |= 1 << UInt64(mark & ~Self.beginning)
        }
        return Set(
            Self.states.indices.filter { found & (1 << UInt64($0)) != 0 }.map { Self.states[$0] }
        )
    }

    /// The lines of the block that begins with this one.
    func block(from first: Int) -> Range<Int> {
        let end = marks[(first + 1)...].firstIndex { $0 & Self.beginning != 0 }
        return first..<(end ?? marks.count)
    }

    private mutating func index(of code: String?) -> UInt8 {
        if let known = codes.firstIndex(of: code) { return UInt8(known) }
        guard codes.count < 256 else { return 0 }
        codes.append(code)
        return UInt8(codes.count - 1)
    }
}
