import Testing

@testable import Domain

@Suite struct CardTests {
    @Test func `numbers are random, checked, and read as they are printed`() throws {
        var random = SystemRandomNumberGenerator()
        let numbers = (0..<2000).map { _ in CardNumber(using: &random) }
        #expect(Set(numbers).count == numbers.count)
        for number in numbers {
            #expect(number.digits.count == 16 && number.digits.hasPrefix("9"))
            #expect(CardNumber(typed: number.description) == number)
            #expect(CardNumber(typed: number.digits) == number)
            #expect(number.digits.hasSuffix(number.lastFour) && number.lastFour.count == 4)
        }
        let seconds = Set(numbers.map { $0.digits.prefix(4) })
        #expect(seconds.count > 500, "they do not spread")
    }

    @Test func `the check digit is that of ISO/IEC 7812-1 annex B`() throws {
        // Worked by hand: 9528 0000 0000 000 has the sum 9+5+4+8 with the first digit doubled to
        // 18, the third to 4: 9 + 5 + 4 + 8 = 26, so the check digit is 4.
        #expect(CardNumber(typed: "9528 0000 0000 0004") != nil)
        for wrong in 0...9 where wrong != 4 {
            #expect(CardNumber(typed: "9528 0000 0000 000\(wrong)") == nil)
        }
    }

    @Test func `every wrong digit and most swaps are found`() throws {
        var random = SystemRandomNumberGenerator()
        let number = Array(CardNumber(using: &random).digits)
        for place in number.indices {
            for digit in "0123456789" where digit != number[place] {
                var typed = number
                typed[place] = digit
                #expect(CardNumber(typed: String(typed)) == nil)
            }
        }
        for place in number.indices.dropLast() where number[place] != number[place + 1] {
            var typed = number
            typed.swapAt(place, place + 1)
            // Luhn's known blind spot.
            if Set([number[place], number[place + 1]]) == ["0", "9"] { continue }
            #expect(CardNumber(typed: String(typed)) == nil)
        }
    }

    @Test(arguments: [
        "", "9", "952800000000000", "9528000000000004x", "4528000000000009", "9528-0000",
    ])
    func `what is no number is not read`(text: String) {
        #expect(CardNumber(typed: text) == nil)
    }

    @Test(arguments: [
        "0000", "1111", "999999", "1234", "4321", "0123", "7890", "987654", "1212", "123123",
        "121212", "1984", "2007",
    ])
    func `a PIN that anybody would try is weak`(text: String) throws {
        #expect(try #require(CardPIN(typed: text)).isWeak)
    }

    @Test(arguments: ["4829", "7305", "70518", "482915", "1357", "194507"])
    func `other PINs are not`(text: String) throws {
        #expect(try !#require(CardPIN(typed: text)).isWeak)
    }

    @Test(arguments: ["", "123", "1234567", "12a4", "١٢٣٤", "48 29"])
    func `four to six digits are a PIN, nothing else`(text: String) {
        #expect(CardPIN(typed: text) == nil)
    }

    @Test func `a PIN shows nothing of itself`() throws {
        let pin = try #require(CardPIN(typed: "4829"))
        var dumped = ""
        dump(pin, to: &dumped)
        for text in ["\(pin)", String(reflecting: pin), dumped, "\([pin])"] {
            #expect(!text.contains("4829"), "\(text)")
        }
    }
}

/// Whoever pays by card is where the terminal is.
@Suite struct PresenceTests {
    private let all: [LocalityRule] = [
        .shopInGeofence, .payerInGeofence(.confident), .payerNearShop(metres: 50),
        .freshFix(seconds: 60), .accurateFix(metres: 100), .noMock,
    ]

    private func reasons(inside: Bool, verified: Bool) throws -> [LocalityRefusal] {
        try LocalityPolicy(version: 1, rules: all, hasGeofence: true).judge(
            LocalityFacts(
                shopIsInside: inside,
                shopIsVerified: verified,
                claim: nil,
                payerIsAtTerminal: true
            )
        ).rules.compactMap(\.reason)
    }

    @Test func `at a verified shop inside every rule is met`() throws {
        #expect(try reasons(inside: true, verified: true) == [])
    }

    @Test func `at a shop outside shop and payer are outside`() throws {
        let expected: [LocalityRefusal] = [.shopOutsideGeofence, .payerOutsideGeofence]
        #expect(try reasons(inside: false, verified: true) == expected)
    }

    @Test func `a shop that nobody verified proves nothing about its payers`() throws {
        let expected = all.map { _ in LocalityRefusal.shopPlaceUnverified }
        #expect(try reasons(inside: true, verified: false) == expected)
    }
}
