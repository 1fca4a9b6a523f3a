import Postgres

/// Whom the lines of payment files find. Parts of statements, about an instruction `i`.
enum CreditorQueries {
    /// The wallet that the line finds now; no row without. An IBAN or client number that nobody else
    /// has confirmed is a claim, and finds nobody. The number of a card that was replaced, and a code
    /// that was used or ran out, still say whose they were.
    static let wallet = """
        (SELECT w.id
           FROM accounts.party y
           JOIN wallet.wallet w ON w.community_id = y.community_id AND w.party_id = y.id
          WHERE i.creditor_kind = 'iban'
            AND y.community_id = i.community_id AND y.iban_hash = i.creditor_hash
            AND y.iban_verified_at IS NOT NULL
         UNION ALL
         SELECT w.id FROM wallet.wallet w
          WHERE i.creditor_kind = 'alias'
            AND w.community_id = i.community_id AND w.alias = i.alias
         UNION ALL
         SELECT w.id
           FROM accounts.client_number l
           JOIN wallet.wallet w ON w.community_id = l.community_id AND w.party_id = l.party_id
          WHERE i.creditor_kind = 'clientNumber'
            AND l.community_id = i.community_id AND l.number_hash = i.creditor_hash
            AND l.confirmed_at IS NOT NULL AND l.withdrawn_at IS NULL
         UNION ALL
         SELECT w.id
           FROM accounts.card c
           JOIN wallet.wallet w ON w.community_id = c.community_id AND w.party_id = c.party_id
          WHERE i.creditor_kind = 'card'
            AND c.community_id = i.community_id AND c.number_hash = i.creditor_hash
         UNION ALL
         SELECT w.id
           FROM accounts.activation_code a
           JOIN wallet.wallet w ON w.community_id = a.community_id AND w.party_id = a.party_id
          WHERE i.creditor_kind = 'activationCode'
            AND a.community_id = i.community_id AND a.code_hash = i.creditor_hash
            AND a.terminal_id IS NULL)
        """

    /// Whether somebody who has no wallet may still get one under this name: an alias is whoever's
    /// takes it first, and cards and codes are made here or not at all.
    static let mayCome = """
        CASE i.creditor_kind
             WHEN 'alias' THEN false
             WHEN 'card' THEN EXISTS (
                 SELECT FROM accounts.card c
                  WHERE c.community_id = i.community_id AND c.number_hash = i.creditor_hash)
             WHEN 'activationCode' THEN EXISTS (
                 SELECT FROM accounts.activation_code a
                  WHERE a.community_id = i.community_id AND a.code_hash = i.creditor_hash
                    AND a.terminal_id IS NULL)
             ELSE true END
        """
}
