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
}
