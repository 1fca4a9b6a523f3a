import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of how programmes treat their files.
enum FileSettingsQueries {
    /// What counts for a file that is handed in now.
    struct InForce: Sendable {
        let acceptance: FileAcceptance
        let execution: FileExecution
        let period: PaymentPeriod
        /// Minor units; `nil` when one approval is always enough.
        let twoApproversFrom: Int64?
    }

    /// For a file that somebody submits. From which sum on two people approve is the least of what
    /// was set since somebody else set it last, and the period in which payments look alike the longest:
    /// who lowers the guard, lowers it for others.
    static func inForce(
        of programme: UUID,
        submittedBy submitter: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> InForce {
        let found = try connection.query(
            """
            SELECT s.takes_good_lines, s.pays_at_once,
                   disbursement.period_of_files(s.community_id, s.programme_id, \(submitter)),
                   disbursement.two_approvers_from(s.community_id, s.programme_id, \(submitter))
              FROM disbursement.file_setting s
             WHERE s.community_id = \(community) AND s.programme_id = \(programme)
             ORDER BY s.version DESC LIMIT 1
            """
        ).first?.decode(Bool.self, Bool.self, String.self, Int64?.self)
        return InForce(
            acceptance: found?.0 == true ? .goodLines : .whole,
            execution: found?.1 == true ? .atOnce : .requestedDate,
            period: try found.map { try period($0.2) } ?? .month,
            twoApproversFrom: found?.3
        )
    }

    static func insert(
        _ settings: FileSettings,
        twoApproversFrom threshold: Int64?,
        by client: UUID,
        _ community: UUID
    ) -> SQL {
        """
        INSERT INTO disbursement.file_setting (community_id, programme_id, version,
            takes_good_lines, pays_at_once, period, two_approvers_from, set_by, set_at)
        VALUES (\(community), \(settings.programmeId.uuid), \(Int32(settings.version)),
                \(settings.acceptance == .goodLines), \(settings.execution == .atOnce),
                \(settings.period.rawValue), \(threshold), \(client), \(Timestamp(settings.setAt)))
        """
    }

    static let versions = ProgrammeVersions(
        path: "file-settings",
        audited: .fileSettings,
        list: list,
        decode: decode
    )

    /// Newest first.
    @Sendable static func list(
        of programme: UUID,
        _ community: UUID,
        before version: Int32?,
        limit: Int
    ) -> SQL {
        """
        SELECT s.programme_id, s.version, s.takes_good_lines, s.pays_at_once, s.period,
               s.two_approvers_from, p.coin, k.digits, s.set_at
          FROM disbursement.file_setting s
          JOIN disbursement.programme p
            ON p.community_id = s.community_id AND p.id = s.programme_id
          JOIN accounts.coin k ON k.community_id = p.community_id AND k.code = p.coin
         WHERE s.community_id = \(community) AND s.programme_id = \(programme)
           AND (\(version) IS NULL OR s.version < \(version))
         ORDER BY s.version DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func decode(_ row: Row) throws -> FileSettings {
        let (
            programme, version, takesGoodLines, paysAtOnce, period, threshold, code, digits, setAt
        ) = try row.decode(
            UUID.self,
            Int32.self,
            Bool.self,
            Bool.self,
            String.self,
            Int64?.self,
            String.self,
            Int.self,
            Timestamp.self
        )
        return FileSettings(
            programmeId: Identifier(programme),
            version: Int(version),
            acceptance: takesGoodLines ? .goodLines : .whole,
            execution: paysAtOnce ? .atOnce : .requestedDate,
            period: try self.period(period),
            twoApproversFrom: threshold.map(CoinDigits(code: code, digits: digits).amount),
            setAt: Instant(setAt)
        )
    }

    private static func period(_ text: String) throws -> PaymentPeriod {
        guard let period = PaymentPeriod(rawValue: text) else {
            throw PostgresError.decoding("unknown period of payments")
        }
        return period
    }
}
