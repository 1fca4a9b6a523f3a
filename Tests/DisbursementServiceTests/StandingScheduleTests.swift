import API
import ISO20022
import Testing

@testable import DisbursementService

/// On which days standing instructions pay.
@Suite struct StandingScheduleTests {
    private func date(_ text: String) throws -> CalendarDate {
        try #require(CalendarDate(xmlDate: text))
    }

    private func term(
        _ nr: Int32,
        _ amount: Int64,
        day: Int,
        from: String,
        until: String? = nil
    ) throws -> StandingSchedule.Term {
        StandingSchedule.Term(
            nr: nr,
            amount: amount,
            day: day,
            from: try date(from),
            until: try until.map(date)
        )
    }

    /// Days and amounts of the first payments.
    private func payments(
        _ terms: [StandingSchedule.Term],
        _ rule: ClosedDayRule = .same,
        stoppedFrom: String? = nil,
        most: Int = 6
    ) throws -> [String] {
        let schedule = StandingSchedule(
            terms: terms,
            onClosedDay: rule,
            stoppedFrom: try stoppedFrom.map(date)
        )
        var (found, paid): ([String], CalendarDate?) = ([], nil)
        while found.count < most, let next = schedule.next(after: paid) {
            found.append("\(next.paidOn) \(next.term.amount)")
            paid = next.month
        }
        return found
    }

    @Test func `the last day stands for a day that a month does not have`() throws {
        let dates = try payments([term(1, 5, day: 31, from: "2028-01-15")], most: 4)
        #expect(dates == ["2028-01-31 5", "2028-02-29 5", "2028-03-31 5", "2028-04-30 5"])
        #expect(
            try payments([term(1, 5, day: 30, from: "2027-02-01")], most: 1) == ["2027-02-28 5"]
        )
    }

    @Test func `nothing is due before it begins, after it ends, or from where it was stopped`()
        throws
    {
        let bounded = try term(1, 5, day: 10, from: "2026-01-11", until: "2026-04-10")
        #expect(try payments([bounded]) == ["2026-02-10 5", "2026-03-10 5", "2026-04-10 5"])
        #expect(try payments([bounded], stoppedFrom: "2026-03-10") == ["2026-02-10 5"])
        #expect(try payments([bounded], stoppedFrom: "2026-01-01").isEmpty)
        #expect(try payments([]).isEmpty)
    }

    @Test func `a change counts from its day on, and a month is paid once whatever the day`() throws
    {
        let first = try term(1, 100, day: 25, from: "2026-01-01")
        let earlier = try term(2, 200, day: 5, from: "2026-03-10")
        #expect(
            try payments([first, earlier], most: 5) == [
                "2026-01-25 100", "2026-02-25 100", "2026-03-25 100", "2026-04-05 200",
                "2026-05-05 200",
            ]
        )
        let later = try term(2, 200, day: 25, from: "2026-02-20")
        let start = try term(1, 100, day: 5, from: "2026-01-01")
        // In February the old day has come before the change begins; the new one comes after.
        #expect(
            try payments([start, later], most: 3) == [
                "2026-01-05 100", "2026-02-25 200", "2026-03-25 200",
            ]
        )
    }

    @Test func `of terms that begin on one day the one proposed last counts`() throws {
        let terms = try [
            term(1, 100, day: 1, from: "2026-01-01"), term(2, 200, day: 1, from: "2026-02-01"),
            term(3, 300, day: 1, from: "2026-02-01"),
        ]
        #expect(try payments(terms, most: 2) == ["2026-01-01 100", "2026-02-01 300"])
    }

    @Test func `a day on which banks are closed moves as the rule says`() throws {
        // 25 December 2026 is a Friday, the 26th a Saturday, the 27th a Sunday.
        let christmas = try term(1, 5, day: 25, from: "2026-12-01")
        #expect(try payments([christmas], .same, most: 1) == ["2026-12-25 5"])
        #expect(try payments([christmas], .before, most: 1) == ["2026-12-24 5"])
        #expect(try payments([christmas], .after, most: 1) == ["2026-12-28 5"])
        // Into the month before, of which it is not the payment.
        let newYear = try term(1, 5, day: 1, from: "2027-01-01")
        #expect(try payments([newYear], .before, most: 2) == ["2026-12-31 5", "2027-02-01 5"])
    }

    @Test func `what lies a lifetime ahead ends the search`() throws {
        let closed = try term(1, 5, day: 1, from: "2026-01-02", until: "2026-01-31")
        #expect(try payments([closed]).isEmpty)
    }
}
