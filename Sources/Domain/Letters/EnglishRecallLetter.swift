/// The letter in English, a paragraph each.
extension RecallLetter {
    var english: [String] {
        let head = """
            To\(isToHeirs ? " the heirs of" : ""): \(name)
            Reference: \(reference)
            """
        return [head, "A message of \(community) about an amount of \"\(programme)\"", received]
            + (course + ["Is anything not clear? Come to the counter."])
    }

    /// What it is about.
    private var received: String {
        guard let credit else {
            return "This is about an amount that came into the wallet from \"\(programme)\"."
        }
        return """
            On \(day(credit.day)) \(amount(credit.amount)) came into the wallet from "\(programme)".
            """
    }

    /// What has become of it, and what can be done.
    private var course: [String] {
        switch stage {
        case .announced(let lastDay):
            [
                plan, why, others + " Until that day it can be spent as usual.",
                """
                Do you disagree? You can object until \(day(lastDay)), that day included: in the app, \
                by letter or at the counter. Give the reference above and say why. It costs \
                nothing. Somebody else than who announced this decides about it, and until then \
                nothing goes back.
                """,
            ]
        case .objected(let on):
            [
                plan, why,
                """
                An objection was made on \(day(on)). Nothing goes back until it is decided. You will \
                be told of the decision.
                """,
            ]
        case .rejected(let on, let reason):
            [
                "The objection was rejected on \(day(on)). The reason: \(reason)", plan, others,
                appeal,
            ]
        case .upheld(let on, let reason):
            [
                """
                The objection was right, it was decided on \(day(on)): nothing of this amount goes \
                back. The reason: \(reason)
                """
            ]
        case .withdrawn(let on, let reason):
            [
                """
                On \(day(announced)) it was said that some or all of it would go back. It will not, \
                it was decided on \(day(on)): nothing of this amount goes back. The reason: \
                \(reason)
                """
            ]
        case .done(let on, let taken):
            [
                taken.map { "On \(day(on)) \(amount($0)) of it went back." }
                    ?? "On \(day(on)) nothing of it was left, and nothing went back.",
                why, others, appeal,
            ]
        }
    }

    private var plan: String {
        let rest = "What is not spent of it on \(day(due)) goes back that day"
        return most.map { "\(rest), at most \(amount($0))." } ?? "\(rest)."
    }

    private var why: String { "The reason: \(reason)" }

    private var others: String {
        "What was spent stays paid, and other money in the wallet stays there."
    }

    private var appeal: String {
        "Do you disagree? Ask at the counter what you can still do."
    }

    private func amount(_ decimal: String) -> String { "\(decimal) \(coin)" }

    private func day(_ day: Day) -> String { day.text(in: .english) }
}
