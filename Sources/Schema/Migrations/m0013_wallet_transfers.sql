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
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    n_items CONSTANT integer := cardinality(p_ids);
    v_free uuid[]; v_lacking text; v_coin text; v_due integer[];
    v_leg_transfer integer[]; v_leg_account uuid[]; v_leg_amount bigint[];
    v_verdicts text[]; v_posted_at timestamptz; n_stored integer;
BEGIN
    FOR attempt IN 1 .. 2 LOOP
        SELECT array_agg(CASE
                   WHEN r.fingerprint <> i.fingerprint THEN 'idempotency-key-reused'
                   WHEN r.fingerprint IS NOT NULL THEN coalesce(r.outcome, 'stored')
                   WHEN payer.id IS NULL THEN 'unknown-wallet'
                   WHEN payee.id IS NULL THEN 'unknown-recipient'
                   WHEN payee.id = payer.id THEN 'same-wallet'
                   WHEN c.code IS NULL THEN 'unknown-coin' END ORDER BY i.nr),
               array_agg(r.fingerprint IS NOT NULL ORDER BY i.nr),
               array_agg(coalesce(r.result_id, i.id) ORDER BY i.nr),
               array_agg(coalesce(r.request_id, i.request) ORDER BY i.nr),
               array_agg(r.created_at ORDER BY i.nr), array_agg(payee.id ORDER BY i.nr),
               array_agg(pot.id ORDER BY i.nr),
               min(i.coin) FILTER (WHERE payee.id IS NOT NULL AND c.code IS NOT NULL
                                     AND pot.id IS NULL)
          INTO outcomes, replayed, result_ids, requests, moments, to_wallets, v_free, v_lacking
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
                   AND p.coin = i.coin AND p.programme_id IS NULL LIMIT 1) AS pot ON true;
        -- Whoever receives a coin for the first time gets a pot for it.
        EXIT WHEN v_lacking IS NULL OR attempt = 2;
        FOR v_coin IN SELECT DISTINCT coin FROM unnest(p_coins) AS coin ORDER BY coin LOOP
            PERFORM wallet.open_pots(p_community, ARRAY(
                SELECT DISTINCT w.id FROM unnest(to_wallets, v_free, p_coins, outcomes)
                                          AS w (id, pot, coin, outcome)
                 WHERE w.pot IS NULL AND w.coin = v_coin AND w.outcome IS NULL), v_coin, NULL);
        END LOOP;
    END LOOP;

    -- Programme pots before free coin, the oldest first: money with a purpose is spent first.
    SELECT array_agg(n) INTO v_due FROM generate_series(1, n_items) AS n WHERE outcomes[n] IS NULL;
    SELECT array_agg(l.place ORDER BY l.place, l.nr), array_agg(l.account ORDER BY l.place, l.nr),
           array_agg(l.amount ORDER BY l.place, l.nr)
      INTO v_leg_transfer, v_leg_account, v_leg_amount
      FROM (SELECT d.place::integer, 0 AS nr, v_free[d.n] AS account, p_amounts[d.n] AS amount
              FROM unnest(v_due) WITH ORDINALITY AS d (n, place)
            UNION ALL
            SELECT d.place::integer, pot.nr, pot.id, NULL
              FROM unnest(v_due) WITH ORDINALITY AS d (n, place)
             CROSS JOIN LATERAL (
                    SELECT p.id, row_number() OVER (
                               ORDER BY p.programme_id IS NULL, p.created_at, p.id) AS nr
                      FROM wallet.pot p
                     WHERE p.community_id = p_community AND p.wallet_id = p_from[d.n]
                       AND p.coin = p_coins[d.n]) AS pot) AS l;
    IF v_due IS NOT NULL THEN
        SELECT verdicts, posted_at INTO v_verdicts, v_posted_at
          FROM ledger.post(
              p_community, ARRAY(SELECT p_ids[n] FROM unnest(v_due) AS n),
              array_fill('transfer'::text, ARRAY[cardinality(v_due)]),
              ARRAY(SELECT p_references[n] FROM unnest(v_due) AS n),
              array_fill(NULL::uuid, ARRAY[cardinality(v_due)]),
              array_fill(NULL::uuid, ARRAY[cardinality(v_due)]),
              ARRAY(SELECT p_clients[n] FROM unnest(v_due) AS n),
              ARRAY(SELECT p_parties[n] FROM unnest(v_due) AS n),
              array_fill(false, ARRAY[cardinality(v_due)]),
              v_leg_transfer, v_leg_account, v_leg_amount);
        FOR place IN 1 .. cardinality(v_due) LOOP
            outcomes[v_due[place]] := CASE v_verdicts[place]
                -- A payer without any pot of this coin has no funds.
                WHEN 'unbalanced' THEN 'insufficient-funds' ELSE v_verdicts[place] END;
        END LOOP;
    END IF;

    v_posted_at := coalesce(v_posted_at, clock_timestamp());
    moments := ARRAY(SELECT coalesce(m.at, v_posted_at)
                       FROM unnest(moments) WITH ORDINALITY AS m (at, nr) ORDER BY m.nr);
    INSERT INTO wallet.idempotency_record (community_id, client_id, operation, key, fingerprint,
                                           outcome, result_id, request_id, created_at)
    SELECT p_community, i.client, 'createTransfer', i.key, i.fingerprint, i.outcome,
           CASE i.outcome WHEN 'posted' THEN i.id END, i.request, v_posted_at
      FROM unnest(p_ids, p_clients, p_keys, p_fingerprints, p_requests, outcomes, replayed)
           AS i (id, client, key, fingerprint, request, outcome, replayed)
     WHERE NOT i.replayed
     ORDER BY i.client, i.key
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS n_stored = ROW_COUNT;
    IF n_stored <> (SELECT count(*) FROM unnest(replayed) AS r WHERE NOT r) THEN
        -- Another instance answered one of these keys meanwhile: all is done again, and finds it.
        RAISE EXCEPTION 'a key was answered elsewhere' USING ERRCODE = 'serialization_failure';
    END IF;
END
$$;
REVOKE ALL ON FUNCTION wallet.create_transfers FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.create_transfers TO wijkmunt_wallet;
