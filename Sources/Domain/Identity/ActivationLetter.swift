/// The letter that brings an activation code to somebody without e-mail: text to print, and what its
/// QR code says.
package struct ActivationLetter: Sendable {
    /// The language of the text, as ISO 639-1 names it.
    package enum Language: String, CaseIterable, Sendable {
        case dutch = "nl"
        case english = "en"
    }

    /// A day of the calendar.
    package struct Day: Sendable {
        let year, month, day: Int

        /// Reads the first ten characters of an instant, such as `2026-12-21`; `nil` for others.
        package init?(_ text: String) {
            let parts = text.prefix(10).split(separator: "-").compactMap { Int($0) }
            guard parts.count == 3, (1...12).contains(parts[1]) else { return nil }
            (year, month, day) = (parts[0], parts[1], parts[2])
        }

        /// The day before the one with which an instant begins: the last on which what ends then
        /// surely counts, whatever the hour and the time zone.
        package init?(before text: String) {
            guard let next = Day(text) else { return nil }
            guard next.day == 1 else {
                (year, month, day) = (next.year, next.month, next.day - 1)
                return
            }
            month = next.month == 1 ? 12 : next.month - 1
            year = next.month == 1 ? next.year - 1 : next.year
            let isLeap =
                year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
            day =
                switch month {
                case 2: isLeap ? 29 : 28
                case 4, 6, 9, 11: 30
                default: 31
                }
        }

        /// As a letter writes it, such as `31 March 2026`.
        func text(in language: Language) -> String {
            let names =
                switch language {
                case .dutch:
                    [
                        "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus",
                        "september", "oktober", "november", "december",
                    ]
                case .english:
                    [
                        "January", "February", "March", "April", "May", "June", "July", "August",
                        "September", "October", "November", "December",
                    ]
                }
            return "\(day) \(names[month - 1]) \(year)"
        }
    }

    private let name: String
    private let community: String
    private let code: ActivationCode
    private let lastDay: Day
    private let address: String
    private let reference: String?

    /// A letter to somebody of a community; `lastDay` is the last on which the code surely counts,
    /// `address` that of the service where it is handed in, `reference` what the sender knows it by.
    package init(
        to name: String,
        of community: String,
        code: ActivationCode,
        lastDay: Day,
        address: String,
        reference: String? = nil
    ) {
        (self.name, self.community, self.code) = (name, community, code)
        (self.lastDay, self.address, self.reference) = (lastDay, address, reference)
    }

    /// `wijkmunt:v1/enrol?code=…&at=…`: our own URI, which a phone opens and nobody sends anywhere.
    /// `v1` is the version of this form; the values are percent-encoded (RFC 3986).
    package var qrPayload: String {
        "wijkmunt:v1/enrol?code=\(code)&at=\(Self.percentEncoded(address))"
    }

    /// The letter in lines of at most 72 characters, but for long names.
    package func text(in language: Language) -> String {
        switch language {
        case .dutch:
            """
            Aan: \(name)\(referenceLine("Kenmerk"))

            Uw activeringscode voor \(community)

                \(code)

            Met deze code opent u uw portemonnee op uw telefoon:

            1. Open de app en kies "Telefoon toevoegen".
            2. Scan de QR-code bij deze brief, of typ de code over.
               Hoofdletters, spaties en streepjes maken niet uit.

            De code werkt één keer, tot en met \(lastDay.text(in: language)).
            Een oudere code die u nog had, werkt niet meer.

            Geef de code aan niemand, ook niet aan wie zegt van ons te zijn: wie de
            code heeft, kan bij uw tegoed. Hebt u deze brief niet verwacht, of is
            hij geopend bij u aangekomen? Ga dan naar de balie.
            """
        case .english:
            """
            To: \(name)\(referenceLine("Reference"))

            Your activation code for \(community)

                \(code)

            With this code you open your wallet on your phone:

            1. Open the app and choose "Add a phone".
            2. Scan the QR code with this letter, or type the code.
               Capitals, spaces and hyphens do not matter.

            The code works once, until \(lastDay.text(in: language)).
            An older code that you still had no longer works.

            Give the code to nobody, not even to somebody who claims to be one of
            us: whoever has it can reach your coins. If you did not expect this
            letter, or it was opened before it reached you, come to the counter.
            """
        }
    }

    private func referenceLine(_ word: String) -> String {
        reference.map { "\n\(word): \($0)" } ?? ""
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { encoded, byte in
            let character = Character(UnicodeScalar(byte))
            let isUnreserved =
                byte < 0x80
                && (character.isLetter || character.isNumber || "-._~".contains(character))
            if isUnreserved {
                encoded.append(character)
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                encoded += hex.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
        }
    }
}
