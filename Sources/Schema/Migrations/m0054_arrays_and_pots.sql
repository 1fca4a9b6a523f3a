-- Sets of credits take a tenth less of a processor. Arrays become rows in the list of what is selected,
-- where they are read side by side; in FROM each of them is first written down as a table.

-- The pot of a wallet is found by a hash: one page instead of three. Which pots a programme has is known from
-- what keeps them apart.
ALTER TABLE wallet.pot
    DROP CONSTRAINT pot_one_per_purpose,
    ADD CONSTRAINT pot_one_per_purpose
        UNIQUE NULLS NOT DISTINCT (programme_id, wallet_id, coin, opened_until, community_id);
DROP INDEX wallet.pot_by_programme;
CREATE INDEX pot_by_wallet ON wallet.pot USING hash (wallet_id);

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
CREATE OR REPLACE FUNCTION ledger.post_around(
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
          FROM (SELECT unnest(p_kinds) AS kind, unnest(p_amounts) AS amount) AS l
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
                      FROM (SELECT unnest(p_others) AS other, unnest(p_ids) AS id,
                                   unnest(p_kinds) AS kind, unnest(p_amounts) AS amount,
                                   unnest(p_holders) AS holder,
                                   generate_series(1, cardinality(p_others)) AS place) AS o
                     WHERE o.kind = ANY (v_to_pots)) AS r) AS l;
    IF v_last_round > c_few THEN RETURN NULL; END IF;
    IF cardinality(v_elsewhere) > 0 THEN
        v_rest := ARRAY(SELECT DISTINCT o.other
                          FROM (SELECT unnest(p_others) AS other, unnest(p_kinds) AS kind) AS o
                         WHERE o.kind = ANY (v_elsewhere));
        IF p_hub = ANY (v_rest) OR cardinality(v_rest) > c_few OR EXISTS (
            SELECT FROM (SELECT DISTINCT o.other, o.kind, o.amount > 0 AS is_credit
                           FROM (SELECT unnest(p_others) AS other, unnest(p_kinds) AS kind,
                                        unnest(p_amounts) AS amount) AS o
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
            INSERT INTO ledger.transfer (community_id, id, kind, coin, accounts, amounts, reference,
                                         client_id, party_id, posted_at, batch, place)
            SELECT p_community, t.id, t.kind, v_hub.coin, ARRAY[p_hub, t.other],
                   ARRAY[-t.amount, t.amount], t.reference, t.client, t.party, v_posted_at, v_batch,
                   t.place
              FROM (SELECT unnest(p_ids) AS id, unnest(p_kinds) AS kind,
                           unnest(p_references) AS reference, unnest(p_clients) AS client,
                           unnest(p_parties) AS party, unnest(p_others) AS other,
                           unnest(p_amounts) AS amount,
                           generate_series(1, cardinality(p_ids)) AS place) AS t;
            -- In the order of the arrays, which is that of the places.
            SELECT sha256(string_agg(
                       ledger.content(p_community, t.id, t.kind, v_hub.coin, ARRAY[p_hub, t.other],
                                      ARRAY[-t.amount, t.amount], t.reference, NULL, NULL, t.client,
                                      t.party, v_posted_at), ''))
              INTO v_digest
              FROM (SELECT unnest(p_ids) AS id, unnest(p_kinds) AS kind,
                           unnest(p_references) AS reference, unnest(p_clients) AS client,
                           unnest(p_parties) AS party, unnest(p_others) AS other,
                           unnest(p_amounts) AS amount) AS t;

            PERFORM ledger.open_with(p_community, v_hub.coin, v_posted_at, v_new, v_new_holders,
                                     v_new_transfers, v_new_amounts, p_expires_at, p_returns_to);
            -- In each round, an account has one leg.
            FOR n_round IN 1 .. v_last_round LOOP
                IF v_last_round > 1 THEN
                    SELECT array_agg(l.pot), array_agg(l.transfer), array_agg(l.amount)
                      INTO v_accounts, v_run_transfers, v_run_amounts
                      FROM (SELECT unnest(v_pots) AS pot, unnest(v_transfers) AS transfer,
                                   unnest(v_amounts) AS amount, unnest(v_rounds) AS round) AS l
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
                      FROM (SELECT unnest(v_accounts) AS id, unnest(v_run_transfers) AS transfer,
                                   unnest(v_run_amounts) AS amount) AS l
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
                                     ARRAY(SELECT -amount FROM unnest(p_amounts) AS amount));
            FOREACH v_account IN ARRAY v_rest LOOP
                SELECT array_agg(o.id ORDER BY o.place), array_agg(o.amount ORDER BY o.place)
                  INTO v_run_transfers, v_run_amounts
                  FROM (SELECT unnest(p_others) AS other, unnest(p_ids) AS id,
                               unnest(p_amounts) AS amount,
                               generate_series(1, cardinality(p_others)) AS place) AS o
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
CREATE OR REPLACE FUNCTION ledger.open_with(
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
      FROM (SELECT unnest(p_pots) AS id, unnest(p_holders) AS holder, unnest(p_amounts) AS amount) AS n;
    INSERT INTO ledger.posting (community_id, account_id, posted_at, seq, transfer_id, amount,
                                balance_after)
    SELECT p_community, n.id, p_posted_at, 1, n.transfer, n.amount, n.amount
      FROM (SELECT unnest(p_pots) AS id, unnest(p_transfers) AS transfer,
                   unnest(p_amounts) AS amount) AS n;
END
$$;

-- Enters the legs of one account, which is locked, in their order. Raises 'WM001' where one of them is not
-- plain, or the account has a later posting already.
CREATE OR REPLACE FUNCTION ledger.enter_run(
    p_community uuid, p_account uuid, p_coin text, p_posted_at timestamptz, p_transfers uuid[],
    p_amounts bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c_most CONSTANT bigint := 9007199254740991;
    v_account ledger.account; v_most bigint; v_least bigint;
    v_amount bigint; v_after bigint; v_afters bigint[] := '{}'; v_entered integer := 0;
BEGIN
    SELECT a.* INTO v_account FROM ledger.account a
     WHERE a.community_id = p_community AND a.id = p_account AND a.coin = p_coin
       AND a.unit = 'coin' AND a.state = 'open' AND a.depreciation_id IS NULL
       AND (a.expires_at IS NULL OR a.expires_at > p_posted_at)
       AND a.last_posted_at <= p_posted_at;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a leg is not plain' USING ERRCODE = 'WM001';
    END IF;
    v_after := v_account.posted;
    v_most := coalesce(v_account.ceiling, c_most);
    v_least := coalesce(v_account.floor, -c_most) + v_account.held;
    FOREACH v_amount IN ARRAY p_amounts LOOP
        v_entered := v_entered + 1;
        v_after := v_after + v_amount;
        IF v_after > v_most OR v_amount < 0 AND v_after < v_least THEN
            RAISE EXCEPTION 'a leg is not plain' USING ERRCODE = 'WM001';
        END IF;
        v_afters[v_entered] := v_after;
    END LOOP;
    INSERT INTO ledger.posting (community_id, account_id, posted_at, seq, transfer_id, amount,
                                balance_after)
    SELECT p_community, p_account, p_posted_at, v_account.seq + l.place, l.transfer, l.amount, l.after
      FROM (SELECT unnest(p_transfers) AS transfer, unnest(p_amounts) AS amount,
                   unnest(v_afters) AS after, generate_series(1, v_entered) AS place) AS l;
    UPDATE ledger.account a
       SET posted = v_after, seq = a.seq + v_entered, last_posted_at = p_posted_at
     WHERE a.community_id = p_community AND a.id = p_account;
END
$$;

-- The wallet that a line finds now; no row without. An IBAN or client number that nobody else has
-- confirmed is a claim, and finds nobody. The number of a card that was replaced, and a code that was used
-- or ran out, still say whose they were. In the words of SQL alone, so that it becomes part of the
-- statement that asks; OFFSET 0 keeps that from asking once for each place where it names the wallet.
CREATE OR REPLACE FUNCTION disbursement.wallets_of(
    p_community uuid, p_kind text, p_hash bytea, p_alias text) RETURNS TABLE (id uuid)
LANGUAGE sql STABLE AS $$
    SELECT f.id
      FROM (SELECT CASE p_kind
                WHEN 'iban' THEN (
                    SELECT w.id
                      FROM accounts.party y
                      JOIN wallet.wallet w
                        ON w.community_id = y.community_id AND w.party_id = y.id
                     WHERE y.community_id = p_community AND y.iban_hash = p_hash
                       AND y.iban_verified_at IS NOT NULL)
                WHEN 'alias' THEN (
                    SELECT w.id FROM wallet.wallet w
                     WHERE w.community_id = p_community AND w.alias = p_alias)
                WHEN 'clientNumber' THEN (
                    SELECT w.id
                      FROM accounts.client_number l
                      JOIN wallet.wallet w
                        ON w.community_id = l.community_id AND w.party_id = l.party_id
                     WHERE l.community_id = p_community AND l.number_hash = p_hash
                       AND l.confirmed_at IS NOT NULL AND l.withdrawn_at IS NULL)
                WHEN 'card' THEN (
                    SELECT w.id
                      FROM accounts.card c
                      JOIN wallet.wallet w
                        ON w.community_id = c.community_id AND w.party_id = c.party_id
                     WHERE c.community_id = p_community AND c.number_hash = p_hash)
                WHEN 'activationCode' THEN (
                    SELECT w.id
                      FROM accounts.activation_code a
                      JOIN wallet.wallet w
                        ON w.community_id = a.community_id AND w.party_id = a.party_id
                     WHERE a.community_id = p_community AND a.code_hash = p_hash
                       AND a.terminal_id IS NULL)
                END AS id
            OFFSET 0) AS f
     WHERE f.id IS NOT NULL
$$;

-- Credits the open lines from one number to another of an approved batch whose day has come: to the
-- receivers' pots, or set apart for whoever may still get a wallet. An alias that nobody has fails: money
-- that waited for it would go to whoever takes the name first. So do cards and codes that were never given
-- out. Money and outcomes change in one transaction, and the transfer's id is the line's: whatever is
-- killed when, each line is credited once. Answers whether the lines were the caller's to credit: not while
-- somebody else works at them, nor when none is open.
CREATE OR REPLACE FUNCTION disbursement.credit_lines(
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
      FULL JOIN (SELECT k.nr FROM (SELECT unnest(v_nrs) AS nr, unnest(v_kinds) AS kind) AS k
                  WHERE k.kind IS NULL) AS l
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
    v_missing := ARRAY(SELECT DISTINCT l.wallet
                         FROM (SELECT unnest(v_wallets) AS wallet, unnest(v_pots) AS pot) AS l
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
                  FROM (SELECT unnest(v_wallets) AS wallet, unnest(v_pots) AS pot,
                               generate_series(1, cardinality(v_wallets)) AS place) AS l
                  LEFT JOIN (SELECT unnest(v_missing) AS wallet, unnest(v_opened) AS pot) AS o
                    ON o.wallet = l.wallet
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
          FROM (SELECT unnest(v_outcome.credited) AS nr, unnest(v_outcome.wallets) AS wallet) AS l;
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
