import API
import LocalStack
import Postgres
import TestSupport
import Testing

/// What is done about one batch by several people at once, at two instances of the service.
@Suite(.timeLimit(.minutes(15))) struct BatchRaceTests {
    private func withTwoInstances(
        _ body: (TestCommunity, [TestClient], [TestClient]) async throws -> Void
    ) async throws {
        let community = try await TestCommunity.make()
        let second = try await SecondInstance.start(
            .disbursement,
            of: community.stack,
            programs: TestStack.programs
        )
        let urls = community.clerk.urls.merging([.disbursement: await second.url ?? ""]) { $1 }
        let result: Result<Void, any Error>
        do {
            result = .success(
                try await body(
                    community,
                    [community.clerk, community.clerk.at(urls)],
                    [community.approver, community.approver.at(urls)]
                )
            )
        } catch {
            result = .failure(error)
        }
        await second.stop()
        try result.get()
    }

    @Test func `of approving and cancelling at once one has its way, and pays all or nothing`()
        async throws
    {
        try await withTwoInstances { community, clerks, approvers in
            let programme = try await community.fundedProgramme("1000.00")
            let number = TestIBAN.number(71)
            let resident = try await community.enrolPerson("A", iban: number)
            var paid = 0
            for round in 1...6 {
                let batch = try await community.submit(
                    TestPaymentFile.xml([TestCredit("A", number, "10.0\(round)")]),
                    to: programme.id
                ).decode(Batch.self)
                let path = ["batchId": "\(batch.id)"]
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for place in 0..<4 {
                        group.addTask {
                            place % 2 == 0
                                ? try await approvers[place / 2].call(
                                    .approveBatch,
                                    path,
                                    body: BatchApproval()
                                ).status
                                : try await clerks[place / 2].call(
                                    .cancelBatch,
                                    path,
                                    body: BatchCancellation(reason: "toch niet")
                                ).status
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                // An approved batch may still have been cancelled before anything was paid.
                #expect(statuses.contains { $0 < 300 } && statuses.contains { $0 == 409 })
                let end = try await eventually("the batch is over") {
                    let batch = try await community.batch(batch.id)
                    return [.done, .cancelled].contains(batch.state) ? batch : nil
                }
                #expect(end.counts.credited == (end.state == .done ? 1 : 0))
                if end.state == .done { paid += 1000 + round }
            }
            #expect(try await cents(resident.available()) == paid)
            let budget = try await community.budget(of: programme.id)
            #expect(cents(budget.paid.value) == paid && budget.reserved.value == "0.00")
            #expect(cents(budget.available.value) == 100_000 - paid)
        }
    }

    @Test func `no more than its total is paid of a batch, whoever tries again or cancels`()
        async throws
    {
        try await withTwoInstances { community, clerks, approvers in
            let programme = try await community.fundedProgramme("1000.00")
            let numbers = (72...75).map { TestIBAN.number($0) }
            var people: [TestResident] = []
            for number in numbers {
                people.append(try await community.enrolPerson("B", iban: number))
            }
            let residents = people
            // What opens everybody's pot.
            let credits = numbers.map { TestCredit("B", $0, "1.00") }
            try await community.credit(credits, programme: programme)
            try await freeze(residents[1...3], in: community, "frozen")
            let batch = try await community.submit(
                TestPaymentFile.xml(numbers.map { TestCredit("B", $0, "20.00") }),
                to: programme.id
            ).decode(Batch.self)
            let failed = try await community.approve(batch.id)
            #expect(failed.state == .partlyDone && failed.counts.failed == 3)
            let path = ["batchId": "\(batch.id)"]
            for thawed in 1...3 {
                try await freeze(residents[thawed...thawed], in: community, "open")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for clerk in clerks + clerks {
                        group.addTask {
                            _ = try await clerk.call(.retryBatch, path, body: BatchRetry())
                        }
                        group.addTask {
                            let late = try await clerk.call(
                                .cancelBatch,
                                path,
                                body: BatchCancellation(reason: "te laat")
                            )
                            #expect(late.problemType == .batchNotCancellable)
                        }
                    }
                    for approver in approvers {
                        group.addTask {
                            let again = try await approver.call(
                                .approveBatch,
                                path,
                                body: BatchApproval()
                            )
                            #expect(again.problemType == .batchNotApprovable)
                        }
                    }
                    try await group.waitForAll()
                }
                let now = try await eventually("what is open by now is paid") {
                    let now = try await community.settled(batch.id)
                    return now.counts.credited > thawed ? now : nil
                }
                #expect(now.counts.credited == thawed + 1 && now.counts.failed == 3 - thawed)
                #expect(try await posted(of: batch, in: community) == (thawed + 1) * 2000)
            }
            for resident in residents { #expect(try await resident.available() == "21.00") }
            let budget = try await community.budget(of: programme.id)
            #expect(budget.available.value == "916.00" && budget.reserved.value == "0.00")
        }
    }

    private func freeze(
        _ residents: ArraySlice<TestResident>,
        in community: TestCommunity,
        _ state: String
    ) async throws {
        for resident in residents {
            try await community.change(
                """
                UPDATE ledger.account SET state = \(state)
                 WHERE community_id = \(community.id.uuid) AND id IN (
                       SELECT id FROM wallet.pot WHERE wallet_id = \(resident.wallet.uuid))
                """
            )
        }
    }

    /// The cents that the ledger has moved for the lines of a batch.
    private func posted(of batch: Batch, in community: TestCommunity) async throws -> Int {
        try await OpenedDatabase.shared.owner.query(
            """
            SELECT coalesce(sum(greatest(t.amounts[1], t.amounts[2])), 0)::bigint
              FROM disbursement.instruction i
              JOIN ledger.transfer t ON t.community_id = i.community_id AND t.id = i.id
             WHERE i.community_id = \(community.id.uuid) AND i.batch_id = \(batch.id.uuid)
            """
        ) { try $0.one().decode(Int.self) }
    }

    private func cents(_ text: String) -> Int { Int(text.replacing(".", with: "")) ?? .min }
}
