-- Mandates: the right to act for somebody, with scopes, limits, shops and an end.
CREATE TABLE accounts.mandate (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    -- On whose behalf, and who acts.
    principal_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    kind text NOT NULL,
    scopes text[] NOT NULL,
    -- Minor units; every coin has the euro's (coin_peg_is_euro). NULL: no limit.
    limit_per_act bigint,
    limit_per_day bigint,
    -- NULL: all shops.
    shops uuid[],
    -- Who decided it, and where that is written.
    decision text,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz NOT NULL,
    given_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_by uuid,
    revocation_reason text,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, principal_id) REFERENCES accounts.party,
    FOREIGN KEY (community_id, agent_id) REFERENCES accounts.party,
    CONSTRAINT mandate_kind_known
        CHECK (kind IN ('guardian', 'budget-coach', 'cashier', 'accountant')),
    CONSTRAINT mandate_for_another CHECK (principal_id <> agent_id),
    CONSTRAINT mandate_has_scopes CHECK (cardinality(scopes) > 0),
    CONSTRAINT mandate_limits_not_negative CHECK (limit_per_act >= 0 AND limit_per_day >= 0),
    CONSTRAINT mandate_shops_some CHECK (cardinality(shops) > 0),
    CONSTRAINT mandate_over_person_decided
        CHECK (kind IN ('cashier', 'accountant') OR decision IS NOT NULL),
    CONSTRAINT mandate_ends CHECK (valid_until > valid_from
                                   AND valid_until <= valid_from + interval '5 years'),
    CONSTRAINT mandate_revoked_whole CHECK (
        (revoked_at IS NULL) = (revoked_by IS NULL)
        AND (revoked_at IS NULL) = (revocation_reason IS NULL))
);
CREATE INDEX mandate_by_principal ON accounts.mandate (community_id, principal_id, id);
CREATE INDEX mandate_by_agent ON accounts.mandate (community_id, agent_id, id);
-- Every service asks for the latest, whatever their community.
CREATE INDEX mandate_by_revocation ON accounts.mandate (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TRIGGER mandate_revocation_is_announced AFTER UPDATE OF revoked_at ON accounts.mandate
    FOR EACH STATEMENT EXECUTE FUNCTION accounts.announce_revocation();

-- Every act under a mandate, written in the transaction of the act: who (client and agent), on
-- whose behalf (principal), what (operation and the id that came of it). Never changed.
CREATE TABLE accounts.mandate_use (
    community_id uuid NOT NULL,
    -- The id of the request.
    id uuid NOT NULL,
    mandate_id uuid NOT NULL,
    operation text NOT NULL,
    -- The transfer, payment or refund; a transfer of the ledger has the same id.
    act_id uuid NOT NULL,
    client_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    principal_id uuid NOT NULL,
    -- What the act moved, in minor units.
    amount bigint NOT NULL,
    -- The day that it counts for, in the zone of the community.
    used_on date NOT NULL,
    used_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, mandate_id) REFERENCES accounts.mandate,
    CONSTRAINT mandate_use_once UNIQUE (community_id, act_id, operation),
    CONSTRAINT mandate_use_amount_not_negative CHECK (amount >= 0)
);
CREATE INDEX mandate_use_by_day ON accounts.mandate_use (community_id, mandate_id, used_on);
CREATE TRIGGER mandate_use_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts.mandate_use
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- Why an act under a mandate is refused; NULL when it may be done, with use_mandate in the same
-- transaction. 'mandate-ended', 'mandate-other-shop', 'above-mandate' or 'above-mandate-day'.
-- Locks the mandate, so that acts under one follow one another and none slips past a limit or an
-- end. Called before anything of the act is locked: one order, hence no deadlock.
CREATE FUNCTION accounts.mandate_refusal(
    p_community uuid, p_mandate uuid, p_client uuid, p_principal uuid, p_scope text, p_shop uuid,
    p_amount bigint) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_mandate accounts.mandate%ROWTYPE; v_used bigint;
BEGIN
    SELECT m.* INTO v_mandate FROM accounts.mandate m
     WHERE m.community_id = p_community AND m.id = p_mandate
       FOR NO KEY UPDATE;
    IF NOT FOUND OR v_mandate.principal_id <> p_principal OR v_mandate.revoked_at IS NOT NULL
       OR NOT p_scope = ANY (v_mandate.scopes)
       OR clock_timestamp() < v_mandate.valid_from OR clock_timestamp() >= v_mandate.valid_until
       OR NOT EXISTS (SELECT FROM accounts.client k
                       WHERE k.community_id = p_community AND k.id = p_client
                         AND k.party_id = v_mandate.agent_id AND k.revoked_at IS NULL) THEN
        RETURN 'mandate-ended';
    END IF;
    IF v_mandate.shops IS NOT NULL AND (p_shop IS NULL OR p_shop <> ALL (v_mandate.shops)) THEN
        RETURN 'mandate-other-shop';
    END IF;
    IF p_amount > v_mandate.limit_per_act THEN RETURN 'above-mandate'; END IF;
    IF v_mandate.limit_per_day IS NOT NULL AND p_amount > 0 THEN
        SELECT coalesce(sum(u.amount), 0) INTO v_used FROM accounts.mandate_use u
         WHERE u.community_id = p_community AND u.mandate_id = p_mandate
           AND u.used_on = (SELECT (clock_timestamp() AT TIME ZONE c.time_zone)::date
                              FROM accounts.community c WHERE c.community_id = p_community);
        IF p_amount > v_mandate.limit_per_day - v_used THEN RETURN 'above-mandate-day'; END IF;
    END IF;
    RETURN NULL;
END
$$;

-- Records an act that mandate_refusal let pass.
CREATE FUNCTION accounts.use_mandate(
    p_community uuid, p_request uuid, p_mandate uuid, p_client uuid, p_operation text,
    p_act uuid, p_amount bigint) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO accounts.mandate_use (community_id, id, mandate_id, operation, act_id, client_id,
                                      agent_id, principal_id, amount, used_on, used_at)
    SELECT p_community, p_request, p_mandate, p_operation, p_act, p_client, m.agent_id,
           m.principal_id, p_amount, (clock_timestamp() AT TIME ZONE c.time_zone)::date,
           clock_timestamp()
      FROM accounts.mandate m
      JOIN accounts.community c ON c.community_id = m.community_id
     WHERE m.community_id = p_community AND m.id = p_mandate
$$;

-- Whether somebody may pay for another now.
CREATE FUNCTION accounts.pays_for(p_community uuid, p_agent uuid, p_principal uuid)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM accounts.mandate m
         WHERE m.community_id = p_community AND m.principal_id = p_principal
           AND m.agent_id = p_agent AND 'payments:accept' = ANY (m.scopes)
           AND m.revoked_at IS NULL
           AND clock_timestamp() >= m.valid_from AND clock_timestamp() < m.valid_until)
$$;

-- A payment is accepted with the phone of the payer, or of somebody who pays for them. The rest of
-- the function stays as it is, whichever migration wrote it last.
DO $$
DECLARE
    v_function CONSTANT text := pg_get_functiondef('merchant.accept_payments'::regproc);
    v_own CONSTANT text := 'AND k.party_id = i.party AND k.revoked_at IS NULL';
BEGIN
    IF position(v_own IN v_function) = 0 THEN
        RAISE EXCEPTION 'merchant.accept_payments no longer asks whose phone it is';
    END IF;
    EXECUTE replace(v_function, v_own,
        'AND k.revoked_at IS NULL AND (k.party_id = i.party '
        'OR accounts.pays_for(p_community, k.party_id, i.party))');
END
$$;

-- Under which mandate; NULL for whoever acted for themselves.
ALTER TABLE merchant.payment
    ADD COLUMN request_mandate_id uuid,
    ADD COLUMN mandate_id uuid,
    ADD CONSTRAINT payment_mandate_of_acceptance
        CHECK (mandate_id IS NULL OR accepted_at IS NOT NULL);

-- The same as wallet.create_transfers does for one request, under a mandate.
CREATE FUNCTION wallet.create_transfer_by_mandate(
    p_mandate uuid, p_community uuid, p_id uuid, p_client uuid, p_party uuid, p_request uuid,
    p_key text, p_fingerprint bytea, p_from uuid, p_to uuid, p_to_alias text, p_coin text,
    p_amount bigint, p_reference text,
    OUT outcomes text[], OUT result_ids uuid[], OUT to_wallets uuid[], OUT moments timestamptz[],
    OUT requests uuid[], OUT replayed boolean[])
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_refusal text;
BEGIN
    IF NOT EXISTS (SELECT FROM wallet.idempotency_record r
                    WHERE r.community_id = p_community AND r.client_id = p_client
                      AND r.operation = 'createTransfer' AND r.key = p_key) THEN
        v_refusal := accounts.mandate_refusal(p_community, p_mandate, p_client, p_party,
                                              'transfers:create', NULL, p_amount);
        IF v_refusal IS NOT NULL THEN
            -- That it ended is no answer of the request: another token asks again.
            IF v_refusal <> 'mandate-ended' THEN
                INSERT INTO wallet.idempotency_record (community_id, client_id, operation, key,
                                                       fingerprint, outcome, request_id)
                VALUES (p_community, p_client, 'createTransfer', p_key, p_fingerprint, v_refusal,
                        p_request)
                ON CONFLICT DO NOTHING;
                IF NOT FOUND THEN
                    RAISE EXCEPTION 'a key was answered elsewhere'
                        USING ERRCODE = 'serialization_failure';
                END IF;
            END IF;
            outcomes := ARRAY[v_refusal]; result_ids := ARRAY[p_id];
            to_wallets := ARRAY[NULL::uuid]; moments := ARRAY[clock_timestamp()];
            requests := ARRAY[p_request]; replayed := ARRAY[false];
            RETURN;
        END IF;
    END IF;
    SELECT t.outcomes, t.result_ids, t.to_wallets, t.moments, t.requests, t.replayed
      INTO outcomes, result_ids, to_wallets, moments, requests, replayed
      FROM wallet.create_transfers(
          p_community, ARRAY[p_id], ARRAY[p_client], ARRAY[p_party], ARRAY[p_request],
          ARRAY[p_key], ARRAY[p_fingerprint], ARRAY[p_from], ARRAY[p_to], ARRAY[p_to_alias],
          ARRAY[p_coin], ARRAY[p_amount], ARRAY[p_reference]) AS t;
    IF outcomes[1] = 'posted' AND NOT replayed[1] THEN
        PERFORM accounts.use_mandate(p_community, p_request, p_mandate, p_client,
                                     'createTransfer', p_id, p_amount);
    END IF;
END
$$;

-- Why a request of the merchant service is refused under its mandate, kept as its answer; NULL when
-- it may be done, or was answered before under its key.
CREATE FUNCTION merchant.mandate_refusal(
    p_community uuid, p_mandate uuid, p_client uuid, p_party uuid, p_scope text, p_shop uuid,
    p_amount bigint, p_operation text, p_key text, p_fingerprint bytea, p_request uuid)
RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_refusal text;
BEGIN
    IF EXISTS (SELECT FROM merchant.idempotency_record r
                WHERE r.community_id = p_community AND r.client_id = p_client
                  AND r.operation = p_operation AND r.key = p_key) THEN
        RETURN NULL;
    END IF;
    v_refusal := accounts.mandate_refusal(p_community, p_mandate, p_client, p_party, p_scope,
                                          p_shop, p_amount);
    -- That it ended is no answer of the request: another token asks again.
    IF v_refusal <> 'mandate-ended' THEN
        INSERT INTO merchant.idempotency_record (community_id, client_id, operation, key,
                                                 fingerprint, outcome, request_id)
        VALUES (p_community, p_client, p_operation, p_key, p_fingerprint, v_refusal, p_request)
        ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'a key was answered elsewhere'
                USING ERRCODE = 'serialization_failure';
        END IF;
    END IF;
    RETURN v_refusal;
END
$$;

-- The same as merchant.accept_payments does for one request, under a mandate.
CREATE FUNCTION merchant.accept_payment_by_mandate(
    p_mandate uuid, p_community uuid, p_payment uuid, p_client uuid, p_party uuid,
    p_request uuid, p_key text, p_fingerprint bytea, p_wallet uuid, p_approval text,
    p_verdict text, p_policy integer, p_geofence integer, p_moment timestamptz,
    OUT outcomes text[], OUT requests uuid[], OUT replayed boolean[])
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_refusal text; v_amount bigint; v_shop uuid;
BEGIN
    -- Neither ever changes.
    SELECT p.amount, p.shop_id INTO v_amount, v_shop FROM merchant.payment p
     WHERE p.community_id = p_community AND p.id = p_payment;
    IF FOUND THEN
        v_refusal := merchant.mandate_refusal(
            p_community, p_mandate, p_client, p_party, 'payments:accept', v_shop, v_amount,
            'acceptPayment', p_key, p_fingerprint, p_request);
        IF v_refusal IS NOT NULL THEN
            outcomes := ARRAY[v_refusal]; requests := ARRAY[p_request];
            replayed := ARRAY[false];
            RETURN;
        END IF;
    END IF;
    SELECT a.outcomes, a.requests, a.replayed INTO outcomes, requests, replayed
      FROM merchant.accept_payments(
          p_community, ARRAY[p_payment], ARRAY[p_client], ARRAY[p_party], ARRAY[p_request],
          ARRAY[p_key], ARRAY[p_fingerprint], ARRAY[p_wallet], ARRAY[p_approval],
          ARRAY[p_verdict], ARRAY[p_policy], ARRAY[p_geofence], ARRAY[p_moment]) AS a;
    IF outcomes[1] = 'posted' AND NOT replayed[1] THEN
        PERFORM accounts.use_mandate(p_community, p_request, p_mandate, p_client,
                                     'acceptPayment', p_payment, v_amount);
        UPDATE merchant.payment SET mandate_id = p_mandate
         WHERE community_id = p_community AND id = p_payment;
    END IF;
END
$$;

-- The same as merchant.refund_payments does for one request, under a mandate.
CREATE FUNCTION merchant.refund_payment_by_mandate(
    p_mandate uuid, p_community uuid, p_id uuid, p_payment uuid, p_client uuid, p_party uuid,
    p_request uuid, p_key text, p_fingerprint bytea, p_coin text, p_amount bigint, p_reason text,
    p_moment timestamptz,
    OUT outcomes text[], OUT requests uuid[], OUT replayed boolean[], OUT result_ids uuid[],
    OUT coins text[], OUT amounts bigint[], OUT moments timestamptz[])
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_refusal text; v_amount bigint; v_shop uuid;
BEGIN
    -- Neither ever changes; of another merchant's payment nothing is told but that it is not there.
    SELECT p.amount, p.shop_id INTO v_amount, v_shop FROM merchant.payment p
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
    IF outcomes[1] = 'posted' AND NOT replayed[1] THEN
        PERFORM accounts.use_mandate(p_community, p_request, p_mandate, p_client,
                                     'refundPayment', p_id, v_amount);
    END IF;
END
$$;

REVOKE ALL ON FUNCTION accounts.mandate_refusal, accounts.use_mandate, accounts.pays_for,
    wallet.create_transfer_by_mandate, merchant.mandate_refusal,
    merchant.accept_payment_by_mandate, merchant.refund_payment_by_mandate FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts.mandate_refusal, accounts.use_mandate
    TO wijkmunt_wallet, wijkmunt_merchant;
GRANT EXECUTE ON FUNCTION accounts.pays_for, merchant.mandate_refusal,
    merchant.accept_payment_by_mandate, merchant.refund_payment_by_mandate TO wijkmunt_merchant;
GRANT EXECUTE ON FUNCTION wallet.create_transfer_by_mandate TO wijkmunt_wallet;
GRANT SELECT, INSERT ON accounts.mandate TO wijkmunt_accounts;
GRANT UPDATE (revoked_at, revoked_by, revocation_reason) ON accounts.mandate TO wijkmunt_accounts;
GRANT SELECT (id, revoked_at) ON accounts.mandate
    TO wijkmunt_wallet, wijkmunt_merchant, wijkmunt_disbursement;
GRANT SELECT ON accounts.mandate_use TO wijkmunt_accounts;
GRANT SELECT (community_id, act_id, operation, mandate_id, principal_id) ON accounts.mandate_use
    TO wijkmunt_wallet;
GRANT UPDATE (mandate_id) ON merchant.payment TO wijkmunt_merchant;
