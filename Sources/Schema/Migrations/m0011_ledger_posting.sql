-- How money moves since there are limits, holds and a chain.
DROP FUNCTION ledger.post;

-- Writes what was decided: transfers, their postings and a link of the chain. Entry i of the
-- p_entry_… arrays is one posting, in order; p_done are the ordinals of the accepted transfers.
CREATE FUNCTION ledger.write_batch(
    p_community uuid, p_lane text, p_posted_at timestamptz,
    p_ids uuid[], p_kinds text[], p_references text[], p_related uuid[], p_holds uuid[],
    p_clients uuid[], p_parties uuid[], p_done integer[], p_coins text[],
    p_entry_transfer integer[], p_entry_account uuid[], p_entry_seq bigint[],
    p_entry_amount bigint[], p_entry_after bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_batch CONSTANT bigint := nextval('ledger.batch_id');
    v_lane text;
BEGIN
    -- A lane of the chain that no other batch adds to now; with all of them busy, wait for one.
    FOR n IN 1 .. 4 LOOP
        v_lane := p_lane || '/' || n;
        EXIT WHEN pg_try_advisory_xact_lock(hashtextextended(p_community || v_lane, 0));
    END LOOP;
    -- One statement: what it costs to begin one is what a small batch costs most.
    WITH accepted AS MATERIALIZED (
        SELECT d.place, p_ids[d.n] AS id, p_kinds[d.n] AS kind, d.coin, e.accounts, e.amounts,
               p_references[d.n] AS reference, p_related[d.n] AS related_id,
               p_holds[d.n] AS hold_id, p_clients[d.n] AS client_id, p_parties[d.n] AS party_id
          FROM unnest(p_done, p_coins) WITH ORDINALITY AS d (n, coin, place)
          JOIN (SELECT w.n, array_agg(w.account) AS accounts, array_agg(w.amount) AS amounts
                  FROM (SELECT * FROM unnest(p_entry_transfer, p_entry_account, p_entry_amount)
                               WITH ORDINALITY AS w (n, account, amount, nr)
                         ORDER BY w.n, w.nr) AS w
                 GROUP BY w.n) AS e ON e.n = d.n
         ORDER BY d.place
    ), transfers AS (
        INSERT INTO ledger.transfer (community_id, id, kind, coin, accounts, amounts, reference,
                                     related_id, hold_id, client_id, party_id, posted_at, batch,
                                     place)
        SELECT p_community, a.id, a.kind, a.coin, a.accounts, a.amounts, a.reference,
               a.related_id, a.hold_id, a.client_id, a.party_id, p_posted_at, v_batch, a.place
          FROM accepted a
    ), postings AS (
        INSERT INTO ledger.posting (community_id, account_id, posted_at, seq, transfer_id, amount,
                                    balance_after)
        SELECT p_community, w.account, p_posted_at, w.seq, p_ids[w.n], w.amount, w.after
          FROM unnest(p_entry_transfer, p_entry_account, p_entry_seq, p_entry_amount,
                      p_entry_after) AS w (n, account, seq, amount, after)
    ), digest AS MATERIALIZED (
        SELECT sha256(string_agg(
                   ledger.content(p_community, a.id, a.kind, a.coin, a.accounts, a.amounts,
                                  a.reference, a.related_id, a.hold_id, a.client_id, a.party_id,
                                  p_posted_at), '')) AS digest
          FROM (SELECT * FROM accepted ORDER BY place) AS a
    ), link AS (
        INSERT INTO ledger.chain AS c (community_id, lane, nr, head)
        SELECT p_community, v_lane, 1, sha256(d.digest) FROM digest d
        ON CONFLICT (community_id, lane) DO UPDATE
           SET nr = c.nr + 1, head = sha256(c.head || (SELECT d.digest FROM digest d))
        RETURNING c.nr, c.head
    )
    INSERT INTO ledger.batch (community_id, lane, nr, id, transfers, digest, head, posted_at)
    SELECT p_community, v_lane, l.nr, v_batch, cardinality(p_done), d.digest, l.head, p_posted_at
      FROM link l, digest d;
END
$$;

-- Posts what accounts have lost by depreciation; they are locked by the caller. The moment they are
-- settled up to: the given one, or later, since moments never run backwards on an account.
CREATE FUNCTION ledger.depreciate_accounts(p_community uuid, p_accounts uuid[], p_at timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at timestamptz;
    v_ids uuid[]; v_coins text[]; v_accounts uuid[]; v_sinks uuid[]; v_losses bigint[];
BEGIN
    PERFORM FROM ledger.account s
      WHERE s.community_id = p_community AND s.id IN (
          SELECT d.sink_account_id FROM ledger.account a
            JOIN ledger.depreciation d
              ON d.community_id = a.community_id AND d.id = a.depreciation_id
           WHERE a.community_id = p_community AND a.id = ANY (p_accounts))
      ORDER BY s.id FOR NO KEY UPDATE;

    SELECT greatest(p_at, max(a.last_posted_at), max(s.last_posted_at)) INTO v_at
      FROM ledger.account a
      JOIN ledger.depreciation d ON d.community_id = a.community_id AND d.id = a.depreciation_id
      JOIN ledger.account s ON s.community_id = a.community_id AND s.id = d.sink_account_id
     WHERE a.community_id = p_community AND a.id = ANY (p_accounts);

    WITH due AS (
        UPDATE ledger.account a SET depreciated_periods = now.periods
          FROM ledger.depreciation d
         CROSS JOIN LATERAL (
             SELECT ledger.periods_passed(d.starts_on, d.period, d.time_zone, v_at) AS periods)
               AS now,
               ledger.account before
         WHERE a.community_id = p_community AND a.id = ANY (p_accounts)
           AND d.community_id = a.community_id AND d.id = a.depreciation_id
           AND before.community_id = a.community_id AND before.id = a.id
           AND a.depreciated_periods < now.periods
        RETURNING a.id, a.coin, d.sink_account_id AS sink, now.periods,
                  a.posted - a.held - greatest(a.floor, ledger.depreciated(
                      a.posted - a.held, d.method, d.parts_per_million, d.periods,
                      before.depreciated_periods, now.periods)) AS loss
    )
    -- The id says what it is: this account's loss up to this period.
    SELECT array_agg((left(ledger.first_id_at(v_at)::text, 14) || '8'
                      || substr(md5(id || '/' || periods), 1, 3) || '-8'
                      || substr(md5(id || '/' || periods), 4, 3) || '-'
                      || substr(md5(id || '/' || periods), 7, 12))::uuid ORDER BY id),
           array_agg(coin ORDER BY id), array_agg(id ORDER BY id), array_agg(sink ORDER BY id),
           array_agg(loss ORDER BY id)
      INTO v_ids, v_coins, v_accounts, v_sinks, v_losses
      FROM due WHERE loss > 0;
    IF v_ids IS NULL THEN RETURN v_at; END IF;

    PERFORM ledger.move_pairs(p_community, 'depreciation', 'depreciation', v_at, v_ids, v_coins,
                              v_accounts, v_sinks, v_losses);
    RETURN v_at;
END
$$;

-- Posts transfers of two legs that the ledger itself decides on: from one account each to another.
-- All accounts are locked, and every source has what it gives.
CREATE FUNCTION ledger.move_pairs(
    p_community uuid, p_kind text, p_lane text, p_at timestamptz, p_ids uuid[], p_coins text[],
    p_from uuid[], p_to uuid[], p_amounts bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_n CONSTANT integer := cardinality(p_ids);
    v_transfer integer[]; v_account uuid[]; v_seq bigint[]; v_amount bigint[]; v_after bigint[];
BEGIN
    SELECT array_agg(e.n ORDER BY e.n, e.leg), array_agg(e.account ORDER BY e.n, e.leg),
           array_agg(e.seq ORDER BY e.n, e.leg), array_agg(e.amount ORDER BY e.n, e.leg),
           array_agg(e.after ORDER BY e.n, e.leg)
      INTO v_transfer, v_account, v_seq, v_amount, v_after
      FROM (SELECT l.n, l.leg, l.account, l.amount,
                   a.seq + row_number() OVER run AS seq,
                   (a.posted + sum(l.amount) OVER run)::bigint AS after
              FROM (SELECT m.n::integer, leg.nr AS leg,
                           CASE leg.nr WHEN 1 THEN m.source ELSE m.target END AS account,
                           CASE leg.nr WHEN 1 THEN -m.amount ELSE m.amount END AS amount
                      FROM unnest(p_from, p_to, p_amounts) WITH ORDINALITY
                           AS m (source, target, amount, n)
                     CROSS JOIN (VALUES (1), (2)) AS leg (nr)) AS l
              JOIN ledger.account a ON a.community_id = p_community AND a.id = l.account
            WINDOW run AS (PARTITION BY l.account ORDER BY l.n, l.leg)) AS e;
    PERFORM ledger.write_batch(
        p_community, p_lane, p_at, p_ids, array_fill(p_kind, ARRAY[v_n]),
        array_fill(NULL::text, ARRAY[v_n]), array_fill(NULL::uuid, ARRAY[v_n]),
        array_fill(NULL::uuid, ARRAY[v_n]), array_fill(NULL::uuid, ARRAY[v_n]),
        array_fill(NULL::uuid, ARRAY[v_n]), ARRAY(SELECT generate_series(1, v_n)), p_coins,
        v_transfer, v_account, v_seq, v_amount, v_after);
    UPDATE ledger.account AS a
       SET posted = e.after, seq = e.seq, last_posted_at = p_at
      FROM (SELECT DISTINCT ON (w.account) w.*
              FROM unnest(v_account, v_seq, v_after) AS w (account, seq, after)
             ORDER BY w.account, w.seq DESC) AS e
     WHERE a.community_id = p_community AND a.id = e.account;
END
$$;

-- Posts a batch of transfers of one community and gives a verdict on each, in order of arrival.
--
-- Legs come flattened: p_leg_transfer[i] is the ordinal (1…) of the transfer, ascending. A leg
-- with an amount is exact; a leg without one is drawn on, in order, for what the exact legs of
-- its transfer leave open. A transfer that names a hold has credits only, the payee's first, and
-- takes what they need from the hold. p_linked[n] ties transfer n to the next one: all of such a
-- set are posted, or none. A refused transfer has no effect and harms nobody outside its set.
--
-- Order of locks, always: accounts by id (sinks last), holders by id, the lane of the chain. So
-- two batches cannot wait for each other. Call it once per transaction.
CREATE FUNCTION ledger.post(
    p_community uuid, p_ids uuid[], p_kinds text[], p_references text[], p_related uuid[],
    p_holds uuid[], p_clients uuid[], p_parties uuid[], p_linked boolean[],
    p_leg_transfer integer[], p_leg_account uuid[], p_leg_amount bigint[],
    OUT verdicts text[], OUT blamed_accounts uuid[], OUT posted_at timestamptz
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- A plan is kept for long and may be made while a table is empty: it must look up all the same.
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    c_most CONSTANT bigint := 9007199254740991;
    n_transfers CONSTANT integer := coalesce(cardinality(p_ids), 0);
    n_legs CONSTANT integer := coalesce(cardinality(p_leg_transfer), 0);
    began_at CONSTANT timestamptz := clock_timestamp();
    first_id uuid; last_id uuid; any_repetition boolean;
    any_hold CONSTANT boolean := num_nonnulls(VARIADIC p_holds) > 0;
    -- The locked accounts, and where each leg's account is among them.
    lock_ids uuid[] := p_leg_account;
    a_id uuid[]; a_tid tid[]; a_coin text[]; a_tag text[]; a_is_euro boolean[]; a_bar text[];
    a_posted bigint[]; a_held bigint[]; a_floor bigint[]; a_ceiling bigint[]; a_seq bigint[];
    a_holder uuid[]; a_start bigint[];
    leg_position integer[]; latest timestamptz; any_holder boolean; any_depreciation boolean;
    -- What is known of each transfer beforehand.
    t_known boolean[]; t_debits text[]; t_credits text[]; t_spends boolean[];
    t_receives boolean[]; t_reverses boolean[];
    -- Holders with their day, holds with their parts.
    h_id uuid[]; h_day date[]; h_spent bigint[]; h_received bigint[];
    h_most_spent bigint[]; h_most_received bigint[];
    k_id uuid[]; k_kind text[]; k_payee uuid[];
    part_hold integer[]; part_place integer[]; part_position integer[]; part_left bigint[];
    -- What will be written: an entry per posting, then the accepted transfers.
    w_transfer integer[] := '{}'; w_position integer[] := '{}'; w_seq bigint[] := '{}';
    w_amount bigint[] := '{}'; w_after bigint[] := '{}'; w_part integer[] := '{}';
    t_done integer[] := '{}'; t_coin text[] := '{}';
    -- The transfer in hand, and the set of linked ones it belongs to.
    leg integer := 1; first_leg integer; last_leg integer; last_move integer; i integer;
    pos integer; part integer; hold integer; holder integer; earlier integer; mark integer;
    set_start integer := 1; set_mark integer := 0; set_done integer := 0;
    set_failed boolean := false; stood boolean;
    verdict text; blamed uuid; coin text; amount bigint; need bigint; euros bigint;
    draws boolean; touches_reserve boolean := false; changed integer;
BEGIN
    posted_at := began_at;
    IF n_transfers = 0 THEN
        verdicts := '{}'; blamed_accounts := '{}';
        RETURN;
    END IF;
    -- A missing element would be read as NULL, and a leg without an amount is drawn on.
    IF (concat('[1:', n_transfers, ']') = ALL (ARRAY[
           array_dims(p_ids), array_dims(p_kinds), array_dims(p_references),
           array_dims(p_related), array_dims(p_holds), array_dims(p_clients),
           array_dims(p_parties), array_dims(p_linked)])) IS NOT TRUE
       OR array_dims(p_leg_transfer) IS DISTINCT FROM array_dims(p_leg_account)
       OR array_dims(p_leg_transfer) IS DISTINCT FROM array_dims(p_leg_amount)
    THEN
        RAISE EXCEPTION 'arrays of different lengths' USING ERRCODE = 'array_subscript_error';
    END IF;
    IF any_hold THEN
        lock_ids := lock_ids || ARRAY(
            SELECT p.account_id FROM ledger.hold_part p
             WHERE p.community_id = p_community AND p.hold_id = ANY (p_holds));
    END IF;

    FOR attempt IN 1 .. 2 LOOP
        SELECT array_agg(l.id), array_agg(l.tid), array_agg(l.coin),
               array_agg(',' || l.kind || ','), array_agg(l.unit = 'euro'),
               array_agg(CASE WHEN l.state <> 'open' THEN 'account-not-open'
                              WHEN l.expires_at <= began_at THEN 'account-expired' END),
               array_agg(l.posted), array_agg(l.held), array_agg(l.floor), array_agg(l.ceiling),
               array_agg(l.seq), array_agg(l.holder_id), max(l.last_posted_at),
               bool_or(l.holder_id IS NOT NULL), bool_or(l.depreciation_id IS NOT NULL)
          INTO a_id, a_tid, a_coin, a_tag, a_is_euro, a_bar, a_posted, a_held, a_floor,
               a_ceiling, a_seq, a_holder, latest, any_holder, any_depreciation
          FROM (SELECT a.*, a.ctid AS tid FROM ledger.account a
                 WHERE a.community_id = p_community AND a.id = ANY (lock_ids)
                 ORDER BY a.kind = 'sink', a.id FOR NO KEY UPDATE) AS l;
        -- What these accounts have lost since they last moved is posted before they move.
        EXIT WHEN attempt = 2 OR any_depreciation IS NOT TRUE;
        posted_at := ledger.depreciate_accounts(p_community, a_id, greatest(began_at, latest));
    END LOOP;
    a_start := a_seq;
    -- Moments never run backwards on an account, whatever the machine's clock does.
    posted_at := greatest(posted_at, latest);

    SELECT array_agg(l.place) INTO leg_position
      FROM (SELECT p.place FROM unnest(p_leg_account) WITH ORDINALITY AS l (id, nr)
              LEFT JOIN unnest(a_id) WITH ORDINALITY AS p (id, place) ON p.id = l.id
             ORDER BY l.nr) AS l;
    SELECT min(i::text), max(i::text), count(DISTINCT i) < n_transfers
      INTO first_id, last_id, any_repetition FROM unnest(p_ids) AS i;
    -- The look-up is per item, by the primary key: a join would let a planner without statistics
    -- read all transfers of the community. The bounds leave only the partitions that matter.
    WITH rule AS MATERIALIZED (
        SELECT kind, ',' || array_to_string(debits, ',') || ',' AS debits,
               ',' || array_to_string(credits, ',') || ',' AS credits, spends, receives, reverses
          FROM ledger.transfer_rule WHERE role = session_user
    )
    SELECT array_agg(i.is_known), array_agg(i.debits), array_agg(i.credits), array_agg(i.spends),
           array_agg(i.receives), array_agg(i.reverses)
      INTO t_known, t_debits, t_credits, t_spends, t_receives, t_reverses
      FROM (SELECT EXISTS (SELECT FROM ledger.transfer t
                            WHERE t.community_id = p_community AND t.id = p.id
                              AND t.id BETWEEN first_id AND last_id) AS is_known, r.*
              FROM unnest(p_ids, p_kinds) WITH ORDINALITY AS p (id, kind, nr)
              LEFT JOIN rule r ON r.kind = p.kind
             ORDER BY p.nr) AS i;
    IF any_holder THEN
        SELECT array_agg(h.id), array_agg(h.today), array_agg(h.spent), array_agg(h.received),
               array_agg(h.daily_spending), array_agg(h.daily_receiving)
          INTO h_id, h_day, h_spent, h_received, h_most_spent, h_most_received
          FROM ledger.lock_holders(p_community, a_holder, posted_at) AS h;
    END IF;
    IF any_hold THEN
        SELECT array_agg(h.id ORDER BY h.id), array_agg(h.kind ORDER BY h.id),
               array_agg(h.payee_account_id ORDER BY h.id)
          INTO k_id, k_kind, k_payee
          FROM ledger.hold h
         WHERE h.community_id = p_community AND h.id = ANY (p_holds)
           AND h.state = 'held' AND h.expires_at > posted_at;
        SELECT array_agg(array_position(k_id, p.hold_id) ORDER BY p.hold_id, p.place),
               array_agg(p.place ORDER BY p.hold_id, p.place),
               array_agg(array_position(a_id, p.account_id) ORDER BY p.hold_id, p.place),
               array_agg(p.remaining ORDER BY p.hold_id, p.place)
          INTO part_hold, part_place, part_position, part_left
          FROM ledger.hold_part p
         WHERE p.community_id = p_community AND p.hold_id = ANY (k_id);
        IF array_position(part_position, NULL) IS NOT NULL THEN
            RAISE EXCEPTION 'a hold was placed meanwhile' USING ERRCODE = 'serialization_failure';
        END IF;
    END IF;

    FOR n IN 1 .. n_transfers LOOP
        first_leg := leg;
        WHILE leg <= n_legs AND p_leg_transfer[leg] = n LOOP leg := leg + 1; END LOOP;
        last_leg := leg - 1;
        verdict := NULL; blamed := NULL; coin := NULL; need := 0; euros := 0;
        draws := p_holds[n] IS NOT NULL;
        mark := cardinality(w_transfer);

        IF set_failed THEN
            verdict := 'linked-transfer-refused';
        ELSIF t_known[n] THEN
            verdict := CASE WHEN ledger.is_replay(p_community, p_ids[n], p_kinds[n], p_related[n],
                                p_holds[n], p_leg_account[first_leg : last_leg],
                                p_leg_amount[first_leg : last_leg])
                            THEN 'replayed' ELSE 'conflict' END;
        ELSIF t_debits[n] IS NULL THEN
            verdict := 'forbidden';
        ELSIF last_leg - first_leg < (CASE WHEN draws THEN 0 ELSE 1 END) THEN
            verdict := 'unbalanced';
        ELSE
            -- The same act twice in one batch: what it is shows when the first is decided.
            IF any_repetition AND array_position(p_ids, p_ids[n]) < n THEN
                SELECT max(e.nr) INTO earlier
                  FROM unnest(p_ids, verdicts) WITH ORDINALITY AS e (id, verdict, nr)
                 WHERE e.id = p_ids[n] AND e.nr < n AND e.verdict IN ('posted', 'replayed');
                verdict := CASE WHEN ledger.is_repetition(earlier, n, p_kinds, p_related, p_holds,
                                    p_leg_transfer, p_leg_account, p_leg_amount)
                                THEN 'replayed'
                                WHEN earlier IS NOT NULL THEN 'conflict' END;
            END IF;
        END IF;

        IF verdict IS NULL THEN
            -- First pass: what is asked is well-formed and allowed.
            FOR i IN first_leg .. last_leg LOOP
                pos := leg_position[i];
                amount := p_leg_amount[i];
                verdict := CASE
                    WHEN pos IS NULL THEN 'unknown-account'
                    -- What is given back reaches an expired pot all the same, and one that is
                    -- drawn on has nothing to give.
                    WHEN a_bar[pos] IS NOT NULL AND NOT (a_bar[pos] = 'account-expired'
                         AND (amount IS NULL OR amount > 0 AND t_reverses[n]))
                        THEN a_bar[pos]
                    WHEN coin <> a_coin[pos] THEN 'mixed-coins'
                    WHEN amount = 0 OR amount NOT BETWEEN -c_most AND c_most
                        THEN 'amount-out-of-range'
                    WHEN strpos(CASE WHEN amount > 0 THEN t_credits[n] ELSE t_debits[n] END,
                                a_tag[pos]) = 0 THEN 'forbidden'
                END;
                IF verdict IS NOT NULL THEN blamed := p_leg_account[i]; EXIT; END IF;
                coin := a_coin[pos];
                IF amount IS NULL THEN
                    draws := true;
                    -- What is drawn is coins.
                    IF a_is_euro[pos] THEN verdict := 'unbalanced'; EXIT; END IF;
                ELSIF a_is_euro[pos] THEN euros := euros + amount;
                ELSE need := need + amount;
                END IF;
            END LOOP;
            IF verdict IS NOT NULL THEN NULL;
            ELSIF euros <> 0 OR need <> 0 AND NOT draws OR need <= 0 AND draws THEN
                verdict := 'unbalanced';
            ELSIF t_reverses[n] AND p_related[n] IS NULL THEN
                verdict := 'reversal-exceeds';
            ELSIF p_holds[n] IS NOT NULL THEN
                hold := array_position(k_id, p_holds[n]);
                verdict := CASE
                    -- None of that name, or this batch took the last of it.
                    WHEN hold IS NULL OR NOT EXISTS (
                        SELECT FROM unnest(part_hold, part_left) AS p (nr, left_over)
                         WHERE p.nr = hold AND p.left_over > 0) THEN 'hold-ended'
                    WHEN k_kind[hold] <> p_kinds[n] OR k_payee[hold] <> p_leg_account[first_leg]
                        THEN 'forbidden'
                    -- What a capture needs comes from the hold and from nowhere else.
                    WHEN (SELECT bool_or(a IS NULL OR a < 0)
                            FROM unnest(p_leg_amount[first_leg : last_leg]) AS a)
                        THEN 'unbalanced' END;
            END IF;
        END IF;

        IF verdict IS NULL THEN
            -- Second pass: move, on running balances. The parts of a hold come after the legs.
            last_move := last_leg;
            IF p_holds[n] IS NOT NULL THEN
                last_move := last_leg + coalesce(cardinality(part_hold), 0);
            END IF;
            FOR i IN first_leg .. last_move LOOP
                IF i <= last_leg THEN
                    pos := leg_position[i];
                    amount := p_leg_amount[i];
                    part := 0;
                    IF amount IS NULL THEN
                        amount := -least(need, a_posted[pos] - a_held[pos] - a_floor[pos]);
                        CONTINUE WHEN amount >= 0 OR a_bar[pos] IS NOT NULL;
                        need := need + amount;
                    ELSIF amount < 0 AND a_posted[pos] + amount - a_held[pos] < a_floor[pos] THEN
                        verdict := 'insufficient-funds'; blamed := a_id[pos]; EXIT;
                    END IF;
                ELSE
                    part := i - last_leg;
                    amount := -least(need, part_left[part]);
                    CONTINUE WHEN part_hold[part] <> hold OR amount >= 0;
                    pos := part_position[part];
                    need := need + amount;
                    part_left[part] := part_left[part] + amount;
                    a_held[pos] := a_held[pos] + amount;
                END IF;
                a_posted[pos] := a_posted[pos] + amount;
                a_seq[pos] := a_seq[pos] + 1;
                w_transfer := array_append(w_transfer, n);
                w_position := array_append(w_position, pos);
                w_seq := array_append(w_seq, a_seq[pos]);
                w_amount := array_append(w_amount, amount);
                w_after := array_append(w_after, a_posted[pos]);
                w_part := array_append(w_part, part);
                IF any_holder AND part = 0 THEN
                    holder := array_position(h_id, a_holder[pos]);
                    IF holder IS NOT NULL AND amount < 0 AND t_spends[n] THEN
                        h_spent[holder] := h_spent[holder] - amount;
                        IF h_spent[holder] > h_most_spent[holder] THEN
                            verdict := 'daily-spending-limit'; blamed := a_id[pos]; EXIT;
                        END IF;
                    ELSIF holder IS NOT NULL AND amount > 0 AND t_receives[n] THEN
                        h_received[holder] := h_received[holder] + amount;
                        IF h_received[holder] > h_most_received[holder] THEN
                            verdict := 'daily-receiving-limit'; blamed := a_id[pos]; EXIT;
                        END IF;
                    END IF;
                END IF;
                IF amount > 0 AND a_posted[pos] > coalesce(a_ceiling[pos], c_most) THEN
                    verdict := 'above-ceiling'; blamed := a_id[pos]; EXIT;
                ELSIF a_posted[pos] < -c_most THEN
                    verdict := 'amount-out-of-range'; blamed := a_id[pos]; EXIT;
                END IF;
            END LOOP;
            IF verdict IS NULL AND draws AND need > 0 THEN
                verdict := CASE WHEN p_holds[n] IS NULL THEN 'insufficient-funds'
                                ELSE 'above-hold' END;
            END IF;
            -- Nested, because an expression with a query in it costs a query even where it is false.
            IF verdict IS NULL AND t_reverses[n] THEN
                IF NOT ledger.reverse(p_community, p_related[n],
                       ARRAY(SELECT a_id[w_position[e]]
                               FROM generate_series(mark + 1, cardinality(w_transfer)) AS e),
                       w_amount[mark + 1 : cardinality(w_amount)], 1) THEN
                    verdict := 'reversal-exceeds';
                END IF;
            END IF;
            IF verdict IS NULL THEN
                verdict := 'posted';
                t_done := array_append(t_done, n);
                t_coin := array_append(t_coin, coin);
                touches_reserve := touches_reserve OR p_kinds[n] IN ('funding', 'settlement');
            END IF;
        END IF;
        verdicts[n] := verdict;
        blamed_accounts[n] := blamed;

        IF verdict NOT IN ('posted', 'replayed') AND NOT set_failed THEN
            -- Undone: this transfer, and those of its set that stood already.
            IF set_start < n OR p_linked[n] THEN
                mark := set_mark;
                set_failed := true;
                FOR earlier IN set_start .. n - 1 LOOP
                    stood := verdicts[earlier] = 'posted';
                    -- What was posted before this set stays what it is.
                    CONTINUE WHEN NOT stood AND (t_known[earlier] OR EXISTS (
                        SELECT FROM unnest(p_ids[: set_start - 1], verdicts[: set_start - 1])
                                    AS e (id, verdict)
                         WHERE e.id = p_ids[earlier] AND e.verdict IN ('posted', 'replayed')));
                    verdicts[earlier] := 'linked-transfer-refused';
                    IF stood AND t_reverses[earlier] THEN
                        PERFORM ledger.reverse(p_community, p_related[earlier],
                            ARRAY(SELECT a_id[e.pos] FROM unnest(w_transfer, w_position)
                                  WITH ORDINALITY AS e (n, pos, nr)
                                  WHERE e.n = earlier ORDER BY e.nr),
                            ARRAY(SELECT e.amount FROM unnest(w_transfer, w_amount)
                                  WITH ORDINALITY AS e (n, amount, nr)
                                  WHERE e.n = earlier ORDER BY e.nr), -1);
                    END IF;
                END LOOP;
                t_done := t_done[1 : set_done];
                t_coin := t_coin[1 : set_done];
            END IF;
            FOR i IN REVERSE cardinality(w_transfer) .. mark + 1 LOOP
                pos := w_position[i];
                amount := w_amount[i];
                a_posted[pos] := a_posted[pos] - amount;
                a_seq[pos] := a_seq[pos] - 1;
                IF w_part[i] > 0 THEN
                    part_left[w_part[i]] := part_left[w_part[i]] - amount;
                    a_held[pos] := a_held[pos] - amount;
                ELSIF any_holder THEN
                    holder := array_position(h_id, a_holder[pos]);
                    IF holder IS NOT NULL AND amount < 0 AND t_spends[w_transfer[i]] THEN
                        h_spent[holder] := h_spent[holder] + amount;
                    ELSIF holder IS NOT NULL AND amount > 0 AND t_receives[w_transfer[i]] THEN
                        h_received[holder] := h_received[holder] - amount;
                    END IF;
                END IF;
            END LOOP;
            w_transfer := w_transfer[1 : mark]; w_position := w_position[1 : mark];
            w_seq := w_seq[1 : mark]; w_amount := w_amount[1 : mark];
            w_after := w_after[1 : mark]; w_part := w_part[1 : mark];
        END IF;
        IF p_linked[n] IS NOT TRUE THEN
            set_failed := false;
            set_start := n + 1;
            set_mark := cardinality(w_transfer);
            set_done := cardinality(t_done);
        END IF;
    END LOOP;

    IF leg <= n_legs THEN
        RAISE EXCEPTION 'a leg without a transfer' USING ERRCODE = 'array_subscript_error';
    END IF;
    IF cardinality(t_done) = 0 THEN RETURN; END IF;
    PERFORM ledger.write_batch(
        p_community, session_user, posted_at, p_ids, p_kinds, p_references, p_related, p_holds,
        p_clients, p_parties, t_done, t_coin, w_transfer,
        ARRAY(SELECT a_id[e.pos] FROM unnest(w_position) WITH ORDINALITY AS e (pos, nr)
               ORDER BY e.nr),
        w_seq, w_amount, w_after);

    UPDATE ledger.account AS a
       SET posted = c.posted, held = c.held, seq = c.seq, last_posted_at = post.posted_at
      FROM unnest(a_tid, a_id, a_posted, a_held, a_seq, a_start)
           AS c (tid, id, posted, held, seq, start)
     WHERE a.ctid = c.tid AND a.community_id = p_community AND a.id = c.id AND c.seq > c.start;
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed <> (SELECT count(*) FROM unnest(a_seq, a_start) AS c (seq, start)
                    WHERE c.seq > c.start) THEN
        RAISE EXCEPTION 'an account moved under its lock' USING ERRCODE = 'serialization_failure';
    END IF;
    IF any_holder THEN
        UPDATE ledger.holder AS h SET day = d.day, spent = d.spent, received = d.received
          FROM unnest(h_id, h_day, h_spent, h_received) AS d (id, day, spent, received)
         WHERE h.community_id = p_community AND h.id = d.id;
    END IF;
    IF any_hold THEN
        PERFORM ledger.keep_parts(p_community, k_id, part_hold, part_place, part_left, posted_at);
    END IF;
    IF touches_reserve THEN
        -- One UPDATE for both figures, so that the CHECK compares them as they will stand.
        UPDATE ledger.coin AS k
           SET circulation = -i.posted, reserve = r.posted
          FROM ledger.account i, ledger.account r
         WHERE k.community_id = p_community AND k.code = ANY (t_coin)
           AND i.community_id = p_community AND i.id = k.issuance_account_id
           AND r.community_id = p_community AND r.id = k.reserve_account_id;
    END IF;
END
$$;

-- Whether two transfers of one batch propose the same.
CREATE FUNCTION ledger.is_repetition(
    p_first integer, p_second integer, p_kinds text[], p_related uuid[], p_holds uuid[],
    p_leg_transfer integer[], p_leg_account uuid[], p_leg_amount bigint[]) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT p_kinds[p_first] = p_kinds[p_second]
       AND p_related[p_first] IS NOT DISTINCT FROM p_related[p_second]
       AND p_holds[p_first] IS NOT DISTINCT FROM p_holds[p_second]
       AND ARRAY(SELECT ROW (l.account, l.amount)::text
                   FROM unnest(p_leg_transfer, p_leg_account, p_leg_amount)
                        WITH ORDINALITY AS l (n, account, amount, nr)
                  WHERE l.n = p_first ORDER BY l.nr)
         = ARRAY(SELECT ROW (l.account, l.amount)::text
                   FROM unnest(p_leg_transfer, p_leg_account, p_leg_amount)
                        WITH ORDINALITY AS l (n, account, amount, nr)
                  WHERE l.n = p_second ORDER BY l.nr)
$$;

-- Stores what is left of the parts of holds, and of the holds.
CREATE FUNCTION ledger.keep_parts(
    p_community uuid, p_ids uuid[], p_part_hold integer[], p_part_place integer[],
    p_part_left bigint[], p_at timestamptz) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    WITH part AS (
        SELECT p_ids[p.hold] AS hold_id, p.place, p.left_over
          FROM unnest(p_part_hold, p_part_place, p_part_left) AS p (hold, place, left_over)
    ), kept AS (
        UPDATE ledger.hold_part AS k SET remaining = p.left_over
          FROM part p
         WHERE k.community_id = p_community AND k.hold_id = p.hold_id AND k.place = p.place
           AND k.remaining <> p.left_over
    )
    UPDATE ledger.hold AS h
       SET remaining = s.left_over,
           state = CASE s.left_over WHEN 0 THEN 'captured' ELSE 'held' END,
           ended_at = CASE s.left_over WHEN 0 THEN p_at END
      FROM (SELECT hold_id, sum(left_over)::bigint AS left_over FROM part GROUP BY hold_id) AS s
     WHERE h.community_id = p_community AND h.id = s.hold_id AND h.remaining <> s.left_over
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.post
    TO wijkmunt_wallet, wijkmunt_merchant, wijkmunt_disbursement;
