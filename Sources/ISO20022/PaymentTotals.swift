/// `NbOfTxs` and `CtrlSum` of the group or of a block, kept until the true numbers are known.
struct DeclaredTotals {
    /// Nil when `NbOfTxs` is absent or no number.
    let count: Int?
    let hasCount: Bool
    let countLine: Int
    /// Nil when `CtrlSum` is absent.
    let sum: Result<Int64, DecimalAmount.Refusal>?
    let sumLine: Int

    init(_ values: SectionValues) {
        hasCount = values.has(.declaredCount)
        count = values.bytes(.declaredCount).flatMap(Self.number)
        countLine = values.line(of: .declaredCount)
        sum = values.bytes(.declaredSum).map(DecimalAmount.readControlSum)
        sumLine = values.line(of: .declaredSum)
    }

    /// What was said beside the file.
    init(count: Int?, sum: Int64?) {
        self.count = count
        hasCount = count != nil
        countLine = 1
        self.sum = sum.map { .success($0) }
        sumLine = 1
    }

    var sumMinorUnits: Int64? { try? sum?.get() }

    /// Whether `CtrlSum` is there and no number at all.
    var hasNoNumberAsSum: Bool {
        guard case .failure(let refusal) = sum else { return false }
        return refusal == .syntax || refusal == .empty
    }

    private static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard (1...15).contains(bytes.count), bytes.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1 - 48) }
    }
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
