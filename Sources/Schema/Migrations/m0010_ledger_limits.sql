-- What a posting obeys besides floors: daily limits, holds, reversals, expiry, depreciation.

-- What a class of wallets may spend and receive in one day of its time zone; NULL: no limit.
CREATE TABLE ledger.holder_class (
    community_id uuid NOT NULL,
    name text NOT NULL,
    time_zone text NOT NULL,
    daily_spending bigint,
    daily_receiving bigint,
    PRIMARY KEY (community_id, name),
    CONSTRAINT holder_class_limits_not_negative
        CHECK (daily_spending >= 0 AND daily_receiving >= 0)
);

-- Whoever holds accounts under a common limit (a wallet its pots), and what moved on `day`.
CREATE TABLE ledger.holder (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    class text NOT NULL,
    day date NOT NULL DEFAULT '-infinity',
    spent bigint NOT NULL DEFAULT 0,
    received bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, class) REFERENCES ledger.holder_class,
    CONSTRAINT holder_sums_not_negative CHECK (spent >= 0 AND received >= 0)
) WITH (fillfactor = 50);

-- Coins that accounts keep for a payee until they are captured, voided or expired.
CREATE TABLE ledger.hold (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    coin text NOT NULL,
    payee_account_id uuid NOT NULL,
    amount bigint NOT NULL,
    remaining bigint NOT NULL,
    state text NOT NULL DEFAULT 'held',
    proposed_accounts uuid[] NOT NULL,
    client_id uuid,
    party_id uuid,
    placed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (community_id, id),
    CONSTRAINT hold_amount_positive CHECK (amount > 0),
    CONSTRAINT hold_expires_later CHECK (expires_at > placed_at),
    CONSTRAINT hold_state_known CHECK (state IN ('held', 'captured', 'voided', 'expired')),
    CONSTRAINT hold_remaining_of_state CHECK (remaining BETWEEN 0 AND amount
        AND (state = 'held') = (remaining > 0) AND (state = 'held') = (ended_at IS NULL))
);
CREATE INDEX hold_by_expiry ON ledger.hold (expires_at) WHERE state = 'held';

-- What each account gives to a hold, in the order it was drawn on.
CREATE TABLE ledger.hold_part (
    community_id uuid NOT NULL,
    hold_id uuid NOT NULL,
    place integer NOT NULL,
    account_id uuid NOT NULL,
    amount bigint NOT NULL,
    remaining bigint NOT NULL,
    PRIMARY KEY (community_id, hold_id, place),
    CONSTRAINT hold_part_in_range CHECK (amount > 0 AND remaining BETWEEN 0 AND amount)
);
CREATE INDEX hold_part_by_account ON ledger.hold_part (community_id, account_id);

-- How much of each leg of a transfer was given back or corrected; the rest still can be.
CREATE TABLE ledger.reversal (
    community_id uuid NOT NULL,
    transfer_id uuid NOT NULL,
    account_id uuid NOT NULL,
    amount bigint NOT NULL,
    returned bigint NOT NULL,
    PRIMARY KEY (community_id, transfer_id, account_id),
    CONSTRAINT reversal_opposes CHECK (sign(returned::numeric) IN (0, -sign(amount::numeric))),
    CONSTRAINT reversal_not_above_original CHECK (abs(returned) <= abs(amount))
);

-- How coins lose value, and which account receives what they lose. Exponential: in every period
-- `parts_per_million` of the balance. Linear: over `periods` periods all of it, evenly.
CREATE TABLE ledger.depreciation (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    coin text NOT NULL,
    method text NOT NULL,
    period text NOT NULL,
    starts_on date NOT NULL,
    time_zone text NOT NULL,
    parts_per_million integer,
    periods integer,
    sink_account_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, sink_account_id) REFERENCES ledger.account,
    CONSTRAINT depreciation_period_known CHECK (period IN ('day', 'week', 'month')),
    CONSTRAINT depreciation_of_method CHECK (CASE method
        WHEN 'exponential' THEN periods IS NULL AND parts_per_million BETWEEN 1 AND 1000000
        WHEN 'linear' THEN parts_per_million IS NULL AND periods BETWEEN 1 AND 5000
        ELSE false END IS TRUE)
);

ALTER TABLE ledger.account
    DROP CONSTRAINT account_kind_known,
    ADD CONSTRAINT account_kind_known CHECK (kind IN
        ('issuance', 'reserve', 'bank', 'redemption', 'programme', 'reserved', 'pot', 'merchant',
         'sink', 'fee', 'sponsor')),
    ADD COLUMN holder_id uuid,
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN returns_to uuid,
    ADD COLUMN depreciation_id uuid,
    -- The period that it came under its policy in, and the one it has settled up to.
    ADD COLUMN depreciated_from integer NOT NULL DEFAULT 0,
    ADD COLUMN depreciated_periods integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT account_returns_somewhere CHECK ((expires_at IS NULL) = (returns_to IS NULL));
CREATE INDEX account_by_expiry ON ledger.account (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX account_by_depreciation ON ledger.account (community_id, depreciation_id)
    WHERE depreciation_id IS NOT NULL;

ALTER TABLE ledger.transfer_rule
    -- Counts against the payer's daily limit, and against the payee's.
    ADD COLUMN spends boolean NOT NULL DEFAULT false,
    ADD COLUMN receives boolean NOT NULL DEFAULT false,
    -- Gives back some of the transfer that it names, on the same accounts, and never more.
    ADD COLUMN reverses boolean NOT NULL DEFAULT false;
UPDATE ledger.transfer_rule SET spends = true WHERE kind IN ('transfer', 'payment');
UPDATE ledger.transfer_rule SET receives = true WHERE kind = 'transfer';
UPDATE ledger.transfer_rule SET reverses = true,
       debits = '{merchant,fee}', credits = '{pot,sponsor}' WHERE kind = 'refund';
UPDATE ledger.transfer_rule SET debits = '{pot,sponsor}', credits = '{merchant,fee}'
 WHERE kind = 'payment';
INSERT INTO ledger.transfer_rule (kind, role, debits, credits, reverses) VALUES
    ('sponsoring', 'wijkmunt_disbursement', '{programme,sponsor}', '{programme,sponsor}', false),
    ('correction', 'wijkmunt_wallet', '{pot,merchant,programme,fee,sponsor,sink}',
     '{pot,merchant,programme,fee,sponsor,sink}', true);
INSERT INTO ledger.opening_rule (role, kind) VALUES
    ('wijkmunt_disbursement', 'sponsor'),
    ('wijkmunt_merchant', 'fee'),
    ('wijkmunt_wallet', 'sink');

-- Locks the holders among these, by id, and shows their day as it stands at a moment.
CREATE FUNCTION ledger.lock_holders(p_community uuid, p_ids uuid[], p_at timestamptz)
RETURNS TABLE (id uuid, today date, spent bigint, received bigint,
               daily_spending bigint, daily_receiving bigint)
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT h.id, d.today, CASE WHEN h.day = d.today THEN h.spent ELSE 0 END,
           CASE WHEN h.day = d.today THEN h.received ELSE 0 END,
           c.daily_spending, c.daily_receiving
      FROM (SELECT * FROM ledger.holder
             WHERE community_id = p_community AND id = ANY (p_ids)
             ORDER BY id FOR NO KEY UPDATE) AS h
      JOIN ledger.holder_class c ON c.community_id = h.community_id AND c.name = h.class
     CROSS JOIN LATERAL (SELECT (p_at AT TIME ZONE c.time_zone)::date AS today) AS d
$$;

-- Sets what a reversal gives back against what its original moved on each account; `p_sign` -1
-- takes that back. False, and nothing done, when the original is not there, was itself a reversal,
-- or moved less. Its accounts are locked.
CREATE FUNCTION ledger.reverse(
    p_community uuid, p_original uuid, p_accounts uuid[], p_amounts bigint[], p_sign integer)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    allowed boolean;
BEGIN
    IF p_sign < 0 THEN
        -- Taking back what was set a moment ago in this transaction is always in order.
        UPDATE ledger.reversal AS r SET returned = r.returned - b.amount
          FROM (SELECT account, sum(amount)::bigint AS amount
                  FROM unnest(p_accounts, p_amounts) AS l (account, amount) GROUP BY account) AS b
         WHERE r.community_id = p_community AND r.transfer_id = p_original
           AND r.account_id = b.account;
        DELETE FROM ledger.reversal r
         WHERE r.community_id = p_community AND r.transfer_id = p_original AND r.returned = 0;
        RETURN true;
    END IF;
    SELECT coalesce(bool_and(coalesce(o.amount, 0) <> 0
               AND sign(o.amount) = -sign(b.amount)
               AND abs(coalesce(r.returned, 0) + b.amount) <= abs(o.amount)), false)
      INTO allowed
      FROM (SELECT account, sum(amount)::bigint AS amount
              FROM unnest(p_accounts, p_amounts) AS l (account, amount) GROUP BY account) AS b
      LEFT JOIN (SELECT l.account, sum(l.amount)::bigint AS amount
                   FROM ledger.transfer t
                  CROSS JOIN LATERAL unnest(t.accounts, t.amounts) AS l (account, amount)
                  WHERE t.community_id = p_community AND t.id = p_original
                    AND NOT EXISTS (SELECT FROM ledger.transfer_rule k
                                     WHERE k.kind = t.kind AND k.reverses)
                  GROUP BY l.account) AS o ON o.account = b.account
      LEFT JOIN ledger.reversal r
        ON r.community_id = p_community AND r.transfer_id = p_original
       AND r.account_id = b.account;
    IF NOT allowed THEN RETURN false; END IF;
    INSERT INTO ledger.reversal AS r (community_id, transfer_id, account_id, amount, returned)
    SELECT p_community, p_original, b.account, o.amount, b.amount
      FROM (SELECT account, sum(amount)::bigint AS amount
              FROM unnest(p_accounts, p_amounts) AS l (account, amount) GROUP BY account) AS b
      JOIN (SELECT l.account, sum(l.amount)::bigint AS amount
              FROM ledger.transfer t
             CROSS JOIN LATERAL unnest(t.accounts, t.amounts) AS l (account, amount)
             WHERE t.community_id = p_community AND t.id = p_original
             GROUP BY l.account) AS o ON o.account = b.account
    ON CONFLICT (community_id, transfer_id, account_id)
        DO UPDATE SET returned = r.returned + excluded.returned;
    RETURN true;
END
$$;

-- What refunds gave back before reversals were counted.
INSERT INTO ledger.reversal (community_id, transfer_id, account_id, amount, returned)
SELECT o.community_id, o.id, l.account, sum(l.amount), -sum(l.amount)
  FROM ledger.transfer r
  JOIN ledger.transfer o ON o.community_id = r.community_id AND o.id = r.related_id
 CROSS JOIN LATERAL unnest(o.accounts, o.amounts) AS l (account, amount)
 WHERE r.kind = 'refund'
 GROUP BY o.community_id, o.id, l.account;

-- Whether a transfer that stands is what is proposed (again): the same act, the same exact legs,
-- and the rest drawn from where it may be.
CREATE FUNCTION ledger.is_replay(
    p_community uuid, p_id uuid, p_kind text, p_related uuid, p_hold uuid,
    p_accounts uuid[], p_amounts bigint[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT t.kind = p_kind AND t.related_id IS NOT DISTINCT FROM p_related
           AND t.hold_id IS NOT DISTINCT FROM p_hold
           AND NOT EXISTS (
               SELECT l.account, l.amount FROM unnest(p_accounts, p_amounts) AS l (account, amount)
                WHERE l.amount IS NOT NULL
               EXCEPT ALL
               SELECT s.account, s.amount FROM unnest(t.accounts, t.amounts) AS s (account, amount))
           AND NOT EXISTS (
               SELECT FROM (
                   SELECT s.account, s.amount
                     FROM unnest(t.accounts, t.amounts) AS s (account, amount)
                   EXCEPT ALL
                   SELECT l.account, l.amount
                     FROM unnest(p_accounts, p_amounts) AS l (account, amount)
                    WHERE l.amount IS NOT NULL) AS rest
                WHERE rest.amount > 0
                   OR p_hold IS NULL AND NOT EXISTS (
                       SELECT FROM unnest(p_accounts, p_amounts) AS l (account, amount)
                        WHERE l.amount IS NULL AND l.account = rest.account))
      FROM ledger.transfer t
     WHERE t.community_id = p_community AND t.id = p_id
$$;

-- How many whole periods have passed since a depreciation began.
CREATE FUNCTION ledger.periods_passed(
    p_starts_on date, p_period text, p_time_zone text, p_at timestamptz) RETURNS integer
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT greatest(0, CASE p_period
        WHEN 'day' THEN d.today - p_starts_on
        WHEN 'week' THEN (d.today - p_starts_on) / 7
        ELSE (extract(year FROM age(d.today, p_starts_on)) * 12
              + extract(month FROM age(d.today, p_starts_on)))::integer
        END)
      FROM (SELECT (p_at AT TIME ZONE p_time_zone)::date AS today) AS d
$$;

-- What is left of a balance that stood untouched between two periods. Whole minor units; each
-- period takes its part of what the period before left, rounded down, so that it does not matter
-- how often, or when, somebody asks.
CREATE FUNCTION ledger.depreciated(
    p_balance bigint, p_method text, p_parts_per_million integer, p_periods integer,
    p_from integer, p_until integer) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    balance bigint := p_balance;
    loss bigint;
BEGIN
    FOR period IN p_from + 1 .. p_until LOOP
        EXIT WHEN balance <= 0;
        IF p_method = 'linear' THEN
            loss := balance / greatest(1, p_periods - period + 1);
        ELSE
            -- Without the split the product would leave 64 bits.
            loss := balance / 1000000 * p_parts_per_million
                  + balance % 1000000 * p_parts_per_million / 1000000;
            EXIT WHEN loss = 0;
        END IF;
        balance := balance - loss;
    END LOOP;
    RETURN balance;
END
$$;

-- How an account stood, stands, or will stand at a moment when nothing moves until then: what it
-- keeps for holds, and what its available coins are worth. The answer does not depend on whether
-- anybody asked before, nor on when losses were posted: every movement settles first, so between
-- two movements nothing but the passing of periods counts. NULLs for an unknown account.
CREATE FUNCTION ledger.standing_at(
    p_community uuid, p_account uuid, p_moment timestamptz, OUT held bigint, OUT available bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_account ledger.account;
    v_policy ledger.depreciation;
    v_from integer;
    v_since timestamptz; v_held_since timestamptz; v_posted bigint;
BEGIN
    SELECT * INTO v_account FROM ledger.account a
     WHERE a.community_id = p_community AND a.id = p_account;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT * INTO v_policy FROM ledger.depreciation d
     WHERE d.community_id = p_community AND d.id = v_account.depreciation_id;

    IF p_moment >= greatest(clock_timestamp(), v_account.last_posted_at) THEN
        v_posted := v_account.posted;
        held := v_account.held;
        v_from := v_account.depreciated_periods;
    ELSE
        SELECT l.balance_after, l.posted_at INTO v_posted, v_since FROM ledger.posting l
         WHERE l.community_id = p_community AND l.account_id = p_account
           AND l.posted_at <= p_moment
         ORDER BY l.posted_at DESC, l.seq DESC LIMIT 1;
        v_posted := coalesce(v_posted, 0);
        SELECT coalesce(sum(CASE WHEN h.ended_at <= p_moment THEN 0
                                 ELSE part.amount - taken.amount END), 0)::bigint,
               max(CASE WHEN h.ended_at <= p_moment THEN h.ended_at ELSE h.placed_at END)
          INTO held, v_held_since
          FROM ledger.hold_part part
          JOIN ledger.hold h
            ON h.community_id = part.community_id AND h.id = part.hold_id
         CROSS JOIN LATERAL (
                SELECT coalesce(-sum(l.amount), 0) AS amount
                  FROM ledger.posting l
                  JOIN ledger.transfer t
                    ON t.community_id = l.community_id AND t.id = l.transfer_id
                 WHERE l.community_id = p_community AND l.account_id = p_account
                   AND l.posted_at >= h.placed_at AND l.posted_at <= p_moment
                   AND l.amount < 0 AND t.hold_id = h.id) AS taken
         WHERE part.community_id = p_community AND part.account_id = p_account
           AND h.placed_at <= p_moment;
        v_from := greatest(v_account.depreciated_from, ledger.periods_passed(
            v_policy.starts_on, v_policy.period, v_policy.time_zone,
            greatest(v_since, v_held_since)));
    END IF;

    available := v_posted - held;
    IF v_account.expires_at <= p_moment THEN
        available := 0;
    ELSIF v_policy.id IS NOT NULL THEN
        -- A least balance is never touched.
        available := greatest(least(available, v_account.floor), ledger.depreciated(
            available, v_policy.method, v_policy.parts_per_million, v_policy.periods, v_from,
            ledger.periods_passed(v_policy.starts_on, v_policy.period, v_policy.time_zone,
                                  p_moment)));
    END IF;
END
$$;

-- What the available coins of an account are worth at a moment.
CREATE FUNCTION ledger.worth_at(p_community uuid, p_account uuid, p_moment timestamptz)
RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT available FROM ledger.standing_at(p_community, p_account, p_moment)
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.standing_at, ledger.worth_at, ledger.depreciated,
    ledger.periods_passed TO wijkmunt_wallet, wijkmunt_audit;
GRANT SELECT ON ledger.holder_class, ledger.holder, ledger.hold, ledger.hold_part,
                ledger.reversal, ledger.depreciation TO wijkmunt_audit;
GRANT SELECT ON ledger.depreciation, ledger.holder_class, ledger.holder TO wijkmunt_wallet;
GRANT SELECT ON ledger.hold, ledger.hold_part TO wijkmunt_wallet, wijkmunt_merchant;
