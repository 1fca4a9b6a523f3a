/// Valid Dutch IBANs that nobody has.
package enum TestIBAN {
    /// The IBAN of a bank `TEST` with this account number (ISO 13616, check digits by ISO 7064).
    package static func number(_ account: Int) -> String {
        let digits = String(account)
        let ten = String(repeating: "0", count: 10 - digits.count) + digits
        // T E S T as 29 14 28 29, N L as 23 21.
        let remainder = "29142829\(ten)232100".reduce(0) {
            ($0 * 10 + ($1.wholeNumberValue ?? 0)) % 97
        }
        let check = 98 - remainder
        return "NL\(check < 10 ? "0" : "")\(check)TEST\(ten)"
    }
}
