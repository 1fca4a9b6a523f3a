/// A pattern of the documents, compiled once into tables that read each character once.
///
/// The forms that the documents use: a whole text (`^…$`) of characters, classes, groups,
/// alternatives and counts, with at most one look ahead at its start. Swift's own regular
/// expressions take two thirds of a request's time and must not run on two threads at once.
struct Pattern: Sendable {
    /// All of them must accept the text.
    private let automata: [PatternAutomaton]

    /// `nil` for a pattern of another form.
    init?(_ pattern: String) {
        var scalars = Array(pattern.unicodeScalars)[...]
        guard scalars.popFirst() == "^", scalars.popLast() == "$", scalars.last != "\\" else {
            return nil
        }
        var automata: [PatternAutomaton] = []
        if scalars.starts(with: "(?=".unicodeScalars) {
            guard let end = scalars.firstIndex(of: ")"),
                let ahead = PatternParser.parse(scalars[(scalars.startIndex + 3)..<end])
            else { return nil }
            let rest = PatternExpression.repeated(.set(.everything), 0, nil)
            automata.append(PatternAutomaton(.sequence([ahead, rest])))
            scalars = scalars[(end + 1)...]
        }
        guard let whole = PatternParser.parse(scalars) else { return nil }
        // The anchors of `^a|b$` belong to one alternative each.
        if case .choice = whole { return nil }
        automata.append(PatternAutomaton(whole))
        self.automata = automata
    }

    /// Whether the pattern is the whole text.
    func matches(_ text: String) -> Bool {
        automata.allSatisfy { $0.accepts(text) }
    }
}

/// What a pattern says.
indirect enum PatternExpression {
    case set(ScalarSet)
    case sequence([PatternExpression])
    case choice([PatternExpression])
    /// From the least to the most times; without a most, any number.
    case repeated(PatternExpression, Int, Int?)
}

/// Unicode scalars, as ranges of their values.
struct ScalarSet {
    var ranges: [ClosedRange<UInt32>]
    var isInverted = false

    static let everything = ScalarSet(ranges: [0...0x10FFFF])
    /// `.`: all but the ends of lines (ECMA-262).
    static let anyOfLine = ScalarSet(
        ranges: [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029],
        isInverted: true
    )

    func contains(_ value: UInt32) -> Bool {
        ranges.contains { $0.contains(value) } != isInverted
    }
}

/// Reads the text of a pattern, without its anchors.
struct PatternParser {
    private var rest: ArraySlice<Unicode.Scalar>

    /// `nil` for what is not known here; the caller then uses a general engine.
    static func parse(_ text: ArraySlice<Unicode.Scalar>) -> PatternExpression? {
        var parser = PatternParser(rest: text)
        guard let expression = parser.alternatives(), parser.rest.isEmpty else { return nil }
        return expression
    }

    private mutating func alternatives() -> PatternExpression? {
        var choices: [PatternExpression] = []
        repeat {
            guard let choice = sequence() else { return nil }
            choices.append(choice)
        } while take("|")
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func sequence() -> PatternExpression? {
        var parts: [PatternExpression] = []
        while let next = rest.first, next != "|", next != ")" {
            guard let atom = atom(), let part = counted(atom) else { return nil }
            parts.append(part)
        }
        return .sequence(parts)
    }

    private mutating func counted(_ atom: PatternExpression) -> PatternExpression? {
        if take("?") { return .repeated(atom, 0, 1) }
        if take("*") { return .repeated(atom, 0, nil) }
        if take("+") { return .repeated(atom, 1, nil) }
        guard take("{") else { return atom }
        guard let least = number() else { return nil }
        let most = take(",") ? number() : least
        // Tables grow with the counts; the documents stay far below.
        guard take("}"), least <= 200, most.map({ (least...200).contains($0) }) ?? true else {
            return nil
        }
        return .repeated(atom, least, most)
    }

    private mutating func number() -> Int? {
        var digits = ""
        while let next = rest.first, ("0"..."9").contains(next) {
            digits.unicodeScalars.append(next)
            rest.removeFirst()
        }
        return Int(digits)
    }

    private mutating func atom() -> PatternExpression? {
        guard let next = rest.popFirst() else { return nil }
        switch next {
        case "(":
            guard rest.first != "?", let group = alternatives(), take(")") else { return nil }
            return group
        case "[": return scalarClass().map(PatternExpression.set)
        case ".": return .set(.anyOfLine)
        case "\\": return escaped().map { .set(ScalarSet(ranges: [$0.value...$0.value])) }
        case "^", "$", "*", "+", "?", "{": return nil
        default: return .set(ScalarSet(ranges: [next.value...next.value]))
        }
    }

    private mutating func scalarClass() -> ScalarSet? {
        var set = ScalarSet(ranges: [], isInverted: take("^"))
        while let first = rest.popFirst(), first != "]" {
            guard let low = first == "\\" ? escaped() : first else { return nil }
            var high = low
            // A hyphen at the end stands for itself.
            if rest.first == "-", rest.dropFirst().first != "]" {
                rest.removeFirst()
                guard let next = rest.popFirst(),
                    let end = next == "\\" ? escaped() : next, low <= end
                else { return nil }
                high = end
            }
            set.ranges.append(low.value...high.value)
        }
        return set
    }

    /// `\u` with four digits, or a sign that stands for itself.
    private mutating func escaped() -> Unicode.Scalar? {
        guard let next = rest.popFirst() else { return nil }
        if next == "u" {
            let digits = String(String.UnicodeScalarView(rest.prefix(4)))
            rest = rest.dropFirst(4)
            return UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init)
        }
        return next.properties.isAlphabetic || ("0"..."9").contains(next) ? nil : next
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }
}
