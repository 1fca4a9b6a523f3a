import API
import Crypto
import Foundation
import LocalStack
import Logging
import Postgres
import TestSupport
import Testing

/// Codes as they are typed, guessed, printed and kept.
@Suite struct ActivationCodeTests {
    @Test func `a mistyped code is told apart, costs nothing and leaves the right one`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let code = try #require(try await community.registerPerson("Een").activationCode?.code)
        // More than anybody may guess.
        for _ in 0..<30 {
            let answer = try await enrol(WrongCode.mistyped(code), community)
            #expect(answer.problemType == .activationCodeMistyped)
        }
        for wrong in [
            String(code.dropLast()), code + "A", try #require(WrongCode.swapped(code)),
            "UUUU-UUUU-UUUU",
        ] {
            #expect(try await enrol(wrong, community).problemType == .activationCodeMistyped)
        }
        let typed = code.lowercased().replacing("-", with: " ").replacing("0", with: "o")
            .replacing("1", with: "i")
        #expect(try await enrol(typed, community).status == 201)
    }

    @Test func `too many wrong codes from one address have to wait`() async throws {
        try await TestStack.withOwn { stack in
            let community = try await TestCommunity.make(rules: nil, on: stack)
            let code = try #require(try await community.registerPerson("Een").activationCode?.code)
            var wrong = 0
            while true {
                let answer = try await enrol(WrongCode.wellFormed(), community)
                if answer.status == 429 {
                    #expect((Int(answer.headers["retry-after"] ?? "") ?? 0) > 0)
                    break
                }
                #expect(answer.problemType == .activationCodeInvalid)
                wrong += 1
            }
            // Twice as many when the window ended in between.
            #expect((20..<40).contains(wrong))
            try await stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
                // The test may go on in the next window.
                _ = try await owner.execute(
                    """
                    INSERT INTO accounts.wrong_code
                    SELECT window_at + interval '10 minutes', source, attempts
                      FROM accounts.wrong_code
                    ON CONFLICT DO NOTHING
                    """
                )
            }
            // Neither another instance nor a restart forgives.
            let second = try await SecondInstance.start(
                .accounts,
                of: stack,
                programs: TestStack.programs
            )
            let elsewhere = TestClient(
                id: community.administrator.id,
                key: community.administrator.key,
                urls: [.accounts: try #require(await second.url)]
            )
            #expect(try await enrol(WrongCode.wellFormed(), by: elsewhere).status == 429)
            await second.stop()
            try await stack.restart(.accounts)
            #expect(try await enrol(WrongCode.wellFormed(), community).status == 429)
            // Who has a right code is not kept out by others,
            #expect(try await enrol(code, community).status == 201)
            // unless guessing goes on: then nobody learns there whether a code is right.
            let next = try #require(try await community.registerPerson("Twee").activationCode?.code)
            try await stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
                _ = try await owner.execute("UPDATE accounts.wrong_code SET attempts = 1000")
            }
            #expect(try await enrol(next, community).problemType == .tooManyAttempts)
        }
    }

    @Test(arguments: [("nl", "Uw activeringscode"), ("en", "Your activation code")])
    func `a letter brings a code in the language that was asked for`(
        language: String,
        words: String
    ) async throws {
        let community = try await TestCommunity.make(rules: nil)
        let person = try await community.registerPerson("Wilhelmina Zonder Post")
        let answer = try await community.administrator.call(
            .createActivationCode,
            ["personId": "\(person.id)"],
            query: "language=\(language)"
        )
        let made = try answer.decode(PersonActivationCode.self)
        #expect(made.letter.language.rawValue == language)
        for part in [words, "Wilhelmina Zonder Post", "Oosterhof", made.code] {
            #expect(made.letter.lines.joined(separator: "\n").contains(part), "\(part)")
        }
        #expect(made.letter.qrPayload.hasPrefix("wijkmunt:v1/enrol?code=\(made.code)&at=http"))
        #expect(try await enrol(made.code, community).status == 201)
        let unknown = try await community.administrator.call(
            .createActivationCode,
            ["personId": "\(person.id)"],
            query: "language=fr"
        )
        #expect(unknown.problemType == .invalidRequest)
    }

    @Test func `an unused code is in no table, and its answer can be had again`() async throws {
        try await TestStack.withOwn { stack in
            let community = try await TestCommunity.make(on: stack)
            let shop = try await community.openShop()
            let person = try await community.registerPerson("Een", iban: TestIBAN.number(4711))
            let path = ["personId": "\(person.id)"]
            let first = try await community.administrator.call(
                .createActivationCode,
                path,
                key: "brief-1"
            )
            let again = try await community.administrator.call(
                .createActivationCode,
                path,
                key: "brief-1"
            )
            #expect(first.status == 201 && first.body == again.body)
            #expect(again.headers["idempotency-replayed"] == "true")
            let till = try await shop.owner.call(
                .registerTerminal,
                ["shopId": "\(shop.shop)"],
                body: TerminalRegistration(name: "kassa 2"),
                key: "kassa-2"
            ).decode(Terminal.self)
            let codes = [
                person.activationCode?.code, try first.decode(ActivationCode.self).code,
                till.activationCode.code,
            ].compactMap(\.self)
            #expect(codes.count == 3)
            let answers = try await storedAnswers(of: stack)
            #expect(answers.count > 5)
            for answer in answers {
                // The first byte of what is sealed; none of JSON.
                #expect(answer.first == 1)
                let text = String(decoding: answer, as: UTF8.self)
                for code in codes { #expect(!text.contains(code)) }
            }
        }
    }

    /// Those of the services that give codes.
    private func storedAnswers(of stack: LocalStack) async throws -> [[UInt8]] {
        try await stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
            try await owner.query(
                """
                SELECT body FROM accounts.idempotency_record
                UNION ALL
                SELECT body FROM merchant.idempotency_record WHERE body IS NOT NULL
                """
            ) { rows in try rows.map { try $0.decode([UInt8].self) } }
        }
    }

    private func enrol(_ code: String, _ community: TestCommunity) async throws -> TestAnswer {
        try await enrol(code, by: community.administrator)
    }

    private func enrol(_ code: String, by client: TestClient) async throws -> TestAnswer {
        try await client.call(
            .enrol,
            body: EnrolmentRequest(
                activationCode: code,
                publicKey: TestClient.publicJWK(of: P256.Signing.PrivateKey()),
                deviceName: "telefoon"
            )
        )
    }
}
