-- Plain batches that hold what they debit only for their last moments, and pots by the thousand.

-- Accounts are locked pots first, then the others, sinks last, each in the order of their ids: pots are
-- many and those that pay them few, so a batch can do its pots before it waits for whom it pays from.
DO $$
DECLARE
    v_function regprocedure;
    v_text text;
BEGIN
    FOR v_function IN
        SELECT p.oid FROM pg_proc p
         WHERE p.pronamespace = 'ledger'::regnamespace
           AND p.proname IN ('post_in_order', 'place_hold', 'release_holds', 'expire_pots')
    LOOP
        v_text := pg_get_functiondef(v_function);
        IF v_text NOT LIKE '%ORDER BY a.kind = ''sink'', a.id FOR NO KEY UPDATE%' THEN
            RAISE EXCEPTION '% does not lock accounts as it did', v_function;
        END IF;
        EXECUTE replace(v_text, 'ORDER BY a.kind = ''sink'', a.id FOR NO KEY UPDATE',
                        'ORDER BY a.kind <> ''pot'', a.kind = ''sink'', a.id FOR NO KEY UPDATE');
    END LOOP;
    v_text := pg_get_functiondef('ledger.take_back'::regproc);
    IF v_text NOT LIKE '%ORDER BY a.id FOR NO KEY UPDATE%' THEN
        RAISE EXCEPTION 'ledger.take_back does not lock accounts as it did';
    END IF;
    EXECUTE replace(v_text, 'ORDER BY a.id FOR NO KEY UPDATE',
                    'ORDER BY a.kind <> ''pot'', a.id FOR NO KEY UPDATE');
END
$$;

-- Adds to balances, in the order of the accounts given, and answers the accounts as they are then. One
-- that is not there, or has a posting that is later than this moment, is left out. Each is looked up by
-- its key, whatever the planner knows of the table.
CREATE FUNCTION ledger.add_to_balances(
    p_community uuid, p_accounts uuid[], p_amounts bigint[], p_postings integer[],
    p_posted_at timestamptz) RETURNS SETOF ledger.account
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_material = off AS $$
BEGIN
    RETURN QUERY
    UPDATE ledger.account AS a
       SET posted = a.posted + m.amount, seq = a.seq + m.postings, last_posted_at = p_posted_at
      FROM unnest(p_accounts, p_amounts, p_postings) AS m (id, amount, postings)
     WHERE a.community_id = p_community AND a.id = m.id AND a.last_posted_at <= p_posted_at
    RETURNING a.*;
END
$$;

-- Enters legs of plain transfers: their accounts' balances and their postings, in order for each account.
-- Raises 'WM001' where a leg is not plain, and 'WM002' where an account has a later posting already.
CREATE FUNCTION ledger.enter_legs(
    p_community uuid, p_coin text, p_posted_at timestamptz, p_transfers uuid[], p_kinds text[],
    p_accounts uuid[], p_amounts bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
-- Thousands of legs meet as many accounts.
SET enable_nestloop = off SET enable_hashjoin = on SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    c_most CONSTANT bigint := 9007199254740991;
    v_accounts uuid[]; v_amounts bigint[]; v_postings integer[];
    v_moved ledger.account[]; v_entered integer;
BEGIN
    IF cardinality(p_accounts) = 0 THEN RETURN; END IF;
    SELECT array_agg(t.account ORDER BY t.account), array_agg(t.amount ORDER BY t.account),
           array_agg(t.postings ORDER BY t.account)
      INTO v_accounts, v_amounts, v_postings
      FROM (SELECT l.account, sum(l.amount)::bigint AS amount, count(*)::integer AS postings
              FROM unnest(p_accounts, p_amounts) AS l (account, amount)
             GROUP BY l.account) AS t;
    v_moved := ARRAY(SELECT a FROM ledger.add_to_balances(
        p_community, v_accounts, v_amounts, v_postings, p_posted_at) AS a);
    IF cardinality(v_moved) <> cardinality(v_accounts) THEN
        RAISE EXCEPTION 'an account is missing or was posted to later' USING ERRCODE = 'WM002';
    END IF;
    -- A leg's balance is the last one less what came after it.
    WITH rule AS MATERIALIZED (
        SELECT r.kind, r.debits, r.credits FROM ledger.transfer_rule r
         WHERE r.role = session_user
    )
    INSERT INTO ledger.posting (community_id, account_id, posted_at, seq, transfer_id, amount,
                                balance_after)
    SELECT p_community, l.account, p_posted_at, a.seq - l.later, l.transfer, l.amount,
           a.posted - l.rest
      FROM (SELECT g.account, g.transfer, g.kind, g.amount,
                   count(*) OVER run - 1 AS later,
                   (sum(g.amount) OVER run - g.amount)::bigint AS rest
              FROM unnest(p_accounts, p_transfers, p_kinds, p_amounts) WITH ORDINALITY
                   AS g (account, transfer, kind, amount, nr)
            WINDOW run AS (PARTITION BY g.account ORDER BY g.nr DESC)) AS l
      JOIN unnest(v_moved) AS a ON a.id = l.account
      JOIN rule r ON r.kind = l.kind
     WHERE a.coin = p_coin AND a.unit = 'coin' AND a.state = 'open' AND a.depreciation_id IS NULL
       AND (a.expires_at IS NULL OR a.expires_at > p_posted_at)
       AND a.kind = ANY (CASE WHEN l.amount > 0 THEN r.credits ELSE r.debits END)
       AND (l.amount > 0 OR a.posted - l.rest - a.held >= coalesce(a.floor, -c_most))
       AND a.posted - l.rest BETWEEN -c_most AND coalesce(a.ceiling, c_most);
    GET DIAGNOSTICS v_entered = ROW_COUNT;
    IF v_entered <> cardinality(p_accounts) THEN
        RAISE EXCEPTION 'a transfer is not plain' USING ERRCODE = 'WM001';
    END IF;
END
$$;

-- Posts a batch in which nothing depends on the order: from one account to another, exact, new,
-- with no hold, reversal, limit of a day or depreciation, and every one of them accepted whatever
-- came before it. Answers NULL, and has done nothing but lock accounts, where one of these does not
-- hold: what is to be refused is then found out in order.
--
-- First it supposes that nobody posts to the same accounts meanwhile at a later moment than its own, and
-- reaches the accounts that are no pots only when all else is done. Where somebody did, it begins again
-- and locks all of them before it takes its moment.
CREATE OR REPLACE FUNCTION ledger.post_plain(
    p_community uuid, p_ids uuid[], p_kinds text[], p_references text[], p_clients uuid[],
    p_parties uuid[], p_leg_transfer integer[], p_leg_account uuid[], p_leg_amount bigint[]
) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
-- Arrays have thousands of elements: a plan is made for every batch.
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    c_most CONSTANT bigint := 9007199254740991;
    v_posted_at timestamptz;
    v_is_plain boolean; v_coin text; v_batch bigint; v_lane text; v_digest bytea;
    -- Legs of pots, and those of other accounts.
    v_pot_transfers uuid[]; v_pot_kinds text[]; v_pots uuid[]; v_pot_amounts bigint[];
    v_other_transfers uuid[]; v_other_kinds text[]; v_others uuid[]; v_other_amounts bigint[];
BEGIN
    -- Kinds that this role may post and that nothing else depends on; looked at before all else, since
    -- groups of payments and of transfers between people come here too.
    IF NOT (SELECT bool_and(EXISTS (
                SELECT FROM ledger.transfer_rule r
                 WHERE r.role = session_user AND r.kind = k.kind AND NOT r.spends
                   AND NOT r.receives AND NOT r.reverses
                   AND r.kind NOT IN ('funding', 'settlement')))
              FROM (SELECT DISTINCT kind FROM unnest(p_kinds) AS kind) AS k) THEN
        RETURN NULL;
    END IF;
    SELECT a.coin INTO v_coin FROM ledger.account a
     WHERE a.community_id = p_community AND a.id = p_leg_account[1];
    WITH rule AS MATERIALIZED (
        SELECT r.kind, r.debits = '{pot}' AS debits_pots, r.credits = '{pot}' AS credits_pots
          FROM ledger.transfer_rule r WHERE r.role = session_user
    ), leg AS (
        SELECT p.id, p.kind, p_leg_account[l.nr] AS account, p_leg_amount[l.nr] AS amount,
               CASE WHEN p_leg_amount[l.nr] > 0 THEN r.credits_pots ELSE r.debits_pots END
                   AS of_pot,
               p_leg_transfer[l.nr] = p.n AND p_leg_amount[l.nr] <> 0
                   AND p_leg_amount[l.nr] BETWEEN -c_most AND c_most
                   AND p_leg_amount[2 * p.n - 1] + p_leg_amount[2 * p.n] = 0 AS is_plain
          FROM unnest(p_ids, p_kinds) WITH ORDINALITY AS p (id, kind, n)
          JOIN rule r ON r.kind = p.kind
         CROSS JOIN LATERAL (VALUES (2 * p.n - 1), (2 * p.n)) AS l (nr)
         ORDER BY l.nr
    )
    SELECT bool_and(l.is_plain) AND sum(abs(l.amount)) <= 2 * c_most,
           coalesce(array_agg(l.id) FILTER (WHERE l.of_pot), '{}'),
           coalesce(array_agg(l.kind) FILTER (WHERE l.of_pot), '{}'),
           coalesce(array_agg(l.account) FILTER (WHERE l.of_pot), '{}'),
           coalesce(array_agg(l.amount) FILTER (WHERE l.of_pot), '{}'),
           coalesce(array_agg(l.id) FILTER (WHERE NOT l.of_pot), '{}'),
           coalesce(array_agg(l.kind) FILTER (WHERE NOT l.of_pot), '{}'),
           coalesce(array_agg(l.account) FILTER (WHERE NOT l.of_pot), '{}'),
           coalesce(array_agg(l.amount) FILTER (WHERE NOT l.of_pot), '{}')
      INTO v_is_plain, v_pot_transfers, v_pot_kinds, v_pots, v_pot_amounts,
           v_other_transfers, v_other_kinds, v_others, v_other_amounts
      FROM leg l;
    IF v_coin IS NULL OR v_is_plain IS NOT TRUE
       OR cardinality(v_pots) + cardinality(v_others) <> cardinality(p_leg_account) THEN
        RETURN NULL;
    END IF;

    v_batch := nextval('ledger.batch_id');
    FOR n_attempt IN 1 .. 2 LOOP
        BEGIN
            v_posted_at := clock_timestamp();
            IF n_attempt = 2 THEN
                SELECT greatest(clock_timestamp(), max(l.last_posted_at)) INTO v_posted_at
                  FROM (SELECT a.last_posted_at FROM ledger.account a
                         WHERE a.community_id = p_community AND a.id = ANY (p_leg_account)
                         ORDER BY a.kind <> 'pot', a.kind = 'sink', a.id FOR NO KEY UPDATE) AS l;
            END IF;
            WITH accepted AS MATERIALIZED (
                SELECT p.id, p.kind, p.reference, p.client_id, p.party_id,
                       p.place::integer AS place,
                       ARRAY[p_leg_account[2 * p.place - 1], p_leg_account[2 * p.place]]
                           AS accounts,
                       ARRAY[p_leg_amount[2 * p.place - 1], p_leg_amount[2 * p.place]]
                           AS amounts
                  FROM unnest(p_ids, p_kinds, p_references, p_clients, p_parties) WITH ORDINALITY
                       AS p (id, kind, reference, client_id, party_id, place)
            ), transfers AS (
                INSERT INTO ledger.transfer (community_id, id, kind, coin, accounts, amounts,
                                             reference, client_id, party_id, posted_at, batch,
                                             place)
                SELECT p_community, a.id, a.kind, v_coin, a.accounts, a.amounts, a.reference,
                       a.client_id, a.party_id, v_posted_at, v_batch, a.place
                  FROM accepted a
            )
            SELECT sha256(string_agg(
                       ledger.content(p_community, a.id, a.kind, v_coin, a.accounts, a.amounts,
                                      a.reference, NULL, NULL, a.client_id, a.party_id,
                                      v_posted_at), '' ORDER BY a.place))
              INTO v_digest
              FROM accepted a;
            PERFORM ledger.enter_legs(p_community, v_coin, v_posted_at, v_pot_transfers,
                                      v_pot_kinds, v_pots, v_pot_amounts);
            PERFORM ledger.enter_legs(p_community, v_coin, v_posted_at, v_other_transfers,
                                      v_other_kinds, v_others, v_other_amounts);
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
            -- An id that came before, or twice; more than fits; or not plain.
            WHEN unique_violation OR check_violation OR numeric_value_out_of_range
                 OR SQLSTATE 'WM001' THEN
                RETURN NULL;
            WHEN SQLSTATE 'WM002' THEN
                CONTINUE;
        END;
    END LOOP;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION ledger.add_to_balances, ledger.enter_legs FROM PUBLIC;

-- What a foreign key says for every row, said once for all rows of a statement; for that, what it refers
-- to stays for good.
CREATE FUNCTION public.refuse_removal() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on %, whose keys stay', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER coin_is_kept BEFORE DELETE OR TRUNCATE OR UPDATE OF community_id, code ON ledger.coin
    FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();
CREATE FUNCTION ledger.require_coins() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT n.community_id, n.coin FROM new_rows n OFFSET 0) AS d
                WHERE NOT EXISTS (SELECT FROM ledger.coin c
                                   WHERE c.community_id = d.community_id AND c.code = d.coin)) THEN
        RAISE EXCEPTION 'an account is of a coin that is not there'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER account_has_coin AFTER INSERT ON ledger.account
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.require_coins();
CREATE TRIGGER account_keeps_coin BEFORE UPDATE OF community_id, id, coin ON ledger.account
    FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();
ALTER TABLE ledger.account DROP CONSTRAINT account_community_id_coin_fkey;

CREATE TRIGGER wallet_is_kept BEFORE DELETE OR TRUNCATE OR UPDATE OF community_id, id ON wallet.wallet
    FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();
CREATE FUNCTION wallet.require_wallets() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows n
                WHERE NOT EXISTS (SELECT FROM wallet.wallet w
                                   WHERE w.community_id = n.community_id AND w.id = n.wallet_id)) THEN
        RAISE EXCEPTION 'a pot is of a wallet that is not there'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER pot_has_wallet AFTER INSERT ON wallet.pot
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION wallet.require_wallets();
CREATE TRIGGER pot_keeps_wallet BEFORE UPDATE OF community_id, id, wallet_id ON wallet.pot
    FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();
ALTER TABLE wallet.pot DROP CONSTRAINT pot_community_id_wallet_id_fkey;
REVOKE ALL ON FUNCTION public.refuse_removal, ledger.require_coins, wallet.require_wallets FROM PUBLIC;

-- Whoever opens pots shares a lock; whoever must see all pots of somebody, and have no others come
-- meanwhile, has it alone. A lock on every wallet would say it too, at the price of a write each.
CREATE FUNCTION wallet.lock_pots(p_community uuid, p_shared boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_key CONSTANT bigint := hashtextextended('wallet pots/' || p_community, 0);
BEGIN
    IF p_shared THEN
        PERFORM pg_advisory_xact_lock_shared(v_key);
    ELSE
        PERFORM pg_advisory_xact_lock(v_key);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION wallet.lock_pots FROM PUBLIC;
DO $$
DECLARE
    v_function regproc;
    v_text text;
BEGIN
    FOREACH v_function IN ARRAY ARRAY['wallet.erase_person', 'disbursement.extend_pots']::regproc[]
    LOOP
        v_text := pg_get_functiondef(v_function);
        IF v_text NOT LIKE E'%\nBEGIN\n%' THEN
            RAISE EXCEPTION '% does not begin as it did', v_function;
        END IF;
        EXECUTE regexp_replace(v_text, E'\nBEGIN\n',
                               E'\nBEGIN\n    PERFORM wallet.lock_pots(p_community, false);\n');
    END LOOP;
END
$$;

-- Accounts of new pots, under the limits of those of their holders that have a class.
CREATE OR REPLACE FUNCTION ledger.open_pots(
    p_community uuid, p_ids uuid[], p_coin text, p_holders uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger.opening_rule
                    WHERE role = session_user AND kind = 'pot') THEN
        RAISE EXCEPTION '% may not open pots', session_user
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO ledger.account (community_id, id, coin, unit, kind, floor, holder_id)
    SELECT p_community, n.id, p_coin, 'coin', 'pot', 0,
           (SELECT k.id FROM ledger.holder k
             WHERE k.community_id = p_community AND k.id = n.holder)
      FROM unnest(p_ids, p_holders) AS n (id, holder);
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
    v_all uuid[]; v_found uuid[]; v_wallets uuid[]; v_pots uuid[]; v_policy uuid;
    -- New ids sort by the moment of their making (UUIDv7, RFC 9562 section 5.7): rows that are made
    -- together lie together in every index that begins with them. What follows is random.
    v_now CONSTANT text :=
        lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0');
    v_prefix CONSTANT text := left(v_now, 8) || '-' || right(v_now, 4) || '-7';
BEGIN
    PERFORM wallet.lock_pots(p_community, true);
    SELECT array_agg(w.id), array_agg(w.pot) INTO v_all, v_found
      FROM (SELECT d.id, (SELECT p.id FROM wallet.pot p
                           WHERE p.community_id = p_community AND p.wallet_id = d.id
                             AND p.coin = p_coin
                             AND p.programme_id IS NOT DISTINCT FROM p_programme
                             AND p.opened_until IS NOT DISTINCT FROM p_until) AS pot
              FROM (SELECT DISTINCT id FROM unnest(p_wallets) AS id ORDER BY id) AS d
            OFFSET 0) AS w;
    RETURN QUERY SELECT o.wallet, o.pot FROM unnest(v_all, v_found) AS o (wallet, pot)
                  WHERE o.pot IS NOT NULL;
    IF array_position(v_found, NULL) IS NULL THEN RETURN; END IF;

    WITH opened AS (
        INSERT INTO wallet.pot (community_id, id, wallet_id, coin, programme_id, opened_until,
                                is_earmarked)
        SELECT p_community, (v_prefix || substr(gen_random_uuid()::text, 16))::uuid, o.wallet,
               p_coin, p_programme, p_until, (SELECT wallet.is_earmarked(p_community, p_programme))
          FROM unnest(v_all, v_found) AS o (wallet, pot)
         WHERE o.pot IS NULL
         ORDER BY o.wallet
        ON CONFLICT ON CONSTRAINT pot_one_per_purpose DO NOTHING
        RETURNING id, wallet_id
    )
    SELECT array_agg(id ORDER BY id), array_agg(wallet_id ORDER BY id)
      INTO v_pots, v_wallets FROM opened;
    IF v_pots IS NOT NULL THEN
        PERFORM ledger.open_pots(p_community, v_pots, p_coin, v_wallets);
        PERFORM wallet.lock_policies(p_community, p_coin, true);
        SELECT p.id INTO v_policy FROM wallet.depreciation_policy p
         WHERE p.community_id = p_community AND p.coin = p_coin
           AND (p.programme_id = p_programme OR p.programme_id IS NULL)
         ORDER BY p.programme_id IS NULL LIMIT 1;
        IF v_policy IS NOT NULL THEN
            PERFORM ledger.set_depreciation(p_community, v_pots, v_policy);
        END IF;
        RETURN QUERY SELECT o.wallet, o.pot FROM unnest(v_wallets, v_pots) AS o (wallet, pot);
    END IF;
    IF cardinality(v_found) > num_nonnulls(VARIADIC v_found) + coalesce(cardinality(v_pots), 0) THEN
        -- What somebody else opened meanwhile.
        RETURN QUERY
        SELECT p.wallet_id, p.id
          FROM unnest(v_all, v_found) AS o (wallet, pot)
          JOIN wallet.pot p ON p.community_id = p_community AND p.wallet_id = o.wallet
         WHERE o.pot IS NULL AND p.coin = p_coin
           AND p.programme_id IS NOT DISTINCT FROM p_programme
           AND p.opened_until IS NOT DISTINCT FROM p_until
           AND p.id <> ALL (coalesce(v_pots, '{}'));
    END IF;
END
$$;

-- One look-up by key at the end of every set of lines, also with a plan from when there were few accounts.
ALTER FUNCTION disbursement.require_whole SET enable_seqscan = off;
