import Domain
import Testing

@Suite struct MoneyTests {
    @Test(arguments: [
        ("0.00", 0), ("0.01", 1), ("12.50", 1250), ("90071992547409.91", Money.largest),
    ])
    func `decimal text and minor units belong together`(text: String, units: Int64) throws {
        #expect(try DecimalText.minorUnits(text, digits: 2) == units)
        #expect(DecimalText.text(units, digits: 2) == text)
    }

    @Test(arguments: [
        "", ".", "1.", ".50", "-1.00", "+1.00", "1,00", "1 00.00", "01.00", "1e2", "1.0.0", "١.٠٠",
    ])
    func `anything but a plain decimal number is malformed`(text: String) {
        #expect(throws: DecimalText.Refusal.malformed) {
            try DecimalText.minorUnits(text, digits: 2)
        }
    }

    @Test(arguments: ["1", "1.0", "1.000"])
    func `an amount has exactly the coin's digits`(text: String) {
        #expect(throws: DecimalText.Refusal.digits(expected: 2)) {
            try DecimalText.minorUnits(text, digits: 2)
        }
    }

    @Test(arguments: ["90071992547409.92", "99999999999999999999.00"])
    func `an amount beyond 2^53 is out of range`(text: String) {
        #expect(throws: DecimalText.Refusal.outOfRange) {
            try DecimalText.minorUnits(text, digits: 2)
        }
    }

    @Test func `a coin without digits has no point`() throws {
        #expect(try DecimalText.minorUnits("125", digits: 0) == 125)
        #expect(DecimalText.text(-125, digits: 0) == "-125")
        #expect(DecimalText.text(-5, digits: 2) == "-0.05")
    }
}
