import ISO20022
import Testing

@Suite struct IBANTests {
    @Test(arguments: [
        "NL91ABNA0417164300", "NL02ABNA0123456789", "DE89370400440532013000",
        "GB82WEST12345698765432", "BE68539007547034", "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S", "FR1420041010050500013M02606",
    ])
    func `published account numbers are valid`(text: String) {
        #expect(IBAN(text)?.canonical == text)
    }

    @Test func `spaces and lower case are brought to the electronic form`() {
        #expect(IBAN("nl91 abna 0417 1643 00")?.canonical == "NL91ABNA0417164300")
    }

    @Test func `every single wrong digit is noticed`() {
        let digits = Array("NL91ABNA0417164300")
        for position in digits.indices where digits[position].isNumber {
            for digit in "0123456789" where digit != digits[position] {
                var wrong = digits
                wrong[position] = digit
                #expect(IBAN(String(wrong)) == nil)
            }
        }
    }

    @Test func `a refusal tells what is wrong`() {
        #expect(IBAN.read("NL91ABNA041716430") == .failure(.length(expected: 18)))
        #expect(IBAN.read("NL91ABNA0417164301") == .failure(.checkDigits))
        #expect(IBAN.read("US91ABNA0417164300") == .failure(.country))
        #expect(IBAN.read("NL91-ABNA-04171643") == .failure(.characters))
        #expect(IBAN.read("") == .failure(.characters))
        #expect(IBAN.read("NL91000000417164300") == .failure(.length(expected: 18)))
        #expect(IBAN.read("ＮL91ABNA0417164300") == .failure(.characters))
    }

    @Test func `descriptions never show the whole number`() throws {
        let iban = try #require(IBAN("NL91ABNA0417164300"))
        var dumped = ""
        dump(iban, to: &dumped)
        #expect("\(iban)" == "NL91••••••••••4300")
        #expect(String(reflecting: iban) == "NL91••••••••••4300")
        #expect(!dumped.contains("0417164300"))
    }
}

@Suite struct CalendarTests {
    @Test func `Easter falls on its published dates`() {
        let dates = [2000: "04-23", 2008: "03-23", 2011: "04-24", 2026: "04-05", 2027: "03-28"]
        for (year, date) in dates {
            #expect(TargetCalendar.easterSunday(year: year).description == "\(year)-\(date)")
        }
    }

    @Test(arguments: [
        "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25", "2026-11-28",
        "2026-11-29",
    ])
    func `banks are closed on weekends and settlement holidays`(text: String) throws {
        #expect(!TargetCalendar.isOpen(try #require(CalendarDate(xmlDate: text))))
    }

    @Test func `King's Day and Ascension Day are ordinary settlement days`() throws {
        #expect(TargetCalendar.isOpen(try #require(CalendarDate(year: 2026, month: 4, day: 27))))
        #expect(TargetCalendar.isOpen(try #require(CalendarDate(year: 2026, month: 5, day: 14))))
    }

    @Test func `days convert there and back over four centuries`() {
        for days in stride(from: -100_000, to: 100_000, by: 13) {
            #expect(CalendarDate(daysSinceEpoch: days).daysSinceEpoch == days)
        }
        #expect(CalendarDate(daysSinceEpoch: 0).description == "1970-01-01")
        #expect(CalendarDate(daysSinceEpoch: 0).weekday == 4)
    }

    @Test(arguments: ["2026-02-29", "2026-13-01", "2026-11-31", "26-11-01", "2026-11-01x", ""])
    func `days that do not exist are not read`(text: String) {
        #expect(CalendarDate(xmlDate: text) == nil)
    }

    @Test func `zones and fractions are allowed and ignored`() {
        #expect(CalendarDate(xmlDate: "2024-02-29+01:00")?.description == "2024-02-29")
        #expect(
            CalendarDate(xmlDateTime: "2025-02-10T01:22:07.958Z")?.description == "2025-02-10"
        )
        #expect(CalendarDate(xmlDateTime: "2025-02-10T25:00:00") == nil)
        #expect(CalendarDate(xmlDateTime: "2025-02-10 01:22:07") == nil)
    }

    @Test func `amounts are exact and strict`() {
        #expect(DecimalAmount.read("1200") == .success(120_000))
        #expect(DecimalAmount.read("10.5") == .success(1_050))
        #expect(DecimalAmount.read("0.99") == .success(99))
        #expect(DecimalAmount.read("25.555") == .failure(.decimals))
        for text in ["12,50", "-1.00", "+1", "1e3", "1.2.3", ".", "1 000", "١٢"] {
            #expect(DecimalAmount.read(text) == .failure(.syntax))
        }
        #expect(DecimalAmount.read("90071992547409.91") == .success((1 << 53) - 1))
        #expect(DecimalAmount.read("90071992547409.92") == .failure(.tooLarge))
        #expect(DecimalAmount.read("99999999999999999999") == .failure(.tooLarge))
        #expect(DecimalAmount.text(1_050) == "10.50")
        #expect(DecimalAmount.text(-5) == "-0.05")
    }
}
