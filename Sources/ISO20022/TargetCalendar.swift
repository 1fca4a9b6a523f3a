/// The days on which T2 (formerly TARGET2) settles euro payments.
///
/// Closed on Saturday, Sunday, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December
/// (long-term calendar of the European Central Bank, in force since 2002).
package enum TargetCalendar {
    /// Whether banks settle on that day.
    package static func isOpen(_ date: CalendarDate) -> Bool {
        guard date.weekday <= 5 else { return false }
        switch (date.month, date.day) {
        case (1, 1), (5, 1), (12, 25), (12, 26): return false
        default: break
        }
        let easter = easterSunday(year: date.year).daysSinceEpoch
        return date.daysSinceEpoch != easter - 2 && date.daysSinceEpoch != easter + 1
    }

    /// The first open day on or after `date`.
    package static func openDay(onOrAfter date: CalendarDate) -> CalendarDate {
        var candidate = date
        while !isOpen(candidate) { candidate = candidate.adding(days: 1) }
        return candidate
    }

    /// Easter Sunday of the Gregorian calendar (Gauss's computus in the anonymous 1876 form).
    package static func easterSunday(year: Int) -> CalendarDate {
        let golden = year % 19
        let century = year / 100
        let yearOfCentury = year % 100
        let moonShift = (century - (century + 8) / 25 + 1) / 3
        let epact = (19 * golden + century - century / 4 - moonShift + 15) % 30
        let weekdayShift =
            (32 + 2 * (century % 4) + 2 * (yearOfCentury / 4) - epact - yearOfCentury % 4) % 7
        let correction = (golden + 11 * epact + 22 * weekdayShift) / 451
        let number = epact + weekdayShift - 7 * correction + 114
        guard let easter = CalendarDate(year: year, month: number / 31, day: number % 31 + 1)
        else { preconditionFailure("Easter falls between 22 March and 25 April of years 1...9999") }
        return easter
    }
}
