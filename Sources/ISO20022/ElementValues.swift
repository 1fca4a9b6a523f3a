/// The texts of one section of the file (group header, block or credit transfer) by element path.
struct ElementValues {
    struct Value: Equatable {
        var text: String
        let line: Int
        /// The `Ccy` attribute.
        let currency: String?
    }

    /// Source line of the section's start tag.
    let line: Int
    private var values: [String: Value] = [:]

    init(line: Int) {
        self.line = line
    }

    subscript(path: String) -> Value? { values[path] }

    func text(_ path: String) -> String? { values[path]?.text }

    /// The line of an element, or of the section when the element is absent.
    func line(of path: String) -> Int { values[path]?.line ?? line }

    /// The first value stays when an element comes twice; texts that may repeat are joined.
    mutating func add(_ value: Value, at path: String, joining: Bool, limit: Int) {
        guard var existing = values[path] else {
            values[path] = value
            return
        }
        guard joining, existing.text.utf8.count + value.text.utf8.count < limit else { return }
        existing.text += " " + value.text
        values[path] = existing
    }
}

/// A problem and the element below its section that has it.
struct LocatedProblem: Equatable {
    let explanation: Explanation
    /// Relative to the section; empty for the section itself.
    let path: String
    let line: Int
}

/// Collects the problems of one section.
struct SectionProblems {
    private(set) var found: [LocatedProblem] = []
    let values: ElementValues

    init(_ values: ElementValues) {
        self.values = values
    }

    mutating func add(_ problem: PaymentProblem, at path: String) {
        add(problem.explanation, at: path)
    }

    mutating func add(_ explanation: Explanation, at path: String) {
        found.append(
            LocatedProblem(explanation: explanation, path: path, line: values.line(of: path))
        )
    }
}

/// `NbOfTxs` and `CtrlSum` of the group or of a block, kept until the true numbers are known.
struct DeclaredTotals {
    /// Nil when `NbOfTxs` is absent or no number.
    let count: Int?
    let hasCount: Bool
    let countLine: Int
    /// Nil when `CtrlSum` is absent or not a number.
    let sum: Result<Int64, DecimalAmount.Refusal>?
    let sumLine: Int

    init(_ values: ElementValues) {
        let count = values["NbOfTxs"]
        hasCount = count != nil
        self.count = count.flatMap { value in
            let isNumber =
                (1...15).contains(value.text.utf8.count)
                && value.text.utf8.allSatisfy { (48...57).contains($0) }
            return isNumber ? Int(value.text) : nil
        }
        countLine = values.line(of: "NbOfTxs")
        sum = values.text("CtrlSum").map(DecimalAmount.readControlSum)
        sumLine = values.line(of: "CtrlSum")
    }

    var sumMinorUnits: Int64? { try? sum?.get() }
}

/// What has been counted so far in the group or in a block.
struct RunningTotals {
    private(set) var count = 0
    private(set) var sumMinorUnits: Int64 = 0
    /// False as soon as an amount could not be read, or no longer added.
    private(set) var isSumComplete = true
    private(set) var overflowed = false

    mutating func add(_ amountMinorUnits: Int64?) {
        count += 1
        guard let amountMinorUnits else {
            isSumComplete = false
            return
        }
        let (sum, overflow) = sumMinorUnits.addingReportingOverflow(amountMinorUnits)
        if overflow {
            overflowed = true
            isSumComplete = false
        } else {
            sumMinorUnits = sum
        }
    }
}
