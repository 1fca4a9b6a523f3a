-- Reservations: payments that keep coins for a shop, which captures them once or in parts. What the
-- ledger holds is decided there; here stands whose reservation it is and what became of it.

ALTER TABLE merchant.payment
    -- Of a reservation: how long coins are kept after the approval.
    ADD COLUMN hold_seconds integer,
    -- Of a capture: the reservation that it takes from. A capture is a payment in every other way.
    ADD COLUMN reservation_id uuid,
    DROP CONSTRAINT payment_state_known,
    ADD CONSTRAINT payment_state_known CHECK (state IN
        ('requested', 'refused', 'accepted', 'refunded', 'held', 'captured', 'voided',
         'expired')),
    ADD CONSTRAINT payment_hold_seconds_positive CHECK (hold_seconds > 0),
    -- No money moves for a reservation itself, whoever forgets to ask what it is.
    ADD CONSTRAINT payment_reserved_or_paid CHECK (CASE
        WHEN state IN ('accepted', 'refunded') THEN hold_seconds IS NULL
        WHEN state IN ('held', 'captured', 'voided', 'expired') THEN hold_seconds IS NOT NULL
        ELSE true END),
    ADD CONSTRAINT payment_capture_is_paid
        CHECK (reservation_id IS NULL OR hold_seconds IS NULL AND accepted_at IS NOT NULL),
    DROP CONSTRAINT payment_accepted_whole,
    ADD CONSTRAINT payment_accepted_whole CHECK (
        (state IN ('requested', 'refused')) = (accepted_at IS NULL)
        AND (accepted_at IS NULL) = (wallet_id IS NULL)
        AND num_nonnulls(approval, card_id) = CASE WHEN accepted_at IS NULL THEN 0 ELSE 1 END
        AND (accepted_at IS NULL) = (verdict IS NULL)
        AND (accepted_at IS NULL OR hold_seconds IS NOT NULL) = (transfer_id IS NULL)
        AND (accepted_at IS NULL) = (payer_party_id IS NULL)
        AND (accepted_at IS NULL) = (payer_client_id IS NULL));
CREATE INDEX payment_by_reservation ON merchant.payment (community_id, reservation_id, id)
    WHERE reservation_id IS NOT NULL;

-- What the shop's software says of the VAT in a payment: percents times a hundred, and minor units
-- of the coin; passed on as they are.
CREATE FUNCTION merchant.is_vat_breakdown(p_amount bigint, p_rates integer[], p_amounts bigint[])
RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT num_nulls(p_rates, p_amounts) <> 1
       AND (p_rates IS NULL
            OR cardinality(p_rates) = cardinality(p_amounts) AND cardinality(p_rates) BETWEEN 1 AND 8
               AND 0 <= ALL (p_rates) AND 10000 >= ALL (p_rates) AND 0 <= ALL (p_amounts)
               AND (SELECT sum(a) FROM unnest(p_amounts) AS a) <= p_amount)
$$;

ALTER TABLE merchant.payment
    ADD COLUMN vat_rates integer[],
    ADD COLUMN vat_amounts bigint[],
    ADD CONSTRAINT payment_vat_within_amount
        CHECK (merchant.is_vat_breakdown(amount, vat_rates, vat_amounts));

-- A reservation that was approved. Amount, state and moments are those of the ledger's hold, which
-- has the payment's id; the audit compares them.
CREATE TABLE merchant.hold (
    community_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    amount bigint NOT NULL,
    captured bigint NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'held',
    placed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    -- The client that captured the last of it or gave it back; NULL when time did.
    ended_by uuid,
    PRIMARY KEY (community_id, payment_id),
    FOREIGN KEY (community_id, payment_id) REFERENCES merchant.payment,
    CONSTRAINT hold_captures_in_range CHECK (captured BETWEEN 0 AND amount),
    CONSTRAINT hold_states_known CHECK (state IN ('held', 'captured', 'voided', 'expired')),
    CONSTRAINT hold_captured_whole CHECK ((state = 'captured') = (captured = amount)),
    CONSTRAINT hold_ended_whole CHECK (
        (state = 'held') = (ended_at IS NULL)
        AND (state IN ('captured', 'voided')) = (ended_by IS NOT NULL))
);
CREATE INDEX hold_by_wallet ON merchant.hold (community_id, wallet_id, payment_id);
CREATE INDEX hold_by_end ON merchant.hold (expires_at) WHERE state = 'held';
SELECT public.isolate('merchant.hold');

-- Keeps coins of a payer for a reservation whose approval and locality hold already: 'posted', or
-- why not: the words of ledger.post, those of merchant.accept_payments and of
-- accounts.mandate_refusal, 'payment-withdrawn'; 'stale-verdict': judge again. The payer may have
-- chosen pots (p_chosen, as spending_legs has it). Locks: the mandate, the payment, then what
-- ledger.place_hold locks.
CREATE FUNCTION merchant.hold_payment(
    p_community uuid, p_payment uuid, p_client uuid, p_party uuid, p_mandate uuid, p_request uuid,
    p_wallet uuid, p_approval text, p_verdict text, p_policy integer, p_geofence integer,
    p_moment timestamptz, p_chosen text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
-- A plan is kept for long and may be made while a table is empty: it must look up all the same.
SET enable_seqscan = off AS $$
DECLARE
    v_payment merchant.payment; v_payee uuid; v_pots uuid[]; v_expires_at timestamptz;
    v_policy integer; v_geofence integer; v_word text;
BEGIN
    IF p_mandate IS NOT NULL THEN
        -- Neither amount nor shop ever changes.
        SELECT accounts.mandate_refusal(p_community, p_mandate, p_client, p_party,
                                        'payments:accept', p.shop_id, p.amount) INTO v_word
          FROM merchant.payment p WHERE p.community_id = p_community AND p.id = p_payment;
        IF v_word IS NOT NULL THEN RETURN v_word; END IF;
    END IF;
    SELECT * INTO v_payment FROM merchant.payment p
     WHERE p.community_id = p_community AND p.id = p_payment AND p.hold_seconds IS NOT NULL
       FOR NO KEY UPDATE;
    -- The phone may have been revoked since its key was read.
    IF NOT FOUND OR NOT EXISTS (
        SELECT FROM accounts.client k WHERE k.community_id = p_community AND k.id = p_client
           AND k.revoked_at IS NULL AND (k.party_id = p_party
                OR accounts.pays_for(p_community, k.party_id, p_party))) THEN
        RETURN 'payment-not-found';
    END IF;
    IF v_payment.state = 'refused' THEN RETURN 'payment-withdrawn'; END IF;
    IF v_payment.state <> 'requested' THEN RETURN 'payment-not-requested'; END IF;
    IF v_payment.expires_at < p_moment THEN RETURN 'payment-expired'; END IF;
    IF merchant.is_suspended(p_community, v_payment.shop_id) THEN RETURN 'shop-suspended'; END IF;
    SELECT l.version, (SELECT max(g.version) FROM accounts.geofence g
                        WHERE g.community_id = p_community AND g.name = l.geofence
                          AND g.valid_from <= p_moment)
      INTO v_policy, v_geofence
      FROM accounts.locality_policy l
     WHERE l.community_id = p_community AND l.coin = v_payment.coin AND l.valid_from <= p_moment
     ORDER BY l.version DESC LIMIT 1;
    IF v_policy IS DISTINCT FROM p_policy OR v_geofence IS DISTINCT FROM p_geofence
       OR merchant.programmes_differ(p_community, v_payment.coin, p_verdict, p_moment) THEN
        RETURN 'stale-verdict';
    END IF;

    -- Kept in the pots that a payment would be paid from, in the same order.
    SELECT m.account_id INTO v_payee FROM merchant.merchant m
     WHERE m.community_id = p_community AND m.id = v_payment.merchant_id;
    v_pots := ARRAY(
        SELECT l.account
          FROM wallet.spending_legs(
               p_community, ARRAY[NULL::text], ARRAY[v_payee], ARRAY[v_payment.amount],
               ARRAY[p_wallet], ARRAY[v_payment.coin], ARRAY[v_payment.shop_id],
               ARRAY[p_chosen], p_barred => merchant.barred_programmes(ARRAY[p_verdict])) AS l
         WHERE l.amount IS NULL);
    -- By the clock that ends it.
    v_expires_at := clock_timestamp() + make_interval(secs => v_payment.hold_seconds);
    v_word := ledger.place_hold(
        p_community, p_payment, 'payment', v_pots, v_payee, v_payment.amount, v_expires_at,
        p_client, p_party);
    IF v_word = 'insufficient-funds' THEN
        RETURN merchant.shortage(p_community, p_wallet, v_payment.coin, v_payee,
                                 v_payment.shop_id, NULL, NULL, p_verdict);
    END IF;
    IF v_word <> 'held' THEN RETURN v_word; END IF;
    INSERT INTO merchant.hold (community_id, payment_id, wallet_id, amount, placed_at, expires_at)
    VALUES (p_community, p_payment, p_wallet, v_payment.amount, p_moment, v_expires_at);
    UPDATE merchant.payment p
       SET state = 'held', accepted_at = p_moment, wallet_id = p_wallet,
           payer_client_id = p_client, payer_party_id = p_party, approval = p_approval,
           verdict = p_verdict, mandate_id = p_mandate
     WHERE p.community_id = p_community AND p.id = p_payment;
    IF p_mandate IS NOT NULL THEN
        PERFORM accounts.use_mandate(p_community, p_request, p_mandate, p_client,
                                     'acceptPayment', p_payment, v_payment.amount);
    END IF;
    PERFORM pg_notify('merchant_payment', p_payment::text);
    RETURN 'posted';
END
$$;

-- The reservation of a merchant, and its hold as long as something is held, both locked: NULL and
-- an outcome when it is none, or nothing is held any more. What ran out is ended, whether or not a
-- worker came by already. The till may have been revoked since its token was looked at.
CREATE FUNCTION merchant.lock_hold(
    p_community uuid, p_payment uuid, p_client uuid, p_party uuid,
    OUT outcome text, OUT payment merchant.payment, OUT hold merchant.hold)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
BEGIN
    SELECT p.* INTO payment FROM merchant.payment p
     WHERE p.community_id = p_community AND p.id = p_payment AND p.merchant_id = p_party
       FOR NO KEY UPDATE;
    IF NOT FOUND OR NOT EXISTS (
        SELECT FROM accounts.client k WHERE k.community_id = p_community AND k.id = p_client
           AND k.revoked_at IS NULL) THEN
        outcome := 'payment-not-found';
        RETURN;
    END IF;
    IF payment.hold_seconds IS NULL OR payment.accepted_at IS NULL THEN
        outcome := 'payment-not-held';
        RETURN;
    END IF;
    SELECT h.* INTO hold FROM merchant.hold h
     WHERE h.community_id = p_community AND h.payment_id = p_payment;
    IF hold.state <> 'held' OR hold.expires_at <= clock_timestamp() THEN
        outcome := 'hold-ended';
    END IF;
END
$$;

-- Takes what is held, or a part of it, as a payment of its own with the id `p_capture`; all that is
-- left when `p_amount` is NULL. 'posted', or why not: the words of ledger.post and of
-- merchant.lock_hold, 'coin-not-accepted', 'capture-exceeds' or 'vat-exceeds'. The VAT is that of what
-- is taken; untold, it is known only when all is taken at once. `p_releases_rest` gives the rest back
-- in the same act. Locks: the reservation, then what ledger.post locks.
CREATE FUNCTION merchant.capture_payment(
    p_community uuid, p_payment uuid, p_capture uuid, p_client uuid, p_party uuid, p_mandate uuid,
    p_coin text, p_amount bigint, p_reference text, p_releases_rest boolean,
    p_vat_rates integer[], p_vat_amounts bigint[], p_moment timestamptz,
    OUT outcome text, OUT taken bigint, OUT all_taken bigint, OUT left_open bigint)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_found record; v_payment merchant.payment; v_hold merchant.hold; v_verdicts text[];
    v_end text;
BEGIN
    SELECT * INTO v_found FROM merchant.lock_hold(p_community, p_payment, p_client, p_party);
    outcome := v_found.outcome;
    IF outcome IS NOT NULL THEN RETURN; END IF;
    v_payment := v_found.payment;
    v_hold := v_found.hold;
    taken := coalesce(p_amount, v_hold.amount - v_hold.captured);
    all_taken := v_hold.captured + taken;
    left_open := v_hold.amount - all_taken;
    IF p_coin <> v_payment.coin THEN outcome := 'coin-not-accepted'; RETURN; END IF;
    IF left_open < 0 THEN outcome := 'capture-exceeds'; RETURN; END IF;
    IF NOT merchant.is_vat_breakdown(taken, p_vat_rates, p_vat_amounts) THEN
        outcome := 'vat-exceeds';
        RETURN;
    END IF;
    IF p_vat_rates IS NULL AND taken = v_payment.amount THEN
        p_vat_rates := v_payment.vat_rates;
        p_vat_amounts := v_payment.vat_amounts;
    END IF;

    SELECT verdicts INTO v_verdicts
      FROM merchant.merchant m
     CROSS JOIN LATERAL ledger.post(
            p_community, ARRAY[p_capture], ARRAY['payment'],
            ARRAY[coalesce(p_reference, v_payment.reference)], ARRAY[NULL::uuid],
            ARRAY[p_payment], ARRAY[p_client], ARRAY[p_party], ARRAY[false], ARRAY[1],
            ARRAY[m.account_id], ARRAY[taken])
     WHERE m.community_id = p_community AND m.id = p_party;
    outcome := v_verdicts[1];
    IF outcome <> 'posted' THEN RETURN; END IF;
    INSERT INTO merchant.payment (
        community_id, id, merchant_id, shop_id, terminal_id, coin, amount, reference, challenge,
        state, requested_at, expires_at, accepted_at, wallet_id, payer_client_id,
        payer_party_id, approval, verdict, transfer_id, request_mandate_id, mandate_id,
        reservation_id, vat_rates, vat_amounts)
    VALUES (
        p_community, p_capture, v_payment.merchant_id, v_payment.shop_id, v_payment.terminal_id,
        v_payment.coin, taken, coalesce(p_reference, v_payment.reference), v_payment.challenge,
        'accepted', p_moment, greatest(v_hold.expires_at, p_moment + interval '1 second'),
        p_moment, v_payment.wallet_id, v_payment.payer_client_id, v_payment.payer_party_id,
        v_payment.approval, v_payment.verdict, p_capture, p_mandate, v_payment.mandate_id,
        p_payment, p_vat_rates, p_vat_amounts);

    v_end := CASE WHEN left_open = 0 THEN 'captured' ELSE 'held' END;
    IF left_open > 0 AND p_releases_rest THEN
        v_end := ledger.void_hold(p_community, p_payment);
        left_open := 0;
    END IF;
    UPDATE merchant.hold h
       SET captured = all_taken, state = v_end,
           ended_at = CASE WHEN v_end <> 'held' THEN p_moment END,
           ended_by = CASE WHEN v_end <> 'held' THEN p_client END
     WHERE h.community_id = p_community AND h.payment_id = p_payment;
    UPDATE merchant.payment p SET state = 'captured'
     WHERE p.community_id = p_community AND p.id = p_payment AND v_end <> 'held';
    PERFORM pg_notify('merchant_payment', p_payment::text);
END
$$;

-- Gives what is left of a reservation back to the pots that it is in: 'voided', or why not, in the
-- words of merchant.lock_hold. Locks as merchant.capture_payment does.
CREATE FUNCTION merchant.void_payment(
    p_community uuid, p_payment uuid, p_client uuid, p_party uuid, p_moment timestamptz)
RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_found record; v_hold merchant.hold; v_word text;
BEGIN
    SELECT * INTO v_found FROM merchant.lock_hold(p_community, p_payment, p_client, p_party);
    IF v_found.outcome IS NOT NULL THEN RETURN v_found.outcome; END IF;
    v_hold := v_found.hold;
    v_word := ledger.void_hold(p_community, p_payment);
    IF v_word <> 'voided' THEN RETURN v_word; END IF;
    UPDATE merchant.hold h SET state = 'voided', ended_at = p_moment, ended_by = p_client
     WHERE h.community_id = p_community AND h.payment_id = p_payment;
    UPDATE merchant.payment p
       SET state = CASE WHEN v_hold.captured > 0 THEN 'captured' ELSE 'voided' END
     WHERE p.community_id = p_community AND p.id = p_payment;
    PERFORM pg_notify('merchant_payment', p_payment::text);
    RETURN v_word;
END
$$;

-- Ends reservations whose time is over, of one community, at most so many; how many it ended. The
-- ledger's own upkeep may have given their coins back already. Reservations are locked before
-- accounts, as everywhere; one that somebody captures or voids at this moment is theirs to decide.
CREATE FUNCTION merchant.expire_holds(p_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at CONSTANT timestamptz := clock_timestamp();
    v_community uuid; v_ids uuid[];
BEGIN
    SELECT h.community_id INTO v_community FROM merchant.hold h
     WHERE h.state = 'held' AND h.expires_at <= v_at ORDER BY h.expires_at LIMIT 1;
    IF NOT FOUND THEN RETURN 0; END IF;
    SELECT array_agg(d.id) INTO v_ids
      FROM (SELECT p.id FROM merchant.payment p
             WHERE p.community_id = v_community AND p.state = 'held' AND p.id = ANY (ARRAY(
                   SELECT h.payment_id FROM merchant.hold h
                    WHERE h.community_id = v_community AND h.state = 'held'
                      AND h.expires_at <= v_at
                    ORDER BY h.expires_at LIMIT least(p_most, 1000)))
             ORDER BY p.id FOR NO KEY UPDATE SKIP LOCKED) AS d;
    IF v_ids IS NULL THEN RETURN 0; END IF;
    PERFORM ledger.release_holds(v_community, v_ids, 'expired');
    UPDATE merchant.hold h SET state = 'expired', ended_at = greatest(v_at, h.placed_at)
     WHERE h.community_id = v_community AND h.payment_id = ANY (v_ids);
    UPDATE merchant.payment p
       SET state = CASE WHEN h.captured > 0 THEN 'captured' ELSE 'expired' END
      FROM merchant.hold h
     WHERE p.community_id = v_community AND p.id = ANY (v_ids)
       AND h.community_id = p.community_id AND h.payment_id = p.id;
    PERFORM pg_notify('merchant_payment', d.id::text) FROM unnest(v_ids) AS d (id);
    RETURN cardinality(v_ids);
END
$$;

-- What a till asked for is withdrawn when the till is revoked: whoever took it may not go on showing
-- its codes. Nothing was asked longer ago than an invoice can wait. Nobody revokes what a payment
-- holds locked, and an acceptance that came first stands.
CREATE FUNCTION merchant.withdraw_payments() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id uuid;
BEGIN
    FOR v_id IN
        UPDATE merchant.payment p SET state = 'refused'
          FROM merchant.terminal t
          JOIN merchant.shop s ON s.community_id = t.community_id AND s.id = t.shop_id
         WHERE t.community_id = NEW.community_id AND t.id = NEW.terminal_id
           AND p.community_id = t.community_id AND p.merchant_id = s.merchant_id
           AND p.id >= ledger.first_id_at(clock_timestamp() - interval '31 days')
           AND p.terminal_id = t.id AND p.state = 'requested'
        RETURNING p.id
    LOOP
        PERFORM pg_notify('merchant_payment', v_id::text);
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER payments_are_withdrawn AFTER UPDATE OF revoked_at ON accounts.client
    FOR EACH ROW WHEN (NEW.kind = 'terminal' AND NEW.revoked_at IS NOT NULL)
    EXECUTE FUNCTION merchant.withdraw_payments();
REVOKE ALL ON FUNCTION merchant.withdraw_payments FROM PUBLIC;

REVOKE ALL ON FUNCTION merchant.is_vat_breakdown, merchant.hold_payment, merchant.lock_hold,
    merchant.capture_payment, merchant.void_payment, merchant.expire_holds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merchant.is_vat_breakdown, merchant.hold_payment, merchant.lock_hold,
    merchant.capture_payment, merchant.void_payment, merchant.expire_holds TO wijkmunt_merchant;
GRANT SELECT, INSERT ON merchant.hold TO wijkmunt_merchant;
GRANT UPDATE (captured, state, ended_at, ended_by) ON merchant.hold TO wijkmunt_merchant;
-- The payer sees in the wallet what is kept and what became of it.
GRANT SELECT (community_id, payment_id, wallet_id, amount, captured, state, placed_at, expires_at,
              ended_at) ON merchant.hold TO wijkmunt_wallet;
GRANT SELECT (community_id, payment_id, amount, captured, state, expires_at) ON merchant.hold
    TO wijkmunt_audit;
GRANT SELECT (hold_seconds, reservation_id) ON merchant.payment TO wijkmunt_audit;

-- Holds post transfers of any moment: those that no month has are kept like all others.
CREATE TRIGGER transfer_is_kept BEFORE TRUNCATE ON ledger.transfer_timeless
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
