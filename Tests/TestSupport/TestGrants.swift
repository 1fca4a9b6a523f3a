package import API
import Postgres

extension TestCommunity {
    /// The newest credit of a programme to a resident, as a clerk sees it.
    package func newestGrant(of resident: TestResident) async throws -> Grant {
        let grants = try await grants(of: resident)
        guard let newest = grants.first else { throw MissingMember(name: "grant") }
        return newest
    }

    /// All credits of programmes to a resident, newest first.
    package func grants(of resident: TestResident) async throws -> [Grant] {
        try await clerk.call(.listGrants, ["personId": "\(resident.person)"])
            .decode(Page<Grant>.self).items
    }

    /// The clerk announces that what is left of a grant will be taken back.
    package func recall(
        _ grant: Identifier,
        _ reason: String,
        atMost amount: String? = nil
    ) async throws -> TestAnswer {
        try await clerk.call(
            .recallGrant,
            ["grantId": "\(grant)"],
            body: RecallCreation(reason: reason, amount: amount.map(self.amount))
        )
    }

    /// The clerk sets how long recalls wait and when people are reminded.
    package func setGrantRules(
        of programme: Identifier,
        waitingDays: Int,
        remindAt: [Int] = []
    ) async throws -> TestAnswer {
        try await clerk.call(
            .setGrantRules,
            ["programmeId": "\(programme)"],
            body: GrantRulesSetting(recallWaitingDays: waitingDays, reminderDays: remindAt)
        )
    }

    /// The clerk proposes to pay a person every month, from far ahead unless told otherwise.
    package func standing(
        _ programme: Identifier,
        _ person: Identifier,
        _ amount: String,
        _ day: Int,
        from: String = "2080-01-01",
        until: String? = nil,
        purpose: StandingPurpose? = nil
    ) async throws -> TestAnswer {
        try await clerk.call(
            .createStandingInstruction,
            ["programmeId": "\(programme)"],
            body: StandingInstructionCreation(
                personId: person,
                purpose: purpose,
                amount: self.amount(amount),
                day: day,
                fromOn: from,
                untilOn: until,
                reference: "Maandelijks"
            )
        )
    }

    /// The approver says yes.
    package func approveStanding(_ id: Identifier) async throws -> TestAnswer {
        try await approver.call(
            .decideStandingInstruction,
            ["standingInstructionId": "\(id)"],
            body: StandingDecision(approve: true)
        )
    }

    /// The clerk reports that a person is not there any more.
    package func reportDeparture(
        of person: Identifier,
        _ kind: DepartureKind = .died,
        on day: String = "2026-01-01"
    ) async throws -> TestAnswer {
        try await clerk.call(
            .reportDeparture,
            ["personId": "\(person)"],
            body: DepartureReport(kind: kind, departedOn: day, note: "register")
        )
    }

    /// The clerk reports that a person is not there any more, and the approver confirms it.
    package func depart(
        _ person: Identifier,
        _ kind: DepartureKind = .died
    ) async throws -> Departure {
        let reported = try await reportDeparture(of: person, kind).decode(Departure.self)
        return try await approver.call(
            .decideDeparture,
            ["departureId": "\(reported.id)"],
            body: DepartureDecision(confirm: true)
        ).decode(Departure.self)
    }

    /// What a standing instruction paid, the newest month first.
    package func standingPayments(_ id: Identifier) async throws -> [StandingPayment] {
        try await clerk.call(.listStandingPayments, ["standingInstructionId": "\(id)"])
            .decode(Page<StandingPayment>.self).items
    }

    /// Turns the clock forward for one recall: it is due.
    package func endWaiting(of recall: Identifier) async throws {
        try await change(
            """
            UPDATE disbursement.recall
               SET announced_at = announced_at - interval '400 days',
                   due_at = clock_timestamp() - interval '1 second'
             WHERE community_id = \(id.uuid) AND id = \(recall.uuid)
            """
        )
    }

    /// The recall when it has reached a state.
    package func recall(_ id: Identifier, in state: RecallState) async throws -> Recall {
        try await eventually("recall \(state)") {
            let recall = try await clerk.call(.getRecall, ["recallId": "\(id)"])
                .decode(Recall.self)
            return recall.state == state ? recall : nil
        }
    }

    /// As if everything in the wallet had been credited so many days ago.
    package func agePots(of resident: TestResident, days: Int) async throws {
        try await change(
            """
            UPDATE wallet.pot
               SET opened_until = opened_until - make_interval(days => \(Int32(days))),
                   expires_at = expires_at - make_interval(days => \(Int32(days)))
             WHERE community_id = \(id.uuid) AND wallet_id = \(resident.wallet.uuid)
            """
        )
        try await change(
            """
            UPDATE ledger.account a SET expires_at = p.expires_at
              FROM wallet.pot p
             WHERE p.community_id = \(id.uuid) AND p.wallet_id = \(resident.wallet.uuid)
               AND a.community_id = p.community_id AND a.id = p.id
            """
        )
    }

    /// As if what waits of the batch had been set apart so many days ago.
    package func age(_ batch: Batch, days: Int) async throws {
        try await change(
            """
            UPDATE disbursement.instruction
               SET waiting_since = now() - make_interval(days => \(Int32(days)))
             WHERE community_id = \(id.uuid) AND batch_id = \(batch.id.uuid)
            """
        )
    }
}
