/// What keeps a line of a sound file from being paid: found by whoever knows the payer's rules and the
/// receivers, when the file has been read.
package enum PayerProblem: Sendable, Equatable {
    /// Over how long what one person gets is added up.
    package enum Period: String, Sendable {
        case month, year, programme
    }

    /// The payer does not pay on the day: only from one on, or only until another, or both.
    case outsideDays(CalendarDate, from: CalendarDate?, until: CalendarDate?)
    /// More than one credit may be, in hundredths.
    case aboveCreditLimit(Int64)
    /// With this line the receiver would get more than one person may, in hundredths.
    case abovePersonLimit(Int64, Period)
    /// The receiver cannot be paid any more. Why is not told: it is more than a payer needs.
    case receiverGone

    var explanation: Explanation {
        switch self {
        case .outsideDays(let day, let from, let until):
            Self.outside(day, from, until)
        case .aboveCreditLimit(let most):
            .refusal(
                .AM02,
                "The programme pays at most \(DecimalAmount.text(most)) at a time.",
                "Het programma betaalt ten hoogste \(DecimalAmount.text(most)) per keer."
            )
        case .abovePersonLimit(let most, let period):
            .refusal(
                .AM14,
                "With this line the receiver would get more than \(DecimalAmount.text(most)), the "
                    + "most that one person gets from the programme \(Self.english(period)).",
                "Met deze regel krijgt de ontvanger meer dan \(DecimalAmount.text(most)), het meeste "
                    + "dat één persoon \(Self.dutch(period)) van het programma krijgt."
            )
        case .receiverGone:
            .refusal(
                .MS03,
                "This receiver cannot be paid any more. Ask whoever keeps the register of people.",
                "Aan deze ontvanger kan niet meer worden betaald. Vraag het na bij wie de personen "
                    + "beheert."
            )
        }
    }

    /// Where a line says it.
    fileprivate var field: PaymentField {
        switch self {
        case .outsideDays: .executionDate
        case .aboveCreditLimit, .abovePersonLimit: .amount
        case .receiverGone: .creditorAccount
        }
    }

    fileprivate var level: Finding.Level {
        if case .outsideDays = self { .paymentInformation } else { .line }
    }

    private static func outside(
        _ day: CalendarDate,
        _ from: CalendarDate?,
        _ until: CalendarDate?
    ) -> Explanation {
        let english = [from.map { " from \($0) on" }, until.map { " until \($0)" }]
        let dutch = [from.map { " vanaf \($0)" }, until.map { " tot en met \($0)" }]
        return .refusal(
            .DT01,
            "The programme pays\(english.compactMap(\.self).joined()); this would be paid on \(day).",
            "Het programma betaalt\(dutch.compactMap(\.self).joined()); dit zou op \(day) worden "
                + "betaald."
        )
    }

    private static func english(_ period: Period) -> String {
        switch period {
        case .month: "in a month"
        case .year: "in a year"
        case .programme: "altogether"
        }
    }

    private static func dutch(_ period: Period) -> String {
        switch period {
        case .month: "in een maand"
        case .year: "in een jaar"
        case .programme: "in totaal"
        }
    }
}

extension Finding {
    /// What a payer finds in a line that was read before.
    ///
    /// - Parameters:
    ///   - nr: of the line in the file, from 1.
    ///   - place: its block in the file and its number in there, from 1.
    ///   - line: of the source file.
    package init(
        _ problem: PayerProblem,
        in nr: Int,
        at place: (block: Int, line: Int),
        line: Int,
        of form: SourceForm
    ) {
        // Rows have no blocks of their own: there the row says the day.
        let isBlock = problem.level == .paymentInformation && form == .xml
        let source = SourcePlace(
            form: form,
            level: isBlock ? .paymentInformation : .line,
            payment: place.block,
            number: nr,
            numberInPayment: place.line
        )
        self.init(
            level: problem.level,
            line: line,
            path: source.path(of: problem.field),
            payment: place.block,
            transaction: problem.level == .line ? nr : nil,
            explanation: problem.explanation
        )
    }
}
