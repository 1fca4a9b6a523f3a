/// The letter in Dutch, a paragraph each.
extension RecallLetter {
    var dutch: [String] {
        let head = """
            Aan\(isToHeirs ? " de nabestaanden van" : ""): \(name)
            Kenmerk: \(reference)
            """
        return [head, "Bericht van \(community) over een bedrag van \"\(programme)\"", received]
            + (course + ["Is iets niet duidelijk? Kom gerust naar de balie."])
    }

    /// What it is about.
    private var received: String {
        guard let credit else {
            return "Dit gaat over een bedrag dat van \"\(programme)\" in de portemonnee kwam."
        }
        return """
            Op \(day(credit.day)) kwam \(amount(credit.amount)) van "\(programme)" in de portemonnee.
            """
    }

    /// What has become of it, and what can be done.
    private var course: [String] {
        switch stage {
        case .announced(let lastDay):
            [
                plan, why, others + " Tot die dag kan er gewoon mee worden betaald.",
                """
                Bent u het er niet mee eens? Tot en met \(day(lastDay)) kunt u bezwaar maken: in de \
                app, met een brief of aan de balie. Noem het kenmerk hierboven en zeg waarom. Het \
                kost niets. Iemand anders dan wie dit heeft aangekondigd beslist erover, en tot dan \
                gaat er niets terug.
                """,
            ]
        case .objected(let on):
            [
                plan, why,
                """
                Op \(day(on)) is bezwaar gemaakt. Zolang er niet over is beslist, gaat er niets \
                terug. Van de beslissing krijgt u bericht.
                """,
            ]
        case .rejected(let on, let reason):
            [
                "Het bezwaar is op \(day(on)) afgewezen. De reden: \(reason)", plan, others,
                appeal,
            ]
        case .upheld(let on, let reason):
            [
                """
                Het bezwaar was terecht, is op \(day(on)) beslist: van dit bedrag gaat niets terug. \
                De reden: \(reason)
                """
            ]
        case .withdrawn(let on, let reason):
            [
                """
                Op \(day(announced)) is gezegd dat een deel ervan of alles terug zou gaan. Dat gaat \
                niet door, is op \(day(on)) besloten: van dit bedrag gaat niets terug. De reden: \
                \(reason)
                """
            ]
        case .done(let on, let taken):
            [
                taken.map { "Op \(day(on)) is daarvan \(amount($0)) teruggegaan." }
                    ?? "Op \(day(on)) was daar niets meer van over, en is niets teruggegaan.",
                why, others, appeal,
            ]
        }
    }

    private var plan: String {
        let rest = "Wat daarvan op \(day(due)) niet is uitgegeven, gaat die dag terug"
        return most.map { "\(rest), hoogstens \(amount($0))." } ?? "\(rest)."
    }

    private var why: String { "De reden: \(reason)" }

    private var others: String {
        "Wat is uitgegeven, blijft betaald, en ander geld in de portemonnee blijft erin."
    }

    private var appeal: String {
        "Bent u het er niet mee eens? Vraag aan de balie wat u nog kunt doen."
    }

    private func amount(_ decimal: String) -> String {
        "\(decimal.split(separator: ".").joined(separator: ",")) \(coin)"
    }

    private func day(_ day: Day) -> String { day.text(in: .dutch) }
}
