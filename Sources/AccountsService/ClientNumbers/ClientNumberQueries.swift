import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of client numbers.
enum ClientNumberQueries {
    /// A link, and the hash by which it is found.
    struct Found: Sendable {
        let link: LinkedClientNumber
        let hash: [UInt8]
    }

    private static let columns = """
        id, party_id, institution_id, masked, linked_by, linked_at, confirmed_by, confirmed_at,
        withdrawn_at
        """

    static func insert(_ link: LinkedClientNumber, hash: [UInt8], _ community: UUID) -> SQL {
        """
        INSERT INTO accounts.client_number (community_id, id, party_id, institution_id,
                                            number_hash, masked, linked_by, linked_at)
        VALUES (\(community), \(link.id.uuid), \(link.personId.uuid),
                \(link.institutionId?.uuid), \(hash), \(link.clientNumberMasked),
                \(link.linkedBy.uuid), \(Timestamp(link.linkedAt)))
        """
    }

    static func page(of person: UUID, _ community: UUID, after cursor: UUID?, limit: Int) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM accounts.client_number
         WHERE community_id = \(community) AND party_id = \(person)
           AND (\(cursor) IS NULL OR id < \(cursor))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    /// A person's own link of a number, unless it was taken back.
    static func live(_ hash: [UInt8], of person: UUID, _ community: UUID) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM accounts.client_number
         WHERE community_id = \(community) AND party_id = \(person) AND number_hash = \(hash)
           AND withdrawn_at IS NULL
        """
    }

    /// A row when somebody is known by the number for certain.
    static func confirmed(_ hash: [UInt8], _ community: UUID) -> SQL {
        """
        SELECT 1 FROM accounts.client_number
         WHERE community_id = \(community) AND number_hash = \(hash)
           AND confirmed_at IS NOT NULL AND withdrawn_at IS NULL
        """
    }

    static func count(of person: UUID, _ community: UUID) -> SQL {
        """
        SELECT count(*) FROM accounts.client_number
         WHERE community_id = \(community) AND party_id = \(person) AND withdrawn_at IS NULL
        """
    }

    static func institution(_ id: UUID, _ community: UUID) -> SQL {
        """
        SELECT FROM accounts.party
         WHERE community_id = \(community) AND id = \(id) AND kind = 'institution'
        """
    }

    /// Locked until the transaction ends.
    static func lock(
        _ id: UUID,
        of person: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Found? {
        let rows = try connection.query(
            """
            SELECT number_hash FROM accounts.client_number
             WHERE community_id = \(community) AND id = \(id) AND party_id = \(person)
               FOR NO KEY UPDATE
            """
        )
        guard let hash = try rows.first?.decode([UInt8].self) else { return nil }
        let link = try links(
            connection.query(
                """
                SELECT \(rawSQL: columns) FROM accounts.client_number
                 WHERE community_id = \(community) AND id = \(id)
                """
            )
        ).first
        return link.map { Found(link: $0, hash: hash) }
    }

    static func confirm(_ act: ConfirmClientNumber) -> SQL {
        """
        UPDATE accounts.client_number
           SET confirmed_by = \(act.client), confirmed_at = \(Timestamp(act.now)),
               evidence = \(act.evidence)
         WHERE community_id = \(act.community) AND id = \(act.link)
        """
    }

    static func withdraw(_ act: WithdrawClientNumber) -> SQL {
        """
        UPDATE accounts.client_number
           SET withdrawn_by = \(act.client), withdrawn_at = \(Timestamp(act.now))
         WHERE community_id = \(act.community) AND id = \(act.link)
        """
    }

    static func links(_ rows: Rows) throws -> [LinkedClientNumber] {
        try rows.map { row in
            let (id, person, institution, masked, by, at, confirmedBy, confirmedAt, withdrawnAt) =
                try row.decode(
                    UUID.self,
                    UUID.self,
                    UUID?.self,
                    String.self,
                    UUID.self,
                    Timestamp.self,
                    UUID?.self,
                    Timestamp?.self,
                    Timestamp?.self
                )
            return LinkedClientNumber(
                id: Identifier(id),
                personId: Identifier(person),
                institutionId: institution.map(Identifier.init),
                clientNumberMasked: masked,
                state: withdrawnAt != nil
                    ? .withdrawn : confirmedAt != nil ? .confirmed : .unconfirmed,
                linkedBy: Identifier(by),
                linkedAt: Instant(at),
                confirmedBy: confirmedBy.map(Identifier.init),
                confirmedAt: confirmedAt.map { Instant($0) },
                withdrawnAt: withdrawnAt.map { Instant($0) }
            )
        }
    }
}
