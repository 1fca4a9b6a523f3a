/// An international bank account number that is proven well formed: registered country, that
/// country's length, and check digits that satisfy ISO 7064 MOD 97-10 (ISO 13616).
///
/// Its description is masked, so that a log or an error can never show a whole account number.
package struct IBAN: Sendable, Hashable {
    /// The electronic form: no spaces, upper case, for example `NL91ABNA0417164300`.
    package let canonical: String

    /// The ISO 3166 country the number begins with.
    package var countryCode: String { String(canonical.prefix(2)) }

    /// Why a text is not an IBAN, in the order in which it is checked.
    package enum Refusal: Error, Sendable, Equatable {
        /// Something other than letters and digits, or no country and check digits in front.
        case characters
        /// No country of the IBAN registry.
        case country
        /// The length is not the one of its country, `expected` characters.
        case length(expected: Int)
        /// The check digits do not belong to this number: a digit is wrong or two are swapped.
        case checkDigits
    }

    /// Reads the form people write: spaces and lower case are allowed and removed.
    package static func read(_ text: some StringProtocol) -> Result<IBAN, Refusal> {
        var characters = [UInt8](text.utf8.lazy.filter { $0 != UInt8(ascii: " ") })
        if let refusal = characters.withUnsafeMutableBufferPointer({ bringToForm($0) }) {
            return .failure(refusal)
        }
        return .success(IBAN(canonical: String(decoding: characters, as: UTF8.self)))
    }

    /// Brings bytes without spaces to upper case and says why they are no account number, or nil
    /// when they are one.
    static func bringToForm(_ bytes: UnsafeMutableBufferPointer<UInt8>) -> Refusal? {
        guard (5...34).contains(bytes.count) else { return .characters }
        for index in bytes.indices {
            guard let character = upperCased(bytes[index]) else { return .characters }
            bytes[index] = character
        }
        guard isLetter(bytes[0]), isLetter(bytes[1]), isDigit(bytes[2]), isDigit(bytes[3])
        else { return .characters }
        let length = Int(lengths[Int(bytes[0] - 65) * 26 + Int(bytes[1] - 65)])
        guard length > 0 else { return .country }
        guard bytes.count == length else { return .length(expected: length) }
        if bytes[0] == UInt8(ascii: "N"), bytes[1] == UInt8(ascii: "L") {
            guard bytes[4..<8].allSatisfy(isLetter), bytes[8...].allSatisfy(isDigit)
            else { return .characters }
        }
        return hasValidCheckDigits(bytes) ? nil : .checkDigits
    }

    /// The account number in `text`, or nil where `read` would give a reason.
    package init?(_ text: some StringProtocol) {
        guard case .success(let iban) = IBAN.read(text) else { return nil }
        self = iban
    }

    /// Of bytes that `bringToForm` has found nothing against.
    init(proven bytes: UnsafeBufferPointer<UInt8>) {
        self.init(canonical: String(decoding: bytes, as: UTF8.self))
    }

    private init(canonical: String) {
        self.canonical = canonical
    }

    private static func hasValidCheckDigits(
        _ characters: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        // The generator yields 02...98 only; 00, 01 and 99 would also satisfy the remainder.
        let stated = Int(characters[2] - 48) * 10 + Int(characters[3] - 48)
        guard (2...98).contains(stated) else { return false }
        var remainder = 0
        for index in characters.indices {
            // The country and the check digits count last.
            let byte = characters[(index + 4) % characters.count]
            if isDigit(byte) {
                remainder = (remainder * 10 + Int(byte - 48)) % 97
            } else {
                remainder = (remainder * 100 + Int(byte - 55)) % 97
            }
        }
        return remainder == 1
    }

    private static func upperCased(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) || isLetter(byte) { return byte }
        return (97...122).contains(byte) ? byte - 32 : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) }
}

extension IBAN: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Country, check digits and last four characters only, for example `NL91••••••••••4300`.
    package var description: String {
        let digits = canonical.utf8
        let dot = "•".utf8
        let shown = 4
        let hidden = digits.count - 2 * shown
        return String(unsafeUninitializedCapacity: 2 * shown + hidden * dot.count) { bytes in
            var (_, end) = bytes.initialize(from: digits.prefix(shown))
            for _ in 0..<hidden { end = bytes[end...].initialize(from: dot).index }
            return bytes[end...].initialize(from: digits.suffix(shown)).index
        }
    }
    /// The same masked form, so that `dump` and `String(reflecting:)` reveal no more.
    package var debugDescription: String { description }
    /// No children: reflection must not undo the masking.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension IBAN {
    /// Total length by the two letters of the country, 26 to a row; 0 where there is no such IBAN.
    private static let lengths: [UInt8] = {
        var table = [UInt8](repeating: 0, count: 26 * 26)
        for (country, length) in lengthsByCountry {
            let letters = country.utf8.map { Int($0 - 65) }
            table[letters[0] * 26 + letters[1]] = length
        }
        return table
    }()

    /// Total length by country, from the SWIFT IBAN registry (ISO 13616).
    private static let lengthsByCountry: [String: UInt8] = [
        "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
        "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27,
        "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27,
        "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28,
        "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
        "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22,
        "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23,
        "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24,
        "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28,
        "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
    ]
}
