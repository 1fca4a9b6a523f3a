import FoundationEssentials

/// The same codes in EMVCo's clothes, for till software and readers that know no other.
extension PaymentCode {
    /// Who is named beside the code; readers of other systems show it.
    package struct Payee: Hashable, Sendable {
        /// The name of the shop in printable ASCII; what is beyond 25 characters is left out.
        let name: String
        /// The place, at most 15 characters; what is beyond is left out.
        let place: String

        /// A payee; characters that the format does not have become points.
        package init(name: String, place: String) {
            self.name = Self.plain(name, most: 25)
            self.place = Self.plain(place, most: 15)
        }

        private static func plain(_ text: String, most: Int) -> String {
            let characters = text.prefix(most).map { character in
                character.asciiValue.map { (0x20...0x7E).contains($0) } == true ? character : "."
            }
            return characters.isEmpty ? "." : String(characters)
        }
    }

    /// The room that the format has for an amount.
    private static let mostAmountCharacters = 13

    /// Ours among those who use the format: a domain from right to left (section 4.7.1).
    private static let system = "example.wijkmunt"

    private enum ID {
        static let method = "01"
        static let account = "26"
        static let category = "52"
        static let currency = "53"
        static let amount = "54"
        static let country = "58"
        static let name = "59"
        static let place = "60"
        static let coin = "80"
        // Inside the templates `account` and `coin`.
        static let system = "00"
        static let payment = "01"
        static let challenge = "02"
        static let till = "03"
        static let coinCode = "01"
    }

    /// The code as EMVCo's text; `nil` when the amount has no room there. Without an amount a reader
    /// would have the payer type one.
    package func emv(for payee: Payee) -> String? {
        if case .payment(let asked) = self, !Self.hasRoom(for: asked.amount) { return nil }
        var account = [EMVCode.Element(ID.system, Self.system)]
        var elements: [EMVCode.Element] = []
        switch self {
        case .payment(let asked):
            account.append(.init(ID.payment, Self.hexadecimal(asked.id)))
            account.append(.init(ID.challenge, asked.challenge))
            elements.append(.init(ID.method, "12"))
        case .till(let id):
            account.append(.init(ID.till, Self.hexadecimal(id)))
            elements.append(.init(ID.method, "11"))
        }
        elements.append(.init(ID.account, EMVCode.text(of: account)))
        elements.append(.init(ID.category, "0000"))
        // ISO 4217 for no currency: nobody else's wallet shall take coins for euros.
        elements.append(.init(ID.currency, "999"))
        if case .payment(let asked) = self { elements.append(.init(ID.amount, asked.amount)) }
        elements.append(.init(ID.country, "NL"))
        elements.append(.init(ID.name, payee.name))
        elements.append(.init(ID.place, payee.place))
        if case .payment(let asked) = self {
            let coin: [EMVCode.Element] = [
                .init(ID.system, Self.system), .init(ID.coinCode, asked.coin),
            ]
            elements.append(.init(ID.coin, EMVCode.text(of: coin)))
        }
        guard let code = try? EMVCode(elements) else {
            preconditionFailure("every member has a form that fits")
        }
        return code.text
    }

    /// The code inside EMVCo's; `nil` when it is not one of ours.
    init?(_ code: EMVCode) {
        guard let account = code[ID.account].flatMap(Self.template),
            let method = code[ID.method]
        else { return nil }
        if let till = account[ID.till] {
            guard method == "11", account.count == 2, let id = Self.uuid(hexadecimal: till)
            else { return nil }
            self = .till(id)
            return
        }
        guard method == "12", account.count == 3,
            let id = account[ID.payment].flatMap(Self.uuid(hexadecimal:)),
            let challenge = account[ID.challenge], let amount = code[ID.amount],
            Self.hasRoom(for: amount),
            let coin = code[ID.coin].flatMap(Self.template)?[ID.coinCode],
            let asked = Asked(id: id, amount: amount, coin: coin, challenge: challenge)
        else { return nil }
        self = .payment(asked)
    }

    private static func hasRoom(for amount: String) -> Bool {
        amount.utf8.count <= mostAmountCharacters
    }

    /// The members of a template of ours.
    private static func template(_ value: String) -> [String: String]? {
        guard let elements = try? EMVCode.elements(of: value),
            elements.first == EMVCode.Element(ID.system, system)
        else { return nil }
        return Dictionary(uniqueKeysWithValues: elements.map { ($0.id, $0.value) })
    }

    private static func hexadecimal(_ id: UUID) -> String {
        CodeText.text(id).filter { $0 != "-" }
    }

    private static func uuid(hexadecimal text: String) -> UUID? {
        guard text.utf8.count == 32 else { return nil }
        var parts: [Substring] = []
        var rest = text[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return CodeText.uuid(parts.joined(separator: "-"))
    }
}
