-- Transfers between people, posted in groups.

-- An answer is kept as bytes, or as the outcome that it is rendered from.
DO $$
DECLARE
    service text;
BEGIN
    FOREACH service IN ARRAY ARRAY['wallet', 'merchant'] LOOP
        EXECUTE format($ddl$
            ALTER TABLE %1$I.idempotency_record
                ALTER COLUMN status DROP NOT NULL,
                ALTER COLUMN content_type DROP NOT NULL,
                ALTER COLUMN body DROP NOT NULL,
                ADD COLUMN outcome text,
                ADD COLUMN result_id uuid,
                ADD COLUMN request_id uuid,
                ADD CONSTRAINT idempotency_record_has_answer CHECK (
                    (outcome IS NULL) = (body IS NOT NULL)
                    AND (body IS NULL) = (status IS NULL)
                    AND (body IS NULL) = (content_type IS NULL)
                    AND (outcome IS NULL) = (request_id IS NULL));
        $ddl$, service);
    END LOOP;
END
$$;

-- What an audit compares with transfers; the answers themselves are not its business.
GRANT SELECT (community_id, client_id, operation, key, outcome, result_id, created_at)
    ON wallet.idempotency_record, merchant.idempotency_record TO wijkmunt_audit;

-- The ledger's transfer tells all that this table told.
DROP TABLE wallet.transfer;

-- The legs of transfers that are paid from wallets: request n credits p_payees[n] and draws on the
-- pots of p_wallets[n], programme pots before free coin, the oldest first: money with a purpose is
-- spent first. Whoever has an outcome already gets no legs. Without settings of its own, so that it
-- becomes part of the statement that calls it.
CREATE FUNCTION wallet.spending_legs(
    p_community uuid, p_outcomes text[], p_payees uuid[], p_amounts bigint[], p_wallets uuid[],
    p_coins text[]) RETURNS TABLE (n integer, account uuid, amount bigint)
LANGUAGE sql STABLE AS $$
    SELECT l.n, l.account, l.amount
      FROM (SELECT n, 0 AS nr, p_payees[n] AS account, p_amounts[n] AS amount
              FROM generate_series(1, cardinality(p_payees)) AS n WHERE p_outcomes[n] IS NULL
            UNION ALL
            SELECT n, pot.nr, pot.id, NULL
              FROM generate_series(1, cardinality(p_payees)) AS n
             CROSS JOIN LATERAL (
                    SELECT p.id, row_number() OVER (
                               ORDER BY p.programme_id IS NULL, p.created_at, p.id) AS nr
                      FROM wallet.pot p
                     WHERE p.community_id = p_community AND p.wallet_id = p_wallets[n]
                       AND p.coin = p_coins[n]) AS pot
             WHERE p_outcomes[n] IS NULL) AS l
     ORDER BY l.n, l.nr
$$;
REVOKE ALL ON FUNCTION wallet.spending_legs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.spending_legs TO wijkmunt_wallet, wijkmunt_merchant;

-- Carries out transfers between wallets of one community; p_…[n] are those of request n. An item
-- whose key has an answer gets that one again. `outcomes[n]` is 'posted' or why not: the words of
-- ledger.post, or 'unknown-wallet', 'unknown-recipient', 'same-wallet', 'unknown-coin',
-- 'idempotency-key-reused'. The keys of a call differ.
CREATE FUNCTION wallet.create_transfers(
    p_community uuid, p_ids uuid[], p_clients uuid[], p_parties uuid[], p_requests uuid[],
    p_keys text[], p_fingerprints bytea[], p_from uuid[], p_to uuid[], p_to_alias text[],
    p_coins text[], p_amounts bigint[], p_references text[],
    OUT outcomes text[], OUT result_ids uuid[], OUT to_wallets uuid[], OUT moments timestamptz[],
    OUT requests uuid[], OUT replayed boolean[])
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
-- A plan is kept for long and may be made while a table is empty: it must look up all the same.
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    n_items CONSTANT integer := cardinality(p_ids);
    v_free uuid[]; v_lacking boolean; v_coin text; is_beaten boolean;
    v_leg_transfer integer[]; v_leg_account uuid[]; v_leg_amount bigint[];
    v_verdicts text[]; v_posted_at timestamptz;
BEGIN
    FOR attempt IN 1 .. 2 LOOP
        SELECT array_agg(d.outcome), array_agg(d.is_replay), array_agg(d.result_id),
               array_agg(d.request_id), array_agg(d.created_at), array_agg(d.payee),
               array_agg(d.pot),
               bool_or(d.payee IS NOT NULL AND d.coin IS NOT NULL AND d.pot IS NULL)
          INTO outcomes, replayed, result_ids, requests, moments, to_wallets, v_free, v_lacking
          FROM (SELECT CASE WHEN r.fingerprint <> i.fingerprint THEN 'idempotency-key-reused'
                            WHEN r.fingerprint IS NOT NULL THEN coalesce(r.outcome, 'stored')
                            WHEN payer.id IS NULL THEN 'unknown-wallet'
                            WHEN payee.id IS NULL THEN 'unknown-recipient'
                            WHEN payee.id = payer.id THEN 'same-wallet'
                            WHEN c.code IS NULL THEN 'unknown-coin' END AS outcome,
                       r.fingerprint IS NOT NULL AS is_replay,
                       coalesce(r.result_id, i.id) AS result_id,
                       coalesce(r.request_id, i.request) AS request_id, r.created_at,
                       payee.id AS payee, pot.id AS pot, c.code AS coin
              FROM unnest(p_ids, p_clients, p_parties, p_requests, p_keys, p_fingerprints, p_from,
                          p_to, p_to_alias, p_coins)
                   WITH ORDINALITY AS i (id, client, party, request, key, fingerprint, payer, payee,
                                         alias, coin, nr)
              LEFT JOIN LATERAL (
                    SELECT r.* FROM wallet.idempotency_record r
                     WHERE r.community_id = p_community AND r.client_id = i.client
                       AND r.operation = 'createTransfer' AND r.key = i.key LIMIT 1) AS r ON true
              LEFT JOIN LATERAL (
                    SELECT w.id FROM wallet.wallet w
                     WHERE w.community_id = p_community AND w.id = i.payer AND w.party_id = i.party
                     LIMIT 1) AS payer ON true
              LEFT JOIN LATERAL (
                    (SELECT w.id FROM wallet.wallet w
                      WHERE w.community_id = p_community AND w.id = i.payee)
                    UNION ALL
                    (SELECT w.id FROM wallet.wallet w
                      WHERE w.community_id = p_community AND w.alias = i.alias)
                    LIMIT 1) AS payee ON true
              LEFT JOIN accounts.coin c ON c.community_id = p_community AND c.code = i.coin
              LEFT JOIN LATERAL (
                    SELECT p.id FROM wallet.pot p
                     WHERE p.community_id = p_community AND p.wallet_id = payee.id
                       AND p.coin = i.coin AND p.programme_id IS NULL LIMIT 1) AS pot ON true
                 ORDER BY i.nr) AS d;
        -- Whoever receives a coin for the first time gets a pot for it.
        EXIT WHEN NOT v_lacking OR attempt = 2;
        FOR v_coin IN SELECT DISTINCT coin FROM unnest(p_coins) AS coin ORDER BY coin LOOP
            PERFORM wallet.open_pots(p_community, ARRAY(
                SELECT DISTINCT w.id FROM unnest(to_wallets, v_free, p_coins, outcomes)
                                          AS w (id, pot, coin, outcome)
                 WHERE w.pot IS NULL AND w.coin = v_coin AND w.outcome IS NULL), v_coin, NULL);
        END LOOP;
    END LOOP;

    SELECT array_agg(l.n), array_agg(l.account), array_agg(l.amount)
      INTO v_leg_transfer, v_leg_account, v_leg_amount
      FROM wallet.spending_legs(p_community, outcomes, v_free, p_amounts, p_from, p_coins) AS l;
    IF v_leg_account IS NULL THEN
        v_posted_at := clock_timestamp();
    ELSE
        SELECT verdicts, posted_at INTO v_verdicts, v_posted_at
          FROM ledger.post(
              p_community, p_ids, array_fill('transfer'::text, ARRAY[n_items]), p_references,
              array_fill(NULL::uuid, ARRAY[n_items]), array_fill(NULL::uuid, ARRAY[n_items]),
              p_clients, p_parties, array_fill(false, ARRAY[n_items]),
              v_leg_transfer, v_leg_account, v_leg_amount);
    END IF;

    WITH decided AS MATERIALIZED (
        SELECT i.*, CASE WHEN i.before IS NOT NULL THEN i.before
                         -- A payer without any pot of this coin has no funds.
                         WHEN i.verdict = 'unbalanced' THEN 'insufficient-funds'
                         ELSE i.verdict END AS outcome
          FROM unnest(p_ids, p_clients, p_keys, p_fingerprints, p_requests, moments, replayed,
                      outcomes, v_verdicts) WITH ORDINALITY
               AS i (id, client, key, fingerprint, request, moment, replayed, before, verdict, nr)
    ), kept AS (
        INSERT INTO wallet.idempotency_record (community_id, client_id, operation, key,
                                               fingerprint, outcome, result_id, request_id,
                                               created_at)
        SELECT p_community, d.client, 'createTransfer', d.key, d.fingerprint, d.outcome,
               CASE d.outcome WHEN 'posted' THEN d.id END, d.request, v_posted_at
          FROM decided d WHERE NOT d.replayed
         ORDER BY d.client, d.key
        ON CONFLICT DO NOTHING
        RETURNING 1
    )
    SELECT array_agg(d.outcome), array_agg(coalesce(d.moment, v_posted_at)),
           (SELECT count(*) FROM kept) < count(*) FILTER (WHERE NOT d.replayed)
      INTO outcomes, moments, is_beaten
      FROM (SELECT * FROM decided ORDER BY nr) AS d;
    IF is_beaten THEN
        -- Another instance answered one of these keys meanwhile: all is done again, and finds it.
        RAISE EXCEPTION 'a key was answered elsewhere' USING ERRCODE = 'serialization_failure';
    END IF;
END
$$;
REVOKE ALL ON FUNCTION wallet.create_transfers FROM PUBLIC;
-- Old records are found by block ranges: rows come in order of time, and a tree would cost every
-- request an entry.
DROP INDEX wallet.idempotency_record_by_age, merchant.idempotency_record_by_age;
CREATE INDEX idempotency_record_by_age ON wallet.idempotency_record USING brin (created_at);
CREATE INDEX idempotency_record_by_age ON merchant.idempotency_record USING brin (created_at);
GRANT EXECUTE ON FUNCTION wallet.create_transfers TO wijkmunt_wallet;
