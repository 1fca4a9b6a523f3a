import Domain
import Testing

@Suite struct ActivationLetterTests {
    private func letter() throws -> ActivationLetter {
        ActivationLetter(
            to: "Fatima Bakker",
            of: "Oosterhof",
            code: try #require(ActivationCode(typed: "K7QX-3MNP-9RTW")),
            lastDay: try #require(ActivationLetter.Day("2026-03-31T10:15:00Z")),
            address: "https://accounts.example.org:7301"
        )
    }

    @Test(arguments: zip(ActivationLetter.Language.allCases, ["31 maart 2026", "31 March 2026"]))
    func `a letter names whom, what for, the code and until when`(
        language: ActivationLetter.Language,
        date: String
    ) throws {
        let text = try letter().text(in: language)
        for part in ["Fatima Bakker", "Oosterhof", "\n    K7QX-3MNP-9RTW\n", date] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 72 })
    }

    @Test func `the QR code is a URI of ours with its version`() throws {
        #expect(
            try letter().qrPayload
                == "wijkmunt:v1/enrol?code=K7QX-3MNP-9RTW"
                + "&at=https%3A%2F%2Faccounts.example.org%3A7301"
        )
    }

    @Test(arguments: ["", "2026", "2026-13-01", "morgen"])
    func `what is no day makes no letter`(text: String) {
        #expect(ActivationLetter.Day(text) == nil)
    }

    @Test(arguments: [
        ("2026-03-31T00:00:00Z", "30 maart 2026"), ("2026-03-01T23:59:59Z", "28 februari 2026"),
        ("2028-03-01T00:00:00Z", "29 februari 2028"), ("2100-03-01T00:00:00Z", "28 februari 2100"),
        ("2027-01-01T12:00:00Z", "31 december 2026"), ("2026-05-01T12:00:00Z", "30 april 2026"),
    ])
    func `the last day is the one before the end`(end: String, day: String) throws {
        let letter = ActivationLetter(
            to: "Fatima Bakker",
            of: "Oosterhof",
            code: try #require(ActivationCode(typed: "K7QX-3MNP-9RTW")),
            lastDay: try #require(ActivationLetter.Day(before: end)),
            address: "https://accounts.example.org",
            reference: "2026-03-000001"
        )
        let text = letter.text(in: .dutch)
        #expect(text.contains("tot en met \(day)."))
        #expect(text.hasPrefix("Aan: Fatima Bakker\nKenmerk: 2026-03-000001\n\n"))
    }
}
