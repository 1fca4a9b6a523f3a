-- Lines of a file are credited inside the database, set by set: money, and what became of the lines, in
-- one function. What is credited is a row of its own, and a line is not written again for it.

-- Posts transfers that all have one account in common, the hub, in legs (hub, other account), where
-- nothing depends on their order: exact, new, with no hold, reversal, limit of a day or depreciation, and
-- every one of them accepted whatever came before it. A positive amount is to the other account. Answers
-- NULL, and has done nothing but lock accounts, where one of these does not hold: what is to be refused is
-- then found out in order.
--
-- First it supposes that nobody posts to the same accounts meanwhile at a later moment than its own, and
-- reaches the accounts that are no pots only when all else is done. Where somebody did, it begins again
-- and locks all of them before it takes its moment. Accounts are looked up by their key: the settings, and
-- that nothing but the key is asked of them, keep the planner from reading all of them for every leg.
--
-- Where there is a holder, the other account is a new pot of theirs. It is opened with its first leg, and
-- ends then, if ever, for the benefit of an account.
CREATE FUNCTION ledger.post_around(
    p_community uuid, p_hub uuid, p_ids uuid[], p_kinds text[], p_references text[],
    p_clients uuid[], p_parties uuid[], p_others uuid[], p_amounts bigint[], p_holders uuid[],
    p_expires_at timestamptz, p_returns_to uuid
) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_material = off SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    c_most CONSTANT bigint := 9007199254740991;
    -- More legs of a pot, or more accounts that are no pots, are a matter for the order.
    c_few CONSTANT bigint := 100;
    v_hub ledger.account;
    v_sort record; v_rule ledger.transfer_rule; v_sum numeric := 0;
    -- Kinds that credit pots and nothing else, and those that move the hub and accounts that are no pots.
    v_to_pots text[] := '{}'; v_elsewhere text[] := '{}'; v_rest uuid[] := '{}'; v_account uuid;
    -- Legs that open pots, and those of pots that are there, in the order of the pots; the first of each
    -- are the first round.
    v_new uuid[]; v_new_transfers uuid[]; v_new_amounts bigint[]; v_new_holders uuid[];
    v_pots uuid[]; v_transfers uuid[]; v_amounts bigint[]; v_rounds bigint[]; v_last_round bigint;
    -- Those of one round, or of one account.
    v_accounts uuid[]; v_run_transfers uuid[]; v_run_amounts bigint[];
    v_posted_at timestamptz; v_batch bigint; v_lane text; v_digest bytea; v_count integer;
BEGIN
    SELECT a.* INTO v_hub FROM ledger.account a
     WHERE a.community_id = p_community AND a.id = p_hub;
    IF NOT FOUND OR v_hub.kind = 'pot' OR v_hub.unit <> 'coin' THEN RETURN NULL; END IF;
    FOR v_sort IN
        SELECT l.kind, l.amount > 0 AS is_credit, sum(abs(l.amount)) AS sum,
               bool_and(l.amount BETWEEN -c_most AND c_most AND l.amount <> 0) AS is_in_range
          FROM unnest(p_kinds, p_amounts) AS l (kind, amount)
         GROUP BY l.kind, l.amount > 0
    LOOP
        SELECT r.* INTO v_rule FROM ledger.transfer_rule r
         WHERE r.role = session_user AND r.kind = v_sort.kind AND NOT r.spends AND NOT r.receives
           AND NOT r.reverses AND r.kind NOT IN ('funding', 'settlement');
        IF NOT FOUND OR v_sort.is_in_range IS NOT TRUE
           OR v_hub.kind <> ALL (CASE WHEN v_sort.is_credit THEN v_rule.debits
                                      ELSE v_rule.credits END) THEN
            RETURN NULL;
        END IF;
        v_sum := v_sum + v_sort.sum;
        IF v_sort.is_credit AND v_rule.credits = '{pot}' THEN
            v_to_pots := v_to_pots || v_sort.kind;
        ELSIF 'pot' = ANY (v_rule.debits || v_rule.credits) THEN
            RETURN NULL;
        ELSE
            v_elsewhere := v_elsewhere || v_sort.kind;
        END IF;
    END LOOP;
    IF v_sum > c_most OR v_to_pots && v_elsewhere THEN RETURN NULL; END IF;
    SELECT array_agg(l.other) FILTER (WHERE l.opens), array_agg(l.id) FILTER (WHERE l.opens),
           array_agg(l.amount) FILTER (WHERE l.opens), array_agg(l.holder) FILTER (WHERE l.opens),
           array_agg(l.other) FILTER (WHERE NOT l.opens), array_agg(l.id) FILTER (WHERE NOT l.opens),
           array_agg(l.amount) FILTER (WHERE NOT l.opens),
           array_agg(l.round) FILTER (WHERE NOT l.opens),
           coalesce(max(l.round) FILTER (WHERE NOT l.opens), 0)
      INTO v_new, v_new_transfers, v_new_amounts, v_new_holders,
           v_pots, v_transfers, v_amounts, v_rounds, v_last_round
      FROM (SELECT r.*, r.round = 1 AND r.holder IS NOT NULL AS opens
              FROM (SELECT o.other, o.id, o.amount, o.holder,
                           row_number() OVER (PARTITION BY o.other ORDER BY o.place) AS round
                      FROM unnest(p_others, p_ids, p_kinds, p_amounts, p_holders) WITH ORDINALITY
                           AS o (other, id, kind, amount, holder, place)
                     WHERE o.kind = ANY (v_to_pots)) AS r) AS l;
    IF v_last_round > c_few THEN RETURN NULL; END IF;
    IF cardinality(v_elsewhere) > 0 THEN
        v_rest := ARRAY(SELECT DISTINCT o.other FROM unnest(p_others, p_kinds) AS o (other, kind)
                         WHERE o.kind = ANY (v_elsewhere));
        IF p_hub = ANY (v_rest) OR cardinality(v_rest) > c_few OR EXISTS (
            SELECT FROM (SELECT DISTINCT o.other, o.kind, o.amount > 0 AS is_credit
                           FROM unnest(p_others, p_kinds, p_amounts) AS o (other, kind, amount)
                          WHERE o.kind = ANY (v_elsewhere)) AS l
              JOIN ledger.transfer_rule r ON r.role = session_user AND r.kind = l.kind
              LEFT JOIN ledger.account a ON a.community_id = p_community AND a.id = l.other
             WHERE (a.kind = ANY (CASE WHEN l.is_credit THEN r.credits ELSE r.debits END))
                       IS NOT TRUE) THEN
            RETURN NULL;
        END IF;
    END IF;

    v_batch := nextval('ledger.batch_id');
    FOR n_attempt IN 1 .. 2 LOOP
        BEGIN
            v_posted_at := clock_timestamp();
            IF n_attempt = 2 THEN
                SELECT greatest(clock_timestamp(), max(l.last_posted_at)) INTO v_posted_at
                  FROM (SELECT a.last_posted_at FROM ledger.account a
                         WHERE a.community_id = p_community AND a.id = ANY (p_others || p_hub)
                         ORDER BY a.kind <> 'pot', a.kind = 'sink', a.id FOR NO KEY UPDATE) AS l;
            END IF;
            WITH transfer AS MATERIALIZED (
                SELECT t.id, t.kind, t.reference, t.client_id, t.party_id, t.place::integer,
                       ARRAY[p_hub, t.other] AS accounts, ARRAY[-t.amount, t.amount] AS amounts
                  FROM unnest(p_ids, p_kinds, p_references, p_clients, p_parties, p_others,
                              p_amounts) WITH ORDINALITY
                       AS t (id, kind, reference, client_id, party_id, other, amount, place)
            ), written AS (
                INSERT INTO ledger.transfer (community_id, id, kind, coin, accounts, amounts,
                                             reference, client_id, party_id, posted_at, batch,
                                             place)
                SELECT p_community, t.id, t.kind, v_hub.coin, t.accounts, t.amounts, t.reference,
                       t.client_id, t.party_id, v_posted_at, v_batch, t.place
                  FROM transfer t
            )
            SELECT sha256(string_agg(
                       ledger.content(p_community, t.id, t.kind, v_hub.coin, t.accounts, t.amounts,
                                      t.reference, NULL, NULL, t.client_id, t.party_id,
                                      v_posted_at), ''))
              INTO v_digest FROM (SELECT * FROM transfer ORDER BY place) AS t;

            PERFORM ledger.open_with(p_community, v_hub.coin, v_posted_at, v_new, v_new_holders,
                                     v_new_transfers, v_new_amounts, p_expires_at, p_returns_to);
            -- In each round, an account has one leg.
            FOR n_round IN 1 .. v_last_round LOOP
                IF v_last_round > 1 THEN
                    SELECT array_agg(l.pot), array_agg(l.transfer), array_agg(l.amount)
                      INTO v_accounts, v_run_transfers, v_run_amounts
                      FROM unnest(v_pots, v_transfers, v_amounts, v_rounds)
                           AS l (pot, transfer, amount, round)
                     WHERE l.round = n_round;
                    CONTINUE WHEN v_accounts IS NULL;
                ELSE
                    v_accounts := v_pots;
                    v_run_transfers := v_transfers;
                    v_run_amounts := v_amounts;
                END IF;
                WITH moved AS (
                    UPDATE ledger.account AS a
                       SET posted = a.posted + l.amount, seq = a.seq + 1,
                           last_posted_at = greatest(a.last_posted_at, v_posted_at)
                      FROM unnest(v_accounts, v_run_transfers, v_run_amounts)
                           AS l (id, transfer, amount)
                     WHERE a.community_id = p_community AND a.id = l.id
                    RETURNING a.id, a.seq, l.transfer, l.amount, a.posted,
                              a.kind = 'pot' AND a.coin = v_hub.coin AND a.state = 'open'
                              AND a.last_posted_at = v_posted_at AND a.depreciation_id IS NULL
                              AND (a.expires_at IS NULL OR a.expires_at > v_posted_at)
                              AND a.posted <= coalesce(a.ceiling, c_most) AS is_plain
                )
                INSERT INTO ledger.posting (community_id, account_id, posted_at, seq, transfer_id,
                                            amount, balance_after)
                SELECT p_community, m.id, v_posted_at, m.seq, m.transfer, m.amount, m.posted
                  FROM moved m WHERE m.is_plain;
                GET DIAGNOSTICS v_count = ROW_COUNT;
                IF v_count <> cardinality(v_accounts) THEN
                    RAISE EXCEPTION 'a leg is not plain' USING ERRCODE = 'WM001';
                END IF;
            END LOOP;
            PERFORM FROM ledger.account a
              WHERE a.community_id = p_community AND a.id = ANY (v_rest || p_hub)
              ORDER BY a.kind = 'sink', a.id FOR NO KEY UPDATE;
            PERFORM ledger.enter_run(p_community, p_hub, v_hub.coin, v_posted_at, p_ids,
                                     ARRAY(SELECT -l.amount FROM unnest(p_amounts) AS l (amount)));
            FOREACH v_account IN ARRAY v_rest LOOP
                SELECT array_agg(o.id ORDER BY o.place), array_agg(o.amount ORDER BY o.place)
                  INTO v_run_transfers, v_run_amounts
                  FROM unnest(p_others, p_ids, p_amounts) WITH ORDINALITY
                       AS o (other, id, amount, place)
                 WHERE o.other = v_account;
                PERFORM ledger.enter_run(p_community, v_account, v_hub.coin, v_posted_at,
                                         v_run_transfers, v_run_amounts);
            END LOOP;
            -- A lane of the chain that no other batch adds to now; when all are busy, one of them.
            FOR n IN 1 .. 4 LOOP
                v_lane := session_user || '/' || n;
                EXIT WHEN pg_try_advisory_xact_lock(hashtextextended(p_community || v_lane, 0));
            END LOOP;
            WITH link AS (
                INSERT INTO ledger.chain AS c (community_id, lane, nr, head)
                VALUES (p_community, v_lane, 1, sha256(v_digest))
                ON CONFLICT (community_id, lane) DO UPDATE
                   SET nr = c.nr + 1, head = sha256(c.head || v_digest)
                RETURNING c.nr, c.head
            )
            INSERT INTO ledger.batch (community_id, lane, nr, id, transfers, digest, head,
                                      posted_at)
            SELECT p_community, v_lane, l.nr, v_batch, cardinality(p_ids), v_digest, l.head,
                   v_posted_at
              FROM link l;
            RETURN v_posted_at;
        EXCEPTION
            -- An id that came before, or twice; more than fits.
            WHEN unique_violation OR check_violation OR numeric_value_out_of_range THEN
                RETURN NULL;
            WHEN SQLSTATE 'WM001' THEN
                IF NOT EXISTS (
                    SELECT FROM ledger.account a
                     WHERE a.community_id = p_community AND a.id = ANY (p_others || p_hub)
                       AND a.last_posted_at > v_posted_at) THEN
                    RETURN NULL;
                END IF;
        END;
    END LOOP;
    RETURN NULL;
END
$$;

-- Accounts of new pots with their first credits, under the limits of those of their holders that have a
-- class. Raises 'WM001' where they would have ended by then.
CREATE FUNCTION ledger.open_with(
    p_community uuid, p_coin text, p_posted_at timestamptz, p_pots uuid[], p_holders uuid[],
    p_transfers uuid[], p_amounts bigint[], p_expires_at timestamptz, p_returns_to uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off AS $$
BEGIN
    IF p_pots IS NULL THEN RETURN; END IF;
    IF p_expires_at <= p_posted_at THEN
        RAISE EXCEPTION 'a leg is not plain' USING ERRCODE = 'WM001';
    END IF;
    INSERT INTO ledger.account (community_id, id, coin, unit, kind, floor, holder_id, posted, seq,
                                last_posted_at, expires_at, returns_to)
    SELECT p_community, n.id, p_coin, 'coin', 'pot', 0,
           (SELECT k.id FROM ledger.holder k
             WHERE k.community_id = p_community AND k.id = n.holder),
           n.amount, 1, p_posted_at, p_expires_at,
           CASE WHEN p_expires_at IS NOT NULL THEN p_returns_to END
      FROM unnest(p_pots, p_holders, p_amounts) AS n (id, holder, amount);
    INSERT INTO ledger.posting (community_id, account_id, posted_at, seq, transfer_id, amount,
                                balance_after)
    SELECT p_community, n.id, p_posted_at, 1, n.transfer, n.amount, n.amount
      FROM unnest(p_pots, p_transfers, p_amounts) AS n (id, transfer, amount);
END
$$;

-- Enters the legs of one account, which is locked, in their order. Raises 'WM001' where one of them is not
-- plain, or the account has a later posting already.
CREATE FUNCTION ledger.enter_run(
    p_community uuid, p_account uuid, p_coin text, p_posted_at timestamptz, p_transfers uuid[],
    p_amounts bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c_most CONSTANT bigint := 9007199254740991;
    v_account ledger.account; v_entered integer;
BEGIN
    SELECT a.* INTO v_account FROM ledger.account a
     WHERE a.community_id = p_community AND a.id = p_account AND a.coin = p_coin
       AND a.unit = 'coin' AND a.state = 'open' AND a.depreciation_id IS NULL
       AND (a.expires_at IS NULL OR a.expires_at > p_posted_at)
       AND a.last_posted_at <= p_posted_at;
    INSERT INTO ledger.posting (community_id, account_id, posted_at, seq, transfer_id, amount,
                                balance_after)
    SELECT p_community, p_account, p_posted_at, v_account.seq + l.place, l.transfer, l.amount, l.after
      FROM (SELECT r.transfer, r.amount, r.place,
                   v_account.posted
                       + sum(r.amount) OVER (ORDER BY r.place ROWS UNBOUNDED PRECEDING) AS after
              FROM unnest(p_transfers, p_amounts) WITH ORDINALITY AS r (transfer, amount, place)) AS l
     WHERE l.after BETWEEN -c_most AND coalesce(v_account.ceiling, c_most)
       AND (l.amount > 0 OR l.after - v_account.held >= coalesce(v_account.floor, -c_most));
    GET DIAGNOSTICS v_entered = ROW_COUNT;
    IF v_entered <> cardinality(p_transfers) THEN
        RAISE EXCEPTION 'a leg is not plain' USING ERRCODE = 'WM001';
    END IF;
    UPDATE ledger.account a
       SET posted = a.posted + (SELECT sum(amount) FROM unnest(p_amounts) AS amount),
           seq = a.seq + v_entered, last_posted_at = p_posted_at
     WHERE a.community_id = p_community AND a.id = p_account;
END
$$;
REVOKE ALL ON FUNCTION ledger.post_around, ledger.open_with, ledger.enter_run FROM PUBLIC;

-- Posts transfers, all of them at one moment, and answers what became of each. Many that are plain, and
-- have their first account in common, are judged together, all others one after the other.
CREATE OR REPLACE FUNCTION ledger.post(
    p_community uuid, p_ids uuid[], p_kinds text[], p_references text[], p_related uuid[],
    p_holds uuid[], p_clients uuid[], p_parties uuid[], p_linked boolean[],
    p_leg_transfer integer[], p_leg_account uuid[], p_leg_amount bigint[],
    OUT verdicts text[], OUT blamed_accounts uuid[], OUT posted_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- Fewer are faster one by one.
    c_many CONSTANT integer := 100;
    n CONSTANT integer := cardinality(p_ids);
    v_others uuid[]; v_amounts bigint[]; v_is_star boolean;
BEGIN
    IF n >= c_many AND cardinality(p_leg_transfer) = 2 * n
       AND num_nulls(VARIADIC p_leg_amount) = 0
       AND num_nonnulls(VARIADIC p_holds) + num_nonnulls(VARIADIC p_related) = 0
       AND NOT true = ANY (p_linked)
       -- Arrays of different lengths are refused below.
       AND concat('[1:', n, ']') = ALL (ARRAY[
           array_dims(p_ids), array_dims(p_kinds), array_dims(p_references),
           array_dims(p_clients), array_dims(p_parties)])
       AND concat('[1:', 2 * n, ']') = ALL (ARRAY[
           array_dims(p_leg_transfer), array_dims(p_leg_account), array_dims(p_leg_amount)])
    THEN
        SELECT bool_and(p_leg_transfer[2 * t.n - 1] = t.n AND p_leg_transfer[2 * t.n] = t.n
                        AND p_leg_account[2 * t.n - 1] = p_leg_account[1]
                        AND p_leg_amount[2 * t.n - 1]::numeric = -p_leg_amount[2 * t.n]::numeric),
               array_agg(p_leg_account[2 * t.n] ORDER BY t.n),
               array_agg(p_leg_amount[2 * t.n] ORDER BY t.n)
          INTO v_is_star, v_others, v_amounts
          FROM generate_series(1, n) AS t (n);
        IF v_is_star THEN
            posted_at := ledger.post_around(p_community, p_leg_account[1], p_ids, p_kinds,
                                            p_references, p_clients, p_parties, v_others, v_amounts,
                                            array_fill(NULL::uuid, ARRAY[n]), NULL, NULL);
        END IF;
        IF posted_at IS NOT NULL THEN
            verdicts := array_fill('posted'::text, ARRAY[n]);
            blamed_accounts := array_fill(NULL::uuid, ARRAY[n]);
            RETURN;
        END IF;
    END IF;
    SELECT p.verdicts, p.blamed_accounts, p.posted_at
      INTO verdicts, blamed_accounts, posted_at
      FROM ledger.post_in_order(
               p_community, p_ids, p_kinds, p_references, p_related, p_holds, p_clients, p_parties,
               p_linked, p_leg_transfer, p_leg_account, p_leg_amount) AS p;
END
$$;
DROP FUNCTION ledger.post_plain, ledger.enter_legs, ledger.add_to_balances;

-- Posts transfers between one account, the hub, and others, in legs (hub, other account); a positive
-- amount is to the other. Where there is a holder, the other is a new pot of theirs that has no account
-- yet, and ends then, if ever, for the benefit of the hub. Answers the moment, and a verdict for each as
-- `ledger.post` does; no verdicts where all of them are posted.
CREATE FUNCTION ledger.post_from(
    p_community uuid, p_hub uuid, p_ids uuid[], p_kinds text[], p_references text[], p_client uuid,
    p_others uuid[], p_amounts bigint[], p_holders uuid[], p_expires_at timestamptz,
    OUT verdicts text[], OUT posted_at timestamptz)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- Fewer are faster one by one.
    c_many CONSTANT integer := 100;
    n CONSTANT integer := cardinality(p_ids);
    v_nothing CONSTANT uuid[] := array_fill(NULL::uuid, ARRAY[n]);
    v_clients CONSTANT uuid[] := array_fill(p_client, ARRAY[n]);
    v_new uuid[]; v_holders uuid[];
BEGIN
    IF n >= c_many THEN
        posted_at := ledger.post_around(p_community, p_hub, p_ids, p_kinds, p_references, v_clients,
                                        v_nothing, p_others, p_amounts, p_holders, p_expires_at,
                                        p_hub);
        IF posted_at IS NOT NULL THEN RETURN; END IF;
    END IF;
    SELECT array_agg(o.pot), array_agg(o.holder) INTO v_new, v_holders
      FROM (SELECT DISTINCT pot, holder FROM unnest(p_others, p_holders) AS o (pot, holder)
             WHERE holder IS NOT NULL) AS o;
    IF v_new IS NOT NULL THEN
        PERFORM ledger.open_pots(p_community, v_new, a.coin, v_holders) FROM ledger.account a
          WHERE a.community_id = p_community AND a.id = p_hub;
        IF p_expires_at IS NOT NULL THEN
            PERFORM ledger.set_expiry(p_community, v_new, p_expires_at, p_hub);
        END IF;
    END IF;
    SELECT p.verdicts, p.posted_at INTO verdicts, posted_at
      FROM (SELECT array_agg(l.place ORDER BY l.place, l.leg) AS transfers,
                   array_agg(l.account ORDER BY l.place, l.leg) AS accounts,
                   array_agg(l.amount ORDER BY l.place, l.leg) AS amounts
              FROM (SELECT o.place::integer, s.leg, s.account, s.amount
                      FROM unnest(p_others, p_amounts) WITH ORDINALITY AS o (account, amount, place)
                     CROSS JOIN LATERAL (VALUES (1, p_hub, -o.amount), (2, o.account, o.amount))
                           AS s (leg, account, amount)) AS l) AS legs
     CROSS JOIN LATERAL ledger.post_in_order(
               p_community, p_ids, p_kinds, p_references, v_nothing, v_nothing, v_clients, v_nothing,
               array_fill(false, ARRAY[n]), legs.transfers, legs.accounts, legs.amounts) AS p;
END
$$;
REVOKE ALL ON FUNCTION ledger.post_from FROM PUBLIC;

-- New pots for one coin, programme and end in wallets that are there; their ledger accounts follow.
-- New ids sort by the moment of their making (UUIDv7, RFC 9562 section 5.7): rows that are made together
-- lie together in every index that begins with them. What follows is a random number, and those after it
-- for the pots after the first (section 6.2, method 2). Raises `unique_violation` where one of the wallets
-- has such a pot.
CREATE FUNCTION wallet.add_pots(
    p_community uuid, p_wallets uuid[], p_coin text, p_programme uuid, p_until timestamptz,
    p_expires_at timestamptz) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_head CONSTANT text :=
        lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
        || substr(gen_random_uuid()::text, 1, 3) || '8';
    -- 60 bits are left; numbers from 2^56 on have all their 15 digits.
    v_first CONSTANT bigint :=
        (1::bigint << 56) + (('x' || left(gen_random_uuid()::text, 8))::bit(32)::bigint << 27);
    v_pots CONSTANT uuid[] := ARRAY(
        SELECT (v_head || to_hex(v_first + n))::uuid
          FROM generate_series(1, cardinality(p_wallets)) AS n);
BEGIN
    INSERT INTO wallet.pot (community_id, id, wallet_id, coin, programme_id, opened_until, expires_at,
                            is_earmarked)
    SELECT p_community, o.pot, o.wallet, p_coin, p_programme, p_until, p_expires_at,
           (SELECT wallet.is_earmarked(p_community, p_programme))
      FROM unnest(v_pots, p_wallets) AS o (pot, wallet);
    RETURN v_pots;
END
$$;

-- The depreciation that pots of a coin and programme come under, which stays so until the transaction ends;
-- NULL without.
CREATE FUNCTION wallet.policy_of_pots(p_community uuid, p_coin text, p_programme uuid) RETURNS uuid
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM wallet.lock_policies(p_community, p_coin, true);
    RETURN (SELECT p.id FROM wallet.depreciation_policy p
             WHERE p.community_id = p_community AND p.coin = p_coin
               AND (p.programme_id = p_programme OR p.programme_id IS NULL)
             ORDER BY p.programme_id IS NULL LIMIT 1);
END
$$;

-- Pots for one coin, programme and end in many wallets, with their ledger accounts. New ones come
-- under the limits of their wallet and the depreciation of their coin or programme. Every pot is looked
-- up by its wallet, whatever the planner knows of the table.
CREATE OR REPLACE FUNCTION wallet.open_pots(
    p_community uuid, p_wallets uuid[], p_coin text, p_programme uuid,
    p_until timestamptz DEFAULT NULL)
RETURNS TABLE (wallet_id uuid, pot_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    v_wallets uuid[]; v_pots uuid[]; v_new uuid[]; v_new_pots uuid[]; v_policy uuid;
BEGIN
    PERFORM wallet.lock_pots(p_community, true);
    LOOP
        SELECT array_agg(w.id), array_agg(w.pot), array_agg(w.id) FILTER (WHERE w.pot IS NULL)
          INTO v_wallets, v_pots, v_new
          FROM (SELECT d.id, (SELECT p.id FROM wallet.pot p
                               WHERE p.community_id = p_community AND p.wallet_id = d.id
                                 AND p.coin = p_coin
                                 AND p.programme_id IS NOT DISTINCT FROM p_programme
                                 AND p.opened_until IS NOT DISTINCT FROM p_until) AS pot
                  FROM (SELECT DISTINCT id FROM unnest(p_wallets) AS id ORDER BY id) AS d
                OFFSET 0) AS w;
        EXIT WHEN v_new IS NULL;
        IF EXISTS (SELECT FROM unnest(v_new) AS n (id)
                    WHERE NOT EXISTS (SELECT FROM wallet.wallet w
                                       WHERE w.community_id = p_community AND w.id = n.id)) THEN
            RAISE EXCEPTION 'a pot is of a wallet that is not there'
                USING ERRCODE = 'foreign_key_violation';
        END IF;
        BEGIN
            v_new_pots := wallet.add_pots(p_community, v_new, p_coin, p_programme, p_until, NULL);
            PERFORM ledger.open_pots(p_community, v_new_pots, p_coin, v_new);
            v_policy := wallet.policy_of_pots(p_community, p_coin, p_programme);
            IF v_policy IS NOT NULL THEN
                PERFORM ledger.set_depreciation(p_community, v_new_pots, v_policy);
            END IF;
            RETURN QUERY SELECT o.wallet, o.pot FROM unnest(v_new, v_new_pots) AS o (wallet, pot);
            EXIT;
        EXCEPTION WHEN unique_violation THEN
            -- Somebody else opened one of them meanwhile: it is there now.
            NULL;
        END;
    END LOOP;
    RETURN QUERY SELECT o.wallet, o.pot FROM unnest(v_wallets, v_pots) AS o (wallet, pot)
                  WHERE o.pot IS NOT NULL;
END
$$;
REVOKE ALL ON FUNCTION wallet.add_pots, wallet.policy_of_pots FROM PUBLIC;
-- Pots come into being there alone.
DROP TRIGGER pot_has_wallet ON wallet.pot;
DROP FUNCTION wallet.require_wallets;

-- What pots that receive from a programme now are like: their coin, when they end, and until when what is
-- credited today lasts, where that makes them pots of their own.
CREATE FUNCTION disbursement.pot_terms(
    p_community uuid, p_programme uuid, OUT coin text, OUT account uuid, OUT reserved_account uuid,
    OUT opened_until timestamptz, OUT ends_at timestamptz)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.coin, p.account_id, p.reserved_account_id, l.until, coalesce(p.pots_expire_at, l.until)
      FROM disbursement.programme p
      JOIN accounts.community c ON c.community_id = p.community_id
     CROSS JOIN LATERAL (
           SELECT ((clock_timestamp() AT TIME ZONE c.time_zone)::date + p.credits_last_days + 1)
                      ::timestamp AT TIME ZONE c.time_zone) AS l (until)
     WHERE p.community_id = p_community AND p.id = p_programme
$$;

-- Pots of a programme end later for those for whom it extended what they have.
CREATE FUNCTION disbursement.extend_new_pots(
    p_community uuid, p_programme uuid, p_pots uuid[], p_ends_at timestamptz, p_account uuid)
RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_until timestamptz; v_longer uuid[];
BEGIN
    FOR v_until, v_longer IN
        SELECT x.until, array_agg(p.id)
          FROM unnest(p_pots) AS o (id)
          JOIN wallet.pot p ON p.community_id = p_community AND p.id = o.id
          JOIN wallet.wallet w ON w.community_id = p_community AND w.id = p.wallet_id
         CROSS JOIN LATERAL (
               SELECT max(e.until) FROM disbursement.extension e
                WHERE e.community_id = p_community AND e.programme_id = p_programme
                  AND e.party_id = w.party_id) AS x (until)
         WHERE x.until > p_ends_at
         GROUP BY x.until
    LOOP
        PERFORM ledger.set_expiry(p_community, v_longer, v_until, p_account);
    END LOOP;
END
$$;

-- Opens what does not exist yet, with its end; answers the pot of every wallet that receives now.
CREATE OR REPLACE FUNCTION disbursement.open_pots(p_community uuid, p_programme uuid, p_wallets uuid[])
RETURNS TABLE (wallet_id uuid, pot_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_terms record; v_wallets uuid[]; v_pots uuid[]; v_new uuid[];
BEGIN
    SELECT * INTO v_terms FROM disbursement.pot_terms(p_community, p_programme);
    IF v_terms.coin IS NULL THEN RETURN; END IF;
    SELECT array_agg(o.wallet_id), array_agg(o.pot_id) INTO v_wallets, v_pots
      FROM wallet.open_pots(p_community, p_wallets, v_terms.coin, p_programme,
                            v_terms.opened_until) AS o;
    IF v_terms.ends_at IS NOT NULL THEN
        v_new := ARRAY(SELECT p.id FROM unnest(v_pots) AS o (id)
                         JOIN wallet.pot p ON p.community_id = p_community AND p.id = o.id
                        WHERE p.expires_at IS NULL);
        IF cardinality(v_new) > 0 THEN
            PERFORM ledger.set_expiry(p_community, v_new, v_terms.ends_at, v_terms.account);
            PERFORM disbursement.extend_new_pots(p_community, p_programme, v_new, v_terms.ends_at,
                                                 v_terms.account);
        END IF;
    END IF;
    RETURN QUERY SELECT o.wallet, o.pot FROM unnest(v_wallets, v_pots) AS o (wallet, pot);
END
$$;
REVOKE ALL ON FUNCTION disbursement.pot_terms, disbursement.extend_new_pots FROM PUBLIC;

-- The wallet that a line finds now; no row without. An IBAN or client number that nobody else has
-- confirmed is a claim, and finds nobody. The number of a card that was replaced, and a code that was used
-- or ran out, still say whose they were. In the words of SQL alone, so that it becomes part of the
-- statement that asks.
CREATE FUNCTION disbursement.wallets_of(
    p_community uuid, p_kind text, p_hash bytea, p_alias text) RETURNS TABLE (id uuid)
LANGUAGE sql STABLE AS $$
    SELECT w.id
      FROM accounts.party y
      JOIN wallet.wallet w ON w.community_id = y.community_id AND w.party_id = y.id
     WHERE p_kind = 'iban' AND y.community_id = p_community AND y.iban_hash = p_hash
       AND y.iban_verified_at IS NOT NULL
    UNION ALL
    SELECT w.id FROM wallet.wallet w
     WHERE p_kind = 'alias' AND w.community_id = p_community AND w.alias = p_alias
    UNION ALL
    SELECT w.id
      FROM accounts.client_number l
      JOIN wallet.wallet w ON w.community_id = l.community_id AND w.party_id = l.party_id
     WHERE p_kind = 'clientNumber' AND l.community_id = p_community AND l.number_hash = p_hash
       AND l.confirmed_at IS NOT NULL AND l.withdrawn_at IS NULL
    UNION ALL
    SELECT w.id
      FROM accounts.card c
      JOIN wallet.wallet w ON w.community_id = c.community_id AND w.party_id = c.party_id
     WHERE p_kind = 'card' AND c.community_id = p_community AND c.number_hash = p_hash
    UNION ALL
    SELECT w.id
      FROM accounts.activation_code a
      JOIN wallet.wallet w ON w.community_id = a.community_id AND w.party_id = a.party_id
     WHERE p_kind = 'activationCode' AND a.community_id = p_community AND a.code_hash = p_hash
       AND a.terminal_id IS NULL
$$;

-- Whether somebody who has no wallet may still get one under this name: an alias is whoever's takes it
-- first, and cards and codes are made here or not at all.
CREATE FUNCTION disbursement.may_come(p_community uuid, p_kind text, p_hash bytea) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT CASE p_kind
        WHEN 'alias' THEN false
        WHEN 'card' THEN EXISTS (
            SELECT FROM accounts.card c
             WHERE c.community_id = p_community AND c.number_hash = p_hash)
        WHEN 'activationCode' THEN EXISTS (
            SELECT FROM accounts.activation_code a
             WHERE a.community_id = p_community AND a.code_hash = p_hash
               AND a.terminal_id IS NULL)
        ELSE true END
$$;
REVOKE ALL ON FUNCTION disbursement.wallets_of, disbursement.may_come FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.wallets_of TO wijkmunt_disbursement;

-- A line whose amount is in a pot of this wallet.
CREATE TABLE disbursement.credit (
    community_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    nr integer NOT NULL,
    wallet_id uuid NOT NULL,
    credited_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, batch_id, nr)
);
SELECT public.isolate('disbursement.credit');
GRANT SELECT ON disbursement.credit TO wijkmunt_disbursement;
CREATE TRIGGER credit_is_kept BEFORE DELETE OR TRUNCATE OR UPDATE ON disbursement.credit
    FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();

-- What is credited already. A line is 'acceptable' from now on until it waits, fails or is returned; with a
-- credit, it is credited.
ALTER TABLE disbursement.instruction DISABLE TRIGGER USER;
INSERT INTO disbursement.credit (community_id, batch_id, nr, wallet_id, credited_at)
SELECT i.community_id, i.batch_id, i.nr, i.wallet_id, i.credited_at
  FROM disbursement.instruction i WHERE i.state = 'credited';
ALTER TABLE disbursement.instruction DROP CONSTRAINT instruction_credited_whole;
UPDATE disbursement.instruction SET state = 'acceptable' WHERE state = 'credited';
ALTER TABLE disbursement.instruction ENABLE TRIGGER USER;
DROP TRIGGER instruction_goes_forward ON disbursement.instruction;
DROP TRIGGER instruction_is_paid ON disbursement.instruction;
DROP FUNCTION disbursement.require_transfers;
DROP INDEX disbursement.instruction_open;
ALTER TABLE disbursement.instruction
    DROP COLUMN wallet_id, DROP COLUMN credited_at,
    DROP CONSTRAINT instruction_state_known,
    ADD CONSTRAINT instruction_state_known CHECK (state IN (
        'acceptable', 'parked', 'dropped', 'refused', 'waiting', 'failed', 'returned'));

-- Lines of files, and what became of them.
CREATE VIEW disbursement.line WITH (security_invoker = true) AS
SELECT i.community_id, i.batch_id, i.nr, i.id, i.source_line, i.payment_id, i.instruction_id,
       i.end_to_end_id, i.creditor_name, i.creditor_masked, i.creditor_kind, i.creditor_hash, i.alias,
       i.amount, i.remittance, i.purpose, i.execution_on, i.repeats_batch_id, i.repeats_nr,
       CASE WHEN c.nr IS NULL THEN i.state ELSE 'credited' END AS state, i.refusal_code,
       c.wallet_id, c.credited_at, i.returned_at
  FROM disbursement.instruction i
  LEFT JOIN disbursement.credit c
    ON c.community_id = i.community_id AND c.batch_id = i.batch_id AND c.nr = i.nr;
GRANT SELECT ON disbursement.line TO wijkmunt_disbursement;

CREATE TRIGGER instruction_goes_forward AFTER UPDATE ON disbursement.instruction
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND NOT (
        OLD.state = 'acceptable'
            AND NEW.state IN ('waiting', 'failed', 'refused', 'parked', 'dropped')
        OR OLD.state = 'parked' AND NEW.state IN ('acceptable', 'dropped')
        OR OLD.state = 'failed' AND NEW.state = 'acceptable'
        OR OLD.state = 'waiting' AND NEW.state IN ('acceptable', 'returned')))
    EXECUTE FUNCTION disbursement.refuse_line();

-- A line that waits has had its amount leave the programme, in a transfer of its own. One that is credited
-- becomes nothing else, and what waited is open again only because it is credited.
CREATE FUNCTION disbursement.require_outcomes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM new_rows n
          JOIN disbursement.batch b ON b.community_id = n.community_id AND b.id = n.batch_id
          JOIN disbursement.programme p
            ON p.community_id = b.community_id AND p.id = b.programme_id
         WHERE n.state = 'waiting'
           AND (SELECT t.accounts[1] = p.account_id AND t.amounts[1] = -n.amount
                  FROM ledger.transfer t
                 WHERE t.community_id = n.community_id AND t.id = n.id) IS NOT TRUE) THEN
        RAISE EXCEPTION 'a line waits whose amount did not leave the programme'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM new_rows n
          JOIN disbursement.credit c
            ON c.community_id = n.community_id AND c.batch_id = n.batch_id AND c.nr = n.nr
         WHERE n.state <> 'acceptable') THEN
        RAISE EXCEPTION 'a line is credited and stays so'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM old_rows o
         WHERE o.state = 'waiting'
           AND (SELECT i.state = 'acceptable' AND c.nr IS NULL
                  FROM disbursement.instruction i
                  LEFT JOIN disbursement.credit c
                    ON c.community_id = i.community_id AND c.batch_id = i.batch_id AND c.nr = i.nr
                 WHERE i.community_id = o.community_id AND i.batch_id = o.batch_id
                   AND i.nr = o.nr)) THEN
        RAISE EXCEPTION 'a line does not wait any more and is not credited'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER instruction_has_outcome AFTER UPDATE ON disbursement.instruction
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION disbursement.require_outcomes();

-- Counts lines of a batch that were open as credited, so many that are worth so many minor units in all.
CREATE FUNCTION disbursement.count_credits(
    p_community uuid, p_batch uuid, p_count integer, p_amount numeric) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM disbursement.batch_tally t
      WHERE t.community_id = p_community AND t.batch_id = p_batch
        AND t.state IN ('acceptable', 'credited')
      ORDER BY t.state FOR NO KEY UPDATE;
    UPDATE disbursement.batch_tally t
       SET count = t.count + m.sign * p_count, amount = t.amount + m.sign * p_amount
      FROM (VALUES ('acceptable', -1), ('credited', 1)) AS m (state, sign)
     WHERE t.community_id = p_community AND t.batch_id = p_batch AND t.state = m.state;
END
$$;

-- Lines that waited, and whose landing is posted under these ids, are credited. Raises
-- `integrity_constraint_violation` where a line does not wait, or the transfer is not its landing.
CREATE FUNCTION disbursement.record_landings(
    p_community uuid, p_batches uuid[], p_nrs integer[], p_transfers uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off AS $$
DECLARE
    v_set record; v_landed integer := 0;
BEGIN
    FOR v_set IN
        SELECT i.batch_id, t.posted_at, array_agg(i.nr) AS nrs, array_agg(p.wallet_id) AS wallets,
               sum(i.amount) AS amount
          FROM unnest(p_batches, p_nrs, p_transfers) AS l (batch, nr, transfer)
          JOIN disbursement.instruction i
            ON i.community_id = p_community AND i.batch_id = l.batch AND i.nr = l.nr
          JOIN ledger.transfer t ON t.community_id = p_community AND t.id = l.transfer
          JOIN wallet.pot p ON p.community_id = p_community AND p.id = t.accounts[2]
         WHERE i.state = 'waiting' AND t.kind = 'landing' AND t.related_id = i.id
           AND t.amounts[2] = i.amount
         GROUP BY i.batch_id, t.posted_at ORDER BY i.batch_id, t.posted_at
    LOOP
        WITH credited AS (
            INSERT INTO disbursement.credit (community_id, batch_id, nr, wallet_id, credited_at)
            SELECT p_community, v_set.batch_id, l.nr, l.wallet, v_set.posted_at
              FROM unnest(v_set.nrs, v_set.wallets) AS l (nr, wallet)
        )
        UPDATE disbursement.instruction i SET state = 'acceptable'
         WHERE i.community_id = p_community AND i.batch_id = v_set.batch_id
           AND i.nr = ANY (v_set.nrs);
        PERFORM disbursement.count_credits(p_community, v_set.batch_id, cardinality(v_set.nrs),
                                           v_set.amount);
        v_landed := v_landed + cardinality(v_set.nrs);
    END LOOP;
    IF v_landed <> cardinality(p_nrs) THEN
        RAISE EXCEPTION 'a line did not wait, or its transfer is no landing'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END
$$;

-- Credits the open lines from one number to another of an approved batch whose day has come: to the
-- receivers' pots, or set apart for whoever may still get a wallet. An alias that nobody has fails: money
-- that waited for it would go to whoever takes the name first. So do cards and codes that were never given
-- out. Money and outcomes change in one transaction, and the transfer's id is the line's: whatever is
-- killed when, each line is credited once. Answers whether the lines were the caller's to credit: not while
-- somebody else works at them, nor when none is open.
CREATE FUNCTION disbursement.credit_lines(
    p_community uuid, p_batch uuid, p_first integer, p_last integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- Lines and those whom they name are looked up by their keys, whatever the planner knows of the tables.
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    v_batch record; v_terms record; v_any_credited boolean;
    v_nrs integer[]; v_ids uuid[]; v_amounts bigint[]; v_references text[]; v_wallets uuid[];
    v_pots uuid[]; v_missing uuid[]; v_opened uuid[]; v_opens boolean := false;
    v_holders uuid[];
    -- What is posted of each line: 'disbursement' to a pot, 'reservation', or nothing.
    v_kinds text[];
    -- Lines that fail, and why.
    v_failed integer[]; v_reasons text[];
    v_total bigint; v_posted record; v_outcome record;
BEGIN
    IF NOT pg_try_advisory_xact_lock(
        hashtextextended('disbursement/credits/' || p_batch || '/' || p_first, 0)) THEN
        RETURN false;
    END IF;
    -- Others who credit some of its lines share the lock; whoever ends the batch waits.
    SELECT b.programme_id, b.approved_by, b.commitment_account_id,
           CASE WHEN b.executes_on IS NULL THEN 'infinity' ELSE d.today END AS until
      INTO v_batch
      FROM disbursement.batch b
      JOIN accounts.community c ON c.community_id = b.community_id
     CROSS JOIN LATERAL (
           SELECT (clock_timestamp() AT TIME ZONE c.time_zone)::date) AS d (today)
     WHERE b.community_id = p_community AND b.id = p_batch AND b.state IN ('approved', 'executing')
       AND (b.executes_on IS NULL OR b.executes_on <= d.today)
       FOR SHARE OF b;
    IF NOT FOUND THEN RETURN false; END IF;
    SELECT * INTO v_terms FROM disbursement.pot_terms(p_community, v_batch.programme_id);
    PERFORM wallet.lock_pots(p_community, true);
    v_any_credited := EXISTS (
        SELECT FROM disbursement.credit c
         WHERE c.community_id = p_community AND c.batch_id = p_batch
           AND c.nr BETWEEN p_first AND p_last);
    SELECT array_agg(l.nr), array_agg(l.id), array_agg(l.amount), array_agg(l.remittance),
           array_agg(l.wallet), array_agg(l.pot), array_agg(l.kind), sum(l.amount)
      INTO v_nrs, v_ids, v_amounts, v_references, v_wallets, v_pots, v_kinds, v_total
      FROM (SELECT i.nr, i.id, i.amount, i.remittance, w.id AS wallet,
                   (SELECT p.id FROM wallet.pot p
                     WHERE p.community_id = p_community AND p.wallet_id = w.id
                       AND p.coin = v_terms.coin
                       AND p.programme_id IS NOT DISTINCT FROM v_batch.programme_id
                       AND p.opened_until IS NOT DISTINCT FROM v_terms.opened_until
                       -- One that has still to be given an end is no better than none.
                       AND (p.expires_at IS NOT NULL OR v_terms.ends_at IS NULL)) AS pot,
                   CASE WHEN w.id IS NOT NULL THEN 'disbursement'
                        WHEN disbursement.may_come(p_community, i.creditor_kind, i.creditor_hash)
                        THEN 'reservation' END AS kind
              FROM disbursement.instruction i
              LEFT JOIN LATERAL disbursement.wallets_of(
                       p_community, i.creditor_kind, i.creditor_hash, i.alias) AS w ON true
             WHERE i.community_id = p_community AND i.batch_id = p_batch
               AND i.nr BETWEEN p_first AND p_last AND i.state = 'acceptable'
               AND (i.execution_on IS NULL OR i.execution_on <= v_batch.until)
               AND (NOT v_any_credited OR NOT EXISTS (
                    SELECT FROM disbursement.credit c
                     WHERE c.community_id = p_community AND c.batch_id = p_batch AND c.nr = i.nr))
             ORDER BY i.nr) AS l;
    IF v_nrs IS NULL THEN RETURN false; END IF;

    SELECT array_agg(coalesce(r.nr, l.nr)), array_agg(coalesce(r.refusal, 'unknown-account'))
      INTO v_failed, v_reasons
      FROM disbursement.refused_credits(p_community, p_batch, v_nrs, v_wallets) AS r
      FULL JOIN (SELECT k.nr FROM unnest(v_nrs, v_kinds) AS k (nr, kind) WHERE k.kind IS NULL) AS l
        ON l.nr = r.nr;
    IF v_failed IS NOT NULL THEN
        SELECT array_agg(l.nr), array_agg(l.id), array_agg(l.amount), array_agg(l.reference),
               array_agg(l.wallet), array_agg(l.pot), array_agg(l.kind)
          INTO v_nrs, v_ids, v_amounts, v_references, v_wallets, v_pots, v_kinds
          FROM unnest(v_nrs, v_ids, v_amounts, v_references, v_wallets, v_pots, v_kinds)
               AS l (nr, id, amount, reference, wallet, pot, kind)
         WHERE NOT EXISTS (SELECT FROM unnest(v_failed) AS f (nr) WHERE f.nr = l.nr);
    END IF;
    -- In the order of the wallets, so that nobody who opens some of them at the same time waits for us
    -- while we wait for him.
    v_missing := ARRAY(SELECT DISTINCT l.wallet FROM unnest(v_wallets, v_pots) AS l (wallet, pot)
                        WHERE l.wallet IS NOT NULL AND l.pot IS NULL ORDER BY l.wallet);
    IF cardinality(v_missing) > 0 THEN
        -- Accounts of pots that do not depreciate are opened with their first credits.
        IF wallet.policy_of_pots(p_community, v_terms.coin, v_batch.programme_id) IS NULL THEN
            BEGIN
                v_opened := wallet.add_pots(p_community, v_missing, v_terms.coin,
                                            v_batch.programme_id, v_terms.opened_until,
                                            v_terms.ends_at);
            EXCEPTION WHEN unique_violation THEN
                -- Somebody opened one of them meanwhile.
                NULL;
            END;
        END IF;
        v_opens := v_opened IS NOT NULL;
        IF NOT v_opens THEN
            SELECT array_agg(o.wallet_id), array_agg(o.pot_id) INTO v_missing, v_opened
              FROM disbursement.open_pots(p_community, v_batch.programme_id, v_missing) AS o;
        END IF;
        SELECT array_agg(r.pot), array_agg(r.holder) INTO v_pots, v_holders
          FROM (SELECT coalesce(l.pot, o.pot) AS pot,
                       CASE WHEN v_opens AND l.pot IS NULL THEN l.wallet END AS holder
                  FROM unnest(v_wallets, v_pots) WITH ORDINALITY AS l (wallet, pot, place)
                  LEFT JOIN unnest(v_missing, v_opened) AS o (wallet, pot) ON o.wallet = l.wallet
                 ORDER BY l.place) AS r;
    END IF;

    -- What the set was to take goes back first, and its credits are paid from there: what is refused
    -- stays in the programme.
    v_posted := ledger.post_from(
        p_community, v_terms.account, gen_random_uuid() || v_ids, 'commitment'::text || v_kinds,
        NULL::text || v_references, v_batch.approved_by,
        v_batch.commitment_account_id
            || ARRAY(SELECT coalesce(pot, v_terms.reserved_account) FROM unnest(v_pots) AS pot),
        -v_total || v_amounts,
        -- No line is left where all of them fail.
        NULL::uuid || coalesce(
            v_holders, array_fill(NULL::uuid, ARRAY[coalesce(cardinality(v_pots), 0)])),
        v_terms.ends_at);
    IF v_opens AND v_terms.ends_at IS NOT NULL THEN
        PERFORM disbursement.extend_new_pots(p_community, v_batch.programme_id, v_opened,
                                             v_terms.ends_at, v_terms.account);
    END IF;
    IF v_posted.verdicts[1] <> 'posted' THEN
        RAISE EXCEPTION 'what is set apart for batch % does not come back: %', p_batch,
            v_posted.verdicts[1];
    END IF;
    IF v_posted.verdicts IS NULL AND array_position(v_pots, NULL) IS NULL THEN
        SELECT v_nrs AS credited, v_wallets AS wallets, sum(amount) AS amount,
               NULL::integer[] AS waiting, NULL::integer[] AS failed, NULL::text[] AS refusals
          INTO v_outcome FROM unnest(v_amounts) AS amount;
    ELSE
        SELECT array_agg(l.nr) FILTER (WHERE l.is_paid AND l.pot IS NOT NULL) AS credited,
               array_agg(l.wallet) FILTER (WHERE l.is_paid AND l.pot IS NOT NULL) AS wallets,
               sum(l.amount) FILTER (WHERE l.is_paid AND l.pot IS NOT NULL) AS amount,
               array_agg(l.nr) FILTER (WHERE l.is_paid AND l.pot IS NULL) AS waiting,
               array_agg(l.nr) FILTER (WHERE NOT l.is_paid) AS failed,
               array_agg(l.verdict) FILTER (WHERE NOT l.is_paid) AS refusals
          INTO v_outcome
          FROM (SELECT *, coalesce(o.verdict, 'posted') IN ('posted', 'replayed') AS is_paid
                  FROM unnest(v_nrs, v_wallets, v_pots, v_amounts,
                              v_posted.verdicts[2 : cardinality(v_posted.verdicts)])
                       AS o (nr, wallet, pot, amount, verdict)
                 WHERE o.nr IS NOT NULL) AS l;
    END IF;
    -- Any other refusal is no fact about the receiving account but a defect here.
    IF NOT v_outcome.refusals <@ ARRAY['account-not-open', 'account-expired', 'above-ceiling',
                                       'amount-out-of-range', 'daily-receiving-limit'] THEN
        RAISE EXCEPTION 'lines % of batch % are refused: %', v_outcome.failed, p_batch,
            v_outcome.refusals;
    END IF;
    IF v_outcome.credited IS NOT NULL THEN
        INSERT INTO disbursement.credit (community_id, batch_id, nr, wallet_id, credited_at)
        SELECT p_community, p_batch, l.nr, l.wallet, v_posted.posted_at
          FROM unnest(v_outcome.credited, v_outcome.wallets) AS l (nr, wallet);
        PERFORM disbursement.count_credits(p_community, p_batch, cardinality(v_outcome.credited),
                                           v_outcome.amount);
    END IF;
    v_failed := v_failed || v_outcome.failed;
    v_reasons := v_reasons || v_outcome.refusals;
    IF v_outcome.waiting IS NOT NULL OR cardinality(v_failed) > 0 THEN
        UPDATE disbursement.instruction i SET state = l.state, refusal_code = l.refusal
          FROM (SELECT w.nr, 'waiting' AS state, NULL AS refusal FROM unnest(v_outcome.waiting) AS w (nr)
                UNION ALL
                SELECT f.nr, 'failed', f.reason
                  FROM unnest(v_failed, v_reasons) AS f (nr, reason)) AS l
         WHERE i.community_id = p_community AND i.batch_id = p_batch
           AND i.nr BETWEEN p_first AND p_last AND i.nr = l.nr;
    END IF;
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION disbursement.require_outcomes, disbursement.count_credits,
    disbursement.record_landings, disbursement.credit_lines FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.record_landings, disbursement.credit_lines
    TO wijkmunt_disbursement;
REVOKE ALL ON FUNCTION disbursement.refused_credits FROM wijkmunt_disbursement;

-- What asks about outcomes asks the view.
DO $$
DECLARE
    v_change record;
    v_text text;
BEGIN
    FOR v_change IN
        SELECT * FROM (VALUES
            ('disbursement.export_person', 'FROM disbursement.instruction i', 'FROM disbursement.line i'),
            ('disbursement.forget_creditors',
             'EXISTS (SELECT FROM disbursement.instruction i', 'EXISTS (SELECT FROM disbursement.line i'),
            ('disbursement.erase_person',
             E'IF EXISTS (\n        SELECT FROM disbursement.instruction i',
             E'IF EXISTS (\n        SELECT FROM disbursement.line i'),
            ('disbursement.erase_person', 'i.batch_id FROM disbursement.instruction i',
             'i.batch_id FROM disbursement.line i'),
            ('disbursement.erase_person', 'array_agg(i.nr) AS nrs FROM disbursement.instruction i',
             'array_agg(i.nr) AS nrs FROM disbursement.line i'),
            ('disbursement.erase_person',
             'OR i.wallet_id = ANY (p_wallets));
    RETURN ''erased'';',
             'OR EXISTS (SELECT FROM disbursement.credit c
                     WHERE c.community_id = i.community_id AND c.batch_id = i.batch_id
                       AND c.nr = i.nr AND c.wallet_id = ANY (p_wallets)));
    RETURN ''erased'';')
        ) AS c (function, old, new)
    LOOP
        v_text := pg_get_functiondef(v_change.function::regproc);
        IF strpos(v_text, v_change.old) = 0 THEN
            RAISE EXCEPTION '% does not say %', v_change.function, v_change.old;
        END IF;
        EXECUTE replace(v_text, v_change.old, v_change.new);
    END LOOP;
END
$$;

-- Thousands of lines look their receivers up at a time: a hash is one page, a tree of long keys three.
CREATE INDEX party_by_iban ON accounts.party USING hash (iban_hash) WHERE iban_verified_at IS NOT NULL;
CREATE INDEX wallet_by_party ON wallet.wallet USING hash (party_id);
