import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// What the database refuses of batches and their lines, whatever the service may ask it.
@Suite struct BatchGuardTests {
    @Test func `a batch that is whole takes no lines and refuses none`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("50.00")
        let credits = ["10.00", "15.00"].map { TestCredit("A", TestIBAN.number(51), $0) }
        let batch = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        #expect(batch.state == .validated)
        let (more, fewer) = (Self.copy(of: 1, as: 3, in: batch), Self.refuse(2, in: batch))
        try await refused(more, community)
        try await refused(fewer, community)
        try await refused(
            "UPDATE disbursement.batch SET id = gen_random_uuid() WHERE id = \(batch.id.uuid)",
            community
        )
        _ = try await community.approve(batch.id)
        try await refused(more, community)
        // What is taken, and what is refused, was decided when the file had arrived.
        let after = try await community.batch(batch.id)
        #expect(after.counts.waiting == 2 && after.counts.refused == 0)
    }

    @Test func `what became of a line is not said again`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("50.00")
        let number = TestIBAN.number(52)
        _ = try await community.enrolPerson("A", iban: number)
        let batch = try await community.submit(
            TestPaymentFile.xml([TestCredit("A", number, "10.00")]),
            to: programme.id
        ).decode(Batch.self)
        _ = try await community.approve(batch.id)
        try await refused(
            """
            UPDATE disbursement.instruction SET refusal_code = 'AM05'
             WHERE batch_id = \(batch.id.uuid)
            """,
            community
        )
        for change in [
            "state = 'refused'", "state = 'failed'", "state = 'dropped', refusal_code = 'DS02'",
        ] {
            try await refused(
                """
                UPDATE disbursement.instruction SET \(rawSQL: change)
                 WHERE batch_id = \(batch.id.uuid)
                """,
                community
            )
        }
        for change in [
            "UPDATE disbursement.instruction SET state = 'waiting', waiting_since = now()",
            "UPDATE disbursement.credit SET credited_at = now() - interval '1 day'",
            "DELETE FROM disbursement.credit",
        ] {
            try await refused(
                "\(rawSQL: change) WHERE batch_id = \(batch.id.uuid)",
                community,
                ofOwner: true
            )
        }
    }

    /// Lines that arrive while somebody ends the file are counted with it, or are not there.
    @Test func `no line slips in while a file becomes whole`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("1.00")
        let opened = try await OpenedDatabase.shared
        let service = try #require(opened.services[.disbursement])
        for _ in 1...25 {
            let batch = UUID()
            try await opened.owner.execute(
                """
                INSERT INTO disbursement.batch (community_id, id, programme_id, submitted_by,
                                                submitted_at)
                VALUES (\(community.id.uuid), \(batch), \(programme.id.uuid), \(UUID()), now())
                """
            )
            async let whole: Int = opened.owner.execute(
                """
                UPDATE disbursement.batch
                   SET state = 'refused', content_hash = uuid_send(gen_random_uuid())
                 WHERE id = \(batch)
                """
            )
            do {
                try await Tenant.community(community.id.uuid).perform {
                    _ = try await service.execute(Self.bareLine(of: batch, community))
                }
            } catch let error as PostgresError {
                #expect(error.sqlState == "23000", "\(error)")
            }
            _ = try await whole
            let (lines, counted) = try await opened.owner.query(
                """
                SELECT (SELECT count(*) FROM disbursement.instruction WHERE batch_id = \(batch)),
                       (SELECT sum(count) FROM disbursement.batch_tally
                         WHERE batch_id = \(batch))::bigint
                """
            ) { try $0.one().decode(Int64.self, Int64.self) }
            #expect(lines == counted)
        }
    }

    private static func bareLine(of batch: UUID, _ community: TestCommunity) -> SQL {
        """
        INSERT INTO disbursement.instruction (community_id, batch_id, nr, id, source_line,
            payment_id, end_to_end_id, creditor_name, creditor_masked, amount, state)
        VALUES (\(community.id.uuid), \(batch), 1, \(UUID()), 1, 'P', 'E', '', '', 100, 'refused')
        """
    }

    private static func copy(of nr: Int32, as other: Int32, in batch: Batch) -> SQL {
        """
        INSERT INTO disbursement.instruction (community_id, batch_id, nr, id, source_line,
            payment_id, end_to_end_id, creditor_name, creditor_masked, creditor_kind, creditor_hash,
            amount, execution_on)
        SELECT community_id, batch_id, \(other), \(UUID()), source_line, payment_id,
               end_to_end_id, creditor_name, creditor_masked, creditor_kind, creditor_hash, amount,
               execution_on
          FROM disbursement.instruction WHERE batch_id = \(batch.id.uuid) AND nr = \(nr)
        """
    }

    private static func refuse(_ nr: Int32, in batch: Batch) -> SQL {
        """
        UPDATE disbursement.instruction
           SET state = 'refused'
         WHERE batch_id = \(batch.id.uuid) AND nr = \(nr)
        """
    }

    /// As a rule that was broken: not for want of a right, and not because nothing was found.
    private func refused(
        _ statement: SQL,
        _ community: TestCommunity,
        ofOwner isOwner: Bool = false
    ) async throws {
        let opened = try await OpenedDatabase.shared
        let database = isOwner ? opened.owner : try #require(opened.services[.disbursement])
        do {
            let count = try await Tenant.community(community.id.uuid).perform {
                try await database.execute(statement)
            }
            Issue.record("the database took \(count) rows")
        } catch let error as PostgresError {
            #expect(error.sqlState == "23000", "\(error)")
        }
    }
}
