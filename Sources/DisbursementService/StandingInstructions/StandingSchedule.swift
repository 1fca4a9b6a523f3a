import API
import ISO20022

/// On which days a standing instruction pays: pure, so that every rule of the calendar has its test.
struct StandingSchedule: Sendable {
    /// One term that was approved.
    struct Term: Sendable {
        let nr: Int32
        /// Minor units.
        let amount: Int64
        /// 1 to 31; the last day of a shorter month.
        let day: Int
        let from: CalendarDate
        let until: CalendarDate?
    }

    /// A payment for one month.
    struct Payment: Sendable {
        let term: Term
        /// The first day of the month that it is for.
        let month: CalendarDate
        /// The day that the terms say.
        let due: CalendarDate
        /// The day on which it is made, where banks being closed moves it.
        let paidOn: CalendarDate
    }

    /// In the order of proposal.
    let terms: [Term]
    let onClosedDay: ClosedDayRule
    let stoppedFrom: CalendarDate?

    /// So many months are looked through; terms further ahead are found when they come near.
    private static let horizon = 1200

    /// The first payment after a month that was paid; `nil` when there is none to come.
    ///
    /// A term counts in a month when its day there is not before its beginning and not after its
    /// end. Of several the one that begins last counts, and of those the one proposed last.
    func next(after paid: CalendarDate?) -> Payment? {
        guard let first = terms.map(\.from).min() else { return nil }
        var (year, month) = (first.year, first.month)
        if let paid, (paid.year, paid.month) >= (year, month) {
            (year, month) = Self.following(paid.year, paid.month)
        }
        for _ in 0..<Self.horizon where year < 9999 {
            if let payment = payment(year, month) { return payment }
            if let stoppedFrom, (stoppedFrom.year, stoppedFrom.month) < (year, month) { return nil }
            (year, month) = Self.following(year, month)
        }
        return nil
    }

    private func payment(_ year: Int, _ month: Int) -> Payment? {
        let counting = terms.compactMap { term -> (term: Term, due: CalendarDate)? in
            let due = Self.day(term.day, year, month)
            guard due >= term.from, term.until.map({ due <= $0 }) ?? true,
                stoppedFrom.map({ due < $0 }) ?? true
            else { return nil }
            return (term, due)
        }
        let begun = counting.max { ($0.term.from, $0.term.nr) < ($1.term.from, $1.term.nr) }
        guard let begun else { return nil }
        return Payment(
            term: begun.term,
            month: Self.day(1, year, month),
            due: begun.due,
            paidOn: moved(begun.due)
        )
    }

    private func moved(_ due: CalendarDate) -> CalendarDate {
        switch onClosedDay {
        case .same: return due
        case .after: return TargetCalendar.openDay(onOrAfter: due)
        case .before:
            var day = due
            while !TargetCalendar.isOpen(day) { day = day.adding(days: -1) }
            return day
        }
    }

    private static func following(_ year: Int, _ month: Int) -> (Int, Int) {
        month == 12 ? (year + 1, 1) : (year, month + 1)
    }

    /// The day in that month, or its last one.
    private static func day(_ day: Int, _ year: Int, _ month: Int) -> CalendarDate {
        for candidate in stride(from: day, through: 1, by: -1) {
            if let date = CalendarDate(year: year, month: month, day: candidate) { return date }
        }
        preconditionFailure("every month has a first day")
    }
}
