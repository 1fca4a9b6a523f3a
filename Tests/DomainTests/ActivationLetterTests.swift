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
}
