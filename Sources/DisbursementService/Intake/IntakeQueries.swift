import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// Storing a file while nobody may see it, and the moment it becomes a batch.
enum IntakeQueries {
    /// A batch that is invisible until it is finished, and whose client numbers its file has: the
    /// institution's, or the community's own. No row when there is no such programme.
    static func open(_ intake: Intake) -> SQL {
        """
        INSERT INTO disbursement.batch (community_id, id, programme_id, file_name, submitted_by,
                                        submitted_at)
        SELECT p.community_id, \(intake.batch), p.id, \(intake.fileName), \(intake.client),
               \(Timestamp(intake.startedAt))
          FROM disbursement.programme p
         WHERE p.community_id = \(intake.community) AND p.id = \(intake.programme)
        RETURNING (SELECT coalesce(p.institution_id, p.community_id)
                     FROM disbursement.programme p
                    WHERE p.community_id = \(intake.community) AND p.id = \(intake.programme))
        """
    }

    /// Takes an unfinished batch away with all its lines; leaves a finished one.
    static func discard(_ intake: Intake) -> SQL {
        """
        DELETE FROM disbursement.batch
         WHERE community_id = \(intake.community) AND id = \(intake.batch)
           AND state = 'receiving'
        """
    }

    /// Arrays in the select list are gone through side by side; in the `FROM` clause each would first
    /// be written down.
    static func insert(_ set: LineSet, _ intake: Intake) -> SQL {
        """
        INSERT INTO disbursement.instruction (community_id, batch_id, nr, id, source_line,
            payment_id, instruction_id, end_to_end_id, creditor_name, creditor_masked, creditor_kind,
            creditor_hash, alias, amount, remittance, state, refusal_code, execution_on, purpose)
        SELECT \(intake.community), \(intake.batch), l.nr, l.id, l.source_line, l.payment_id,
               l.instruction_id, l.end_to_end_id, l.creditor_name, l.creditor_masked,
               l.creditor_kind, l.creditor_hash, l.alias, l.amount, l.remittance,
               CASE WHEN l.is_refused THEN 'refused' ELSE 'acceptable' END, l.refusal_code,
               l.execution_on, l.purpose
          FROM (SELECT unnest(\(set.nr)) AS nr,
                       unnest(\(set.id)) AS id,
                       unnest(\(set.sourceLine)) AS source_line,
                       unnest(\(set.paymentID)) AS payment_id,
                       unnest(\(set.instructionID)) AS instruction_id,
                       unnest(\(set.endToEndID)) AS end_to_end_id,
                       unnest(\(set.creditorName)) AS creditor_name,
                       unnest(\(set.creditorMasked)) AS creditor_masked,
                       unnest(\(set.creditorKind)) AS creditor_kind,
                       unnest(\(set.creditorHash)) AS creditor_hash,
                       unnest(\(set.alias)) AS alias,
                       unnest(\(set.amount)) AS amount,
                       unnest(\(set.remittance)) AS remittance,
                       unnest(\(set.isRefused)) AS is_refused,
                       unnest(\(set.refusalCode)) AS refusal_code,
                       unnest(\(set.executionOn)) AS execution_on,
                       unnest(\(set.purpose)) AS purpose) AS l
        """
    }

    /// Held until the transaction ends.
    static func lock(_ community: UUID) -> SQL {
        let name = "disbursement/intake/\(community)"
        return "SELECT pg_advisory_xact_lock(hashtextextended(\(name), 0))"
    }

    /// The batch that answers for a content. None for one that was never handed in, or was released.
    static func holder(
        ofContent hash: [UInt8],
        _ community: UUID,
        _ connection: Connection
    ) throws -> UUID? {
        try connection.query(
            """
            SELECT id FROM disbursement.batch
             WHERE community_id = \(community) AND content_hash = \(hash)
               AND released_at IS NULL
            """
        ).first?.decode(UUID.self)
    }

    /// The batch of the same submitting party that has used up a message id.
    static func holder(
        ofMessageID id: String?,
        _ intake: Intake,
        _ connection: Connection
    ) throws -> UUID? {
        try connection.query(
            """
            SELECT b.id FROM disbursement.batch m
              JOIN disbursement.batch b ON b.community_id = m.community_id
               AND b.submitted_for = m.submitted_for AND b.message_id = \(id)
             WHERE m.community_id = \(intake.community) AND m.id = \(intake.batch)
               AND b.state NOT IN ('receiving', 'refused', 'cancelled')
            """
        ).first?.decode(UUID.self)
    }

    /// Whether anybody handed in a file with this content, or the same party one with this message id,
    /// for whatever programme.
    static func isKnown(
        _ report: PaymentFileReport,
        _ intake: Intake,
        _ connection: Connection
    ) throws -> Bool {
        try connection.query(
            """
            SELECT disbursement.is_file_known(
                \(intake.community), \(intake.batch), \(report.contentHash),
                \(report.header?.messageID))
            """
        ).one().decode(Bool.self)
    }

    /// Makes the batch visible. The approvals that it needs follow from what it would pay.
    static func finish(
        _ intake: Intake,
        _ file: ReceivedFile,
        as state: BatchState,
        under settings: FileSettingsQueries.InForce
    ) -> SQL {
        let report = file.report
        let threshold = settings.twoApproversFrom
        return """
            UPDATE disbursement.batch AS b
               SET state = \(state.rawValue),
                   approvals_needed = CASE WHEN t.open >= \(threshold) THEN 2 ELSE 1 END,
                   executes_on = CASE
                       WHEN \(settings.execution != .requestedDate) OR t.open = 0 THEN NULL
                       WHEN b.first_on = b.last_on THEN b.first_on
                       ELSE (SELECT min(i.execution_on) FROM disbursement.instruction i
                              WHERE i.community_id = b.community_id AND i.batch_id = b.id
                                AND i.state IN ('acceptable', 'parked')) END,
                   content_hash = \(file.report.contentHash),
                   message_type = \(report.messageType),
                   message_id = \(report.header?.messageID),
                   stated_count = \(report.header?.declaredCount.map(String.init)),
                   stated_sum = \(report.header?.declaredControlSum.map(DecimalAmount.text)),
                   count = \(Int32(report.transactionCount)),
                   total = \(report.controlSumMinorUnits),
                   omitted_findings = \(Int32(clamping: report.omittedFindings)),
                   repeats_batch_id = (
                       SELECT r.id FROM disbursement.batch r
                        WHERE r.community_id = \(intake.community)
                          AND r.content_hash = \(file.report.contentHash)
                          AND r.released_at IS NOT NULL
                        ORDER BY r.released_at DESC LIMIT 1)
              FROM (SELECT sum(c.amount) AS open FROM disbursement.batch_tally c
                     WHERE c.community_id = \(intake.community) AND c.batch_id = \(intake.batch)
                       AND c.state IN ('acceptable', 'parked')) AS t
             WHERE b.community_id = \(intake.community) AND b.id = \(intake.batch)
               AND b.state = 'receiving'
            """
    }

    /// Refuses these lines, given by their numbers, because their block is refused.
    ///
    /// By number rather than by range: a list of numbers is looked up, ranges are compared one by one.
    static func refuse(_ lines: [Range<Int>], _ intake: Intake) -> SQL {
        let numbers = lines.joined().map { Int32(clamping: $0) }
        return """
            UPDATE disbursement.instruction i
               SET state = 'refused'
             WHERE i.community_id = \(intake.community) AND i.batch_id = \(intake.batch)
               AND i.nr = ANY (\(numbers)) AND i.state = 'acceptable'
            """
    }

    /// Whether a line is left that could be paid.
    static func hasAcceptableLines(_ intake: Intake, _ connection: Connection) throws -> Bool {
        try !connection.query(
            """
            SELECT FROM disbursement.instruction
             WHERE community_id = \(intake.community) AND batch_id = \(intake.batch)
               AND state = 'acceptable' LIMIT 1
            """
        ).isEmpty
    }

    static func insertFindings(of file: ReceivedFile, _ intake: Intake) -> SQL {
        let findings = file.report.findings
        let lines = findings.map { finding in
            finding.transaction.map(Int32.init)
        }
        let blockLines = findings.map { finding in
            finding.level == .paymentInformation
                ? finding.payment.flatMap(file.numbering.firstLine).map(Int32.init) : nil
        }
        return """
            INSERT INTO disbursement.finding (community_id, batch_id, nr, instruction_nr,
                payment_id, level, severity, source_line, path, code, text_english, text_dutch)
            SELECT \(intake.community), \(intake.batch), f.nr, f.instruction_nr, i.payment_id,
                   f.level, f.severity, f.source_line, f.path, f.code, f.english, f.dutch
              FROM unnest(\(lines), \(blockLines), \(findings.map(\.level.rawValue)),
                          \(findings.map(\.severity.rawValue)),
                          \(findings.map { Int32(clamping: $0.line) }), \(findings.map(\.path)),
                          \(findings.map(\.code.rawValue)), \(findings.map(\.text)),
                          \(findings.map(\.textDutch))) WITH ORDINALITY
                   AS f (instruction_nr, block_nr, level, severity, source_line, path, code,
                         english, dutch, nr)
              LEFT JOIN disbursement.instruction i
                ON i.community_id = \(intake.community) AND i.batch_id = \(intake.batch)
               AND i.nr = f.block_nr
            """
    }

    /// Takes away one unfinished batch that was begun before a moment, whosever it is, unless
    /// another instance is about to.
    static func discardOne(begunBefore moment: Timestamp) -> SQL {
        """
        DELETE FROM disbursement.batch
         WHERE (community_id, id) = (SELECT community_id, id FROM disbursement.batch
                                      WHERE state = 'receiving' AND submitted_at < \(moment)
                                      LIMIT 1 FOR UPDATE SKIP LOCKED)
        """
    }
}
