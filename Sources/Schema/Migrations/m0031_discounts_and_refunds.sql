-- Which pots a payment draws on, and what others add to it.

-- Where the money of a programme may be spent: in shops of these merchant categories (ISO 18245), and
-- in these shops. A programme without a row is spent anywhere.
CREATE TABLE wallet.earmark (
    community_id uuid NOT NULL,
    programme_id uuid NOT NULL,
    categories text[] NOT NULL,
    shops uuid[] NOT NULL,
    PRIMARY KEY (community_id, programme_id),
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    CONSTRAINT earmark_names_places CHECK (cardinality(categories) + cardinality(shops) > 0)
);
SELECT public.isolate('wallet.earmark');
GRANT SELECT, INSERT ON wallet.earmark TO wijkmunt_disbursement;

-- What the order of spending asks of a pot, kept with it so that a payment looks nothing up: whether
-- its programme has an earmark, and when the ledger lets it expire.
ALTER TABLE wallet.pot
    ADD COLUMN is_earmarked boolean NOT NULL DEFAULT false,
    ADD COLUMN expires_at timestamptz;
UPDATE wallet.pot AS p SET expires_at = a.expires_at
  FROM ledger.account a
 WHERE a.community_id = p.community_id AND a.id = p.id AND a.expires_at IS NOT NULL;

CREATE FUNCTION wallet.mark_pot() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.is_earmarked := EXISTS (
        SELECT FROM wallet.earmark e
         WHERE e.community_id = NEW.community_id AND e.programme_id = NEW.programme_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER pot_is_marked BEFORE INSERT ON wallet.pot
    FOR EACH ROW WHEN (NEW.programme_id IS NOT NULL) EXECUTE FUNCTION wallet.mark_pot();

-- Lets pots expire at a moment; what is left then returns to an account of the same coin. The pot is
-- told too, because the order of spending goes by it.
CREATE OR REPLACE FUNCTION ledger.set_expiry(
    p_community uuid, p_accounts uuid[], p_expires_at timestamptz, p_returns_to uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH changed AS (
        UPDATE ledger.account a SET expires_at = p_expires_at, returns_to = due.returns_to
          FROM (SELECT l.id, t.id AS returns_to
                  FROM ledger.account l
                  JOIN ledger.account t
                    ON t.community_id = l.community_id AND t.coin = l.coin
                 WHERE l.community_id = p_community AND l.id = ANY (p_accounts)
                   AND l.kind = 'pot'
                   AND (l.expires_at, l.returns_to) IS DISTINCT FROM (p_expires_at, p_returns_to)
                   AND t.id = p_returns_to AND t.kind = 'programme'
                 ORDER BY l.id FOR NO KEY UPDATE OF l) AS due
         WHERE a.community_id = p_community AND a.id = due.id
        RETURNING a.id
    )
    UPDATE wallet.pot p SET expires_at = p_expires_at
      FROM changed c WHERE p.community_id = p_community AND p.id = c.id
$$;

-- Whether money of a programme with an earmark may be paid to an account, at a shop.
CREATE FUNCTION wallet.may_spend(
    p_community uuid, p_programme uuid, p_payee uuid, p_shop uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM wallet.earmark e
          JOIN merchant.merchant m ON m.community_id = e.community_id AND m.account_id = p_payee
         WHERE e.community_id = p_community AND e.programme_id = p_programme
           AND (m.category_code = ANY (e.categories) OR p_shop = ANY (e.shops)))
$$;

-- The legs of transfers that are paid from wallets: request n credits p_payees[n] and draws on the
-- pots of p_wallets[n] that may be spent there, at shop p_shops[n]. Programme pots come before free
-- coin, and among them what expires first; then what is earmarked, and the oldest. A payer who chose
-- draws on the chosen pots (p_chosen[n], an array as text) in that order, and on no others; nobody on
-- pots of the programmes p_barred[n], an array as text too. Of the amount, p_sponsored[n] comes from
-- the account p_sponsors[n]. Whoever has an outcome already gets no
-- legs. Without settings of its own, so that it becomes part of the statement that calls it.
DROP FUNCTION wallet.spending_legs;
CREATE FUNCTION wallet.spending_legs(
    p_community uuid, p_outcomes text[], p_payees uuid[], p_amounts bigint[], p_wallets uuid[],
    p_coins text[], p_shops uuid[] DEFAULT NULL, p_chosen text[] DEFAULT NULL,
    p_sponsors uuid[] DEFAULT NULL, p_sponsored bigint[] DEFAULT NULL,
    p_barred text[] DEFAULT NULL)
RETURNS TABLE (n integer, account uuid, amount bigint)
LANGUAGE sql STABLE AS $$
    SELECT l.n, l.account, l.amount
      FROM (SELECT n, -1 AS nr, p_payees[n] AS account, p_amounts[n] AS amount
              FROM generate_series(1, cardinality(p_payees)) AS n WHERE p_outcomes[n] IS NULL
            UNION ALL
            SELECT n, 0, p_sponsors[n], -p_sponsored[n]
              FROM generate_series(1, cardinality(p_sponsored)) AS n
             WHERE p_outcomes[n] IS NULL AND p_sponsored[n] > 0
            UNION ALL
            SELECT n, pot.nr, pot.id, NULL
              FROM generate_series(1, cardinality(p_payees)) AS n
             CROSS JOIN LATERAL (
                    SELECT p.id, row_number() OVER (
                               ORDER BY array_position(p_chosen[n]::uuid[], p.id),
                                        p.programme_id IS NULL, p.expires_at,
                                        NOT p.is_earmarked, p.created_at, p.id) AS nr
                      FROM wallet.pot p
                     WHERE p.community_id = p_community AND p.wallet_id = p_wallets[n]
                       AND p.coin = p_coins[n]
                       AND (p_chosen[n] IS NULL OR p.id = ANY (p_chosen[n]::uuid[]))
                       AND (p_barred[n] IS NULL OR p.programme_id IS NULL
                            OR p.programme_id <> ALL (p_barred[n]::uuid[]))
                       AND CASE WHEN p.is_earmarked
                                THEN wallet.may_spend(p_community, p.programme_id, p_payees[n],
                                                      p_shops[n])
                                ELSE true END) AS pot
             WHERE p_outcomes[n] IS NULL AND p_sponsored[n] IS DISTINCT FROM p_amounts[n]) AS l
     ORDER BY l.n, l.nr
$$;

-- Groups of people that others add something for. Who is in one is known at the counter, to the
-- person, and to the functions that decide on a payment.
CREATE TABLE accounts.target_group (
    community_id uuid NOT NULL REFERENCES accounts.community,
    id uuid NOT NULL,
    name text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    CONSTRAINT target_group_name_length CHECK (length(name) BETWEEN 1 AND 100)
);
CREATE TABLE accounts.target_group_member (
    community_id uuid NOT NULL,
    group_id uuid NOT NULL,
    party_id uuid NOT NULL,
    -- NULL: until somebody takes them out.
    valid_until timestamptz,
    added_by uuid NOT NULL,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, group_id, party_id),
    FOREIGN KEY (community_id, group_id) REFERENCES accounts.target_group,
    FOREIGN KEY (community_id, party_id) REFERENCES accounts.party
);
CREATE INDEX target_group_member_by_party
    ON accounts.target_group_member (community_id, party_id, group_id);
SELECT public.isolate('accounts.target_group');
SELECT public.isolate('accounts.target_group_member');
GRANT SELECT, INSERT ON accounts.target_group TO wijkmunt_accounts;
GRANT SELECT, INSERT, DELETE ON accounts.target_group_member TO wijkmunt_accounts;
GRANT UPDATE (valid_until, added_by, added_at) ON accounts.target_group_member
    TO wijkmunt_accounts;
GRANT SELECT (community_id, id) ON accounts.target_group TO wijkmunt_merchant;

-- Whoever is erased is in no group any more.
CREATE FUNCTION accounts.leave_groups() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM accounts.target_group_member m
     WHERE m.community_id = NEW.community_id AND m.party_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER erased_party_is_in_no_group AFTER UPDATE OF erased_at ON accounts.party
    FOR EACH ROW WHEN (NEW.erased_at IS NOT NULL) EXECUTE FUNCTION accounts.leave_groups();

-- Discounts: a programme or a merchant sets coins aside in an account of the discount, and part of
-- the price of a payment comes from there. The merchant gets the whole price every time.
INSERT INTO ledger.opening_rule (role, kind) VALUES ('wijkmunt_merchant', 'sponsor');
INSERT INTO ledger.transfer_rule (kind, role, debits, credits) VALUES
    ('promotion', 'wijkmunt_merchant', '{merchant,sponsor}', '{merchant,sponsor}');

-- What a programme has set aside for discounts, given away or not.
ALTER TABLE disbursement.programme
    ADD COLUMN sponsored bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT programme_sponsored_not_negative CHECK (sponsored >= 0);
GRANT UPDATE (sponsored) ON disbursement.programme TO wijkmunt_disbursement;

CREATE TABLE merchant.discount (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    coin text NOT NULL,
    -- Whose coins: exactly one of the two.
    programme_id uuid,
    merchant_id uuid,
    account_id uuid NOT NULL,
    -- For whom; NULL: for everybody.
    group_id uuid,
    kind text NOT NULL,
    percent integer,
    amount bigint,
    full_price bigint,
    second_price bigint,
    most_per_payment bigint,
    -- Where, besides at the merchant's own shops; both empty: everywhere.
    categories text[] NOT NULL,
    shops uuid[] NOT NULL,
    -- What one person gets in one period of the community's calendar; NULL: no limit.
    period text NOT NULL,
    most_per_period bigint,
    uses_per_period integer,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    ended_by uuid,
    ended_at timestamptz,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, coin) REFERENCES accounts.coin,
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    FOREIGN KEY (community_id, merchant_id) REFERENCES merchant.merchant,
    FOREIGN KEY (community_id, account_id) REFERENCES ledger.account,
    FOREIGN KEY (community_id, group_id) REFERENCES accounts.target_group,
    CONSTRAINT discount_name_length CHECK (length(name) BETWEEN 1 AND 100),
    CONSTRAINT discount_of_one_funder CHECK (num_nonnulls(programme_id, merchant_id) = 1),
    CONSTRAINT discount_of_kind CHECK (CASE kind
        WHEN 'percentage' THEN percent BETWEEN 1 AND 100
            AND num_nonnulls(amount, full_price, second_price) = 0
        WHEN 'buy-up' THEN percent BETWEEN 1 AND 1000
            AND num_nonnulls(amount, full_price, second_price) = 0
        WHEN 'fixed' THEN amount > 0 AND num_nonnulls(percent, full_price, second_price) = 0
        WHEN 'second-price' THEN full_price > second_price AND second_price >= 0
            AND num_nonnulls(percent, amount) = 0
        ELSE false END IS TRUE),
    CONSTRAINT discount_limits_positive CHECK (
        most_per_payment > 0 AND most_per_period > 0 AND uses_per_period > 0),
    CONSTRAINT discount_period_known CHECK (period IN ('day', 'week', 'month', 'year', 'whole')),
    CONSTRAINT discount_ends_later CHECK (valid_until > valid_from),
    CONSTRAINT discount_ended_whole CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX discount_running ON merchant.discount (community_id, coin) WHERE ended_at IS NULL;
CREATE INDEX discount_by_merchant ON merchant.discount (community_id, merchant_id, id);

-- What somebody got of a discount in a period, and in which payments.
CREATE TABLE merchant.discount_allowance (
    community_id uuid NOT NULL,
    discount_id uuid NOT NULL,
    party_id uuid NOT NULL,
    period_start date NOT NULL,
    amount bigint NOT NULL,
    uses integer NOT NULL,
    PRIMARY KEY (community_id, discount_id, party_id, period_start),
    FOREIGN KEY (community_id, discount_id) REFERENCES merchant.discount,
    CONSTRAINT discount_allowance_not_negative CHECK (amount >= 0 AND uses >= 0)
);
CREATE TABLE merchant.discount_use (
    community_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    discount_id uuid NOT NULL,
    party_id uuid NOT NULL,
    period_start date NOT NULL,
    amount bigint NOT NULL,
    returned bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (community_id, payment_id),
    FOREIGN KEY (community_id, payment_id) REFERENCES merchant.payment,
    FOREIGN KEY (community_id, discount_id) REFERENCES merchant.discount,
    CONSTRAINT discount_use_returned_in_range CHECK (amount > 0 AND returned BETWEEN 0 AND amount)
);
CREATE INDEX discount_use_by_party ON merchant.discount_use (community_id, party_id);
SELECT public.isolate('merchant.discount');
SELECT public.isolate('merchant.discount_allowance');
SELECT public.isolate('merchant.discount_use');
GRANT SELECT, INSERT ON merchant.discount TO wijkmunt_merchant;
GRANT UPDATE (ended_by, ended_at) ON merchant.discount TO wijkmunt_merchant;

ALTER TABLE merchant.payment
    -- Of the amount, what came from the account of a discount.
    ADD COLUMN sponsored bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT payment_sponsored_within CHECK (sponsored BETWEEN 0 AND amount);
GRANT UPDATE (sponsored) ON merchant.payment TO wijkmunt_merchant;

-- What a discount adds to a price, before any limit; rounded down to whole minor units.
CREATE FUNCTION merchant.discount_of(p_discount merchant.discount, p_price bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT least(p_discount.most_per_payment, CASE p_discount.kind
        WHEN 'percentage' THEN p_price * p_discount.percent / 100
        -- For each that the payer pays, the sponsor pays so many percent on top.
        WHEN 'buy-up' THEN p_price * p_discount.percent / (100 + p_discount.percent)
        WHEN 'fixed' THEN least(p_price, p_discount.amount)
        ELSE CASE WHEN p_price = p_discount.full_price
                  THEN p_discount.full_price - p_discount.second_price ELSE 0 END END)
$$;

-- What somebody may get now, of all discounts or of one, for a payment that was asked for. Not more
-- than what is left for them in the period and what the account of the discount has.
CREATE FUNCTION merchant.discounts_for(
    p_community uuid, p_payment uuid, p_party uuid, p_discount uuid, p_moment timestamptz)
RETURNS TABLE (discount uuid, name text, account uuid, share bigint, period_start date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT d.id, d.name, d.account_id, s.share, b.began
      FROM merchant.payment p
      JOIN merchant.merchant m ON m.community_id = p.community_id AND m.id = p.merchant_id
      JOIN accounts.community c ON c.community_id = p.community_id
      JOIN merchant.discount d ON d.community_id = p.community_id AND d.coin = p.coin
      JOIN ledger.account a ON a.community_id = d.community_id AND a.id = d.account_id
     CROSS JOIN LATERAL (
            SELECT CASE d.period WHEN 'whole' THEN '-infinity'::date
                        ELSE date_trunc(d.period, p_moment AT TIME ZONE c.time_zone)::date END
                   AS began) AS b
      LEFT JOIN merchant.discount_allowance u
        ON u.community_id = d.community_id AND u.discount_id = d.id AND u.party_id = p_party
       AND u.period_start = b.began
     CROSS JOIN LATERAL (
            SELECT least(merchant.discount_of(d, p.amount),
                         d.most_per_period - coalesce(u.amount, 0),
                         a.posted - a.held - a.floor) AS share) AS s
     WHERE p.community_id = p_community AND p.id = p_payment
       -- Of a reservation nobody knows yet what will be taken.
       AND p.hold_seconds IS NULL
       AND (p_discount IS NULL OR d.id = p_discount)
       AND d.ended_at IS NULL AND d.valid_from <= p_moment
       AND (d.valid_until IS NULL OR d.valid_until > p_moment)
       AND (d.merchant_id IS NULL OR d.merchant_id = p.merchant_id)
       AND (cardinality(d.categories) + cardinality(d.shops) = 0
            OR m.category_code = ANY (d.categories) OR p.shop_id = ANY (d.shops))
       AND (d.uses_per_period IS NULL OR coalesce(u.uses, 0) < d.uses_per_period)
       AND (d.group_id IS NULL OR EXISTS (
            SELECT FROM accounts.target_group_member g
             WHERE g.community_id = d.community_id AND g.group_id = d.group_id
               AND g.party_id = p_party
               AND (g.valid_until IS NULL OR g.valid_until > p_moment)))
       AND s.share > 0
     ORDER BY s.share DESC, d.id
$$;

-- Lets the payments of one person with a discount follow one another, so that none slips past a
-- limit; before any account is locked.
CREATE FUNCTION merchant.lock_allowances(p_community uuid, p_party uuid) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('discounts/' || p_community || '/' || p_party, 0))
$$;

-- Counts what somebody got of a discount with a payment.
CREATE FUNCTION merchant.use_discount(
    p_community uuid, p_payment uuid, p_discount uuid, p_party uuid, p_period_start date,
    p_amount bigint) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO merchant.discount_use (community_id, payment_id, discount_id, party_id,
                                       period_start, amount)
    VALUES (p_community, p_payment, p_discount, p_party, p_period_start, p_amount);
    INSERT INTO merchant.discount_allowance AS a (community_id, discount_id, party_id,
                                                  period_start, amount, uses)
    VALUES (p_community, p_discount, p_party, p_period_start, p_amount, 1)
    ON CONFLICT (community_id, discount_id, party_id, period_start) DO UPDATE
       SET amount = a.amount + excluded.amount, uses = a.uses + 1;
$$;

-- Why a wallet had too little: 'discount-exhausted' when the account of the discount had,
-- 'programme-barred:' and the reason of a rule of place when there is money in it of a programme that
-- the verdict bars, 'earmarked-elsewhere' when there is money in it that may not be spent here, 'insufficient-funds'
-- otherwise.
CREATE FUNCTION merchant.shortage(
    p_community uuid, p_wallet uuid, p_coin text, p_payee uuid, p_shop uuid, p_blamed uuid,
    p_sponsor uuid, p_verdict text DEFAULT NULL) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH full_pot AS MATERIALIZED (
        SELECT p.programme_id,
               p.is_earmarked
               AND NOT wallet.may_spend(p_community, p.programme_id, p_payee, p_shop)
                   AS is_for_elsewhere
          FROM wallet.pot p
          JOIN ledger.account a ON a.community_id = p.community_id AND a.id = p.id
         WHERE p.community_id = p_community AND p.wallet_id = p_wallet AND p.coin = p_coin
           AND a.posted > a.held AND (p.expires_at IS NULL OR p.expires_at > clock_timestamp())
    ), barred AS (
        SELECT 'programme-barred:' || (e.programme ->> 'reason') AS word
          FROM jsonb_array_elements(p_verdict::jsonb -> 'programmes') AS e (programme)
          JOIN full_pot f ON f.programme_id = (e.programme ->> 'programmeId')::uuid
         WHERE e.programme ->> 'outcome' <> 'accepted' AND NOT f.is_for_elsewhere
         ORDER BY f.programme_id LIMIT 1
    )
    SELECT CASE WHEN p_blamed = p_sponsor THEN 'discount-exhausted'
                WHEN EXISTS (SELECT FROM barred) THEN (SELECT word FROM barred)
                WHEN EXISTS (SELECT FROM full_pot f WHERE f.is_for_elsewhere)
                THEN 'earmarked-elsewhere' ELSE 'insufficient-funds' END
$$;

-- Accepts payments of one community whose approval and locality hold already; p_…[n] are those of
-- request n. An item whose key has an answer gets that one again. `outcomes[n]` is 'posted' or why
-- not: the words of ledger.post and merchant.shortage, or 'payment-not-found', 'payment-expired',
-- 'payment-not-requested', 'shop-suspended', 'discount-unavailable', 'idempotency-key-reused'; or
-- 'stale-verdict' when another policy or geofence is in force by now: nothing is kept of that one, judge again. The keys
-- of a call differ. Payers choose pots (p_chosen[n], as spending_legs has it). A payment with a
-- discount comes alone: p_discount, of which the payer signed p_share.
-- Locks: payments by id, the payer's allowances, then what ledger.post locks.
DROP FUNCTION merchant.accept_payments;
CREATE FUNCTION merchant.accept_payments(
    p_community uuid, p_payments uuid[], p_clients uuid[], p_parties uuid[], p_requests uuid[],
    p_keys text[], p_fingerprints bytea[], p_wallets uuid[], p_approvals text[],
    p_verdicts text[], p_policies integer[], p_geofences integer[], p_moments timestamptz[],
    p_chosen text[] DEFAULT NULL, p_discount uuid DEFAULT NULL, p_share bigint DEFAULT NULL,
    OUT outcomes text[], OUT requests uuid[], OUT replayed boolean[])
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
-- A plan is kept for long and may be made while a table is empty: it must look up all the same.
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    n_items CONSTANT integer := cardinality(p_payments);
    v_now CONSTANT timestamptz := (SELECT max(m) FROM unnest(p_moments) AS m);
    v_coins text[]; v_amounts bigint[]; v_accounts uuid[]; v_references text[]; v_shops uuid[];
    v_leg_transfer integer[]; v_leg_account uuid[]; v_leg_amount bigint[];
    v_sponsors uuid[]; v_sponsored bigint[]; v_discount record;
    v_verdicts text[]; v_blamed uuid[]; is_beaten boolean;
BEGIN
    IF p_discount IS NOT NULL AND n_items <> 1 THEN
        RAISE EXCEPTION 'a payment with a discount comes alone'
            USING ERRCODE = 'array_subscript_error';
    END IF;
    WITH payment AS MATERIALIZED (
        SELECT p.* FROM merchant.payment p
         WHERE p.community_id = p_community AND p.id = ANY (p_payments)
         ORDER BY p.id FOR NO KEY UPDATE
    ), in_force AS MATERIALIZED (
        SELECT c.coin, l.version AS policy,
               (SELECT max(g.version) FROM accounts.geofence g
                 WHERE g.community_id = p_community AND g.name = l.geofence
                   AND g.valid_from <= v_now) AS geofence,
               disbursement.locality_stamp(p_community, c.coin, v_now) AS programmes
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
           array_agg(d.reference), array_agg(d.shop_id)
      INTO outcomes, replayed, requests, v_coins, v_amounts, v_accounts, v_references, v_shops
      FROM (SELECT CASE WHEN r.fingerprint <> i.fingerprint THEN 'idempotency-key-reused'
                        WHEN r.fingerprint IS NOT NULL THEN coalesce(r.outcome, 'stored')
                        WHEN p.id IS NULL OR k.id IS NULL THEN 'payment-not-found'
                        WHEN p.state <> 'requested' THEN 'payment-not-requested'
                        WHEN p.expires_at < i.moment THEN 'payment-expired'
                        WHEN EXISTS (SELECT FROM merchant.shop_suspension s
                                      WHERE s.community_id = p_community
                                        AND s.shop_id = p.shop_id AND s.lifted_at IS NULL)
                            THEN 'shop-suspended'
                        WHEN f.policy IS DISTINCT FROM i.policy
                             OR f.geofence IS DISTINCT FROM i.geofence
                             OR (f.programmes IS NOT NULL
                                 OR strpos(i.verdict, '"programmes"') > 0)
                                AND f.programmes
                                    IS DISTINCT FROM merchant.judged_programmes(i.verdict)
                            THEN 'stale-verdict'
                        -- The same payment twice in one call: one of them may pay.
                        WHEN i.nr <> array_position(p_payments, i.payment)
                            THEN 'payment-not-requested' END AS outcome,
                   r.fingerprint IS NOT NULL AS is_replay,
                   coalesce(r.request_id, i.request) AS request_id,
                   p.coin, p.amount, m.account_id, p.reference, p.shop_id
              FROM unnest(p_payments, p_clients, p_parties, p_requests, p_keys, p_fingerprints,
                          p_policies, p_geofences, p_moments, p_verdicts)
                   WITH ORDINALITY AS i (payment, client, party, request, key, fingerprint,
                                         policy, geofence, moment, verdict, nr)
              LEFT JOIN LATERAL (
                    SELECT r.* FROM merchant.idempotency_record r
                     WHERE r.community_id = p_community AND r.client_id = i.client
                       AND r.operation = 'acceptPayment' AND r.key = i.key LIMIT 1) AS r ON true
              LEFT JOIN LATERAL (
                    -- The phone may have been revoked since its key was read.
                    SELECT k.id FROM accounts.client k
                     WHERE k.community_id = p_community AND k.id = i.client
                       AND k.revoked_at IS NULL AND (k.party_id = i.party
                       OR accounts.pays_for(p_community, k.party_id, i.party)) LIMIT 1)
                   AS k ON true
              LEFT JOIN payment p ON p.id = i.payment
              LEFT JOIN payee m ON m.id = p.merchant_id
              LEFT JOIN in_force f ON f.coin = p.coin
             ORDER BY i.nr) AS d;

    IF p_discount IS NOT NULL AND outcomes[1] IS NULL THEN
        PERFORM merchant.lock_allowances(p_community, p_parties[1]);
        -- What was signed may be less than what there is by now, never more.
        SELECT d.* INTO v_discount
          FROM merchant.discounts_for(p_community, p_payments[1], p_parties[1], p_discount,
                                      p_moments[1]) AS d
         WHERE p_share BETWEEN 1 AND d.share;
        IF FOUND THEN
            v_sponsors := ARRAY[v_discount.account];
            v_sponsored := ARRAY[p_share];
        ELSE
            outcomes[1] := 'discount-unavailable';
        END IF;
    END IF;

    SELECT array_agg(l.n), array_agg(l.account), array_agg(l.amount)
      INTO v_leg_transfer, v_leg_account, v_leg_amount
      FROM wallet.spending_legs(p_community, outcomes, v_accounts, v_amounts, p_wallets, v_coins,
                                v_shops, p_chosen, v_sponsors, v_sponsored,
                                merchant.barred_programmes(p_verdicts)) AS l;
    IF v_leg_account IS NOT NULL THEN
        SELECT verdicts, blamed_accounts INTO v_verdicts, v_blamed
          FROM ledger.post(
              p_community, p_payments, array_fill('payment'::text, ARRAY[n_items]), v_references,
              array_fill(NULL::uuid, ARRAY[n_items]), array_fill(NULL::uuid, ARRAY[n_items]),
              p_clients, p_parties, array_fill(false, ARRAY[n_items]),
              v_leg_transfer, v_leg_account, v_leg_amount);
        IF v_verdicts && ARRAY['unbalanced', 'insufficient-funds'] THEN
            FOR n IN 1 .. n_items LOOP
                -- A payer without any pot of this coin has no funds; nor has one without a request.
                CONTINUE WHEN outcomes[n] IS NOT NULL
                    OR v_verdicts[n] NOT IN ('unbalanced', 'insufficient-funds');
                v_verdicts[n] := merchant.shortage(
                    p_community, p_wallets[n], v_coins[n], v_accounts[n], v_shops[n], v_blamed[n],
                    v_sponsors[n], p_verdicts[n]);
            END LOOP;
        END IF;
    END IF;
    IF v_sponsors IS NOT NULL AND v_verdicts[1] = 'posted' THEN
        PERFORM merchant.use_discount(p_community, p_payments[1], p_discount, p_parties[1],
                                      v_discount.period_start, p_share);
    END IF;

    WITH decided AS MATERIALIZED (
        SELECT i.*, coalesce(i.before, i.verdict) AS outcome
          FROM unnest(p_payments, p_clients, p_parties, p_wallets, p_approvals, p_verdicts,
                      p_moments, p_keys, p_fingerprints, p_requests, replayed, outcomes,
                      v_verdicts, v_sponsored) WITH ORDINALITY
               AS i (payment, client, party, wallet, approval, locality, moment, key,
                     fingerprint, request, replayed, before, verdict, sponsored, nr)
    ), accepted AS (
        UPDATE merchant.payment AS p
           SET state = 'accepted', accepted_at = d.moment, wallet_id = d.wallet,
               payer_client_id = d.client, payer_party_id = d.party, approval = d.approval,
               verdict = d.locality, transfer_id = d.payment,
               sponsored = coalesce(d.sponsored, 0)
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

-- The same as merchant.accept_payments does for one request, under a mandate.
DROP FUNCTION merchant.accept_payment_by_mandate;
CREATE FUNCTION merchant.accept_payment_by_mandate(
    p_mandate uuid, p_community uuid, p_payment uuid, p_client uuid, p_party uuid,
    p_request uuid, p_key text, p_fingerprint bytea, p_wallet uuid, p_approval text,
    p_verdict text, p_policy integer, p_geofence integer, p_moment timestamptz,
    p_chosen text DEFAULT NULL, p_discount uuid DEFAULT NULL, p_share bigint DEFAULT NULL,
    OUT outcomes text[], OUT requests uuid[], OUT replayed boolean[])
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_refusal text; v_amount bigint; v_shop uuid;
BEGIN
    -- Neither ever changes. What somebody else pays is no spending of the ward.
    SELECT p.amount - coalesce(p_share, 0), p.shop_id INTO v_amount, v_shop
      FROM merchant.payment p
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
          ARRAY[p_verdict], ARRAY[p_policy], ARRAY[p_geofence], ARRAY[p_moment],
          ARRAY[p_chosen], p_discount, p_share) AS a;
    IF outcomes[1] = 'posted' AND NOT replayed[1] THEN
        PERFORM accounts.use_mandate(p_community, p_request, p_mandate, p_client,
                                     'acceptPayment', p_payment, v_amount);
        UPDATE merchant.payment SET mandate_id = p_mandate
         WHERE community_id = p_community AND id = p_payment;
    END IF;
END
$$;

-- By card there is nobody to choose: whoever may have a discount gets the greatest. The rest of the
-- function stays as it is.
DO $$
DECLARE
    v_text text := pg_get_functiondef('merchant.accept_card_payment'::regproc);
    v_change text[];
BEGIN
    FOREACH v_change SLICE 1 IN ARRAY ARRAY[
        ['v_payer record; v_wallet uuid;',
         'v_payer record; v_wallet uuid; v_discount record; v_blamed uuid[]; v_account uuid;'],
        ['    SELECT array_agg(l.n), array_agg(l.account), array_agg(l.amount)',
         $new$    SELECT m.account_id INTO v_account FROM merchant.merchant m
     WHERE m.community_id = p_community AND m.id = v_payment.merchant_id;
    PERFORM merchant.lock_allowances(p_community, v_payer.party);
    SELECT d.* INTO v_discount
      FROM merchant.discounts_for(p_community, p_payment, v_payer.party, NULL, p_moment) AS d
     LIMIT 1;
    SELECT array_agg(l.n), array_agg(l.account), array_agg(l.amount)$new$],
        ['ARRAY[v_wallet], ARRAY[v_payment.coin])',
         'ARRAY[v_wallet], ARRAY[v_payment.coin], ARRAY[v_payment.shop_id], NULL, '
         'ARRAY[v_discount.account], ARRAY[v_discount.share], '
         'merchant.barred_programmes(ARRAY[p_verdict]))'],
        ['SELECT verdicts INTO v_verdicts', 'SELECT verdicts, blamed_accounts INTO v_verdicts, v_blamed'],
        [$old$        -- A payer without any pot of this coin has no funds.
        RETURN CASE v_verdicts[1] WHEN 'unbalanced' THEN 'insufficient-funds'
                                  ELSE v_verdicts[1] END;
    END IF;$old$,
         $new$        IF v_verdicts[1] NOT IN ('unbalanced', 'insufficient-funds') THEN
            RETURN v_verdicts[1];
        END IF;
        -- Others took the last of the discount meanwhile: the till asks again, without it.
        RETURN replace(merchant.shortage(
            p_community, v_wallet, v_payment.coin, v_account, v_payment.shop_id, v_blamed[1],
            v_discount.account, p_verdict), 'discount-exhausted', 'stale-verdict');
    END IF;
    IF v_discount.share > 0 THEN
        PERFORM merchant.use_discount(p_community, p_payment, v_discount.discount, v_payer.party,
                                      v_discount.period_start, v_discount.share);
    END IF;$new$],
        [$old$    IF v_payment.expires_at < p_moment THEN RETURN 'payment-expired'; END IF;$old$,
         $new$    IF v_payment.expires_at < p_moment THEN RETURN 'payment-expired'; END IF;
    IF merchant.is_suspended(p_community, v_payment.shop_id) THEN RETURN 'shop-suspended'; END IF;$new$],
        ['v_geofence IS DISTINCT FROM p_geofence THEN',
         'v_geofence IS DISTINCT FROM p_geofence OR merchant.programmes_differ('
         'p_community, v_payment.coin, p_verdict, p_moment) THEN'],
        ['verdict = p_verdict, transfer_id = p_payment',
         'verdict = p_verdict, transfer_id = p_payment, sponsored = coalesce(v_discount.share, 0)']
    ] LOOP
        IF position(v_change[1] IN v_text) = 0 THEN
            RAISE EXCEPTION 'merchant.accept_card_payment no longer says: %', v_change[1];
        END IF;
        v_text := replace(v_text, v_change[1], v_change[2]);
    END LOOP;
    EXECUTE v_text;
END
$$;

-- How a payment would be paid: the pots of the payer's wallet that may be spent there, in order, and
-- what each has. Nothing for who has no wallet.
CREATE FUNCTION merchant.usable_pots(p_community uuid, p_payment uuid, p_party uuid)
RETURNS TABLE (pot uuid, programme uuid, programme_name text, expires_at timestamptz,
               available bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.id, o.programme_id, g.name, o.expires_at, s.available
      FROM merchant.payment p
      JOIN merchant.merchant m ON m.community_id = p.community_id AND m.id = p.merchant_id
      JOIN wallet.wallet w ON w.community_id = p.community_id AND w.party_id = p_party
     CROSS JOIN LATERAL wallet.spending_legs(
            p_community, ARRAY[NULL::text], ARRAY[m.account_id], ARRAY[p.amount], ARRAY[w.id],
            ARRAY[p.coin], ARRAY[p.shop_id]) WITH ORDINALITY AS l (n, account, amount, nr)
      JOIN wallet.pot o ON o.community_id = p.community_id AND o.id = l.account
     CROSS JOIN LATERAL ledger.standing_at(p_community, o.id, clock_timestamp()) AS s
      LEFT JOIN disbursement.programme g
        ON g.community_id = o.community_id AND g.id = o.programme_id
     WHERE p.community_id = p_community AND p.id = p_payment AND l.amount IS NULL
     ORDER BY l.nr
$$;

-- What the account of a discount of a programme is, for whoever funds it; NULL when the programme
-- has no such discount, or takes nothing more from it and `p_gives`.
CREATE FUNCTION merchant.discount_account(
    p_community uuid, p_discount uuid, p_programme uuid, p_gives boolean) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT d.account_id FROM merchant.discount d
     WHERE d.community_id = p_community AND d.id = p_discount AND d.programme_id = p_programme
       AND (d.ended_at IS NULL OR NOT p_gives)
$$;

-- Whether a programme pays a coin: for who makes a discount of it.
CREATE FUNCTION merchant.programme_pays(p_community uuid, p_programme uuid, p_coin text)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM disbursement.programme g
                    WHERE g.community_id = p_community AND g.id = p_programme AND g.coin = p_coin)
$$;

REVOKE ALL ON FUNCTION wallet.mark_pot, wallet.may_spend, wallet.spending_legs,
    accounts.leave_groups, merchant.discount_of, merchant.discounts_for,
    merchant.lock_allowances, merchant.use_discount, merchant.shortage, merchant.accept_payments,
    merchant.accept_payment_by_mandate, merchant.usable_pots, merchant.discount_account,
    merchant.programme_pays FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.may_spend, wallet.spending_legs
    TO wijkmunt_wallet, wijkmunt_merchant;
GRANT EXECUTE ON FUNCTION merchant.discounts_for, merchant.lock_allowances,
    merchant.use_discount, merchant.shortage, merchant.accept_payments,
    merchant.accept_payment_by_mandate, merchant.usable_pots, merchant.programme_pays
    TO wijkmunt_merchant;
GRANT EXECUTE ON FUNCTION merchant.discount_account TO wijkmunt_disbursement;
GRANT USAGE ON SCHEMA merchant TO wijkmunt_disbursement;
