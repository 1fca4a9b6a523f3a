import Domain
import Testing

@Suite struct ClientNumberTests {
    @Test(arguments: [
        ("K-104822", "K-104822"), ("k 104 822", "K104822"), ("2026/00017", "2026/00017"),
        ("A_b.C-9", "A_B.C-9"), ("123456789", "123456789"), ("10048221", "10048221"),
        (String(repeating: "9", count: 34), String(repeating: "9", count: 34)),
    ])
    func `an institution's own number is read as it is meant`(typed: String, read: String) throws {
        #expect(try ClientNumber(typed: typed).characters == read)
    }

    @Test(arguments: [
        "", "K-1", "   ", "K#104822", "Kë104822", "１２３４５６７８", "\u{0}K104822",
        String(repeating: "9", count: 35), String(repeating: " ", count: 71),
    ])
    func `other texts are refused`(typed: String) {
        #expect(throws: ClientNumber.Refusal.form) { try ClientNumber(typed: typed) }
    }

    // Numbers that the government publishes for testing, and the same in disguise.
    @Test(arguments: [
        "999990019", "999 990 019", "999.99.0019", "9999-90-019", "BSN999990019",
        "bsn 999990019", "0999990019", "111222333", "00111222333", "12345672", "012345672",
    ])
    func `a citizen service number is never taken`(typed: String) {
        #expect(throws: ClientNumber.Refusal.citizenServiceNumber) {
            try ClientNumber(typed: typed)
        }
    }

    @Test func `the test itself is the one of eleven`() {
        #expect(throws: ClientNumber.Refusal.citizenServiceNumber) {
            try ClientNumber(typed: "111222333")
        }
        #expect(throws: Never.self) { try ClientNumber(typed: "111222334") }
        #expect(throws: Never.self) { try ClientNumber(typed: "K111222333") }
    }

    @Test func `the masked form shows little`() throws {
        #expect(try ClientNumber(typed: "K-104822").masked == "••••822")
        #expect(try ClientNumber(typed: "K-10").masked == "••••0")
    }
}
