import FoundationEssentials
import ISO20022
import Postgres

/// Turns what the reader finds into numbered lines and keeps them, in sets, until they are stored.
final class LineBuffer {
    private let keeper: CreditorKeeper
    private let newID: () -> UUID
    private let setSize: Int
    private var full: [LineSet] = []
    private var filling = LineSet()
    /// Lines taken so far.
    private(set) var count = 0
    private(set) var numbering = LineNumbering()
    /// The lines of refused blocks by their numbers; neighbouring blocks are one.
    private(set) var refusedBlocks: [Range<Int>] = []
    private var day: (asked: CalendarDate, open: Day)?

    init(setsOf size: Int, keeper: CreditorKeeper, newID: @escaping () -> UUID) {
        self.keeper = keeper
        self.newID = newID
        setSize = size
    }

    /// Takes the reader's next line; nothing of it is kept that is not stored.
    func take(_ found: borrowing PaymentLine) {
        count += 1
        numbering.note(count, block: found.payment, line: found.numberInPayment)
        filling.begin(count, newID(), found)
        if found.isRefused { filling.refuse(found) } else { pay(found) }
        guard filling.count == setSize else { return }
        full.append(filling)
        filling = LineSet()
    }

    /// Notes that a block is refused, which may turn out behind its last line.
    func refuse(_ block: RefusedPayment) {
        guard !block.lines.isEmpty else { return }
        if let last = refusedBlocks.last, last.upperBound == block.lines.lowerBound {
            refusedBlocks[refusedBlocks.count - 1] = last.lowerBound..<block.lines.upperBound
        } else {
            refusedBlocks.append(block.lines)
        }
    }

    /// The next full set; nil when there is none yet.
    func nextSet() -> LineSet? {
        full.isEmpty ? nil : full.removeFirst()
    }

    /// What is left when there is no full set; nil when nothing is.
    func rest() -> LineSet? {
        defer { filling = LineSet() }
        return filling.count == 0 ? nil : filling
    }

    private func pay(_ found: borrowing PaymentLine) {
        guard let amount = found.amountMinorUnits, let account = found.creditor,
            let date = found.executionDate
        else { preconditionFailure("the reader refuses lines that lack one of these") }
        let day = openDay(onOrAfter: date)
        filling.pay(amount, account.kind, keeper.kept(account), on: day, found)
    }

    /// Neighbours mostly ask for the same day.
    private func openDay(onOrAfter date: CalendarDate) -> Day {
        if let day, day.asked == date { return day.open }
        let open = TargetCalendar.openDay(onOrAfter: date)
        let day = Day(daysSince1970: Int32(clamping: open.daysSinceEpoch))
        self.day = (date, day)
        return day
    }
}
