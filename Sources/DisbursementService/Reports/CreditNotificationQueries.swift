import Domain
import FoundationEssentials
import ISO20022
import Postgres

/// The account that a notification is about, and of which moments it tells.
struct NotifiedAccount: Sendable {
    let programme: String
    let account: UUID
    let coin: String
    /// In microseconds since 1970.
    let span: Range<Int64>

    /// What the notification begins with.
    func head(id: String, createdAtMicroseconds: Int64, tellsSpan: Bool) -> AccountReportHead {
        AccountReportHead(
            id: id,
            createdAtMicroseconds: createdAtMicroseconds,
            spanMicroseconds: tellsSpan ? span : nil,
            accountID: account.compact,
            accountName: coin,
            ownerName: programme
        )
    }
}

/// A line of a batch whose money left the programme.
struct NotifiedLine: Sendable {
    let nr: Int32
    let id: UUID
    let paymentID: String
    let instructionID: String?
    let endToEndID: String
    let creditorName: String
    let amount: Int64
    let remittance: String?
    let paidAt: Timestamp
    let arrivedAt: Timestamp?
    let returnedAt: Timestamp?

    /// The credit that a recall may take back: it arrived at once, or after its receiver enrolled.
    var credits: [UUID] { [id, .reservationEnd(of: id)] }
}

/// What a recall took back of a credit.
struct NotifiedRecall: Sendable {
    let id: UUID
    let credit: UUID
    let amount: Int64
    let at: Timestamp
}

/// Reading what was booked for a batch.
enum CreditNotificationQueries {
    /// All that was booked before a moment, or of that only what was on one day of the community.
    static func batch(
        _ id: UUID,
        on day: CalendarDate?,
        before moment: Timestamp,
        community: UUID
    ) -> SQL {
        """
        SELECT b.message_id, p.name, p.account_id, p.coin,
               coalesce(\(day?.databaseDay)::timestamp AT TIME ZONE c.time_zone, b.submitted_at),
               least(\(moment),
                     (\(day?.databaseDay) + 1)::timestamp AT TIME ZONE c.time_zone)
          FROM disbursement.batch b
          JOIN disbursement.programme p
            ON p.community_id = b.community_id AND p.id = b.programme_id
          JOIN accounts.community c ON c.community_id = b.community_id
         WHERE b.community_id = \(community) AND b.id = \(id) AND b.state <> 'receiving'
        """
    }

    @Sendable static func batch(
        _ rows: Rows
    ) throws -> (account: NotifiedAccount, messageID: String?)? {
        try rows.first.map { row in
            let (messageID, programme, account, coin, from, until) = try row.decode(
                String?.self,
                String.self,
                UUID.self,
                String.self,
                Timestamp.self,
                Timestamp.self
            )
            let notified = NotifiedAccount(
                programme: programme,
                account: account,
                coin: coin,
                span: from.microseconds..<max(from.microseconds, until.microseconds)
            )
            return (notified, messageID)
        }
    }

    /// Lines whose money left the programme, in the order of the file. The transfer that paid a line, or
    /// set its money apart, has the line's id.
    static func lines(of batch: UUID, _ community: UUID, after nr: Int32, limit: Int) -> SQL {
        """
        SELECT i.nr, i.id, i.payment_id, i.instruction_id, i.end_to_end_id, i.creditor_name,
               i.amount, i.remittance, t.posted_at, i.credited_at, i.returned_at
          FROM (SELECT * FROM disbursement.line
                 WHERE community_id = \(community) AND batch_id = \(batch) AND nr > \(nr)
                   AND state IN ('credited', 'waiting', 'returned')
                 ORDER BY nr LIMIT \(limit)) AS i
          JOIN ledger.transfer t ON t.community_id = i.community_id AND t.id = i.id
         ORDER BY i.nr
        """
    }

    @Sendable static func lines(_ rows: Rows) throws -> [NotifiedLine] {
        try rows.map { row in
            let (
                nr, id, paymentID, instructionID, endToEndID, name, amount, remittance, paidAt,
                arrivedAt, returnedAt
            ) = try row.decode(
                Int32.self,
                UUID.self,
                String.self,
                String?.self,
                String.self,
                String.self,
                Int64.self,
                String?.self,
                Timestamp.self,
                Timestamp?.self,
                Timestamp?.self
            )
            return NotifiedLine(
                nr: nr,
                id: id,
                paymentID: paymentID,
                instructionID: instructionID,
                endToEndID: endToEndID,
                creditorName: name,
                amount: amount,
                remittance: remittance,
                paidAt: paidAt,
                arrivedAt: arrivedAt,
                returnedAt: returnedAt
            )
        }
    }

    /// What was taken back of some credits.
    static func recalls(of credits: [UUID], _ community: UUID) -> SQL {
        """
        SELECT id, grant_id, taken, ended_at FROM disbursement.recall
         WHERE community_id = \(community) AND grant_id = ANY (\(credits))
           AND state = 'done' AND taken > 0
         ORDER BY id
        """
    }

    @Sendable static func recalls(_ rows: Rows) throws -> [NotifiedRecall] {
        try rows.map { row in
            let (id, credit, amount, at) = try row.decode(
                UUID.self,
                UUID.self,
                Int64.self,
                Timestamp.self
            )
            return NotifiedRecall(id: id, credit: credit, amount: amount, at: at)
        }
    }
}
