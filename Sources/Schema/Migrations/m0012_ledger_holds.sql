-- Holds, expiry and the other acts of the ledger that are not plain transfers.

-- Keeps coins of accounts, drawn on in the given order, for a payee: 'held', 'replayed', or why
-- not, in the words of ledger.post. Counts against the day's spending.
CREATE FUNCTION ledger.place_hold(
    p_community uuid, p_id uuid, p_kind text, p_accounts uuid[], p_payee uuid, p_amount bigint,
    p_expires_at timestamptz, p_client uuid, p_party uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at timestamptz;
    v_known ledger.hold;
    v_verdict text; v_coin text; v_need bigint := p_amount; v_take bigint;
    v_account ledger.account; v_place integer := 0;
    v_holders uuid[];
BEGIN
    SELECT greatest(clock_timestamp(), max(l.last_posted_at)) INTO v_at
      FROM (SELECT a.last_posted_at FROM ledger.account a
             WHERE a.community_id = p_community AND a.id = ANY (p_accounts || p_payee)
             ORDER BY a.kind = 'sink', a.id FOR NO KEY UPDATE) AS l;
    v_at := ledger.depreciate_accounts(p_community, p_accounts, v_at);

    SELECT * INTO v_known FROM ledger.hold h WHERE h.community_id = p_community AND h.id = p_id;
    IF FOUND THEN
        RETURN CASE WHEN v_known.kind = p_kind AND v_known.amount = p_amount
                         AND v_known.payee_account_id = p_payee
                         AND v_known.proposed_accounts = p_accounts
                    THEN 'replayed' ELSE 'conflict' END;
    END IF;
    SELECT CASE
        WHEN NOT EXISTS (SELECT FROM ledger.transfer_rule r
                          WHERE r.kind = p_kind AND r.role = session_user AND NOT r.reverses)
            THEN 'forbidden'
        WHEN count(*) <> cardinality(p_accounts) + 1 THEN 'unknown-account'
        WHEN bool_or(a.state <> 'open') THEN 'account-not-open'
        WHEN bool_or(a.id = p_payee AND a.expires_at <= v_at) THEN 'account-expired'
        WHEN min(a.coin) <> max(a.coin) OR bool_or(a.unit = 'euro') THEN 'mixed-coins'
        WHEN bool_or(NOT EXISTS (SELECT FROM ledger.transfer_rule r WHERE r.kind = p_kind
                 AND a.kind = ANY (CASE WHEN a.id = p_payee THEN r.credits ELSE r.debits END)))
            THEN 'forbidden'
        WHEN p_amount IS NULL OR p_amount NOT BETWEEN 1 AND 9007199254740991
            OR p_expires_at <= v_at THEN 'amount-out-of-range'
        END, min(a.coin)
      INTO v_verdict, v_coin
      FROM ledger.account a
     WHERE a.community_id = p_community AND a.id = ANY (p_accounts || p_payee);
    IF v_verdict IS NOT NULL THEN RETURN v_verdict; END IF;

    IF coalesce((SELECT sum(greatest(0, a.posted - a.held - a.floor)) FROM ledger.account a
                  WHERE a.community_id = p_community AND a.id = ANY (p_accounts)
                    AND (a.expires_at IS NULL OR a.expires_at > v_at)), 0) < p_amount THEN
        RETURN 'insufficient-funds';
    END IF;
    IF (SELECT r.spends FROM ledger.transfer_rule r WHERE r.kind = p_kind) THEN
        v_holders := ARRAY(SELECT a.holder_id FROM ledger.account a
                            WHERE a.community_id = p_community AND a.id = ANY (p_accounts)
                              AND a.holder_id IS NOT NULL);
        IF EXISTS (SELECT FROM ledger.lock_holders(p_community, v_holders, v_at) AS h
                    WHERE h.spent + p_amount > h.daily_spending) THEN
            RETURN 'daily-spending-limit';
        END IF;
        UPDATE ledger.holder h
           SET day = d.today, spent = d.spent + p_amount, received = d.received
          FROM ledger.lock_holders(p_community, v_holders, v_at) AS d
         WHERE h.community_id = p_community AND h.id = d.id;
    END IF;

    INSERT INTO ledger.hold (community_id, id, kind, coin, payee_account_id, amount, remaining,
                             proposed_accounts, client_id, party_id, placed_at, expires_at)
    VALUES (p_community, p_id, p_kind, v_coin, p_payee, p_amount, p_amount, p_accounts, p_client,
            p_party, v_at, p_expires_at);
    FOR v_account IN
        SELECT a.* FROM unnest(p_accounts) WITH ORDINALITY AS l (id, nr)
          JOIN ledger.account a ON a.community_id = p_community AND a.id = l.id
         WHERE a.expires_at IS NULL OR a.expires_at > v_at
         ORDER BY l.nr
    LOOP
        v_take := least(v_need, v_account.posted - v_account.held - v_account.floor);
        CONTINUE WHEN v_take <= 0;
        v_need := v_need - v_take;
        v_place := v_place + 1;
        UPDATE ledger.account a SET held = a.held + v_take
         WHERE a.community_id = p_community AND a.id = v_account.id;
        INSERT INTO ledger.hold_part (community_id, hold_id, place, account_id, amount, remaining)
        VALUES (p_community, p_id, v_place, v_account.id, v_take, v_take);
    END LOOP;
    RETURN 'held';
END
$$;

-- Gives back what is left of holds; their accounts are locked first, by id. What these have lost is
-- settled before, since coins do not depreciate while they are held.
CREATE FUNCTION ledger.release_holds(p_community uuid, p_ids uuid[], p_state text) RETURNS integer
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at timestamptz;
    v_accounts uuid[];
    released integer;
BEGIN
    SELECT array_agg(l.id), greatest(clock_timestamp(), max(l.last_posted_at))
      INTO v_accounts, v_at
      FROM (SELECT a.id, a.last_posted_at FROM ledger.account a
             WHERE a.community_id = p_community AND a.id IN (
                 SELECT p.account_id FROM ledger.hold_part p
                  WHERE p.community_id = p_community AND p.hold_id = ANY (p_ids))
             ORDER BY a.kind = 'sink', a.id FOR NO KEY UPDATE) AS l;
    v_at := ledger.depreciate_accounts(p_community, v_accounts, v_at);
    WITH ended AS (
        UPDATE ledger.hold h SET state = p_state, remaining = 0, ended_at = v_at
         WHERE h.community_id = p_community AND h.id = ANY (p_ids) AND h.state = 'held'
        RETURNING h.id
    ), freed AS (
        UPDATE ledger.hold_part p SET remaining = 0
          FROM ended e, ledger.hold_part before
         WHERE p.community_id = p_community AND p.hold_id = e.id AND p.remaining > 0
           AND before.community_id = p.community_id AND before.hold_id = p.hold_id
           AND before.place = p.place
        RETURNING p.account_id, before.remaining
    ), given AS (
        UPDATE ledger.account a SET held = a.held - f.remaining
          FROM (SELECT account_id, sum(remaining)::bigint AS remaining
                  FROM freed GROUP BY account_id) AS f
         WHERE a.community_id = p_community AND a.id = f.account_id
    )
    SELECT count(*) INTO released FROM ended;
    RETURN released;
END
$$;

-- Gives a hold back to where it came from: 'voided', 'replayed', 'hold-ended' or 'forbidden'.
CREATE FUNCTION ledger.void_hold(p_community uuid, p_id uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_hold ledger.hold;
BEGIN
    SELECT * INTO v_hold FROM ledger.hold h WHERE h.community_id = p_community AND h.id = p_id;
    IF NOT FOUND THEN RETURN 'hold-ended'; END IF;
    IF NOT EXISTS (SELECT FROM ledger.transfer_rule r
                    WHERE r.kind = v_hold.kind AND r.role = session_user) THEN
        RETURN 'forbidden';
    END IF;
    IF ledger.release_holds(p_community, ARRAY[p_id], 'voided') = 1 THEN RETURN 'voided'; END IF;
    RETURN (SELECT CASE h.state WHEN 'voided' THEN 'replayed' ELSE 'hold-ended' END
              FROM ledger.hold h WHERE h.community_id = p_community AND h.id = p_id);
END
$$;

-- Ends holds whose time is over, of one community, at most so many; how many it ended.
CREATE FUNCTION ledger.expire_holds(p_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_community uuid;
    v_ids uuid[];
BEGIN
    SELECT h.community_id INTO v_community FROM ledger.hold h
     WHERE h.state = 'held' AND h.expires_at <= clock_timestamp() ORDER BY h.expires_at LIMIT 1;
    IF NOT FOUND THEN RETURN 0; END IF;
    SELECT array_agg(d.id) INTO v_ids
      FROM (SELECT h.id FROM ledger.hold h
             WHERE h.state = 'held' AND h.expires_at <= clock_timestamp()
               AND h.community_id = v_community
             ORDER BY h.expires_at LIMIT least(p_most, 1000)) AS d;
    RETURN ledger.release_holds(v_community, v_ids, 'expired');
END
$$;

-- Returns what is left in expired pots to where they came from, of one community, at most so many;
-- how many pots it emptied. Coins that a hold keeps stay until the hold ends.
CREATE FUNCTION ledger.expire_pots(p_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at timestamptz := clock_timestamp();
    v_community uuid;
    v_pots uuid[];
    v_ids uuid[]; v_coins text[]; v_targets uuid[]; v_amounts bigint[];
BEGIN
    SELECT a.community_id INTO v_community FROM ledger.account a
     WHERE a.expires_at <= v_at AND a.posted > a.held ORDER BY a.expires_at LIMIT 1;
    IF NOT FOUND THEN RETURN 0; END IF;
    SELECT array_agg(d.id) INTO v_pots
      FROM (SELECT a.id FROM ledger.account a
             WHERE a.expires_at <= v_at AND a.posted > a.held AND a.community_id = v_community
             ORDER BY a.expires_at LIMIT least(p_most, 1000)) AS d;
    PERFORM FROM ledger.account a
      WHERE a.community_id = v_community
        AND (a.id = ANY (v_pots) OR a.id IN (
             SELECT p.returns_to FROM ledger.account p
              WHERE p.community_id = v_community AND p.id = ANY (v_pots)))
      ORDER BY a.kind = 'sink', a.id FOR NO KEY UPDATE;
    PERFORM ledger.depreciate_accounts(v_community, v_pots, v_at);
    -- A least balance has no meaning for a pot whose time is over.
    UPDATE ledger.account a SET floor = 0
     WHERE a.community_id = v_community AND a.id = ANY (v_pots) AND a.floor > 0;
    SELECT array_agg((left(ledger.first_id_at(v_at)::text, 14) || '7'
                      || substr(gen_random_uuid()::text, 16))::uuid ORDER BY a.id),
           array_agg(a.coin ORDER BY a.id), array_agg(a.id ORDER BY a.id),
           array_agg(a.returns_to ORDER BY a.id), array_agg(a.posted - a.held ORDER BY a.id),
           greatest(v_at, max(a.last_posted_at), max(t.last_posted_at))
      INTO v_ids, v_coins, v_pots, v_targets, v_amounts, v_at
      FROM ledger.account a
      JOIN ledger.account t ON t.community_id = a.community_id AND t.id = a.returns_to
     WHERE a.community_id = v_community AND a.id = ANY (v_pots)
       AND a.expires_at <= v_at AND a.posted > a.held;
    IF v_ids IS NULL THEN RETURN 0; END IF;
    PERFORM ledger.move_pairs(v_community, 'expiry', 'expiry', v_at, v_ids, v_coins, v_pots,
                              v_targets, v_amounts);
    RETURN cardinality(v_ids);
END
$$;

-- Posts the depreciation that is due, of one policy, for at most so many accounts; how many.
CREATE FUNCTION ledger.depreciate(p_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at CONSTANT timestamptz := clock_timestamp();
    v_policy ledger.depreciation;
    v_periods integer;
    v_accounts uuid[];
BEGIN
    FOR v_policy IN SELECT * FROM ledger.depreciation LOOP
        v_periods := ledger.periods_passed(v_policy.starts_on, v_policy.period,
                                           v_policy.time_zone, v_at);
        SELECT array_agg(d.id) INTO v_accounts
          FROM (SELECT a.id FROM ledger.account a
                 WHERE a.community_id = v_policy.community_id AND a.depreciation_id = v_policy.id
                   AND a.depreciated_periods < v_periods
                 ORDER BY a.id LIMIT least(p_most, 1000) FOR NO KEY UPDATE) AS d;
        IF v_accounts IS NOT NULL THEN
            PERFORM ledger.depreciate_accounts(v_policy.community_id, v_accounts, v_at);
            RETURN cardinality(v_accounts);
        END IF;
    END LOOP;
    RETURN 0;
END
$$;

-- Sets the least and the most that an account's balance may be; NULL ceiling: no limit. 'set', or
-- why not: 'unknown-account', 'insufficient-funds' (it has less), 'above-ceiling' (it has more).
CREATE FUNCTION ledger.set_limits(
    p_community uuid, p_account uuid, p_floor bigint, p_ceiling bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_account ledger.account;
    v_verdict text;
BEGIN
    PERFORM FROM ledger.account a WHERE a.community_id = p_community AND a.id = p_account
        FOR NO KEY UPDATE;
    -- The old limits count for what was lost until now.
    PERFORM ledger.depreciate_accounts(p_community, ARRAY[p_account], clock_timestamp());
    SELECT * INTO v_account FROM ledger.account a
     WHERE a.community_id = p_community AND a.id = p_account AND a.kind IN ('pot', 'merchant');
    v_verdict := CASE
        WHEN NOT FOUND THEN 'unknown-account'
        WHEN p_floor IS NULL OR p_floor < 0 OR p_ceiling < p_floor THEN 'amount-out-of-range'
        WHEN v_account.posted - v_account.held < p_floor THEN 'insufficient-funds'
        WHEN v_account.posted > p_ceiling THEN 'above-ceiling' END;
    IF v_verdict IS NOT NULL THEN RETURN v_verdict; END IF;
    UPDATE ledger.account a SET floor = p_floor, ceiling = p_ceiling
     WHERE a.community_id = p_community AND a.id = p_account;
    RETURN 'set';
END
$$;

-- Makes or changes a class of wallets with common daily limits.
CREATE FUNCTION ledger.set_holder_class(
    p_community uuid, p_name text, p_time_zone text, p_daily_spending bigint,
    p_daily_receiving bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO ledger.holder_class (community_id, name, time_zone, daily_spending,
                                     daily_receiving)
    VALUES (p_community, p_name, p_time_zone, p_daily_spending, p_daily_receiving)
    ON CONFLICT (community_id, name) DO UPDATE
       SET time_zone = excluded.time_zone, daily_spending = excluded.daily_spending,
           daily_receiving = excluded.daily_receiving
$$;

-- Puts a holder into a class, and accounts under it.
CREATE FUNCTION ledger.set_holder(
    p_community uuid, p_holder uuid, p_class text, p_accounts uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO ledger.holder (community_id, id, class) VALUES (p_community, p_holder, p_class)
    ON CONFLICT (community_id, id) DO UPDATE SET class = excluded.class;
    UPDATE ledger.account a SET holder_id = p_holder
      FROM (SELECT l.id FROM ledger.account l
             WHERE l.community_id = p_community AND l.id = ANY (p_accounts) AND l.kind = 'pot'
               AND l.holder_id IS DISTINCT FROM p_holder
             ORDER BY l.id FOR NO KEY UPDATE) AS due
     WHERE a.community_id = p_community AND a.id = due.id
$$;

-- Makes a policy of depreciation; it never changes.
CREATE FUNCTION ledger.add_depreciation(
    p_community uuid, p_id uuid, p_coin text, p_method text, p_period text, p_starts_on date,
    p_time_zone text, p_parts_per_million integer, p_periods integer, p_sink uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger.account a WHERE a.community_id = p_community
                   AND a.id = p_sink AND a.kind = 'sink' AND a.coin = p_coin) THEN
        RAISE EXCEPTION 'no such sink' USING ERRCODE = 'foreign_key_violation';
    END IF;
    INSERT INTO ledger.depreciation (community_id, id, coin, method, period, starts_on, time_zone,
                                     parts_per_million, periods, sink_account_id)
    VALUES (p_community, p_id, p_coin, p_method, p_period, p_starts_on, p_time_zone,
            p_parts_per_million, p_periods, p_sink);
END
$$;

-- Puts pots under a policy of depreciation. Losses count from the period that runs now.
CREATE FUNCTION ledger.set_depreciation(
    p_community uuid, p_accounts uuid[], p_depreciation uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE ledger.account a
       SET depreciation_id = due.policy, depreciated_from = due.periods,
           depreciated_periods = due.periods
      FROM (SELECT l.id, d.id AS policy,
                   ledger.periods_passed(d.starts_on, d.period, d.time_zone,
                       greatest(clock_timestamp(), l.last_posted_at)) AS periods
              FROM ledger.account l
              JOIN ledger.depreciation d ON d.community_id = l.community_id AND d.coin = l.coin
             WHERE l.community_id = p_community AND l.id = ANY (p_accounts) AND l.kind = 'pot'
               AND l.depreciation_id IS NULL AND d.id = p_depreciation
             ORDER BY l.id FOR NO KEY UPDATE OF l) AS due
     WHERE a.community_id = p_community AND a.id = due.id
$$;

-- Lets pots expire at a moment; what is left then returns to an account of the same coin.
CREATE FUNCTION ledger.set_expiry(
    p_community uuid, p_accounts uuid[], p_expires_at timestamptz, p_returns_to uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE ledger.account a SET expires_at = p_expires_at, returns_to = due.returns_to
      FROM (SELECT l.id, t.id AS returns_to
              FROM ledger.account l
              JOIN ledger.account t ON t.community_id = l.community_id AND t.coin = l.coin
             WHERE l.community_id = p_community AND l.id = ANY (p_accounts) AND l.kind = 'pot'
               AND (l.expires_at, l.returns_to) IS DISTINCT FROM (p_expires_at, p_returns_to)
               AND t.id = p_returns_to AND t.kind = 'programme'
             ORDER BY l.id FOR NO KEY UPDATE OF l) AS due
     WHERE a.community_id = p_community AND a.id = due.id
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.place_hold, ledger.void_hold TO wijkmunt_merchant;
GRANT EXECUTE ON FUNCTION ledger.expire_holds, ledger.expire_pots, ledger.depreciate,
    ledger.set_limits, ledger.set_holder_class, ledger.set_holder, ledger.add_depreciation,
    ledger.set_depreciation TO wijkmunt_wallet;
GRANT EXECUTE ON FUNCTION ledger.set_expiry TO wijkmunt_disbursement;
