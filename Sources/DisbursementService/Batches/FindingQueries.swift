import API
import FoundationEssentials
import Postgres

/// Reading what was found in a file.
enum FindingQueries {
    /// A finding with its place in the list, and in the text of the file.
    struct Numbered: Codable, Sendable {
        let nr: Int
        let sourceLine: Int?
        let finding: Finding
    }

    /// In the order of discovery, which is the order of the file but for totals.
    static func list(
        batch: UUID,
        severity: String? = nil,
        community: UUID,
        after nr: Int32,
        limit: Int
    ) -> SQL {
        """
        SELECT nr, source_line, level, severity, instruction_nr, path, code, text_english, text_dutch
          FROM disbursement.finding
         WHERE community_id = \(community) AND batch_id = \(batch) AND nr > \(nr)
           AND (\(severity)::text IS NULL OR severity = \(severity))
         ORDER BY nr LIMIT \(limit + 1)
        """
    }

    @Sendable static func decode(_ row: Row) throws -> Numbered {
        let (
            nr, sourceLine, levelText, severityText, line, path, code, english, dutch
        ) = try row.decode(
            Int.self,
            Int?.self,
            String.self,
            String.self,
            Int?.self,
            String.self,
            String.self,
            String.self,
            String.self
        )
        guard let level = FindingLevel(rawValue: levelText),
            let severity = FindingSeverity(rawValue: severityText)
        else { throw PostgresError.decoding("unknown level or severity of a finding") }
        return Numbered(
            nr: nr,
            sourceLine: sourceLine,
            finding: Finding(
                level: level,
                severity: severity,
                line: line,
                path: path,
                code: code,
                text: english,
                textDutch: dutch
            )
        )
    }
}
