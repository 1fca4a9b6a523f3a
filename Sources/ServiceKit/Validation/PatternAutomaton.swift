/// A deterministic automaton over classes of characters.
struct PatternAutomaton: Sendable {
    /// The first scalar value of each class but the first, ascending.
    private let classStarts: [UInt32]
    private let asciiClasses: [UInt8]
    private let classCount: Int
    /// The next state by state and class; negative where no text that begins so fits.
    private let transitions: [Int16]
    private let isAccepting: [Bool]

    /// Builds the tables: the places of the expression (V. M. Glushkov, 1961), then their sets.
    init(_ expression: PatternExpression) {
        var places = Places()
        let whole = places.add(expression)
        let starts = Self.classStarts(of: places.sets)
        let samples = [0] + starts
        var states: [Set<Int>: Int16] = [:]
        var pending: [(reached: Set<Int>, next: Set<Int>)] = []
        var transitions: [Int16] = []
        var isAccepting: [Bool] = []
        func state(reaching reached: Set<Int>, next: Set<Int>, accepting: Bool) -> Int16 {
            if let known = states[reached] { return known }
            let new = Int16(isAccepting.count)
            states[reached] = new
            isAccepting.append(accepting)
            pending.append((reached, next))
            return new
        }
        // No place has been reached yet: the key of the start is no set of places.
        _ = state(reaching: [-1], next: whole.first, accepting: whole.isNullable)
        var done = 0
        while done < pending.count {
            let next = pending[done].next
            done += 1
            for sample in samples {
                let reached = next.filter { places.sets[$0].contains(sample) }
                transitions.append(
                    reached.isEmpty
                        ? -1
                        : state(
                            reaching: reached,
                            next: reached.reduce(into: []) { $0.formUnion(places.follow[$1]) },
                            accepting: !reached.isDisjoint(with: whole.last)
                        )
                )
            }
        }
        classStarts = starts
        classCount = samples.count
        self.transitions = transitions
        self.isAccepting = isAccepting
        asciiClasses = (0..<128).map { UInt8(Self.scalarClass(UInt32($0), starts)) }
    }

    /// Whether the whole text leads to an accepting state.
    func accepts(_ text: String) -> Bool {
        var state = 0
        for scalar in text.unicodeScalars {
            let column =
                scalar.isASCII
                ? Int(asciiClasses[Int(scalar.value)])
                : Self.scalarClass(scalar.value, classStarts)
            state = Int(transitions[state * classCount + column])
            if state < 0 { return false }
        }
        return isAccepting[state]
    }

    /// Characters between two neighbouring starts are in the same sets.
    private static func classStarts(of sets: [ScalarSet]) -> [UInt32] {
        var starts: Set<UInt32> = []
        for range in sets.flatMap(\.ranges) {
            starts.insert(range.lowerBound)
            starts.insert(range.upperBound + 1)
        }
        return starts.subtracting([0]).sorted()
    }

    private static func scalarClass(_ value: UInt32, _ starts: [UInt32]) -> Int {
        starts.lastIndex { $0 <= value }.map { $0 + 1 } ?? 0
    }

    /// The places of an expression where a character is read.
    private struct Places {
        /// Which places an expression begins and ends with, and whether it may be empty.
        struct Span {
            var first: Set<Int> = []
            var last: Set<Int> = []
            var isNullable = true
        }

        var sets: [ScalarSet] = []
        /// Which places may come after each.
        var follow: [Set<Int>] = []

        mutating func add(_ expression: PatternExpression) -> Span {
            switch expression {
            case .set(let set):
                sets.append(set)
                follow.append([])
                return Span(first: [sets.count - 1], last: [sets.count - 1], isNullable: false)
            case .sequence(let parts):
                return parts.reduce(Span()) { join($0, add($1)) }
            case .choice(let choices):
                return choices.map { add($0) }.reduce(Span(isNullable: false)) {
                    Span(
                        first: $0.first.union($1.first),
                        last: $0.last.union($1.last),
                        isNullable: $0.isNullable || $1.isNullable
                    )
                }
            case .repeated(let part, let least, let most):
                var whole = (0..<least).reduce(Span()) { span, _ in join(span, add(part)) }
                if let most {
                    for _ in least..<most { whole = join(whole, optional(add(part))) }
                } else {
                    let loop = optional(add(part))
                    for place in loop.last { follow[place].formUnion(loop.first) }
                    whole = join(whole, loop)
                }
                return whole
            }
        }

        private func optional(_ span: Span) -> Span {
            Span(first: span.first, last: span.last, isNullable: true)
        }

        private mutating func join(_ left: Span, _ right: Span) -> Span {
            for place in left.last { follow[place].formUnion(right.first) }
            return Span(
                first: left.isNullable ? left.first.union(right.first) : left.first,
                last: right.isNullable ? right.last.union(left.last) : right.last,
                isNullable: left.isNullable && right.isNullable
            )
        }
    }
}
