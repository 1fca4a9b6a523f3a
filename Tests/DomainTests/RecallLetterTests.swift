import Domain
import Testing

@Suite struct RecallLetterTests {
    private static let day = RecallLetter.Day("2026-03-25")!

    private static let stages: [RecallLetter.Stage] = [
        .announced(lastDay: day), .objected(on: day), .rejected(on: day, reason: "Niet gebleken"),
        .upheld(on: day, reason: "Niet gebleken"), .withdrawn(on: day, reason: "Niet gebleken"),
        .done(on: day, taken: "3.50"), .done(on: day, taken: nil),
    ]

    private func letter(
        _ stage: RecallLetter.Stage,
        to name: String = "Fatima Bakker",
        isToHeirs: Bool = false,
        _ text: String = "Verhuisd",
        credit: RecallLetter.Credit? = .init("50.00", on: day)
    ) throws -> RecallLetter {
        RecallLetter(
            to: name,
            isToHeirs: isToHeirs,
            of: "Oosterhof",
            about: text,
            in: "oostmunt",
            reference: "01957c5e-6f00-7a10-8b20-0c30d040e0a2",
            credit: credit,
            most: "5.00",
            reason: text,
            announced: try #require(RecallLetter.Day("2026-03-02")),
            due: try #require(RecallLetter.Day("2026-04-13")),
            stage: stage
        )
    }

    @Test func `an announcement says what goes back, why, when, and until when to object`()
        throws
    {
        let letter = try letter(.announced(lastDay: try #require(.init("2026-04-12"))), "Te veel")
        let dutch = letter.lines(in: .dutch).joined(separator: " ")
        for part in [
            "Aan: Fatima Bakker Kenmerk: 01957c5e-6f00-7a10-8b20-0c30d040e0a2", "Oosterhof",
            "Op 25 maart 2026 kwam 50,00 oostmunt", "op 13 april 2026 niet is uitgegeven",
            "hoogstens 5,00 oostmunt", "De reden: Te veel", "Tot en met 12 april 2026",
        ] {
            #expect(dutch.contains(part), "\(part)")
        }
        let english = letter.lines(in: .english).joined(separator: " ")
        for part in [
            "To: Fatima Bakker Reference: 01957c5e", "On 25 March 2026 50.00 oostmunt",
            "at most 5.00 oostmunt", "The reason: Te veel", "until 12 April 2026",
        ] {
            #expect(english.contains(part), "\(part)")
        }
    }

    @Test func `only who may object is told until when`() throws {
        for (index, stage) in Self.stages.enumerated() {
            let text = try letter(stage).lines(in: .dutch).joined(separator: " ")
            #expect(text.contains("kunt u bezwaar maken") == (index == 0))
            #expect(text.contains("gaat die dag terug") == (index < 3))
            #expect(text.contains("van dit bedrag gaat niets terug") == (3...4).contains(index))
            #expect(text.contains("3,50 oostmunt teruggegaan") == (index == 5))
            #expect(text.contains("en is niets teruggegaan") == (index == 6))
        }
    }

    @Test(arguments: RecallLetter.Language.allCases)
    func `every letter fits its page, however long the names and reasons`(
        language: RecallLetter.Language
    ) throws {
        let words = String(repeating: "lang woord ", count: 13).prefix(140)
        for text in [String(words), String(repeating: "x", count: 140), "kort"] {
            for stage in Self.stages {
                for credit in [RecallLetter.Credit("99999999999.99", on: Self.day), nil] {
                    let lines = try letter(stage, to: text, isToHeirs: true, text, credit: credit)
                        .lines(in: language)
                    #expect(lines.count <= 40, "\(lines)")
                    #expect(lines.allSatisfy { $0.count <= 72 }, "\(lines)")
                    #expect(lines.allSatisfy { !$0.hasSuffix(" ") }, "\(lines)")
                }
            }
        }
    }

    @Test func `whoever died is not written to`() throws {
        let letter = try letter(Self.stages[0], isToHeirs: true)
        #expect(letter.lines(in: .dutch)[0] == "Aan de nabestaanden van: Fatima Bakker")
        #expect(letter.lines(in: .english)[0] == "To the heirs of: Fatima Bakker")
    }
}
