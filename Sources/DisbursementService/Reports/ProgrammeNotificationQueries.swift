import FoundationEssentials
import ISO20022
import Postgres

/// What was booked on the account of a programme without a line of a file.
struct OtherBooking: Sendable {
    /// Where it stands on the account.
    struct Place: Sendable {
        let postedAt: Timestamp
        let seq: Int64
    }

    let place: Place
    let transfer: UUID
    /// The kind of transfer.
    let kind: String
    /// Minor units; below zero it left the account.
    let amount: Int64
    let reference: String?
    /// The standing instruction that it was paid for.
    let standing: UUID?
    /// The grant of which a recall took it.
    let grant: UUID?
    /// Whose it was or became, of standing instructions and recalls.
    let person: String?
}

/// The line by which a grant came about.
struct GrantedLine: Sendable {
    let grant: UUID
    let messageID: String?
    let paymentID: String
    let instructionID: String?
    let endToEndID: String
}

/// Reading what was booked on the account of a programme in a period.
enum ProgrammeNotificationQueries {
    /// What the notification is about, up to a moment, and when the period ends.
    static func account(
        of programme: UUID,
        in period: StatementPeriod,
        before moment: Timestamp,
        _ community: UUID
    ) -> SQL {
        """
        SELECT p.name, p.account_id, p.coin, s.from_at, least(s.until_at, \(moment)), s.until_at
          FROM disbursement.programme p
          JOIN accounts.community c ON c.community_id = p.community_id
         CROSS JOIN LATERAL (
               SELECT \(period.first.databaseDay)::timestamp AT TIME ZONE c.time_zone AS from_at,
                      \(period.end.databaseDay)::timestamp AT TIME ZONE c.time_zone
                          AS until_at) AS s
         WHERE p.community_id = \(community) AND p.id = \(programme)
        """
    }

    @Sendable static func account(
        _ rows: Rows
    ) throws -> (account: NotifiedAccount, endMicroseconds: Int64)? {
        try rows.first.map { row in
            let (programme, account, coin, from, until, end) = try row.decode(
                String.self,
                UUID.self,
                String.self,
                Timestamp.self,
                Timestamp.self,
                Timestamp.self
            )
            let notified = NotifiedAccount(
                programme: programme,
                account: account,
                coin: coin,
                span: from.microseconds..<max(from.microseconds, until.microseconds)
            )
            return (notified, end.microseconds)
        }
    }

    /// Batches of which something may have moved, the oldest first.
    static func batches(of programme: UUID, in span: Range<Int64>, _ community: UUID) -> SQL {
        """
        SELECT id, message_id
          FROM disbursement.moved_batches(
               \(community), \(programme), \(Timestamp(microseconds: span.lowerBound)),
               \(Timestamp(microseconds: span.upperBound)))
        """
    }

    @Sendable static func batches(_ rows: Rows) throws -> [NotifiedBatch] {
        try rows.map { row in
            let (id, messageID) = try row.decode(UUID.self, String?.self)
            return NotifiedBatch(id: id, messageID: messageID)
        }
    }

    static func totals(of programme: UUID, in span: Range<Int64>, _ community: UUID) -> SQL {
        """
        SELECT credit_count, credits, debit_count, debits
          FROM disbursement.booked_totals(
               \(community), \(programme), \(Timestamp(microseconds: span.lowerBound)),
               \(Timestamp(microseconds: span.upperBound)))
        """
    }

    @Sendable static func totals(_ rows: Rows) throws -> CreditNotification.Totals {
        let (creditCount, credits, debitCount, debits) = try rows.one().decode(
            Int64.self,
            Int64.self,
            Int64.self,
            Int64.self
        )
        return CreditNotification.Totals(
            creditCount: creditCount,
            creditMinorUnits: credits,
            debitCount: debitCount,
            debitMinorUnits: debits
        )
    }

    static func others(
        of programme: UUID,
        _ community: UUID,
        after place: OtherBooking.Place,
        until: Timestamp,
        limit: Int32
    ) -> SQL {
        """
        SELECT posted_at, seq, transfer_id, kind, amount, reference, standing_id, grant_id, person
          FROM disbursement.booked_without_file(
               \(community), \(programme), \(place.postedAt), \(place.seq), \(until), \(limit))
        """
    }

    @Sendable static func others(_ rows: Rows) throws -> [OtherBooking] {
        try rows.map { row in
            let (postedAt, seq, transfer, kind, amount, reference, standing, grant, person) =
                try row.decode(
                    Timestamp.self,
                    Int64.self,
                    UUID.self,
                    String.self,
                    Int64.self,
                    String?.self,
                    UUID?.self,
                    UUID?.self,
                    String?.self
                )
            return OtherBooking(
                place: .init(postedAt: postedAt, seq: seq),
                transfer: transfer,
                kind: kind,
                amount: amount,
                reference: reference,
                standing: standing,
                grant: grant,
                person: person
            )
        }
    }

    /// The lines that some grants came from: paid at once, or landed after they had waited. Lines are
    /// not kept in the order of their ids, so that those of the programme are read once for all.
    static func lines(of grants: [UUID], _ programme: UUID, _ community: UUID) -> SQL {
        """
        SELECT g.id, b.message_id, i.payment_id, i.instruction_id, i.end_to_end_id
          FROM (SELECT t.id, CASE t.kind WHEN 'landing' THEN t.related_id ELSE t.id END AS line
                  FROM ledger.transfer t
                 WHERE t.community_id = \(community) AND t.id = ANY (\(grants))) AS g
          JOIN disbursement.batch b
            ON b.community_id = \(community) AND b.programme_id = \(programme)
           AND b.commitment_account_id IS NOT NULL
          JOIN disbursement.instruction i
            ON i.community_id = b.community_id AND i.batch_id = b.id AND i.id = g.line
        """
    }

    @Sendable static func lines(_ rows: Rows) throws -> [GrantedLine] {
        try rows.map { row in
            let (grant, messageID, paymentID, instructionID, endToEndID) = try row.decode(
                UUID.self,
                String?.self,
                String.self,
                String?.self,
                String.self
            )
            return GrantedLine(
                grant: grant,
                messageID: messageID,
                paymentID: paymentID,
                instructionID: instructionID,
                endToEndID: endToEndID
            )
        }
    }
}
