import Postgres

/// Whom the lines of payment files find. Parts of statements, about an instruction `i`.
enum CreditorQueries {
    /// The wallet `id` that the line finds now; no row without.
    static let wallet = """
        disbursement.wallets_of(i.community_id, i.creditor_kind, i.creditor_hash, i.alias)
        """
}
