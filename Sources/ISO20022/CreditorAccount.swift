/// In which of five ways a line says who is paid.
package enum CreditorKind: String, Sendable, Codable, CaseIterable {
    /// An account number that somebody has linked to a wallet.
    case iban
    /// The alias of a wallet.
    case alias
    /// The number on a card.
    case card
    /// The code of a letter with which somebody will enrol.
    case activationCode
    /// The number under which the sender knows somebody, without being a citizen's number.
    case clientNumber

    /// `CdtrAcct/Id/Othr/SchmeNm/Prtry` that marks it, at most 35 characters; nil for an IBAN,
    /// which has an element of its own.
    package var scheme: String? {
        switch self {
        case .iban: nil
        case .alias: "WIJKMUNT-ALIAS"
        case .card: "WIJKMUNT-CARD"
        case .activationCode: "WIJKMUNT-ACTIVATION-CODE"
        case .clientNumber: "WIJKMUNT-CLIENT-NUMBER"
        }
    }

    init?(scheme: UnsafeBufferPointer<UInt8>?) {
        guard let scheme,
            let kind = Self.allCases.first(where: { kind in
                kind.scheme.map { scheme.elementsEqual($0.utf8) } ?? false
            })
        else { return nil }
        self = kind
    }
}

/// Why a text cannot be the account of a creditor.
package enum CreditorMistake: Sendable, Equatable {
    /// Its length, a character or its check is wrong: it is mistyped.
    case mistyped
    /// It could be a citizen service number (BSN), which is never taken.
    case citizenServiceNumber
}

/// Who is paid. Texts are as written, 1 to 34 characters.
package enum CreditorAccount: Sendable, Equatable {
    case iban(IBAN)
    case alias(String)
    case card(String)
    case activationCode(String)
    case clientNumber(String)

    /// The scheme that marks a wallet alias.
    package static let aliasScheme = "WIJKMUNT-ALIAS"

    package var kind: CreditorKind {
        switch self {
        case .iban: .iban
        case .alias: .alias
        case .card: .card
        case .activationCode: .activationCode
        case .clientNumber: .clientNumber
        }
    }

    /// Of bytes that the reader of a file has found nothing against.
    init(_ kind: CreditorKind, proven bytes: UnsafeBufferPointer<UInt8>) {
        let text = { String(decoding: bytes, as: UTF8.self) }
        switch kind {
        case .iban: self = .iban(IBAN(proven: bytes))
        case .alias: self = .alias(text())
        case .card: self = .card(text())
        case .activationCode: self = .activationCode(text())
        case .clientNumber: self = .clientNumber(text())
        }
    }
}
