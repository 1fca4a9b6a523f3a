package import FoundationEssentials

/// What the code of a till says: one payment with all that is asked, or only where to pay.
///
/// Our own URI, with the version of its form: `wijkmunt:v1/pay?p=…&a=12.50&m=oosterhof&c=…` and
/// `wijkmunt:v1/till?t=…`; `docs/qr-codes.md` has all forms.
package enum PaymentCode: Hashable, Sendable {
    /// On a till's screen, for one payment.
    case payment(Asked)
    /// Printed: the terminal, and no amount.
    case till(UUID)

    /// What a till asks.
    package struct Asked: Hashable, Sendable {
        /// The payment.
        package let id: UUID
        /// Decimal text such as `12.50`, as the API has it.
        package let amount: String
        /// The coin's code.
        package let coin: String
        /// 22 characters of base64url that show for a short time.
        package let challenge: String

        /// What is asked; `nil` when a member does not have its form.
        package init?(id: UUID, amount: String, coin: String, challenge: String) {
            guard CodeText.isAmount(amount), CodeText.isCoin(coin), CodeText.isToken(challenge)
            else { return nil }
            (self.id, self.amount, self.coin, self.challenge) = (id, amount, coin, challenge)
        }
    }

    private static let paymentForm = "wijkmunt:v1/pay?"
    private static let tillForm = "wijkmunt:v1/till?"
    // The longest that is printed has 160 characters.
    private static let mostCharacters = 256

    /// Reads a code, in either form; `nil` for every other text.
    package init?(text: String) {
        guard text.utf8.count <= Self.mostCharacters else {
            guard let code = try? EMVCode(text: text) else { return nil }
            self.init(code)
            return
        }
        if let members = Self.members(of: text, after: Self.paymentForm, named: "pamc") {
            guard let id = CodeText.uuid(members[0]),
                let asked = Asked(
                    id: id,
                    amount: members[1],
                    coin: members[2],
                    challenge: members[3]
                )
            else { return nil }
            self = .payment(asked)
        } else if let members = Self.members(of: text, after: Self.tillForm, named: "t") {
            guard let id = CodeText.uuid(members[0]) else { return nil }
            self = .till(id)
        } else if let code = try? EMVCode(text: text) {
            self.init(code)
        } else {
            return nil
        }
    }

    /// The code as our own URI.
    package var uri: String {
        switch self {
        case .payment(let asked):
            Self.paymentForm + "p=\(CodeText.text(asked.id))&a=\(asked.amount)"
                + "&m=\(asked.coin)&c=\(asked.challenge)"
        case .till(let id): Self.tillForm + "t=\(CodeText.text(id))"
        }
    }

    /// The values of members that stand in exactly this order, each with one letter for a name.
    private static func members(
        of text: String,
        after form: String,
        named names: String
    ) -> [String]? {
        guard text.hasPrefix(form) else { return nil }
        let parts = text.dropFirst(form.count).split(
            separator: "&",
            omittingEmptySubsequences: false
        )
        guard parts.count == names.count,
            zip(parts, names).allSatisfy({ $0.hasPrefix("\($1)=") })
        else { return nil }
        return parts.map { String($0.dropFirst(2)) }
    }
}

/// The forms of what stands in codes.
enum CodeText {
    /// An id as the API writes it.
    static func text(_ id: UUID) -> String { id.uuidString.lowercased() }

    /// The id of exactly that spelling.
    static func uuid(_ text: String) -> UUID? {
        guard let id = UUID(uuidString: text), self.text(id) == text else { return nil }
        return id
    }

    /// 1 to 13 digits and at most 4 behind a point, as the API's amounts.
    static func isAmount(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ $0.utf8.allSatisfy(isDigit) }),
            (1...13).contains(parts[0].utf8.count),
            parts[0].utf8.count == 1 || parts[0].utf8.first != UInt8(ascii: "0")
        else { return false }
        return parts.count == 1 || (1...4).contains(parts[1].utf8.count)
    }

    /// A coin's code: 2 to 32 small letters, digits and hyphens, a letter first.
    static func isCoin(_ text: String) -> Bool {
        guard (2...32).contains(text.utf8.count), let first = text.utf8.first else { return false }
        return isLetter(first)
            && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    /// 16 to 43 characters of base64url.
    static func isToken(_ text: String) -> Bool {
        (16...43).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                isLetter(byte | 0x20) && byte < 0x80 || isDigit(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
}
