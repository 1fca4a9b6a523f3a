import API
import FoundationEssentials
import Postgres
import ServiceKit

/// By what the services know a person.
struct PersonTraces: Sendable {
    /// Of the IBAN, cards, activation codes and client numbers by which payment files name them.
    let hashes: [[UInt8]]
    let clients: [UUID]
    let wallets: [UUID]
    let aliases: [String]
}

/// The SQL of seeing and erasing all that is kept of a person. Each service has functions for its own
/// tables; none of them is readable here.
enum PrivacyQueries {
    /// Long enough to look through everything once, in milliseconds.
    static let patience = "SET LOCAL statement_timeout = 120000"

    /// What the party is, and since when nobody; waits for whoever changes it.
    static func standing(_ party: UUID, community: UUID) -> SQL {
        """
        SELECT kind, erased_at FROM accounts.party
         WHERE community_id = \(community) AND id = \(party) FOR UPDATE
        """
    }

    /// No row unless the party is a person.
    static func traces(of party: UUID, community: UUID) -> SQL {
        """
        SELECT ARRAY(SELECT p.iban_hash WHERE p.iban_hash IS NOT NULL
                     UNION ALL
                     SELECT c.number_hash FROM accounts.card c
                      WHERE c.community_id = p.community_id AND c.party_id = p.id
                     UNION ALL
                     SELECT a.code_hash FROM accounts.activation_code a
                      WHERE a.community_id = p.community_id AND a.party_id = p.id
                     UNION ALL
                     SELECT l.number_hash FROM accounts.client_number l
                      WHERE l.community_id = p.community_id AND l.party_id = p.id
                        AND l.confirmed_at IS NOT NULL AND l.withdrawn_at IS NULL),
               ARRAY(SELECT c.id FROM accounts.client c
                      WHERE c.community_id = p.community_id AND c.party_id = p.id),
               ARRAY(SELECT w.id FROM wallet.wallet w
                      WHERE w.community_id = p.community_id AND w.party_id = p.id),
               ARRAY(SELECT w.alias FROM wallet.wallet w
                      WHERE w.community_id = p.community_id AND w.party_id = p.id
                        AND w.alias IS NOT NULL)
          FROM accounts.party p
         WHERE p.community_id = \(community) AND p.id = \(party) AND p.kind = 'person'
        """
    }

    static func traces(_ rows: Rows) throws -> PersonTraces? {
        try rows.first.map { row in
            let (hashes, clients, wallets, aliases) = try row.decode(
                [[UInt8]].self,
                [UUID].self,
                [UUID].self,
                [String].self
            )
            return PersonTraces(
                hashes: hashes,
                clients: clients,
                wallets: wallets,
                aliases: aliases
            )
        }
    }

    /// The parts of all services.
    static func export(_ party: UUID, _ traces: PersonTraces, community: UUID) -> SQL {
        """
        SELECT accounts.export_person(\(community), \(party)),
               wallet.export_person(\(community), \(party), \(traces.clients)),
               merchant.export_person(\(community), \(party), \(traces.clients)),
               disbursement.export_person(\(community), \(traces.hashes), \(traces.aliases),
                                          \(traces.wallets))
               || disbursement.export_grants(\(community), \(party))
        """
    }

    /// `erased`, or `balance`.
    static func eraseWallet(of party: UUID, community: UUID) -> SQL {
        "SELECT wallet.erase_person(\(community), \(party))"
    }

    /// `erased`, or `waiting`.
    static func eraseCredits(_ traces: PersonTraces, community: UUID) -> SQL {
        """
        SELECT disbursement.erase_person(\(community), \(traces.hashes), \(traces.aliases),
                                         \(traces.wallets))
        """
    }

    /// Ends what is open about grants, and takes away what was written about it.
    static func eraseGrants(of party: UUID, community: UUID) -> SQL {
        "SELECT disbursement.erase_grants(\(community), \(party))"
    }

    static func erase(_ party: UUID, community: UUID, at now: Instant) -> SQL {
        "SELECT accounts.erase_person(\(community), \(party), \(Timestamp(now)))"
    }
}
