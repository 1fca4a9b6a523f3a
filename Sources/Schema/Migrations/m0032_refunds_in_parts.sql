-- Refunds in parts, refunds that a merchant owes, and what payer and person get to see of it all.

ALTER TABLE merchant.payment
    -- What went back, and what the merchant still owes the payer.
    ADD COLUMN refunded bigint NOT NULL DEFAULT 0,
    ADD COLUMN owed bigint NOT NULL DEFAULT 0;
UPDATE merchant.payment SET refunded = amount WHERE state = 'refunded';
ALTER TABLE merchant.payment
    ADD CONSTRAINT payment_refunded_within
        CHECK (refunded >= 0 AND owed >= 0 AND refunded + owed <= amount),
    ADD CONSTRAINT payment_refunded_whole CHECK ((state = 'refunded') = (refunded = amount));

-- All refunds that a merchant owes. Nothing leaves its account for itself before they are paid.
ALTER TABLE merchant.merchant
    ADD COLUMN owed bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT merchant_owed_not_negative CHECK (owed >= 0);

-- 'owed': the merchant had too little, and its next takings pay it. 'undeliverable': it could not be
-- paid to the payer any more, whose pots were closed.
ALTER TABLE merchant.refund
    DROP CONSTRAINT payment_refunded_once,
    ADD COLUMN state text NOT NULL DEFAULT 'posted',
    ADD COLUMN corrects boolean NOT NULL DEFAULT false,
    ADD COLUMN party_id uuid,
    ADD COLUMN settled_at timestamptz,
    ALTER COLUMN transfer_id DROP NOT NULL,
    ADD CONSTRAINT refund_state_known CHECK (state IN ('posted', 'owed', 'undeliverable')),
    ADD CONSTRAINT refund_posted_whole CHECK ((state = 'posted') = (transfer_id IS NOT NULL)),
    ADD CONSTRAINT refund_owed_by_somebody CHECK (state <> 'owed' OR party_id IS NOT NULL);
CREATE INDEX refund_by_payment ON merchant.refund (community_id, payment_id, id);
CREATE INDEX refund_owed ON merchant.refund (community_id, id) WHERE state = 'owed';

-- Shares an amount over what is left of several parts: in proportion, rounded down, and the units
-- left over go to the greatest remainders, the first before the later. No part gets more than it
-- has, and the last amount takes all of every part.
CREATE FUNCTION merchant.shared(p_left bigint[], p_amount bigint) RETURNS bigint[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(b.base + CASE WHEN b.rank <= p_amount - b.bases THEN 1 ELSE 0 END
                     ORDER BY b.nr)::bigint[]
      FROM (SELECT s.nr, s.base, sum(s.base) OVER () AS bases,
                   row_number() OVER (ORDER BY s.rest DESC, s.nr) AS rank
              FROM (SELECT p.nr, div(p_amount::numeric * p.part, t.total)::bigint AS base,
                           mod(p_amount::numeric * p.part, t.total) AS rest
                      FROM unnest(p_left) WITH ORDINALITY AS p (part, nr)
                     CROSS JOIN (SELECT sum(part) AS total FROM unnest(p_left) AS part) AS t)
                   AS s) AS b
$$;

-- What is left to give back of the legs of a transfer, in their order; amounts as they were moved.
CREATE FUNCTION merchant.left_of(p_community uuid, p_transfer uuid)
RETURNS TABLE (account uuid, amount bigint, nr bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.account, (sum(l.amount) + coalesce(max(r.returned), 0))::bigint, min(l.nr)
      FROM ledger.transfer t
     CROSS JOIN LATERAL unnest(t.accounts, t.amounts) WITH ORDINALITY AS l (account, amount, nr)
      LEFT JOIN ledger.reversal r
        ON r.community_id = p_community AND r.transfer_id = t.id AND r.account_id = l.account
     WHERE t.community_id = p_community AND t.id = p_transfer
     GROUP BY l.account
$$;

-- Gives back p_amounts[n] of p_payments[n], which are locked: `words[n]` is 'posted', 'owed' (the
-- merchant has too little; later takings pay it), or why not: the words of ledger.post,
-- 'refund-exceeds'. Every part of the payment gets its share, a pot with its earmark and expiry, the
-- account of a discount, in proportion to what is left of it. p_settles: these are owed already.
-- Locks: what ledger.post locks, then merchants.
CREATE FUNCTION merchant.post_refunds(
    p_community uuid, p_ids uuid[], p_payments uuid[], p_clients uuid[], p_parties uuid[],
    p_amounts bigint[], p_reasons text[], p_moments timestamptz[], p_settles boolean,
    p_corrects boolean, OUT words text[])
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- A plan is kept for long and may be made while a table is empty: it must look up all the same.
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    v_payment merchant.payment; v_left record; v_sides record; v_due integer[] := '{}';
    v_references text[]; v_verdicts text[]; v_place integer; v_owes boolean; v_part bigint;
    v_leg_transfer integer[] := '{}'; v_leg_account uuid[] := '{}'; v_leg_amount bigint[] := '{}';
BEGIN
    words := array_fill(NULL::text, ARRAY[cardinality(p_ids)]);
    v_references := words;
    FOR n IN 1 .. cardinality(p_ids) LOOP
        SELECT * INTO v_payment FROM merchant.payment p
         WHERE p.community_id = p_community AND p.id = p_payments[n];
        v_references[n] := coalesce(p_reasons[n], v_payment.reference);
        SELECT NOT p_settles AND m.owed > 0 INTO v_owes FROM merchant.merchant m
         WHERE m.community_id = p_community AND m.id = v_payment.merchant_id;
        -- What earlier ones of this call take is gone.
        SELECT coalesce(sum(p_amounts[k]), 0) INTO v_part
          FROM generate_series(1, n - 1) AS k
         WHERE p_payments[k] = p_payments[n]
           AND words[k] IS DISTINCT FROM 'refund-exceeds';
        IF p_amounts[n] IS NULL OR p_amounts[n] <= 0
           OR p_amounts[n] + v_payment.refunded + v_part
              + (CASE WHEN p_settles THEN 0 ELSE v_payment.owed END) > v_payment.amount THEN
            words[n] := 'refund-exceeds';
            CONTINUE;
        END IF;
        -- Who owes already pays that first.
        IF v_owes THEN words[n] := 'owed'; CONTINUE; END IF;
        v_place := cardinality(v_due) + 1;
        FOR v_sides IN
            SELECT array_agg(s.account ORDER BY s.nr) AS accounts,
                   array_agg(abs(s.left_over) ORDER BY s.nr) AS parts, sign(s.left_over) AS side
              FROM (SELECT l.account, l.nr, l.amount + coalesce((
                               SELECT sum(w.amount)
                                 FROM unnest(v_leg_transfer, v_leg_account, v_leg_amount)
                                      AS w (place, account, amount)
                                WHERE w.account = l.account
                                  AND p_payments[v_due[w.place]] = p_payments[n]), 0)::bigint
                           AS left_over
                      FROM merchant.left_of(p_community, v_payment.transfer_id) AS l) AS s
             WHERE s.left_over <> 0
             GROUP BY sign(s.left_over) ORDER BY sign(s.left_over) DESC
        LOOP
            IF p_amounts[n] > (SELECT sum(part) FROM unnest(v_sides.parts) AS part) THEN
                words[n] := 'refund-exceeds';
                EXIT;
            END IF;
            FOR v_left IN
                SELECT s.account, s.part
                  FROM unnest(v_sides.accounts, merchant.shared(v_sides.parts, p_amounts[n]))
                       WITH ORDINALITY AS s (account, part, nr)
                 WHERE s.part > 0 ORDER BY s.nr
            LOOP
                v_leg_transfer := v_leg_transfer || v_place;
                v_leg_account := v_leg_account || v_left.account;
                v_leg_amount := v_leg_amount || (-v_sides.side * v_left.part)::bigint;
            END LOOP;
        END LOOP;
        IF words[n] IS NULL AND v_place <> ALL (v_leg_transfer) THEN
            words[n] := 'refund-exceeds';
        END IF;
        IF words[n] IS NULL THEN
            v_due := v_due || n;
        ELSE
            -- One side may have been written.
            SELECT coalesce(array_agg(w.place ORDER BY w.nr), '{}'),
                   coalesce(array_agg(w.account ORDER BY w.nr), '{}'),
                   coalesce(array_agg(w.amount ORDER BY w.nr), '{}')
              INTO v_leg_transfer, v_leg_account, v_leg_amount
              FROM unnest(v_leg_transfer, v_leg_account, v_leg_amount)
                   WITH ORDINALITY AS w (place, account, amount, nr)
             WHERE w.place < v_place;
        END IF;
    END LOOP;

    IF v_due <> '{}' THEN
        SELECT verdicts INTO v_verdicts
          FROM ledger.post(
              p_community, ARRAY(SELECT p_ids[d.n] FROM unnest(v_due) WITH ORDINALITY AS d (n, nr)
                                  ORDER BY d.nr),
              array_fill('refund'::text, ARRAY[cardinality(v_due)]),
              ARRAY(SELECT v_references[d.n] FROM unnest(v_due) WITH ORDINALITY AS d (n, nr)
                     ORDER BY d.nr),
              ARRAY(SELECT p_payments[d.n] FROM unnest(v_due) WITH ORDINALITY AS d (n, nr)
                     ORDER BY d.nr),
              array_fill(NULL::uuid, ARRAY[cardinality(v_due)]),
              ARRAY(SELECT p_clients[d.n] FROM unnest(v_due) WITH ORDINALITY AS d (n, nr)
                     ORDER BY d.nr),
              ARRAY(SELECT p_parties[d.n] FROM unnest(v_due) WITH ORDINALITY AS d (n, nr)
                     ORDER BY d.nr),
              array_fill(false, ARRAY[cardinality(v_due)]),
              v_leg_transfer, v_leg_account, v_leg_amount);
        FOR place IN 1 .. cardinality(v_due) LOOP
            words[v_due[place]] := CASE v_verdicts[place]
                WHEN 'reversal-exceeds' THEN 'refund-exceeds'
                WHEN 'insufficient-funds' THEN 'owed' ELSE v_verdicts[place] END;
        END LOOP;
    END IF;

    IF p_settles THEN
        UPDATE merchant.refund AS f
           SET state = CASE i.word WHEN 'posted' THEN 'posted' ELSE 'undeliverable' END,
               transfer_id = CASE i.word WHEN 'posted' THEN i.id END, settled_at = i.moment
          FROM unnest(p_ids, p_moments, words) AS i (id, moment, word)
         WHERE f.community_id = p_community AND f.id = i.id AND f.state = 'owed'
           AND i.word <> 'owed';
    ELSE
        INSERT INTO merchant.refund (community_id, id, payment_id, amount, reason, transfer_id,
                                     refunded_by, refunded_at, state, corrects, party_id)
        SELECT p_community, i.id, i.payment, i.amount, i.reason,
               CASE i.word WHEN 'posted' THEN i.id END, i.client, i.moment, i.word, p_corrects,
               i.party
          FROM unnest(p_ids, p_payments, p_amounts, p_reasons, p_clients, p_parties, p_moments,
                      words) AS i (id, payment, amount, reason, client, party, moment, word)
         WHERE i.word IN ('posted', 'owed');
    END IF;
    WITH moved AS (
        SELECT i.payment,
               coalesce(sum(i.amount) FILTER (WHERE i.word = 'posted'), 0)::bigint AS refunded,
               (coalesce(sum(i.amount) FILTER (WHERE NOT p_settles AND i.word = 'owed'), 0)
                - coalesce(sum(i.amount) FILTER (WHERE p_settles AND i.word <> 'owed'), 0))::bigint
                   AS owed
          FROM unnest(p_payments, p_amounts, words) AS i (payment, amount, word)
         GROUP BY i.payment
    ), changed AS (
        UPDATE merchant.payment AS p
           SET refunded = p.refunded + m.refunded, owed = p.owed + m.owed,
               state = CASE WHEN p.refunded + m.refunded = p.amount THEN 'refunded'
                            ELSE p.state END
          FROM moved m
         WHERE p.community_id = p_community AND p.id = m.payment
           AND (m.refunded <> 0 OR m.owed <> 0)
        RETURNING p.merchant_id, m.owed, pg_notify('merchant_payment', p.id::text)
    )
    UPDATE merchant.merchant AS m SET owed = m.owed + c.owed
      FROM (SELECT merchant_id, sum(owed)::bigint AS owed FROM changed
             GROUP BY merchant_id HAVING sum(owed) <> 0 ORDER BY merchant_id) AS c
     WHERE m.community_id = p_community AND m.id = c.merchant_id;

    -- What went back to a discount may be used again by the same person in the same period.
    FOR v_left IN
        SELECT u.payment_id, u.discount_id, u.party_id, u.period_start, sum(l.amount)::bigint AS part
          FROM unnest(v_leg_transfer, v_leg_account, v_leg_amount) AS l (place, account, amount)
          JOIN merchant.discount_use u
            ON u.community_id = p_community AND u.payment_id = p_payments[v_due[l.place]]
          JOIN merchant.discount d
            ON d.community_id = p_community AND d.id = u.discount_id AND d.account_id = l.account
         WHERE words[v_due[l.place]] = 'posted'
         GROUP BY u.payment_id, u.discount_id, u.party_id, u.period_start
         ORDER BY u.discount_id, u.party_id, u.period_start, u.payment_id
    LOOP
        UPDATE merchant.discount_use u SET returned = u.returned + v_left.part
         WHERE u.community_id = p_community AND u.payment_id = v_left.payment_id;
        UPDATE merchant.discount_allowance a
           SET amount = a.amount - v_left.part,
               uses = a.uses - CASE WHEN EXISTS (
                   SELECT FROM merchant.discount_use u
                    WHERE u.community_id = p_community AND u.payment_id = v_left.payment_id
                      AND u.returned = u.amount) THEN 1 ELSE 0 END
         WHERE a.community_id = p_community AND a.discount_id = v_left.discount_id
           AND a.party_id = v_left.party_id AND a.period_start = v_left.period_start;
    END LOOP;
END
$$;

-- Gives payments of one community back, whole (what is left of it, without an amount) or in part;
-- p_…[n] are those of request n. `outcomes[n]` is 'posted', 'owed' (see post_refunds) or why not: the
-- words of post_refunds, or 'payment-not-found', 'already-refunded', 'payment-not-accepted',
-- 'idempotency-key-reused'. Locks: payments by id, then what post_refunds locks.
CREATE OR REPLACE FUNCTION merchant.refund_payments(
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
    v_due integer[] := '{}'; v_lefts bigint[]; v_left bigint; v_words text[]; n_stored integer;
BEGIN
    PERFORM FROM merchant.payment p
      WHERE p.community_id = p_community AND p.id = ANY (p_payments)
      ORDER BY p.id FOR NO KEY UPDATE;
    SELECT array_agg(CASE
               WHEN r.fingerprint <> i.fingerprint THEN 'idempotency-key-reused'
               WHEN r.fingerprint IS NOT NULL THEN coalesce(r.outcome, 'stored')
               WHEN p.id IS NULL OR p.merchant_id <> i.party THEN 'payment-not-found'
               WHEN p.state = 'refunded' THEN 'already-refunded'
               WHEN p.transfer_id IS NULL THEN 'payment-not-accepted'
               WHEN i.coin <> p.coin THEN 'refund-exceeds'
               END ORDER BY i.nr),
           array_agg(r.fingerprint IS NOT NULL ORDER BY i.nr),
           array_agg(coalesce(r.request_id, i.request) ORDER BY i.nr),
           array_agg(coalesce(r.result_id, i.id) ORDER BY i.nr),
           array_agg(p.coin ORDER BY i.nr), array_agg(coalesce(f.amount, i.amount) ORDER BY i.nr),
           array_agg(coalesce(f.refunded_at, i.moment) ORDER BY i.nr),
           array_agg(p.amount - p.refunded - p.owed ORDER BY i.nr)
      INTO outcomes, replayed, requests, result_ids, coins, amounts, moments, v_lefts
      FROM unnest(p_ids, p_payments, p_clients, p_parties, p_requests, p_keys, p_fingerprints,
                  p_coins, p_amounts, p_moments)
           WITH ORDINALITY AS i (id, payment, client, party, request, key, fingerprint, coin,
                                 amount, moment, nr)
      LEFT JOIN LATERAL (
            SELECT r.* FROM merchant.idempotency_record r
             WHERE r.community_id = p_community AND r.client_id = i.client
               AND r.operation = 'refundPayment' AND r.key = i.key LIMIT 1) AS r ON true
      LEFT JOIN LATERAL (
            SELECT p.* FROM merchant.payment p
             WHERE p.community_id = p_community AND p.id = i.payment LIMIT 1) AS p ON true
      LEFT JOIN LATERAL (
            SELECT f.refunded_at, f.amount FROM merchant.refund f
             WHERE f.community_id = p_community
               AND f.id = coalesce(r.result_id, i.id) LIMIT 1) AS f ON true;

    FOR n IN 1 .. cardinality(p_ids) LOOP
        CONTINUE WHEN outcomes[n] IS NOT NULL;
        v_left := v_lefts[n] - coalesce((SELECT sum(amounts[d]) FROM unnest(v_due) AS d
                                          WHERE p_payments[d] = p_payments[n]), 0);
        amounts[n] := coalesce(p_amounts[n], v_left);
        outcomes[n] := CASE WHEN v_left = 0 THEN 'already-refunded'
                            WHEN amounts[n] > v_left THEN 'refund-exceeds' END;
        IF outcomes[n] IS NULL THEN v_due := v_due || n; END IF;
    END LOOP;
    IF v_due <> '{}' THEN
        SELECT words INTO v_words
          FROM merchant.post_refunds(
              p_community,
              (SELECT array_agg(p_ids[d.n] ORDER BY d.nr)
                 FROM unnest(v_due) WITH ORDINALITY AS d (n, nr)),
              (SELECT array_agg(p_payments[d.n] ORDER BY d.nr)
                 FROM unnest(v_due) WITH ORDINALITY AS d (n, nr)),
              (SELECT array_agg(p_clients[d.n] ORDER BY d.nr)
                 FROM unnest(v_due) WITH ORDINALITY AS d (n, nr)),
              (SELECT array_agg(p_parties[d.n] ORDER BY d.nr)
                 FROM unnest(v_due) WITH ORDINALITY AS d (n, nr)),
              (SELECT array_agg(amounts[d.n] ORDER BY d.nr)
                 FROM unnest(v_due) WITH ORDINALITY AS d (n, nr)),
              (SELECT array_agg(p_reasons[d.n] ORDER BY d.nr)
                 FROM unnest(v_due) WITH ORDINALITY AS d (n, nr)),
              (SELECT array_agg(p_moments[d.n] ORDER BY d.nr)
                 FROM unnest(v_due) WITH ORDINALITY AS d (n, nr)),
              false, false);
        FOR place IN 1 .. cardinality(v_due) LOOP
            outcomes[v_due[place]] := v_words[place];
        END LOOP;
    END IF;

    INSERT INTO merchant.idempotency_record (community_id, client_id, operation, key, fingerprint,
                                             outcome, result_id, request_id)
    SELECT p_community, i.client, 'refundPayment', i.key, i.fingerprint, i.outcome,
           CASE WHEN i.outcome IN ('posted', 'owed') THEN i.id END, i.request
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

-- The same as merchant.refund_payments does for one request, under a mandate.
CREATE OR REPLACE FUNCTION merchant.refund_payment_by_mandate(
    p_mandate uuid, p_community uuid, p_id uuid, p_payment uuid, p_client uuid, p_party uuid,
    p_request uuid, p_key text, p_fingerprint bytea, p_coin text, p_amount bigint, p_reason text,
    p_moment timestamptz,
    OUT outcomes text[], OUT requests uuid[], OUT replayed boolean[], OUT result_ids uuid[],
    OUT coins text[], OUT amounts bigint[], OUT moments timestamptz[])
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_refusal text; v_amount bigint; v_shop uuid;
BEGIN
    -- Of another merchant's payment nothing is told but that it is not there. What may go back can
    -- only become less until the payment is locked.
    SELECT coalesce(p_amount, p.amount - p.refunded - p.owed), p.shop_id INTO v_amount, v_shop
      FROM merchant.payment p
     WHERE p.community_id = p_community AND p.id = p_payment AND p.merchant_id = p_party;
    IF FOUND THEN
        v_refusal := merchant.mandate_refusal(
            p_community, p_mandate, p_client, p_party, 'payments:refund', v_shop, v_amount,
            'refundPayment', p_key, p_fingerprint, p_request);
        IF v_refusal IS NOT NULL THEN
            outcomes := ARRAY[v_refusal]; requests := ARRAY[p_request];
            replayed := ARRAY[false]; result_ids := ARRAY[p_id]; coins := ARRAY[NULL::text];
            amounts := ARRAY[NULL::bigint]; moments := ARRAY[p_moment];
            RETURN;
        END IF;
    END IF;
    SELECT f.outcomes, f.requests, f.replayed, f.result_ids, f.coins, f.amounts, f.moments
      INTO outcomes, requests, replayed, result_ids, coins, amounts, moments
      FROM merchant.refund_payments(
          p_community, ARRAY[p_id], ARRAY[p_payment], ARRAY[p_client], ARRAY[p_party],
          ARRAY[p_request], ARRAY[p_key], ARRAY[p_fingerprint], ARRAY[p_coin], ARRAY[p_amount],
          ARRAY[p_reason], ARRAY[p_moment]) AS f;
    IF outcomes[1] IN ('posted', 'owed') AND NOT replayed[1] THEN
        PERFORM accounts.use_mandate(p_community, p_request, p_mandate, p_client,
                                     'refundPayment', p_id, amounts[1]);
    END IF;
END
$$;

-- Sets right what was typed wrongly at a till: the payment should have been p_right, and the rest of
-- it goes back. 'posted', 'owed', the words of post_refunds, or 'payment-not-found',
-- 'payment-not-accepted', 'already-refunded', 'correction-not-less', 'correction-too-late' after
-- p_seconds (NULL: never). `amount` is what goes back.
CREATE FUNCTION merchant.correct_payment(
    p_community uuid, p_id uuid, p_payment uuid, p_client uuid, p_party uuid, p_coin text,
    p_right bigint, p_reason text, p_moment timestamptz, p_seconds integer,
    OUT word text, OUT amount bigint)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_payment merchant.payment;
BEGIN
    SELECT * INTO v_payment FROM merchant.payment p
     WHERE p.community_id = p_community AND p.id = p_payment AND p.merchant_id = p_party
       FOR NO KEY UPDATE;
    amount := v_payment.amount - v_payment.refunded - v_payment.owed - p_right;
    word := CASE WHEN v_payment.id IS NULL THEN 'payment-not-found'
                 WHEN v_payment.state = 'refunded' THEN 'already-refunded'
                 WHEN v_payment.transfer_id IS NULL THEN 'payment-not-accepted'
                 WHEN p_coin <> v_payment.coin OR amount <= 0 THEN 'correction-not-less'
                 WHEN p_moment > v_payment.accepted_at + make_interval(secs => p_seconds)
                     THEN 'correction-too-late' END;
    IF word IS NULL THEN
        SELECT words[1] INTO word
          FROM merchant.post_refunds(p_community, ARRAY[p_id], ARRAY[p_payment], ARRAY[p_client],
                                     ARRAY[p_party], ARRAY[amount], ARRAY[p_reason],
                                     ARRAY[p_moment], false, true);
    END IF;
END
$$;

-- Pays one refund that is owed in a community, the oldest for which its merchant has enough by now:
-- 1, or 0 when there is none. Any number of instances may do so.
CREATE FUNCTION merchant.settle_owed_refund(p_community uuid, p_moment timestamptz) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_refund merchant.refund; v_words text[];
BEGIN
    FOR v_refund IN
        SELECT f.* FROM merchant.refund f
          JOIN merchant.payment p ON p.community_id = f.community_id AND p.id = f.payment_id
          JOIN merchant.merchant m ON m.community_id = p.community_id AND m.id = p.merchant_id
          JOIN ledger.account a ON a.community_id = m.community_id AND a.id = m.account_id
         WHERE f.community_id = p_community AND f.state = 'owed'
           AND a.posted - a.held - a.floor >= f.amount
         ORDER BY f.id LIMIT 16
    LOOP
        PERFORM FROM merchant.payment p
          WHERE p.community_id = v_refund.community_id AND p.id = v_refund.payment_id
            FOR NO KEY UPDATE;
        CONTINUE WHEN NOT EXISTS (
            SELECT FROM merchant.refund f
             WHERE f.community_id = v_refund.community_id AND f.id = v_refund.id
               AND f.state = 'owed');
        SELECT words INTO v_words FROM merchant.post_refunds(
            v_refund.community_id, ARRAY[v_refund.id], ARRAY[v_refund.payment_id],
            ARRAY[v_refund.refunded_by], ARRAY[v_refund.party_id], ARRAY[v_refund.amount],
            ARRAY[v_refund.reason], ARRAY[p_moment], true, v_refund.corrects);
        RETURN CASE v_words[1] WHEN 'owed' THEN 0 ELSE 1 END;
    END LOOP;
    RETURN 0;
END
$$;

-- Whoever owes refunds redeems nothing, whatever a service thinks.
CREATE FUNCTION merchant.refuse_redemption_of_debtor() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (SELECT m.owed FROM merchant.merchant m
         WHERE m.community_id = NEW.community_id AND m.id = NEW.merchant_id FOR SHARE) > 0 THEN
        -- Done again, it is refused before anything moves.
        RAISE EXCEPTION 'the merchant owes refunds by now' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER redemption_comes_after_refunds BEFORE INSERT ON merchant.redemption
    FOR EACH ROW EXECUTE FUNCTION merchant.refuse_redemption_of_debtor();

-- The parts of a payment as its payer may see them: pots with programme and expiry, and what others
-- added. Nothing for anybody else.
CREATE FUNCTION merchant.receipt(p_community uuid, p_payment uuid, p_party uuid)
RETURNS TABLE (pot uuid, programme uuid, programme_name text, expires_at timestamptz,
               discount_name text, amount bigint, returned bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.id, o.programme_id, g.name, o.expires_at, CASE WHEN o.id IS NULL THEN d.name END,
           -l.amount, coalesce(r.returned, 0)
      FROM merchant.payment p
      JOIN ledger.transfer t ON t.community_id = p.community_id AND t.id = p.transfer_id
     CROSS JOIN LATERAL unnest(t.accounts, t.amounts) WITH ORDINALITY AS l (account, amount, nr)
      LEFT JOIN wallet.pot o ON o.community_id = p.community_id AND o.id = l.account
      LEFT JOIN disbursement.programme g
        ON g.community_id = o.community_id AND g.id = o.programme_id
      LEFT JOIN merchant.discount_use u
        ON u.community_id = p.community_id AND u.payment_id = p.id
      LEFT JOIN merchant.discount d ON d.community_id = u.community_id AND d.id = u.discount_id
      LEFT JOIN ledger.reversal r
        ON r.community_id = p.community_id AND r.transfer_id = t.id AND r.account_id = l.account
     WHERE p.community_id = p_community AND p.id = p_payment AND p.payer_party_id = p_party
       AND l.amount < 0
     ORDER BY o.id IS NULL, l.nr
$$;

-- An export tells of the groups that somebody is in, of all refunds, and of what others added.
DO $$
DECLARE
    v_text text := pg_get_functiondef('accounts.export_person'::regproc);
    v_place CONSTANT text := $old$        'devices', ($old$;
    v_payments text := pg_get_functiondef('merchant.export_person'::regproc);
    v_refund CONSTANT text :=
        $old$'refundedAt', accounts.instant(r.refunded_at), 'refundReason', r.reason)$old$;
    v_join CONSTANT text := $old$              LEFT JOIN merchant.refund r
                ON r.community_id = p.community_id AND r.payment_id = p.id
$old$;
BEGIN
    IF position(v_place IN v_text) = 0 OR position(v_refund IN v_payments) = 0
       OR position(v_join IN v_payments) = 0 THEN
        RAISE EXCEPTION 'the exports look different by now';
    END IF;
    EXECUTE replace(v_text, v_place, $new$        'targetGroups', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'id', g.id, 'name', g.name, 'addedBy', m.added_by,
                       'addedAt', accounts.instant(m.added_at),
                       'validUntil', accounts.instant(m.valid_until)) ORDER BY g.id), '[]')
              FROM accounts.target_group_member m
              JOIN accounts.target_group g
                ON g.community_id = m.community_id AND g.id = m.group_id
             WHERE m.community_id = p_community AND m.party_id = p_party),
$new$ || v_place);
    EXECUTE replace(replace(v_payments, v_join, ''), v_refund, $new$'refunds', (
                           SELECT coalesce(jsonb_agg(jsonb_build_object(
                                      'id', r.id, 'amount', accounts.decimal(r.amount),
                                      'state', r.state, 'at', accounts.instant(r.refunded_at),
                                      'reason', r.reason) ORDER BY r.id), '[]')
                             FROM merchant.refund r
                            WHERE r.community_id = p.community_id AND r.payment_id = p.id),
                       'discount', (
                           SELECT jsonb_build_object(
                                      'name', d.name, 'amount', accounts.decimal(u.amount),
                                      'returned', accounts.decimal(u.returned))
                             FROM merchant.discount_use u
                             JOIN merchant.discount d
                               ON d.community_id = u.community_id AND d.id = u.discount_id
                            WHERE u.community_id = p.community_id AND u.payment_id = p.id))$new$);
END
$$;

REVOKE ALL ON FUNCTION merchant.shared, merchant.left_of, merchant.post_refunds,
    merchant.correct_payment, merchant.settle_owed_refund, merchant.refuse_redemption_of_debtor,
    merchant.receipt FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merchant.post_refunds, merchant.correct_payment,
    merchant.settle_owed_refund, merchant.receipt TO wijkmunt_merchant;
