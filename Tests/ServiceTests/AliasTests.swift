import API
import Crypto
import Foundation
import TestSupport
import Testing

/// Names of wallets change, and nobody receives what was meant for another.
@Suite struct AliasTests {
    private func choose(_ alias: String, for resident: TestResident) async throws -> TestAnswer {
        try await resident.phone.call(
            .chooseWalletAlias,
            ["walletId": "\(resident.wallet)"],
            body: WalletAliasChoice(alias: alias)
        )
    }

    @Test func `an alias that was given up leads nowhere and goes to nobody else`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let one = try await community.enrolPerson("Een", alias: "noor")
        let two = try await community.enrolPerson("Twee", alias: "sam")
        #expect(try await choose("sam", for: one).problemType == .aliasTaken)
        let chosen = try await choose("noor.b", for: one).decode(ChosenWalletAlias.self)
        #expect(chosen == ChosenWalletAlias(walletId: one.wallet, alias: "noor.b"))
        let old = try await two.phone.call(.getWalletAlias, ["alias": "noor"])
        #expect(old.problemType == .notFound)
        #expect(try await choose("noor", for: two).problemType == .aliasTaken)
        // Nor at enrolling.
        let code = try #require(try await community.registerPerson("Drie").activationCode?.code)
        let enrolled = try await community.administrator.call(
            .enrol,
            body: EnrolmentRequest(
                activationCode: code,
                publicKey: TestClient.publicJWK(of: .init()),
                deviceName: "telefoon",
                alias: "noor"
            )
        )
        #expect(enrolled.problemType == .aliasTaken)
        // Whose it was can have it back.
        #expect(try await choose("noor", for: one).status == 201)
    }

    @Test func `a wallet gives up three aliases within a year`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let resident = try await community.enrolPerson("Een")
        for alias in ["eerste", "tweede", "derde", "vierde"] {
            #expect(try await choose(alias, for: resident).status == 201)
        }
        #expect(try await choose("vijfde", for: resident).problemType == .tooManyAliasChanges)
        let wallet = try await resident.phone.call(.getWallet, ["walletId": "\(resident.wallet)"])
            .decode(Wallet.self)
        #expect(wallet.alias == "vierde")
    }

    @Test func `who waits for a name that is being given up does not get it`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let holder = try await community.enrolPerson("Een", alias: "gewild")
        var others: [TestResident] = []
        for number in 1...4 { others.append(try await community.enrolPerson("Buur \(number)")) }
        let waiting = others
        let answers = try await withThrowingTaskGroup(of: TestAnswer?.self) { group in
            group.addTask {
                _ = try await choose("anders", for: holder).decode(ChosenWalletAlias.self)
                return nil
            }
            for other in waiting {
                group.addTask { try await choose("gewild", for: other) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.compactMap(\.self).allSatisfy { $0.problemType == .aliasTaken })
    }
}
