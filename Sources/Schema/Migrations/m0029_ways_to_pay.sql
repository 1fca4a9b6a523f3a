-- Ways to pay: what payers propose at a printed code, what their phones show, and at a distance.

-- An invoice: nobody stands at a till.
ALTER TABLE merchant.payment ADD COLUMN is_at_distance boolean NOT NULL DEFAULT false;

-- What somebody at a printed code wants to be asked. Once the till has confirmed it, there is a
-- payment of the same id. Kept for a day.
CREATE TABLE merchant.payment_proposal (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    terminal_id uuid NOT NULL,
    coin text NOT NULL,
    amount bigint NOT NULL,
    reference text,
    -- Three digits that both screens show.
    match_code text NOT NULL,
    proposer_client_id uuid NOT NULL,
    proposer_party_id uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    decision text,
    decided_by uuid,
    decided_at timestamptz,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, merchant_id) REFERENCES merchant.merchant,
    FOREIGN KEY (community_id, shop_id) REFERENCES merchant.shop,
    FOREIGN KEY (community_id, terminal_id) REFERENCES merchant.terminal,
    CONSTRAINT payment_proposal_amount_positive CHECK (amount > 0),
    CONSTRAINT payment_proposal_match_code_form CHECK (match_code ~ '^[0-9]{3}$'),
    CONSTRAINT payment_proposal_expires_later CHECK (expires_at > proposed_at),
    CONSTRAINT payment_proposal_decision_known
        CHECK (decision IN ('confirmed', 'declined', 'withdrawn')),
    CONSTRAINT payment_proposal_decided_whole CHECK (
        (decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL))
);
CREATE INDEX payment_proposal_by_merchant ON merchant.payment_proposal (community_id, merchant_id, id);
CREATE INDEX payment_proposal_open ON merchant.payment_proposal (community_id, terminal_id, id)
    WHERE decision IS NULL;
CREATE INDEX payment_proposal_by_proposer
    ON merchant.payment_proposal (community_id, proposer_party_id) WHERE decision IS NULL;
SELECT public.isolate('merchant.payment_proposal');

-- Codes of phones that have been charged, as SHA-256: each once, whichever instance a till asks.
-- Kept for a day; a code counts for minutes.
CREATE TABLE merchant.used_payer_code (
    community_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    payment_id uuid NOT NULL,
    used_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, code_hash),
    FOREIGN KEY (community_id, payment_id) REFERENCES merchant.payment,
    CONSTRAINT used_payer_code_hash_length CHECK (octet_length(code_hash) = 32)
);
CREATE INDEX used_payer_code_by_time ON merchant.used_payer_code (community_id, used_at);
SELECT public.isolate('merchant.used_payer_code');

-- Accepts a payment by the code of a payer's phone, whose signature and time hold already, at the
-- till that asked for it: 'posted', or why not: the words of ledger.post, those of
-- merchant.accept_payments, or 'payer-code-used', 'payer-code-limit', 'payer-code-invalid' when the
-- phone is no longer somebody's. What the phone allows is in minor units of the payment's coin, and
-- is held against the whole price. Nobody chooses here: whoever may have a discount gets the greatest.
-- Locks: the payment, the code, the payer's allowances, then what ledger.post locks.
CREATE FUNCTION merchant.accept_payer_code(
    p_community uuid, p_payment uuid, p_client uuid, p_terminal uuid, p_phone uuid,
    p_code_hash bytea, p_most bigint, p_approval text, p_verdict text, p_policy integer,
    p_geofence integer, p_moment timestamptz) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
-- A plan is kept for long and may be made while a table is empty: it must look up all the same.
SET enable_seqscan = off AS $$
DECLARE
    v_payment merchant.payment; v_payer uuid; v_wallet uuid; v_account uuid; v_discount record;
    v_policy integer; v_geofence integer; v_verdicts text[]; v_blamed uuid[];
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
    IF v_payment.amount > p_most THEN RETURN 'payer-code-limit'; END IF;
    -- Whose phone it is, and that it still may pay.
    SELECT k.party_id, w.id INTO v_payer, v_wallet
      FROM accounts.client k
      JOIN wallet.wallet w ON w.community_id = k.community_id AND w.party_id = k.party_id
     WHERE k.community_id = p_community AND k.id = p_phone AND k.kind = 'phone'
       AND k.revoked_at IS NULL;
    IF NOT FOUND THEN RETURN 'payer-code-invalid'; END IF;

    -- Another till with the same code waits here until this one has paid or has not.
    INSERT INTO merchant.used_payer_code (community_id, code_hash, payment_id, used_at)
    VALUES (p_community, p_code_hash, p_payment, p_moment)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN RETURN 'payer-code-used'; END IF;

    SELECT m.account_id INTO v_account FROM merchant.merchant m
     WHERE m.community_id = p_community AND m.id = v_payment.merchant_id;
    PERFORM merchant.lock_allowances(p_community, v_payer);
    SELECT d.* INTO v_discount
      FROM merchant.discounts_for(p_community, p_payment, v_payer, NULL, p_moment) AS d LIMIT 1;
    SELECT array_agg(l.n), array_agg(l.account), array_agg(l.amount)
      INTO v_leg_transfer, v_leg_account, v_leg_amount
      FROM wallet.spending_legs(
           p_community, ARRAY[NULL::text], ARRAY[v_account], ARRAY[v_payment.amount],
           ARRAY[v_wallet], ARRAY[v_payment.coin], ARRAY[v_payment.shop_id], NULL,
           ARRAY[v_discount.account], ARRAY[v_discount.share],
           merchant.barred_programmes(ARRAY[p_verdict])) AS l;
    SELECT verdicts, blamed_accounts INTO v_verdicts, v_blamed
      FROM ledger.post(
          p_community, ARRAY[p_payment], ARRAY['payment'], ARRAY[v_payment.reference],
          ARRAY[NULL::uuid], ARRAY[NULL::uuid], ARRAY[p_phone], ARRAY[v_payer],
          ARRAY[false], v_leg_transfer, v_leg_account, v_leg_amount);
    IF v_verdicts[1] IS DISTINCT FROM 'posted' THEN
        -- Nothing was charged, so the code still counts.
        DELETE FROM merchant.used_payer_code u
         WHERE u.community_id = p_community AND u.code_hash = p_code_hash;
        IF v_verdicts[1] NOT IN ('unbalanced', 'insufficient-funds') THEN
            RETURN v_verdicts[1];
        END IF;
        -- Others took the last of the discount meanwhile: the till asks again, without it.
        RETURN replace(merchant.shortage(
            p_community, v_wallet, v_payment.coin, v_account, v_payment.shop_id, v_blamed[1],
            v_discount.account, p_verdict), 'discount-exhausted', 'stale-verdict');
    END IF;
    IF v_discount.share > 0 THEN
        PERFORM merchant.use_discount(p_community, p_payment, v_discount.discount, v_payer,
                                      v_discount.period_start, v_discount.share);
    END IF;
    UPDATE merchant.payment p
       SET state = 'accepted', accepted_at = p_moment, wallet_id = v_wallet,
           payer_client_id = p_phone, payer_party_id = v_payer, approval = p_approval,
           verdict = p_verdict, transfer_id = p_payment,
           sponsored = coalesce(v_discount.share, 0)
     WHERE p.community_id = p_community AND p.id = p_payment;
    PERFORM pg_notify('merchant_payment', p_payment::text);

    DELETE FROM merchant.used_payer_code u WHERE u.ctid = ANY (ARRAY(
        SELECT o.ctid FROM merchant.used_payer_code o
         WHERE o.community_id = p_community AND o.used_at < p_moment - interval '1 day'
         ORDER BY o.used_at LIMIT 100));
    RETURN 'posted';
END
$$;

-- Forgets proposals of a day ago, some of them; withdraws what a payer proposed before; and tells
-- how many proposals of others wait at a till.
CREATE FUNCTION merchant.make_room_for_proposal(
    p_community uuid, p_terminal uuid, p_client uuid, p_party uuid, p_moment timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE merchant.payment_proposal o
       SET decision = 'withdrawn', decided_by = p_client, decided_at = p_moment
     WHERE o.community_id = p_community AND o.proposer_party_id = p_party AND o.decision IS NULL;
    DELETE FROM merchant.payment_proposal o WHERE o.ctid = ANY (ARRAY(
        SELECT i.ctid FROM merchant.payment_proposal i
         WHERE i.community_id = p_community AND i.terminal_id = p_terminal
           AND i.expires_at < p_moment - interval '1 day'
         ORDER BY i.id LIMIT 100 FOR UPDATE SKIP LOCKED));
    RETURN (SELECT count(*) FROM merchant.payment_proposal o
             WHERE o.community_id = p_community AND o.terminal_id = p_terminal
               AND o.decision IS NULL AND o.expires_at >= p_moment);
END
$$;

REVOKE ALL ON FUNCTION merchant.accept_payer_code, merchant.make_room_for_proposal FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merchant.accept_payer_code, merchant.make_room_for_proposal
    TO wijkmunt_merchant;
GRANT SELECT, INSERT, DELETE ON merchant.payment_proposal TO wijkmunt_merchant;
GRANT UPDATE (decision, decided_by, decided_at) ON merchant.payment_proposal TO wijkmunt_merchant;
GRANT SELECT, INSERT, DELETE ON merchant.used_payer_code TO wijkmunt_merchant;
