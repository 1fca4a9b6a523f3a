/// The letter that tells somebody, or the heirs, what becomes of money that a programme takes back: for those
/// who have no phone that tells them. It says what is known to its reader and nothing else.
package struct RecallLetter: Sendable {
    /// Its language.
    package typealias Language = ActivationLetter.Language
    /// A day in it.
    package typealias Day = ActivationLetter.Day

    /// How far the recall has come.
    package enum Stage: Sendable {
        /// The waiting period runs, and somebody may object, surely until that day.
        case announced(lastDay: Day)
        /// An objection came on that day, and nobody has decided.
        case objected(on: Day)
        /// The objection was not right.
        case rejected(on: Day, reason: String)
        /// The objection was right; nothing is taken.
        case upheld(on: Day, reason: String)
        /// The payer ended it; nothing is taken.
        case withdrawn(on: Day, reason: String)
        /// So much was taken, as a decimal amount; `nil` for nothing.
        case done(on: Day, taken: String?)
    }

    /// A credit that somebody got.
    package struct Credit: Sendable {
        let amount: String
        let day: Day

        /// So much, as a decimal amount, on that day.
        package init(_ amount: String, on day: Day) {
            (self.amount, self.day) = (amount, day)
        }
    }

    let name: String
    let isToHeirs: Bool
    let community: String
    let programme: String
    let coin: String
    let reference: String
    let credit: Credit?
    let most: String?
    let reason: String
    let announced: Day
    let due: Day
    let stage: Stage

    /// A letter of a community about a recall, which people know by its reference.
    /// - Parameters:
    ///   - name: who got the money.
    ///   - isToHeirs: whether that person died, so that others open the letter.
    ///   - coin: the name of the coin, which stands behind amounts.
    ///   - credit: what is recalled; `nil` when it is not known any more.
    ///   - most: at most so much is taken, as a decimal amount; `nil` for all that is left.
    ///   - reason: why, as it was written for the receiver.
    ///   - announced: when it was announced.
    ///   - due: the day on which what is left is taken.
    package init(
        to name: String,
        isToHeirs: Bool,
        of community: String,
        about programme: String,
        in coin: String,
        reference: String,
        credit: Credit?,
        most: String?,
        reason: String,
        announced: Day,
        due: Day,
        stage: Stage
    ) {
        (self.name, self.isToHeirs, self.community) = (name, isToHeirs, community)
        (self.programme, self.coin, self.reference) = (programme, coin, reference)
        (self.credit, self.most, self.reason) = (credit, most, reason)
        (self.announced, self.due, self.stage) = (announced, due, stage)
    }

    /// The letter in lines of at most 72 characters, no more than a page has (40).
    package func lines(in language: Language) -> [String] {
        let paragraphs =
            switch language {
            case .dutch: dutch
            case .english: english
            }
        return Array(paragraphs.map(Self.wrapped).joined(separator: [""]))
    }

    /// A paragraph in lines; a line break in it stays one. What has no space is cut.
    private static func wrapped(_ paragraph: String) -> [String] {
        paragraph.split(separator: "\n", omittingEmptySubsequences: false).flatMap { text in
            var lines = [""]
            for word in text.split(separator: " ") {
                var rest = word
                let last = lines[lines.count - 1]
                if last.isEmpty || last.count + 1 + rest.count <= width {
                    lines[lines.count - 1] = last.isEmpty ? "" : last + " "
                } else {
                    lines.append("")
                }
                while lines[lines.count - 1].count + rest.count > width {
                    let room = width - lines[lines.count - 1].count
                    lines[lines.count - 1] += rest.prefix(room)
                    rest = rest.dropFirst(room)
                    lines.append("")
                }
                lines[lines.count - 1] += rest
            }
            return lines
        }
    }

    private static let width = 72
}
