import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// What is taken away of files that came in parts, and what is not.
@Suite struct UploadCleaningTests {
    private static let file = Array(
        TestPaymentFile.xml([TestCredit("Bewoner", TestIBAN.number(811_000), "1.00")]).utf8
    )

    /// The uploads that are still there, each with how many of its parts.
    private func left(in community: TestCommunity) async throws -> [Identifier: Int] {
        try await OpenedDatabase.shared.owner.query(
            """
            SELECT u.id, (SELECT count(*) FROM disbursement.upload_part p
                           WHERE p.community_id = u.community_id AND p.upload_id = u.id)
              FROM disbursement.upload u WHERE u.community_id = \(community.id.uuid)
            """
        ) { rows in
            try rows.reduce(into: [:]) {
                let (id, parts) = try $1.decode(UUID.self, Int.self)
                $0[Identifier(id)] = parts
            }
        }
    }

    /// As if it had been begun two days ago.
    private func age(_ upload: Identifier, _ community: TestCommunity) async throws {
        try await community.change(
            """
            UPDATE disbursement.upload
               SET created_at = created_at - interval '2 days',
                   expires_at = expires_at - interval '2 days'
             WHERE id = \(upload.uuid)
            """
        )
    }

    /// Somebody reads it into a batch until then.
    private func read(
        _ upload: Identifier,
        until end: String,
        _ community: TestCommunity
    ) async throws {
        try await community.change(
            """
            UPDATE disbursement.upload
               SET reader_id = gen_random_uuid(), read_until = now() + \(end)::interval
             WHERE id = \(upload.uuid)
            """
        )
    }

    @Test func `an upload whose day is over goes with its parts, unless it is being read`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("1000.00")
        func upload() async throws -> Identifier {
            try await community.uploaded(Self.file, to: programme.id).id
        }
        let (young, old, reading, given) = (
            try await upload(), try await upload(), try await upload(), try await upload()
        )
        let interrupted = try await upload()
        for id in [old, reading, given, interrupted] { try await age(id, community) }
        try await read(reading, until: "1 hour", community)
        try await read(interrupted, until: "-1 second", community)
        // Nobody sees one whose time is over, even before it is gone.
        let listed = try await community.clerk.call(.listUploads).decode(Page<Upload>.self).items
        #expect(listed.map(\.id) == [young])
        try await clean(community) { left in left.count == 2 }
        #expect(try await left(in: community) == [young: 1, reading: 1])
        // The day of one that became a batch ends as well, and the batch stays.
        let batch = try await community.submit(upload: young).decode(Batch.self)
        try await age(young, community)
        try await clean(community) { left in left.count == 1 }
        #expect(try await community.batch(batch.id).state == .validated)
        #expect(try await left(in: community) == [reading: 1])
    }

    /// A service that was killed after the batch was made left them.
    @Test func `parts that nobody needs any more are taken away`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("1000.00")
        let ids = try await [1, 2].asyncMap { _ in
            try await community.uploaded(Self.file, to: programme.id).id
        }
        try await community.change(
            "UPDATE disbursement.upload SET state = 'abandoned' WHERE id = \(ids[0].uuid)"
        )
        try await clean(community) { left in left[ids[0]] == 0 }
        #expect(try await left(in: community) == [ids[0]: 0, ids[1]: 1])
    }

    @Test func `what another instance is taking away keeps nothing else`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("1000.00")
        let ids = try await [1, 2, 3].asyncMap { _ in
            try await community.uploaded(Self.file, to: programme.id).id
        }
        for id in ids { try await age(id, community) }
        try await OpenStatement.hold(
            "DELETE FROM disbursement.upload WHERE id = \(ids[0].uuid)"
        ) {
            try await clean(community) { left in left.count == 1 }
            #expect(try await left(in: community) == [ids[0]: 1])
        }
    }

    /// An instance that starts looks at once, as each does every ten minutes. What another was
    /// taking away at that moment, and did not finish because it was stopped, is for the next.
    private func clean(
        _ community: TestCommunity,
        until isDone: ([Identifier: Int]) -> Bool
    ) async throws {
        var told = ""
        for _ in 1...8 {
            let instance = try await SecondInstance.start(
                .disbursement,
                of: community.stack,
                programs: TestStack.programs
            )
            let deadline = ContinuousClock.now + .seconds(20)
            var isClean = false
            while !isClean, ContinuousClock.now < deadline {
                isClean = isDone(try await left(in: community))
                if !isClean { try await Task.sleep(for: .milliseconds(20)) }
            }
            told = await instance.lastLines
            await instance.stop()
            if isClean { return }
        }
        Issue.record("it never became clean; the last instance said: \(told)")
    }
}
