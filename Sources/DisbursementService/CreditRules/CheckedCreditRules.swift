import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// What a programme is to pay and when, as the database keeps it; amounts in minor units.
struct CheckedCreditRules: Sendable {
    let paysFrom: Day?
    let paysUntil: Day?
    let mostPerCredit: Int64?
    let mostPerPerson: Int64?
    let personPeriod: PersonPeriod?

    /// Throws 400 for what makes no sense, and 422 for another coin. `place` is where the rules stand in
    /// the request.
    init(_ creation: CreditRulesCreation, of coin: CoinDigits, at place: String = "") throws {
        guard (creation.mostPerPerson == nil) == (creation.personPeriod == nil) else {
            throw Problem.invalid("\(place)/personPeriod", "goes with mostPerPerson")
        }
        let from = try Self.day(creation.paysFrom, "\(place)/paysFrom")
        let until = try Self.day(creation.paysUntil, "\(place)/paysUntil")
        if let from, let until, until < from {
            throw Problem.invalid("\(place)/paysUntil", "lies before paysFrom")
        }
        paysFrom = from?.databaseDay
        paysUntil = until?.databaseDay
        mostPerCredit = try Self.cents(creation.mostPerCredit, coin)
        mostPerPerson = try Self.cents(creation.mostPerPerson, coin)
        personPeriod = creation.personPeriod
    }

    private static func day(_ text: String?, _ pointer: String) throws -> CalendarDate? {
        guard let text else { return nil }
        guard let day = CalendarDate(xmlDate: text) else {
            throw Problem.invalid(pointer, "is no day of the calendar")
        }
        return day
    }

    private static func cents(_ amount: Amount?, _ coin: CoinDigits) throws -> Int64? {
        guard let amount else { return nil }
        guard amount.coin == coin.code else {
            throw Problem(.unknownCoin, "The programme pays another coin.")
        }
        return try amount.minorUnits(digits: coin.digits)
    }
}
