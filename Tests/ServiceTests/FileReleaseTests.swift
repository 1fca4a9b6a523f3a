import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// A file that paid nothing may be looked at again, when somebody says so; any other gives its first answer.
@Suite struct FileReleaseTests {
    private static let credits = [TestCredit("Inwoner", TestIBAN.number(71), "20.00")]

    private func release(_ batch: Batch, in community: TestCommunity) async throws -> TestAnswer {
        try await community.clerk.call(
            .releaseFile,
            ["batchId": "\(batch.id)"],
            body: FileRelease(reason: "The limit was raised")
        )
    }

    private func cancel(_ batch: Batch, in community: TestCommunity) async throws -> Batch {
        try await community.approver.call(
            .cancelBatch,
            ["batchId": "\(batch.id)"],
            body: BatchCancellation(reason: "Too early")
        ).decode(Batch.self)
    }

    @Test func `a file that a rule refused is judged anew once it is released, and pays once`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        _ = try await community.setCreditRules(
            CreditRulesCreation(mostPerCredit: community.amount("19.99")),
            of: programme.id
        ).decode(CreditRules.self)
        let xml = TestPaymentFile.xml(Self.credits)
        let first = try await community.submit(xml, to: programme.id).decode(Batch.self)
        #expect(first.state == .refused && first.releasedAt == nil && first.repeatsBatchId == nil)
        try await community.loosen(
            programme.id,
            to: CreditRulesCreation(mostPerCredit: community.amount("20.00"))
        )
        let same = try await community.submit(xml, to: programme.id)
        #expect(try same.decode(Batch.self).id == first.id && same.status == 200)

        let released = try await release(first, in: community).decode(Batch.self)
        #expect(released.id == first.id && released.state == .refused)
        #expect(released.releasedAt != nil)
        let again = try await release(first, in: community)
        #expect(again.problemType == .fileNotReleasable)

        let second = try await community.submit(xml, to: programme.id)
        let batch = try second.decode(Batch.self)
        #expect(second.status == 201 && batch.state == .validated && batch.id != first.id)
        #expect(batch.repeatsBatchId == first.id && batch.sha256 == first.sha256)
        let third = try await community.submit(xml, to: programme.id)
        #expect(third.status == 200 && third.headers["wijkmunt-duplicate"] == "true")
        #expect(try third.decode(Batch.self).id == batch.id)
        #expect(try await community.approve(batch.id).counts.waiting == 1)
        let late = try await release(batch, in: community)
        #expect(late.problemType == .fileNotReleasable)
        let fourth = try await community.submit(xml, to: programme.id).decode(Batch.self)
        #expect(fourth.id == batch.id)
        #expect(try await community.budget(of: programme.id).available.value == "80.00")
    }

    @Test func `a file that was cancelled goes to the programme that it was meant for`()
        async throws
    {
        let community = try await TestCommunity.make()
        let wrong = try await community.fundedProgramme("100.00")
        let right = try await community.fundedProgramme("100.00")
        let xml = TestPaymentFile.xml(Self.credits)
        let first = try await community.submit(xml, to: wrong.id).decode(Batch.self)
        #expect(try await release(first, in: community).problemType == .fileNotReleasable)
        #expect(try await cancel(first, in: community).state == .cancelled)
        let kept = try await community.submit(xml, to: right.id).decode(Batch.self)
        #expect(kept.id == first.id)
        _ = try await release(first, in: community).decode(Batch.self)
        let second = try await community.submit(xml, to: right.id).decode(Batch.self)
        #expect(second.programmeId == right.id && second.state == .validated)
        let cancelled = try await cancel(second, in: community)
        _ = try await release(cancelled, in: community).decode(Batch.self)
        let third = try await community.submit(xml, to: right.id).decode(Batch.self)
        #expect(third.repeatsBatchId == second.id)
    }

    @Test func `of a released file that comes many times at once one batch is made`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let xml = TestPaymentFile.xml(Self.credits)
        let first = try await community.submit(xml, to: programme.id).decode(Batch.self)
        let cancelled = try await cancel(first, in: community)
        let made = try await withThrowingTaskGroup(of: Identifier.self) { group in
            for turn in 0..<12 {
                group.addTask {
                    if turn == 6 {
                        return try await release(cancelled, in: community).decode(Batch.self).id
                    }
                    return try await community.submit(xml, to: programme.id).decode(Batch.self).id
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        // Before it was released the first one answers, afterwards the second one does.
        #expect(made.contains(first.id) && made.count <= 2)
        let now = try await community.submit(xml, to: programme.id).decode(Batch.self)
        #expect(now.id != first.id && made.union([now.id]).count == 2)
    }

    @Test func `the database keeps one batch of a content, and releases nothing that may pay`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let xml = TestPaymentFile.xml(Self.credits)
        let first = try await community.submit(xml, to: programme.id).decode(Batch.self)
        try await refused(Self.free(first), "23514", community)
        _ = try await release(try await cancel(first, in: community), in: community)
            .decode(Batch.self)
        let second = try await community.submit(xml, to: programme.id).decode(Batch.self)
        try await refused(
            """
            UPDATE disbursement.batch
               SET released_at = NULL, released_by = NULL, release_reason = NULL
             WHERE id = \(first.id.uuid)
            """,
            "23000",
            community
        )
        try await refused(Self.free(second), "23514", community)
        try await refused(
            """
            INSERT INTO disbursement.batch (community_id, id, programme_id, submitted_by,
                                            submitted_at, content_hash)
            SELECT community_id, \(UUID()), programme_id, submitted_by, submitted_at, content_hash
              FROM disbursement.batch WHERE id = \(second.id.uuid)
            """,
            "23505",
            community
        )
    }

    private static func free(_ batch: Batch) -> SQL {
        """
        UPDATE disbursement.batch
           SET released_at = now(), released_by = \(UUID()), release_reason = 'anyway'
         WHERE id = \(batch.id.uuid)
        """
    }

    /// What the service itself would try is refused with this state.
    private func refused(_ sql: SQL, _ state: String, _ community: TestCommunity) async throws {
        let service = try #require(try await OpenedDatabase.shared.services[.disbursement])
        let error = await #expect(throws: PostgresError.self) {
            try await Tenant.community(community.id.uuid).perform {
                _ = try await service.execute(sql)
            }
        }
        #expect(error?.sqlState == state, "\(String(describing: error))")
    }
}
