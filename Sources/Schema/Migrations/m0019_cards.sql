-- Cards for people without a phone: their numbers and PINs, the tries at tills, payments by card.

-- A number is kept as HMAC-SHA256 and by its last four digits; a PIN as scrypt of an HMAC. No
-- service reads a PIN's hash: the functions below compare, and count before they do.
CREATE TABLE accounts.card (
    community_id uuid NOT NULL REFERENCES accounts.community,
    id uuid NOT NULL,
    print_run_id uuid NOT NULL,
    number_hash bytea NOT NULL,
    last_four text NOT NULL,
    state text NOT NULL DEFAULT 'blank',
    -- Whose card it is or, when it was replaced, was.
    party_id uuid,
    pin_hash bytea,
    -- Wrong PINs in a row, and with how many the card does not pay any more.
    wrong_pins smallint NOT NULL DEFAULT 0,
    most_wrong_pins smallint,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, party_id) REFERENCES accounts.party,
    CONSTRAINT card_number_unique UNIQUE (community_id, number_hash),
    CONSTRAINT card_last_four_form CHECK (last_four ~ '^[0-9]{4}$'),
    CONSTRAINT card_state_known CHECK (state IN ('blank', 'linked', 'blocked', 'replaced')),
    CONSTRAINT card_of_person CHECK (CASE state WHEN 'blank' THEN party_id IS NULL
                                                WHEN 'blocked' THEN true
                                                ELSE party_id IS NOT NULL END),
    CONSTRAINT card_pin_pair CHECK ((pin_hash IS NULL) = (most_wrong_pins IS NULL)),
    CONSTRAINT card_pin_of_person CHECK (pin_hash IS NULL OR party_id IS NOT NULL),
    CONSTRAINT card_wrong_pins_range CHECK (wrong_pins >= 0 AND most_wrong_pins BETWEEN 1 AND 10)
);
CREATE UNIQUE INDEX card_one_per_person ON accounts.card (community_id, party_id)
    WHERE state = 'linked';
CREATE INDEX card_by_party ON accounts.card (community_id, party_id, id);

-- What became of a card. Rows are only added.
CREATE TABLE accounts.card_event (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    card_id uuid NOT NULL,
    act text NOT NULL,
    party_id uuid,
    client_id uuid NOT NULL,
    reason text,
    happened_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, card_id) REFERENCES accounts.card,
    CONSTRAINT card_event_act_known
        CHECK (act IN ('linked', 'pin-set', 'blocked', 'returned', 'replaced'))
);
CREATE INDEX card_event_by_card ON accounts.card_event (community_id, card_id, id);

-- Tries at tills, by the request that made them: asked again, a request is not counted again.
CREATE TABLE accounts.card_try (
    community_id uuid NOT NULL REFERENCES accounts.community,
    client_id uuid NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    payment_id uuid NOT NULL,
    -- NULL when there is no such card, or it does not count tries any more.
    card_id uuid,
    party_id uuid,
    -- Until it is judged.
    guess bytea,
    outcome text,
    counted_in xid8 NOT NULL,
    tried_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, client_id, key),
    CONSTRAINT card_try_outcome_known CHECK (outcome IN ('right', 'wrong')),
    CONSTRAINT card_try_judged CHECK (outcome IS NULL OR guess IS NULL)
);
CREATE INDEX card_try_by_time ON accounts.card_try (community_id, tried_at);

-- Counts a try at a card before anybody knows whether it is right: 'tried', or
-- 'idempotency-key-reused', or 'too-many-attempts' when too much was wrong at this till lately.
-- Whether there is such a card is not told. What is counted here counts when it has committed.
CREATE FUNCTION accounts.try_card(
    p_community uuid, p_client uuid, p_key text, p_fingerprint bytea, p_payment uuid,
    p_number_hash bytea, p_guess bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_now CONSTANT timestamptz := clock_timestamp();
    v_card accounts.card;
BEGIN
    -- The same request twice at once: the second waits for the first, and finds its try.
    INSERT INTO accounts.card_try (community_id, client_id, key, fingerprint, payment_id,
                                   counted_in, tried_at)
    VALUES (p_community, p_client, p_key, p_fingerprint, p_payment, pg_current_xact_id(), v_now)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN (SELECT CASE WHEN t.fingerprint = p_fingerprint THEN 'tried'
                            ELSE 'idempotency-key-reused' END
                  FROM accounts.card_try t
                 WHERE t.community_id = p_community AND t.client_id = p_client AND t.key = p_key);
    END IF;
    IF (SELECT count(*) FROM accounts.card_try t
         WHERE t.community_id = p_community AND t.client_id = p_client
           AND t.tried_at > v_now - interval '10 minutes'
           AND t.outcome IS DISTINCT FROM 'right') > 30 THEN
        DELETE FROM accounts.card_try t
         WHERE t.community_id = p_community AND t.client_id = p_client AND t.key = p_key;
        RETURN 'too-many-attempts';
    END IF;

    SELECT * INTO v_card FROM accounts.card c
     WHERE c.community_id = p_community AND c.number_hash = p_number_hash FOR NO KEY UPDATE;
    IF v_card.state IN ('linked', 'blocked') AND v_card.wrong_pins < v_card.most_wrong_pins THEN
        UPDATE accounts.card c SET wrong_pins = c.wrong_pins + 1
         WHERE c.community_id = p_community AND c.id = v_card.id;
        UPDATE accounts.card_try t
           SET card_id = v_card.id, party_id = v_card.party_id, guess = p_guess
         WHERE t.community_id = p_community AND t.client_id = p_client AND t.key = p_key;
    ELSE
        UPDATE accounts.card_try t SET outcome = 'wrong'
         WHERE t.community_id = p_community AND t.client_id = p_client AND t.key = p_key;
    END IF;

    -- A request may be repeated for as long as its first answer is kept.
    DELETE FROM accounts.card_try t WHERE t.ctid = ANY (ARRAY(
        SELECT o.ctid FROM accounts.card_try o
         WHERE o.community_id = p_community AND o.tried_at < v_now - interval '31 days'
         LIMIT 100 FOR UPDATE SKIP LOCKED));
    RETURN 'tried';
END
$$;

-- Says what a counted try was: 'right', 'blocked' (right, and the card was blocked at a counter), or
-- 'refused'. Only a guess that was counted in a transaction of its own is compared, so that rolling
-- back gives no try back; and only that guess, however often this is asked.
CREATE FUNCTION accounts.judge_card_try(p_community uuid, p_client uuid, p_key text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- Equal hashes under a number that nobody knows: how long the comparison takes tells nothing.
    v_nonce CONSTANT bytea := uuid_send(gen_random_uuid());
    v_try accounts.card_try;
    v_card accounts.card;
    is_right boolean;
BEGIN
    SELECT * INTO v_try FROM accounts.card_try t
     WHERE t.community_id = p_community AND t.client_id = p_client AND t.key = p_key
       FOR NO KEY UPDATE;
    IF v_try.counted_in IS NULL OR v_try.counted_in = pg_current_xact_id() THEN
        RAISE EXCEPTION 'a try is counted before it is judged'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    SELECT * INTO v_card FROM accounts.card c
     WHERE c.community_id = p_community AND c.id = v_try.card_id FOR NO KEY UPDATE;
    IF v_try.outcome IS NULL THEN
        is_right := coalesce(
            v_card.party_id = v_try.party_id
            AND sha256(v_nonce || v_try.guess) = sha256(v_nonce || v_card.pin_hash), false);
        IF is_right THEN
            UPDATE accounts.card c SET wrong_pins = 0
             WHERE c.community_id = p_community AND c.id = v_card.id;
        END IF;
        v_try.outcome := CASE WHEN is_right THEN 'right' ELSE 'wrong' END;
        UPDATE accounts.card_try t SET outcome = v_try.outcome, guess = NULL
         WHERE t.community_id = p_community AND t.client_id = p_client AND t.key = p_key;
    END IF;
    RETURN CASE WHEN v_try.outcome = 'wrong' THEN 'refused'
                WHEN v_card.state = 'blocked' THEN 'blocked' ELSE 'right' END;
END
$$;

-- Who pays with a try that was right, once more looked at in the transaction that moves the money:
-- `outcome` is 'right', 'card-blocked' or 'card-refused'. The card is held still, so that the
-- payments of one person by card come one after the other.
CREATE FUNCTION accounts.payer_by_card(
    p_community uuid, p_client uuid, p_key text, p_payment uuid, p_moment timestamptz,
    OUT outcome text, OUT card uuid, OUT party uuid, OUT day_began_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_card accounts.card;
BEGIN
    SELECT c.* INTO v_card
      FROM accounts.card_try t
      JOIN accounts.card c ON c.community_id = t.community_id AND c.id = t.card_id
                          AND c.party_id = t.party_id
     WHERE t.community_id = p_community AND t.client_id = p_client AND t.key = p_key
       AND t.payment_id = p_payment AND t.outcome = 'right'
       FOR NO KEY UPDATE OF c;
    outcome := CASE v_card.state WHEN 'linked' THEN 'right' WHEN 'blocked' THEN 'card-blocked'
                                 ELSE 'card-refused' END;
    card := v_card.id;
    party := v_card.party_id;
    SELECT date_trunc('day', p_moment AT TIME ZONE c.time_zone) AT TIME ZONE c.time_zone
      INTO day_began_at FROM accounts.community c WHERE c.community_id = p_community;
END
$$;

-- A payment is accepted by an approval that a phone signed or by a card with its PIN.
ALTER TABLE merchant.payment
    ADD card_id uuid,
    ADD FOREIGN KEY (community_id, card_id) REFERENCES accounts.card,
    DROP CONSTRAINT payment_accepted_whole,
    ADD CONSTRAINT payment_accepted_whole CHECK (
        (state = 'requested') = (accepted_at IS NULL)
        AND (accepted_at IS NULL) = (wallet_id IS NULL)
        AND num_nonnulls(approval, card_id) = CASE WHEN accepted_at IS NULL THEN 0 ELSE 1 END
        AND (accepted_at IS NULL) = (verdict IS NULL)
        AND (accepted_at IS NULL) = (transfer_id IS NULL)
        AND (accepted_at IS NULL) = (payer_party_id IS NULL)
        AND (accepted_at IS NULL) = (payer_client_id IS NULL));
CREATE INDEX payment_by_card ON merchant.payment (community_id, payer_party_id, accepted_at)
    WHERE card_id IS NOT NULL;

-- Accepts a payment by a card whose PIN was right, at the till that asked for it: 'posted', or why
-- not: the words of ledger.post, those of merchant.accept_payments, 'card-refused', 'card-blocked' or
-- 'card-limit'. Limits are in minor units, of one payment and of a person's day by card. Locks: the
-- payment, the card, then what ledger.post locks.
CREATE FUNCTION merchant.accept_card_payment(
    p_community uuid, p_payment uuid, p_client uuid, p_terminal uuid, p_key text, p_verdict text,
    p_policy integer, p_geofence integer, p_moment timestamptz, p_payment_limit bigint,
    p_day_limit bigint) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
-- A plan is kept for long and may be made while a table is empty: it must look up all the same.
SET enable_seqscan = off AS $$
DECLARE
    v_payment merchant.payment; v_payer record; v_wallet uuid; v_spent bigint;
    v_policy integer; v_geofence integer; v_verdicts text[];
    v_leg_transfer integer[]; v_leg_account uuid[]; v_leg_amount bigint[];
BEGIN
    SELECT * INTO v_payment FROM merchant.payment p
     WHERE p.community_id = p_community AND p.id = p_payment AND p.terminal_id = p_terminal
       FOR NO KEY UPDATE;
    -- The till may have been revoked since its token was looked at.
    IF NOT FOUND OR NOT EXISTS (
        SELECT FROM accounts.client k WHERE k.community_id = p_community AND k.id = p_client
           AND k.kind = 'terminal' AND k.revoked_at IS NULL) THEN
        RETURN 'payment-not-found';
    END IF;
    IF v_payment.state <> 'requested' THEN RETURN 'payment-not-requested'; END IF;
    IF v_payment.expires_at < p_moment THEN RETURN 'payment-expired'; END IF;
    SELECT l.version, (SELECT max(g.version) FROM accounts.geofence g
                        WHERE g.community_id = p_community AND g.name = l.geofence
                          AND g.valid_from <= p_moment)
      INTO v_policy, v_geofence
      FROM accounts.locality_policy l
     WHERE l.community_id = p_community AND l.coin = v_payment.coin AND l.valid_from <= p_moment
     ORDER BY l.version DESC LIMIT 1;
    IF v_policy IS DISTINCT FROM p_policy OR v_geofence IS DISTINCT FROM p_geofence THEN
        RETURN 'stale-verdict';
    END IF;

    SELECT * INTO v_payer
      FROM accounts.payer_by_card(p_community, p_client, p_key, p_payment, p_moment);
    IF v_payer.outcome <> 'right' THEN RETURN v_payer.outcome; END IF;
    SELECT coalesce(sum(p.amount), 0) INTO v_spent FROM merchant.payment p
     WHERE p.community_id = p_community AND p.payer_party_id = v_payer.party
       AND p.accepted_at >= v_payer.day_began_at AND p.card_id IS NOT NULL
       AND p.coin = v_payment.coin AND p.state = 'accepted';
    IF v_payment.amount > p_payment_limit OR v_spent + v_payment.amount > p_day_limit THEN
        RETURN 'card-limit';
    END IF;

    SELECT w.id INTO v_wallet FROM wallet.wallet w
     WHERE w.community_id = p_community AND w.party_id = v_payer.party;
    SELECT array_agg(l.n), array_agg(l.account), array_agg(l.amount)
      INTO v_leg_transfer, v_leg_account, v_leg_amount
      FROM merchant.merchant m
     CROSS JOIN LATERAL wallet.spending_legs(
            p_community, ARRAY[NULL::text], ARRAY[m.account_id], ARRAY[v_payment.amount],
            ARRAY[v_wallet], ARRAY[v_payment.coin]) AS l
     WHERE m.community_id = p_community AND m.id = v_payment.merchant_id;
    SELECT verdicts INTO v_verdicts
      FROM ledger.post(
          p_community, ARRAY[p_payment], ARRAY['payment'], ARRAY[v_payment.reference],
          ARRAY[NULL::uuid], ARRAY[NULL::uuid], ARRAY[p_client], ARRAY[v_payer.party],
          ARRAY[false], v_leg_transfer, v_leg_account, v_leg_amount);
    IF v_verdicts[1] <> 'posted' THEN
        -- A payer without any pot of this coin has no funds.
        RETURN CASE v_verdicts[1] WHEN 'unbalanced' THEN 'insufficient-funds'
                                  ELSE v_verdicts[1] END;
    END IF;
    UPDATE merchant.payment p
       SET state = 'accepted', accepted_at = p_moment, wallet_id = v_wallet,
           payer_client_id = p_client, payer_party_id = v_payer.party, card_id = v_payer.card,
           verdict = p_verdict, transfer_id = p_payment
     WHERE p.community_id = p_community AND p.id = p_payment;
    PERFORM pg_notify('merchant_payment', p_payment::text);
    RETURN 'posted';
END
$$;

REVOKE ALL ON FUNCTION accounts.try_card, accounts.judge_card_try, accounts.payer_by_card,
    merchant.accept_card_payment FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts.try_card, accounts.judge_card_try, accounts.payer_by_card,
    merchant.accept_card_payment TO wijkmunt_merchant;
GRANT UPDATE (card_id) ON merchant.payment TO wijkmunt_merchant;
-- The accounts service writes hashes of PINs and reads none.
GRANT SELECT (community_id, id, print_run_id, number_hash, last_four, state, party_id, wrong_pins,
              most_wrong_pins, created_by, created_at) ON accounts.card TO wijkmunt_accounts;
GRANT INSERT (community_id, id, print_run_id, number_hash, last_four, created_by, created_at)
    ON accounts.card TO wijkmunt_accounts;
GRANT UPDATE (state, party_id, pin_hash, wrong_pins, most_wrong_pins) ON accounts.card
    TO wijkmunt_accounts;
GRANT SELECT, INSERT ON accounts.card_event TO wijkmunt_accounts;
