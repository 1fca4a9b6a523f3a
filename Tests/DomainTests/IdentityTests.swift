import Domain
import FoundationEssentials
import Testing

@Suite struct IdentityTests {
    /// A generator that repeats, so that a failure can be repeated too.
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    @Test func `an activation code is read back as people type it`() throws {
        var random = Seeded(state: 1)
        for _ in 0..<500 {
            let code = ActivationCode(using: &random)
            #expect(code.description.count == 14)
            let typed = code.description.lowercased().replacing("-", with: " ")
                .replacing("0", with: "o").replacing("1", with: "l")
            #expect(ActivationCode(typed: typed) == code)
        }
    }

    @Test func `one wrong character or a swap of neighbours is noticed`() throws {
        var random = Seeded(state: 2)
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        for _ in 0..<50 {
            let right = Array(ActivationCode(using: &random).characters)
            for place in right.indices {
                for other in alphabet where other != right[place] {
                    var wrong = right
                    wrong[place] = other
                    #expect(ActivationCode(typed: String(wrong)) == nil)
                }
            }
            for place in 0..<11 where right[place] != right[place + 1] {
                var swapped = right
                swapped.swapAt(place, place + 1)
                #expect(ActivationCode(typed: String(swapped)) == nil)
            }
        }
    }

    /// Check symbols by the definition at crockford.com/base32.html, in arithmetic of its own.
    @Test func `the check character is the number modulo 37`() {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        var random = Seeded(state: 4)
        for _ in 0..<200 {
            let characters = Array(ActivationCode(using: &random).characters)
            let digits = characters.compactMap { alphabet.firstIndex(of: $0) }
            let number = digits.dropLast().reduce(UInt64(0)) { $0 << 5 | UInt64($1) }
            #expect(Int(number % 37) == digits.last)
        }
    }

    @Test(arguments: ["", "ABCD", "7KQ2-M9XA-0D4U-XXXX-XXXX-XXXX-XXXX-XXXX-XX", "ÀBCD-EFGH-JKMN"])
    func `what is no code is refused`(text: String) {
        #expect(ActivationCode(typed: text) == nil)
    }

    @Test func `a terminal number ends in its Luhn digit`() {
        // 7992739871 with check digit 3 is the usual example; six digits of our own: 123456 → 6.
        #expect(TerminalNumber.text(serial: 123_456) == "1234566")
        #expect(TerminalNumber.text(serial: 0) == "0000000")
    }

    @Test func `ids of later moments sort later and carry version 7`() {
        var random = Seeded(state: 3)
        let first = UUID.timeOrdered(microseconds: 1_795_000_000_000_000, using: &random)
        let later = UUID.timeOrdered(microseconds: 1_795_000_000_001_000, using: &random)
        #expect(first.uuidString < later.uuidString)
        #expect(Array(first.uuidString)[14] == "7")
        #expect("89AB".contains(Array(first.uuidString)[19]))
    }
}
