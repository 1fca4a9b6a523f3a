-- Payments and refunds, posted in groups.

-- Accepts payments of one community whose approval and locality hold already; p_…[n] are those of
-- request n. An item whose key has an answer gets that one again. `outcomes[n]` is 'posted' or why
-- not: the words of ledger.post, or 'payment-not-found', 'payment-expired',
-- 'payment-not-requested', 'idempotency-key-reused'; or 'stale-verdict' when another policy or
-- geofence is in force by now: nothing is kept of that one, judge again. The keys of a call differ.
-- Locks: payments by id, then what ledger.post locks.
CREATE FUNCTION merchant.accept_payments(
    p_community uuid, p_payments uuid[], p_clients uuid[], p_parties uuid[], p_requests uuid[],
    p_keys text[], p_fingerprints bytea[], p_wallets uuid[], p_approvals text[],
    p_verdicts text[], p_policies integer[], p_geofences integer[], p_moments timestamptz[],
    OUT outcomes text[], OUT requests uuid[], OUT replayed boolean[])
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
-- A plan is kept for long and may be made while a table is empty: it must look up all the same.
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    n_items CONSTANT integer := cardinality(p_payments);
    v_now CONSTANT timestamptz := (SELECT max(m) FROM unnest(p_moments) AS m);
    v_coins text[]; v_amounts bigint[]; v_accounts uuid[]; v_references text[];
    v_leg_transfer integer[]; v_leg_account uuid[]; v_leg_amount bigint[];
    v_verdicts text[]; is_beaten boolean;
BEGIN
    WITH payment AS MATERIALIZED (
        SELECT p.* FROM merchant.payment p
         WHERE p.community_id = p_community AND p.id = ANY (p_payments)
         ORDER BY p.id FOR NO KEY UPDATE
    ), in_force AS MATERIALIZED (
        SELECT c.coin, l.version AS policy,
               (SELECT max(g.version) FROM accounts.geofence g
                 WHERE g.community_id = p_community AND g.name = l.geofence
                   AND g.valid_from <= v_now) AS geofence
          FROM (SELECT DISTINCT coin FROM payment) AS c
         CROSS JOIN LATERAL (
                SELECT p.version, p.geofence FROM accounts.locality_policy p
                 WHERE p.community_id = p_community AND p.coin = c.coin
                   AND p.valid_from <= v_now
                 ORDER BY p.version DESC LIMIT 1) AS l
    ), payee AS MATERIALIZED (
        SELECT m.id, m.account_id FROM merchant.merchant m
         WHERE m.community_id = p_community
           AND m.id = ANY (ARRAY(SELECT DISTINCT merchant_id FROM payment))
    )
    SELECT array_agg(d.outcome), array_agg(d.is_replay), array_agg(d.request_id),
           array_agg(d.coin), array_agg(d.amount), array_agg(d.account_id),
           array_agg(d.reference)
      INTO outcomes, replayed, requests, v_coins, v_amounts, v_accounts, v_references
      FROM (SELECT CASE WHEN r.fingerprint <> i.fingerprint THEN 'idempotency-key-reused'
                        WHEN r.fingerprint IS NOT NULL THEN coalesce(r.outcome, 'stored')
                        WHEN p.id IS NULL OR k.id IS NULL THEN 'payment-not-found'
                        WHEN p.state <> 'requested' THEN 'payment-not-requested'
                        WHEN p.expires_at < i.moment THEN 'payment-expired'
                        WHEN f.policy IS DISTINCT FROM i.policy
                             OR f.geofence IS DISTINCT FROM i.geofence THEN 'stale-verdict'
                        -- The same payment twice in one call: one of them may pay.
                        WHEN i.nr <> array_position(p_payments, i.payment)
                            THEN 'payment-not-requested' END AS outcome,
                   r.fingerprint IS NOT NULL AS is_replay,
                   coalesce(r.request_id, i.request) AS request_id,
                   p.coin, p.amount, m.account_id, p.reference
              FROM unnest(p_payments, p_clients, p_parties, p_requests, p_keys, p_fingerprints,
                          p_policies, p_geofences, p_moments)
                   WITH ORDINALITY AS i (payment, client, party, request, key, fingerprint,
                                         policy, geofence, moment, nr)
              LEFT JOIN LATERAL (
                    SELECT r.* FROM merchant.idempotency_record r
                     WHERE r.community_id = p_community AND r.client_id = i.client
                       AND r.operation = 'acceptPayment' AND r.key = i.key LIMIT 1) AS r ON true
              LEFT JOIN LATERAL (
                    -- The phone may have been revoked since its key was read.
                    SELECT k.id FROM accounts.client k
                     WHERE k.community_id = p_community AND k.id = i.client
                       AND k.party_id = i.party AND k.revoked_at IS NULL LIMIT 1) AS k ON true
              LEFT JOIN payment p ON p.id = i.payment
              LEFT JOIN payee m ON m.id = p.merchant_id
              LEFT JOIN in_force f ON f.coin = p.coin
             ORDER BY i.nr) AS d;

    SELECT array_agg(l.n), array_agg(l.account), array_agg(l.amount)
      INTO v_leg_transfer, v_leg_account, v_leg_amount
      FROM wallet.spending_legs(p_community, outcomes, v_accounts, v_amounts, p_wallets, v_coins) AS l;
    IF v_leg_account IS NOT NULL THEN
        SELECT verdicts INTO v_verdicts
          FROM ledger.post(
              p_community, p_payments, array_fill('payment'::text, ARRAY[n_items]), v_references,
              array_fill(NULL::uuid, ARRAY[n_items]), array_fill(NULL::uuid, ARRAY[n_items]),
              p_clients, p_parties, array_fill(false, ARRAY[n_items]),
              v_leg_transfer, v_leg_account, v_leg_amount);
    END IF;

    WITH decided AS MATERIALIZED (
        SELECT i.*, CASE WHEN i.before IS NOT NULL THEN i.before
                         -- A payer without any pot of this coin has no funds.
                         WHEN i.verdict = 'unbalanced' THEN 'insufficient-funds'
                         ELSE i.verdict END AS outcome
          FROM unnest(p_payments, p_clients, p_parties, p_wallets, p_approvals, p_verdicts,
                      p_moments, p_keys, p_fingerprints, p_requests, replayed, outcomes,
                      v_verdicts) WITH ORDINALITY
               AS i (payment, client, party, wallet, approval, locality, moment, key,
                     fingerprint, request, replayed, before, verdict, nr)
    ), accepted AS (
        UPDATE merchant.payment AS p
           SET state = 'accepted', accepted_at = d.moment, wallet_id = d.wallet,
               payer_client_id = d.client, payer_party_id = d.party, approval = d.approval,
               verdict = d.locality, transfer_id = d.payment
          FROM decided d
         WHERE p.community_id = p_community AND p.id = d.payment AND p.state = 'requested'
           AND d.outcome = 'posted' AND NOT d.replayed
        -- Whoever watches a payment hears of it when this commits.
        RETURNING pg_notify('merchant_payment', p.id::text)
    ), kept AS (
        INSERT INTO merchant.idempotency_record (community_id, client_id, operation, key,
                                                 fingerprint, outcome, result_id, request_id)
        SELECT p_community, d.client, 'acceptPayment', d.key, d.fingerprint, d.outcome,
               CASE d.outcome WHEN 'posted' THEN d.payment END, d.request
          FROM decided d WHERE NOT d.replayed AND d.outcome <> 'stale-verdict'
         ORDER BY d.client, d.key
        ON CONFLICT DO NOTHING
        RETURNING 1
    )
    SELECT array_agg(d.outcome),
           (SELECT count(*) FROM kept)
               < count(*) FILTER (WHERE NOT d.replayed AND d.outcome <> 'stale-verdict')
           OR (SELECT count(*) FROM accepted)
               <> count(*) FILTER (WHERE NOT d.replayed AND d.outcome = 'posted')
      INTO outcomes, is_beaten
      FROM (SELECT * FROM decided ORDER BY nr) AS d;
    IF is_beaten THEN
        -- Another instance answered one of these keys meanwhile: all is done again, and finds it.
        RAISE EXCEPTION 'a key was answered elsewhere' USING ERRCODE = 'serialization_failure';
    END IF;
END
$$;

-- Gives payments of one community back, each whole, to the pots they came from; p_…[n] are those
-- of request n. `outcomes[n]` is 'posted' or why not: the words of ledger.post, or
-- 'payment-not-found', 'already-refunded', 'payment-not-accepted', 'refund-exceeds',
-- 'idempotency-key-reused'. Locks as accept_payments does.
CREATE FUNCTION merchant.refund_payments(
    p_community uuid, p_ids uuid[], p_payments uuid[], p_clients uuid[], p_parties uuid[],
    p_requests uuid[], p_keys text[], p_fingerprints bytea[], p_coins text[], p_amounts bigint[],
    p_reasons text[], p_moments timestamptz[],
    OUT outcomes text[], OUT requests uuid[], OUT replayed boolean[], OUT result_ids uuid[],
    OUT coins text[], OUT amounts bigint[], OUT moments timestamptz[])
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
-- A plan is kept for long and may be made while a table is empty: it must look up all the same.
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    v_due integer[]; v_references text[]; v_verdicts text[]; n_stored integer;
    v_leg_transfer integer[]; v_leg_account uuid[]; v_leg_amount bigint[];
BEGIN
    PERFORM FROM merchant.payment p
      WHERE p.community_id = p_community AND p.id = ANY (p_payments)
      ORDER BY p.id FOR NO KEY UPDATE;
    SELECT array_agg(CASE
               WHEN r.fingerprint <> i.fingerprint THEN 'idempotency-key-reused'
               WHEN r.fingerprint IS NOT NULL THEN coalesce(r.outcome, 'stored')
               WHEN p.id IS NULL OR p.merchant_id <> i.party THEN 'payment-not-found'
               WHEN p.state = 'refunded' THEN 'already-refunded'
               WHEN p.state = 'requested' THEN 'payment-not-accepted'
               WHEN i.amount <> p.amount OR i.coin <> p.coin THEN 'refund-exceeds'
               WHEN i.nr <> array_position(p_payments, i.payment) THEN 'already-refunded'
               END ORDER BY i.nr),
           array_agg(r.fingerprint IS NOT NULL ORDER BY i.nr),
           array_agg(coalesce(r.request_id, i.request) ORDER BY i.nr),
           array_agg(coalesce(r.result_id, i.id) ORDER BY i.nr),
           array_agg(p.coin ORDER BY i.nr), array_agg(p.amount ORDER BY i.nr),
           array_agg(coalesce(f.refunded_at, i.moment) ORDER BY i.nr),
           array_agg(coalesce(i.reason, p.reference) ORDER BY i.nr)
      INTO outcomes, replayed, requests, result_ids, coins, amounts, moments, v_references
      FROM unnest(p_ids, p_payments, p_clients, p_parties, p_requests, p_keys, p_fingerprints,
                  p_coins, p_amounts, p_reasons, p_moments)
           WITH ORDINALITY AS i (id, payment, client, party, request, key, fingerprint, coin,
                                 amount, reason, moment, nr)
      LEFT JOIN LATERAL (
            SELECT r.* FROM merchant.idempotency_record r
             WHERE r.community_id = p_community AND r.client_id = i.client
               AND r.operation = 'refundPayment' AND r.key = i.key LIMIT 1) AS r ON true
      LEFT JOIN LATERAL (
            SELECT p.* FROM merchant.payment p
             WHERE p.community_id = p_community AND p.id = i.payment LIMIT 1) AS p ON true
      LEFT JOIN LATERAL (
            SELECT f.refunded_at FROM merchant.refund f
             WHERE f.community_id = p_community AND f.id = r.result_id LIMIT 1) AS f ON true;

    SELECT array_agg(n) INTO v_due
      FROM generate_series(1, cardinality(p_payments)) AS n WHERE outcomes[n] IS NULL;
    IF v_due IS NOT NULL THEN
        SELECT array_agg(d.place::integer ORDER BY d.place, l.nr),
               array_agg(l.account ORDER BY d.place, l.nr),
               array_agg(-l.amount ORDER BY d.place, l.nr)
          INTO v_leg_transfer, v_leg_account, v_leg_amount
          FROM unnest(v_due) WITH ORDINALITY AS d (n, place)
         CROSS JOIN LATERAL (
                SELECT t.accounts, t.amounts FROM ledger.transfer t
                 WHERE t.community_id = p_community AND t.id = p_payments[d.n] LIMIT 1) AS t
         CROSS JOIN LATERAL unnest(t.accounts, t.amounts)
                    WITH ORDINALITY AS l (account, amount, nr);
        SELECT verdicts INTO v_verdicts
          FROM ledger.post(
              p_community, ARRAY(SELECT p_ids[n] FROM unnest(v_due) AS n),
              array_fill('refund'::text, ARRAY[cardinality(v_due)]),
              ARRAY(SELECT v_references[n] FROM unnest(v_due) AS n),
              ARRAY(SELECT p_payments[n] FROM unnest(v_due) AS n),
              array_fill(NULL::uuid, ARRAY[cardinality(v_due)]),
              ARRAY(SELECT p_clients[n] FROM unnest(v_due) AS n),
              ARRAY(SELECT p_parties[n] FROM unnest(v_due) AS n),
              array_fill(false, ARRAY[cardinality(v_due)]),
              v_leg_transfer, v_leg_account, v_leg_amount);
        FOR place IN 1 .. cardinality(v_due) LOOP
            outcomes[v_due[place]] := CASE v_verdicts[place]
                WHEN 'reversal-exceeds' THEN 'refund-exceeds' ELSE v_verdicts[place] END;
        END LOOP;
        INSERT INTO merchant.refund (community_id, id, payment_id, amount, reason, transfer_id,
                                     refunded_by, refunded_at)
        SELECT p_community, i.id, i.payment, i.amount, i.reason, i.id, i.client, i.moment
          FROM unnest(p_ids, p_payments, amounts, p_reasons, p_clients, p_moments, outcomes,
                      replayed)
               AS i (id, payment, amount, reason, client, moment, outcome, replayed)
         WHERE i.outcome = 'posted' AND NOT i.replayed;
        UPDATE merchant.payment AS p SET state = 'refunded'
          FROM unnest(p_payments, outcomes, replayed) AS i (payment, outcome, replayed)
         WHERE p.community_id = p_community AND p.id = i.payment AND p.state = 'accepted'
           AND i.outcome = 'posted' AND NOT i.replayed;
        PERFORM pg_notify('merchant_payment', p_payments[n]::text)
           FROM unnest(v_due) AS n WHERE outcomes[n] = 'posted';
    END IF;

    INSERT INTO merchant.idempotency_record (community_id, client_id, operation, key, fingerprint,
                                             outcome, result_id, request_id)
    SELECT p_community, i.client, 'refundPayment', i.key, i.fingerprint, i.outcome,
           CASE i.outcome WHEN 'posted' THEN i.id END, i.request
      FROM unnest(p_ids, p_clients, p_keys, p_fingerprints, p_requests, outcomes, replayed)
           AS i (id, client, key, fingerprint, request, outcome, replayed)
     WHERE NOT i.replayed
     ORDER BY i.client, i.key
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS n_stored = ROW_COUNT;
    IF n_stored <> (SELECT count(*) FROM unnest(replayed) AS r WHERE NOT r) THEN
        RAISE EXCEPTION 'a key was answered elsewhere' USING ERRCODE = 'serialization_failure';
    END IF;
END
$$;

REVOKE ALL ON FUNCTION merchant.accept_payments, merchant.refund_payments FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merchant.accept_payments, merchant.refund_payments TO wijkmunt_merchant;
