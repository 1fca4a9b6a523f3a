import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Which events of a community are wanted.
struct AuditFilter: Sendable {
    let community: UUID
    let fromAt: Instant?
    let untilAt: Instant?
    /// A client, the party it acts for, or who gave the mandate.
    let actor: UUID?
    let operation: String?
    let object: String?
    /// The number to go on before.
    let before: Int64?
    let limit: Int
}

/// The SQL of reading the audit trail.
enum AuditQueries {
    static func page(_ filter: AuditFilter) -> SQL {
        """
        SELECT nr, recorded_at, service, operation, client_id, party_id, on_behalf_of, object_kind,
               object_id, subject_id, before, after, request_id, encode(head, 'hex')
          FROM audit.event
         WHERE community_id = \(filter.community)
           AND nr < coalesce(\(filter.before), 9223372036854775807)
           AND recorded_at >= coalesce(\(filter.fromAt.map { Timestamp($0) }), '-infinity')
           AND recorded_at < coalesce(\(filter.untilAt.map { Timestamp($0) }), 'infinity')
           AND (\(filter.actor) IS NULL
                OR \(filter.actor) IN (client_id, party_id, on_behalf_of))
           AND (\(filter.operation) IS NULL OR operation = \(filter.operation))
           AND (\(filter.object) IS NULL OR object_id = \(filter.object))
         ORDER BY nr DESC LIMIT \(filter.limit + 1)
        """
    }

    static func events(_ rows: Rows) throws -> [AuditEvent] {
        try rows.map { row in
            let (
                nr, recordedAt, service, operation, client, party, onBehalfOf, kind, object,
                subject,
                before, after, request, head
            ) = try row.decode(
                Int.self,
                Timestamp.self,
                String.self,
                String.self,
                UUID.self,
                UUID.self,
                UUID?.self,
                String.self,
                String.self,
                UUID?.self,
                JSONB?.self,
                JSONB?.self,
                UUID.self,
                String.self
            )
            return AuditEvent(
                nr: nr,
                recordedAt: Instant(recordedAt),
                service: service,
                operation: operation,
                clientId: Identifier(client),
                partyId: Identifier(party),
                onBehalfOf: onBehalfOf.map(Identifier.init),
                objectKind: kind,
                objectId: object,
                subjectId: subject.map(Identifier.init),
                before: try before.map(json),
                after: try after.map(json),
                requestId: Identifier(request),
                head: head
            )
        }
    }

    private static func json(_ stored: JSONB) throws -> JSONValue {
        try JSONText.parse(Array(stored.text.utf8))
    }

    static func end(of community: UUID) -> SQL {
        """
        SELECT nr, encode(head, 'hex') FROM audit.chain WHERE community_id = \(community)
        """
    }

    /// Nothing was recorded before the first event.
    static func end(_ rows: Rows) throws -> (nr: Int, head: String) {
        guard let row = rows.first else { return (0, "") }
        let (nr, head) = try row.decode(Int.self, String.self)
        return (nr, head)
    }
}
