package import API
import Foundation

extension TestCommunity {
    /// A programme with money in it, of which each credit lasts so many days.
    package func programme(
        lasting days: Int,
        funded value: String = "1000.00"
    ) async throws -> Programme {
        let programme = try await clerk.call(
            .createProgramme,
            body: ProgrammeCreation(name: "Weekgeld", coin: Self.coin, creditsLastDays: days)
        ).decode(Programme.self)
        _ = try await fund(programme.id, value).decode(Funding.self)
        return programme
    }

    /// The treasurer books euros that arrived for a programme.
    package func fund(_ programme: Identifier, _ value: String) async throws -> TestAnswer {
        try await treasurer.call(
            .fundProgramme,
            ["programmeId": "\(programme)"],
            body: FundingCreation(
                amount: amount(value),
                bankReference: String(UUID().uuidString.prefix(30))
            )
        )
    }

    /// The clerk says what a programme pays, and when.
    package func setCreditRules(
        _ rules: CreditRulesCreation,
        of programme: Identifier
    ) async throws -> TestAnswer {
        try await clerk.call(
            .setCreditRules,
            ["programmeId": "\(programme)"],
            body: rules
        )
    }

    /// The clerk lets the money of a programme end later for somebody, so many days from now.
    package func extend(
        _ programme: Identifier,
        for person: Identifier,
        days: Int
    ) async throws -> TestAnswer {
        let now = Int64(Date().timeIntervalSince1970)
        return try await clerk.call(
            .extendPots,
            ["programmeId": "\(programme)"],
            body: ExtensionCreation(
                personId: person,
                untilAt: Instant(microseconds: (now + Int64(days) * 86_400) * 1_000_000)
            )
        )
    }

    /// Where the money of a programme is.
    package func commitments(of programme: Identifier) async throws -> ProgrammeCommitments {
        try await treasurer.call(.getProgrammeCommitments, ["programmeId": "\(programme)"])
            .decode(ProgrammeCommitments.self)
    }
}

extension ProgrammeCommitments {
    /// Whether every coin that was funded is somewhere.
    package var addsUp: Bool {
        func cents(_ amount: Amount) -> Int { Int(amount.value.replacing(".", with: "")) ?? .min }
        let here = [available, committed, waiting, sponsored, withdrawn, paid]
        let gone = [expired, recalled]
        return cents(funded) == here.map(cents).reduce(0, +) - gone.map(cents).reduce(0, +)
    }
}

extension TestCommunity {
    /// The clerk asks for a programme to be otherwise.
    package func proposeChange(
        of programme: Identifier,
        name: String? = nil,
        waitingDays: Int? = nil,
        creditsLastDays: Int? = nil,
        account: FundingAccount? = nil,
        rules: CreditRulesCreation? = nil,
        recallWaitingDays: Int? = nil,
        earmark: Earmark? = nil,
        earmarkFrom: Instant? = nil,
        by client: TestClient? = nil
    ) async throws -> TestAnswer {
        try await (client ?? clerk).call(
            .proposeProgrammeChange,
            ["programmeId": "\(programme)"],
            body: ProgrammeChangeCreation(
                name: name,
                waitingDays: waitingDays,
                creditsLastDays: creditsLastDays,
                fundingAccount: account,
                creditRules: rules,
                recallWaitingDays: recallWaitingDays,
                earmark: earmark,
                earmarkFromAt: earmarkFrom,
                reason: "er is iets veranderd"
            )
        )
    }

    /// Somebody approves a change of a programme; the approver unless told otherwise.
    package func approve(
        change: Identifier,
        typing iban: String? = nil,
        by client: TestClient? = nil
    ) async throws -> TestAnswer {
        try await (client ?? approver).call(
            .decideProgrammeChange,
            ["programmeChangeId": "\(change)"],
            body: ProgrammeChangeDecision(approved: true, fundingIban: iban)
        )
    }

    /// The clerk proposes what a programme is to pay, and the approver approves: it is looser than before.
    package func loosen(
        _ programme: Identifier,
        to rules: CreditRulesCreation = CreditRulesCreation()
    ) async throws {
        let change = try await proposeChange(of: programme, rules: rules)
            .decode(ProgrammeChange.self)
        _ = try await approve(change: change.id).decode(ProgrammeChange.self)
    }

    /// A programme as it is.
    package func programme(_ id: Identifier) async throws -> Programme {
        try await clerk.call(.getProgramme, ["programmeId": "\(id)"]).decode(Programme.self)
    }
}
