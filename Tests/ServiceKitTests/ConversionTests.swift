import API
import Domain
import Postgres
import Testing

@testable import ServiceKit

@Suite struct ConversionTests {
    private func refusal(_ value: String, digits: Int) -> RequestError? {
        do {
            _ = try Amount(value: value, coin: "oosterhof").minorUnits(digits: digits, at: "/x")
            return nil
        } catch {
            let problem = error as? Problem
            #expect(problem?.type == .invalidAmount)
            return problem?.errors?.first
        }
    }

    @Test(arguments: [
        (Int64(1250), 2, "12.50"), (1, 2, "0.01"), (100, 2, "1.00"), (7, 0, "7"),
        (12_345, 4, "1.2345"), (5, 4, "0.0005"), (1_000_000_000_000, 2, "10000000000.00"),
    ])
    func `minor units and text are the same amount`(units: Int64, digits: Int, text: String) throws
    {
        let amount = Amount(minorUnits: units, coin: "oosterhof", digits: digits)
        #expect(amount.value == text)
        #expect(amount.coin == "oosterhof")
        #expect(try amount.minorUnits(digits: digits) == units)
    }

    @Test func `nothing and losses are written, but never read`() {
        #expect(Amount(minorUnits: 0, coin: "c", digits: 2).value == "0.00")
        #expect(SignedAmount(minorUnits: -5, coin: "c", digits: 2).value == "-0.05")
        #expect(SignedAmount(minorUnits: -1250, coin: "c", digits: 2).value == "-12.50")
        #expect(EuroAmount(cents: 1250) == EuroAmount(value: "12.50"))
        #expect(refusal("0.00", digits: 2)?.detail == "must be more than zero")
    }

    @Test(arguments: ["12.5", "12", "12.500"])
    func `exactly the coin's digits are taken`(value: String) {
        #expect(refusal(value, digits: 2)?.detail == "must have exactly 2 decimals")
        #expect(refusal(value, digits: 2)?.pointer == "/x")
    }

    @Test(arguments: ["", "-1.00", "+1.00", "1,00", "01.00", "1.00 ", "1e2", "١.٠٠", ".50", "1."])
    func `what is not a plain decimal number is refused`(value: String) {
        #expect(refusal(value, digits: 2)?.detail == "must be a plain decimal number")
    }

    @Test func `more than the ledger holds is refused`() {
        #expect(refusal("99999999999999999999.00", digits: 2)?.detail == "is too large")
        #expect(refusal("9999999999999.9999", digits: 4)?.detail == "is too large")
    }

    @Test func `moments keep their microseconds`() throws {
        let instant = try #require(Instant("2026-03-02T10:15:00.000001Z"))
        #expect(Instant(Timestamp(instant)) == instant)
    }

    @Test func `a coin writes its amounts with its digits`() {
        #expect(
            CoinDigits(code: "uur", digits: 1).amount(25) == Amount(value: "2.5", coin: "uur")
        )
    }
}
