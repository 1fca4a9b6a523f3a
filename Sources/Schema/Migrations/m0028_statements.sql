-- A page of a wallet's statement: the postings of its pots merged, newest first, up to one more than
-- p_limit, each with its transfer; and at least one row for each pot, with its balance where the page
-- begins. It begins before p_at: of what was posted at that very moment, pots below p_pot are shown,
-- and p_pot itself up to p_seq. All that is read belongs to one snapshot, that of the statement.
--
-- Pages are as quick behind ten million postings as behind ten: each pot is read backwards along its
-- primary key, and the bounds of moments and ids keep partitions closed that cannot hold any. To a
-- planner that expects few postings of a pot, and sees months that are still empty, reading all and
-- sorting looks cheaper; hence the two settings.
CREATE FUNCTION wallet.statement(
    p_community uuid, p_wallet uuid, p_coin text, p_at timestamptz, p_pot uuid, p_seq bigint,
    p_from timestamptz, p_limit integer)
RETURNS TABLE (pot_id uuid, coin text, digits smallint, start_balance bigint, seq bigint,
               amount bigint, balance_after bigint, posted_at timestamptz, transfer_id uuid,
               kind text, reference text, counterparty text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_sort = off AS $$
#variable_conflict use_column
DECLARE
    v_pots uuid[]; v_newest timestamptz; v_before timestamptz; v_found ledger.posting[];
    v_starts bigint[]; v_page ledger.posting[]; v_transfers uuid[]; v_first uuid; v_last uuid;
BEGIN
    SELECT array_agg(p.id), max(a.last_posted_at) INTO v_pots, v_newest
      FROM wallet.pot p
      JOIN ledger.account a ON a.community_id = p.community_id AND a.id = p.id
     WHERE p.community_id = p_community AND p.wallet_id = p_wallet
       AND (p_coin IS NULL OR p.coin = p_coin);
    v_before := coalesce(p_at, 'infinity');
    v_found := ARRAY(
        SELECT l.line
          FROM unnest(v_pots) AS pot (id)
         CROSS JOIN LATERAL (
               SELECT CASE WHEN p_at IS NULL OR pot.id < p_pot THEN 9223372036854775807
                           WHEN pot.id = p_pot THEN p_seq ELSE 0 END AS seq) AS b
         CROSS JOIN LATERAL (
               SELECT p AS line FROM ledger.posting p
                WHERE p.community_id = p_community AND p.account_id = pot.id
                  AND p.posted_at <= v_newest AND p.posted_at <= v_before
                  AND (p.posted_at, p.seq) <= (v_before, b.seq)
                ORDER BY p.posted_at DESC, p.seq DESC LIMIT p_limit + 1) AS l);
    v_starts := ARRAY(
        SELECT coalesce((SELECT f.balance_after FROM unnest(v_found) AS f
                          WHERE f.account_id = pot.id
                          ORDER BY f.posted_at DESC, f.seq DESC LIMIT 1), 0)
          FROM unnest(v_pots) WITH ORDINALITY AS pot (id, place) ORDER BY pot.place);
    v_page := ARRAY(
        SELECT f FROM unnest(v_found) AS f
         WHERE p_from IS NULL OR f.posted_at >= p_from
         ORDER BY f.posted_at DESC, f.account_id DESC, f.seq DESC LIMIT p_limit + 1);
    v_transfers := ARRAY(SELECT l.transfer_id FROM unnest(v_page) AS l ORDER BY l.transfer_id);
    v_first := v_transfers[1];
    v_last := v_transfers[cardinality(v_transfers)];
    RETURN QUERY
    SELECT p.id, p.coin, c.digits, s.balance, l.seq, l.amount,
           l.balance_after, l.posted_at, l.transfer_id, t.kind, t.reference,
           CASE
               WHEN t.kind = 'transfer' THEN (
                   SELECT y.name
                     FROM unnest(t.accounts) AS x (account)
                     JOIN wallet.pot q ON q.community_id = p_community AND q.id = x.account
                     JOIN wallet.wallet w
                       ON w.community_id = q.community_id AND w.id = q.wallet_id
                     JOIN accounts.party y
                       ON y.community_id = w.community_id AND y.id = w.party_id
                    WHERE w.id <> p_wallet LIMIT 1)
               WHEN t.kind IN ('payment', 'refund') THEN (
                   SELECT m.name FROM merchant.merchant m
                    WHERE m.community_id = p_community AND m.account_id = ANY (t.accounts)
                    LIMIT 1)
               WHEN t.kind IN ('disbursement', 'landing') THEN (
                   SELECT g.name FROM disbursement.programme g
                    WHERE g.community_id = p_community AND g.id = p.programme_id)
           END
      FROM unnest(v_pots, v_starts) AS s (id, balance)
      JOIN wallet.pot p ON p.community_id = p_community AND p.id = s.id
      JOIN accounts.coin c ON c.community_id = p.community_id AND c.code = p.coin
      LEFT JOIN unnest(v_page) AS l ON l.account_id = p.id
      -- There is one; the limit keeps the planner from reading all between first and last.
      LEFT JOIN LATERAL (
           SELECT r.kind, r.reference, r.accounts FROM ledger.transfer r
            WHERE r.community_id = p_community AND r.id = l.transfer_id
              AND r.id >= v_first AND r.id <= v_last LIMIT 1) AS t ON true
     ORDER BY l.posted_at DESC NULLS LAST, p.id DESC, l.seq DESC;
END
$$;
REVOKE ALL ON FUNCTION wallet.statement FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.statement TO wijkmunt_wallet;

-- The name behind the account of a merchant.
CREATE UNIQUE INDEX merchant_by_account ON merchant.merchant (community_id, account_id);

-- One look-up in the primary key, for the same reason.
ALTER FUNCTION ledger.balance_at SET enable_sort = off;
ALTER FUNCTION ledger.standing_at SET enable_sort = off;
