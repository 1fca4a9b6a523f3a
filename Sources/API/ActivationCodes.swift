/// A code that enrols one device once; shown only in the answer that makes it.
package struct ActivationCode: Codable, Hashable, Sendable {
    /// The code, as it is typed; case and hyphens do not matter.
    package var code: String
    /// The code is void from this moment.
    package var expiresAt: Instant

    /// Creates it from its members.
    package init(code: String, expiresAt: Instant) {
        self.code = code
        self.expiresAt = expiresAt
    }
}

/// The languages of letters.
package enum LetterLanguage: String, CaseIterable, Codable, Hashable, Sendable {
    /// Dutch.
    case nl
    /// English.
    case en
}

/// What to print for somebody who gets a code by post.
package struct ActivationLetter: Codable, Hashable, Sendable {
    /// The language of the text.
    package var language: LetterLanguage
    /// The letter, plain text; an empty line is between paragraphs.
    package var lines: [String]
    /// The text of the QR code that goes with it.
    package var qrPayload: String

    /// Creates it from its members.
    package init(language: LetterLanguage, lines: [String], qrPayload: String) {
        self.language = language
        self.lines = lines
        self.qrPayload = qrPayload
    }
}

/// A code for the next phone of a person, with its letter.
package struct PersonActivationCode: Codable, Hashable, Sendable {
    /// The code, as it is typed; case and hyphens do not matter.
    package var code: String
    /// The code is void from this moment.
    package var expiresAt: Instant
    /// The letter that brings it.
    package var letter: ActivationLetter

    /// Creates it from its members.
    package init(code: String, expiresAt: Instant, letter: ActivationLetter) {
        self.code = code
        self.expiresAt = expiresAt
        self.letter = letter
    }
}
