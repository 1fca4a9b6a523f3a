import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of people's bank accounts.
extension PersonQueries {
    /// A row when another person has this IBAN for certain.
    static func verifiedHolder(of hash: [UInt8], except person: UUID, community: UUID) -> SQL {
        """
        SELECT 1 FROM accounts.party
         WHERE community_id = \(community) AND iban_hash = \(hash) AND id <> \(person)
           AND iban_verified_at IS NOT NULL
        """
    }

    /// Changes nothing when the person is linked to this IBAN already.
    static func link(_ claim: IBANClaim, to person: UUID, community: UUID) -> SQL {
        """
        UPDATE accounts.party
           SET iban_hash = \(claim.iban.hash), iban_masked = \(claim.iban.masked),
               iban_sealed = \(claim.sealed), iban_linked_by = \(claim.by),
               iban_linked_at = \(Timestamp(claim.at))
         WHERE community_id = \(community) AND id = \(person) AND kind = 'person'
           AND iban_hash IS DISTINCT FROM \(claim.iban.hash)
        """
    }

    /// What a person is linked to.
    struct Link: Sendable {
        let hash: [UInt8]?
        let by: UUID?
        let isVerified: Bool
    }

    static func lockLink(of person: UUID, community: UUID) -> SQL {
        """
        SELECT iban_hash, iban_linked_by, iban_verified_at IS NOT NULL FROM accounts.party
         WHERE community_id = \(community) AND id = \(person) AND kind = 'person'
           FOR NO KEY UPDATE
        """
    }

    static func link(_ rows: Rows) throws -> Link? {
        try rows.first.map { row in
            let (hash, by, isVerified) = try row.decode([UInt8]?.self, UUID?.self, Bool.self)
            return Link(hash: hash, by: by, isVerified: isVerified)
        }
    }

    static func verify(_ act: VerifyIban) -> SQL {
        """
        UPDATE accounts.party
           SET iban_verified_by = \(act.client), iban_verified_at = \(Timestamp(act.now)),
               iban_evidence = \(act.evidence)
         WHERE community_id = \(act.community) AND id = \(act.person)
        """
    }

    /// An IBAN as it stands in a row.
    struct SealedIBAN: Sendable {
        let community: UUID
        let person: UUID
        let sealed: [UInt8]
    }

    /// The id of the key follows the first byte.
    static func sealed(underOtherThan key: [UInt8], after person: UUID?, limit: Int) -> SQL {
        """
        SELECT community_id, id, iban_sealed FROM accounts.party
         WHERE iban_sealed IS NOT NULL AND substring(iban_sealed FROM 2 FOR 8) <> \(key)
           AND (\(person) IS NULL OR id > \(person))
         ORDER BY id LIMIT \(limit)
           FOR NO KEY UPDATE SKIP LOCKED
        """
    }

    static func sealedIBANs(_ rows: Rows) throws -> [SealedIBAN] {
        try rows.map { row in
            let (community, person, sealed) = try row.decode(UUID.self, UUID.self, [UInt8].self)
            return SealedIBAN(community: community, person: person, sealed: sealed)
        }
    }

    static func reseal(_ row: SealedIBAN, as sealed: [UInt8]) -> SQL {
        """
        UPDATE accounts.party SET iban_sealed = \(sealed)
         WHERE community_id = \(row.community) AND id = \(row.person)
        """
    }
}
