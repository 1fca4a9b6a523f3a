-- The only ways to write the ledger. SECURITY DEFINER: the caller needs no right on a table;
-- session_user stays the service's login role, and the rules of m0002 decide by it.

-- Opens a coin's books: issuance, reserve, bank and redemption accounts.
CREATE FUNCTION ledger.open_coin(p_community uuid, p_code text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_issuance uuid := gen_random_uuid();
    v_reserve uuid := gen_random_uuid();
    v_bank uuid := gen_random_uuid();
    v_redemption uuid := gen_random_uuid();
BEGIN
    INSERT INTO ledger.coin (community_id, code, issuance_account_id, reserve_account_id,
                             bank_account_id, redemption_account_id)
    VALUES (p_community, p_code, v_issuance, v_reserve, v_bank, v_redemption);
    INSERT INTO ledger.account (community_id, id, coin, unit, kind, floor) VALUES
        (p_community, v_issuance, p_code, 'coin', 'issuance', NULL),
        (p_community, v_reserve, p_code, 'euro', 'reserve', 0),
        (p_community, v_bank, p_code, 'euro', 'bank', NULL),
        (p_community, v_redemption, p_code, 'coin', 'redemption', 0);
END
$$;

-- Opens accounts that do not exist yet; an existing one is left as it is.
CREATE FUNCTION ledger.open_accounts(p_community uuid, p_ids uuid[], p_coin text, p_kind text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger.opening_rule
                   WHERE role = session_user AND kind = p_kind) THEN
        RAISE EXCEPTION '% may not open % accounts', session_user, p_kind
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO ledger.account (community_id, id, coin, unit, kind, floor)
    SELECT p_community, id, p_coin, 'coin', p_kind, 0 FROM unnest(p_ids) AS id
    ON CONFLICT (community_id, id) DO NOTHING;
END
$$;

-- Posts a batch of transfers and gives a verdict on each, in order of arrival.
--
-- Legs come flattened: p_leg_transfer[i] is the ordinal (1…) of the transfer, ascending. A leg
-- with an amount is exact; a leg without one is drawn on, in order, for what the exact legs of
-- its transfer leave open. A refused transfer has no effect and harms none of its neighbours.
-- Accounts are locked in id order, always: two batches cannot wait for each other.
CREATE FUNCTION ledger.post(
    p_community uuid,
    p_ids uuid[],
    p_kinds text[],
    p_references text[],
    p_related uuid[],
    p_clients uuid[],
    p_parties uuid[],
    p_leg_transfer integer[],
    p_leg_account uuid[],
    p_leg_amount bigint[],
    OUT verdicts text[],
    OUT blamed_accounts uuid[],
    OUT posted_at timestamptz
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_most CONSTANT bigint := 9007199254740991;
    n_transfers CONSTANT integer := cardinality(p_ids);
    n_legs CONSTANT integer := cardinality(p_leg_transfer);
    -- The locked accounts, in id order.
    a_id uuid[]; a_coin text[]; a_unit text[]; a_kind text[]; a_open boolean[];
    a_posted bigint[]; a_held bigint[]; a_floor bigint[]; a_ceiling bigint[]; a_seq bigint[];
    a_start bigint[];
    leg_position integer[];         -- leg → its account's place in a_…
    known bytea[]; fingerprints bytea[]; rule_debits text[]; rule_credits text[];
    -- What will be written.
    t_done integer[] := '{}';
    w_coin text[] := '{}';
    w_account uuid[] := '{}'; w_seq bigint[] := '{}'; w_transfer uuid[] := '{}';
    w_amount bigint[] := '{}'; w_after bigint[] := '{}'; w_ordinal integer[] := '{}';
    -- The transfer in hand.
    leg integer := 1; first_leg integer; last_leg integer; i integer; pos integer;
    earlier integer; moved integer; undo integer;
    verdict text; blamed uuid; coin text; open_amount bigint; euro_sum bigint; amount bigint;
    draws boolean; touches_reserve boolean := false; latest timestamptz;
BEGIN
    IF n_transfers IS NULL OR n_transfers = 0 THEN
        verdicts := '{}'; blamed_accounts := '{}'; posted_at := clock_timestamp();
        RETURN;
    END IF;

    SELECT array_agg(l.id), array_agg(l.coin), array_agg(l.unit), array_agg(l.kind),
           array_agg(l.state = 'open'), array_agg(l.posted), array_agg(l.held),
           array_agg(l.floor), array_agg(l.ceiling), array_agg(l.seq), max(l.last_posted_at)
      INTO a_id, a_coin, a_unit, a_kind, a_open, a_posted, a_held, a_floor, a_ceiling, a_seq,
           latest
      FROM (SELECT * FROM ledger.account a
             WHERE a.community_id = p_community AND a.id = ANY (p_leg_account)
             ORDER BY a.id FOR NO KEY UPDATE) AS l;
    a_start := a_seq;
    -- Moments never run backwards on an account, whatever the machine's clock does.
    posted_at := greatest(clock_timestamp(), latest);

    SELECT array_agg(p.place ORDER BY l.nr)
      INTO leg_position
      FROM unnest(p_leg_account) WITH ORDINALITY AS l (id, nr)
      LEFT JOIN unnest(a_id) WITH ORDINALITY AS p (id, place) ON p.id = l.id;

    -- A replay is recognised by what was proposed, not by what was drawn.
    -- The look-up is per item, by the primary key: a join would let a planner without statistics
    -- read all transfers of the community.
    SELECT array_agg(f.fingerprint ORDER BY f.nr),
           array_agg((SELECT t.fingerprint FROM ledger.transfer t
                       WHERE t.community_id = p_community AND t.id = f.id) ORDER BY f.nr),
           array_agg(array_to_string(r.debits, ',') ORDER BY f.nr),
           array_agg(array_to_string(r.credits, ',') ORDER BY f.nr)
      INTO fingerprints, known, rule_debits, rule_credits
      FROM (SELECT i.nr, i.id, i.kind,
                   sha256(convert_to(concat_ws('|', i.kind, i.related, legs.text), 'UTF8'))
                       AS fingerprint
              FROM unnest(p_ids, p_kinds, p_related) WITH ORDINALITY AS i (id, kind, related, nr)
              LEFT JOIN (SELECT transfer, string_agg(account || ':' || coalesce(amount::text, '*'),
                                                     ',' ORDER BY nr) AS text
                           FROM unnest(p_leg_transfer, p_leg_account, p_leg_amount)
                                WITH ORDINALITY AS l (transfer, account, amount, nr)
                          GROUP BY transfer) AS legs ON legs.transfer = i.nr) AS f
      LEFT JOIN ledger.transfer_rule r ON r.kind = f.kind AND r.role = session_user;

    FOR n IN 1 .. n_transfers LOOP
        first_leg := leg;
        WHILE leg <= n_legs AND p_leg_transfer[leg] = n LOOP leg := leg + 1; END LOOP;
        last_leg := leg - 1;
        verdict := NULL; blamed := NULL; coin := NULL; draws := false;
        open_amount := 0; euro_sum := 0;
        moved := cardinality(w_account);

        earlier := array_position(p_ids, p_ids[n]);
        IF earlier < n AND verdicts[earlier] IN ('posted', 'replayed') THEN
            verdict := CASE WHEN fingerprints[earlier] = fingerprints[n]
                            THEN 'replayed' ELSE 'conflict' END;
        ELSIF known[n] IS NOT NULL THEN
            verdict := CASE WHEN known[n] = fingerprints[n] THEN 'replayed' ELSE 'conflict' END;
        ELSIF rule_debits[n] IS NULL THEN
            verdict := 'forbidden';
        ELSIF last_leg - first_leg < 1 THEN
            verdict := 'unbalanced';
        END IF;

        IF verdict IS NULL THEN
            -- First pass: what is asked is well-formed and allowed.
            FOR i IN first_leg .. last_leg LOOP
                pos := leg_position[i];
                amount := p_leg_amount[i];
                verdict := CASE
                    WHEN pos IS NULL THEN 'unknown-account'
                    WHEN NOT a_open[pos] THEN 'account-not-open'
                    WHEN coin IS NOT NULL AND a_coin[pos] <> coin THEN 'mixed-coins'
                    WHEN amount = 0 OR abs(amount) > c_most THEN 'amount-out-of-range'
                    WHEN coalesce(amount, -1) < 0
                         AND a_kind[pos] <> ALL (string_to_array(rule_debits[n], ','))
                        THEN 'forbidden'
                    WHEN amount > 0
                         AND a_kind[pos] <> ALL (string_to_array(rule_credits[n], ','))
                        THEN 'forbidden'
                END;
                IF verdict IS NOT NULL THEN blamed := p_leg_account[i]; EXIT; END IF;
                coin := a_coin[pos];
                IF amount IS NULL THEN draws := true;
                ELSIF a_unit[pos] = 'euro' THEN euro_sum := euro_sum + amount;
                ELSE open_amount := open_amount + amount;
                END IF;
            END LOOP;
            IF verdict IS NULL AND (euro_sum <> 0
                OR (draws AND open_amount <= 0) OR (NOT draws AND open_amount <> 0)) THEN
                verdict := 'unbalanced';
            END IF;
        END IF;

        IF verdict IS NULL THEN
            -- Second pass: move, on running balances.
            FOR i IN first_leg .. last_leg LOOP
                pos := leg_position[i];
                amount := p_leg_amount[i];
                IF amount IS NULL THEN
                    amount := -least(open_amount, a_posted[pos] - a_held[pos] - a_floor[pos]);
                    CONTINUE WHEN amount >= 0;
                    open_amount := open_amount + amount;
                ELSIF amount < 0 AND a_posted[pos] + amount - a_held[pos] < a_floor[pos] THEN
                    verdict := 'insufficient-funds'; blamed := a_id[pos]; EXIT;
                END IF;
                IF amount > 0 AND a_posted[pos] + amount > coalesce(a_ceiling[pos], c_most) THEN
                    verdict := 'above-ceiling'; blamed := a_id[pos]; EXIT;
                ELSIF a_posted[pos] + amount < -c_most THEN
                    verdict := 'amount-out-of-range'; blamed := a_id[pos]; EXIT;
                END IF;
                a_posted[pos] := a_posted[pos] + amount;
                a_seq[pos] := a_seq[pos] + 1;
                w_account := array_append(w_account, a_id[pos]);
                w_seq := array_append(w_seq, a_seq[pos]);
                w_transfer := array_append(w_transfer, p_ids[n]);
                w_amount := array_append(w_amount, amount);
                w_after := array_append(w_after, a_posted[pos]);
                w_ordinal := array_append(w_ordinal, n);
            END LOOP;
            IF verdict IS NULL AND draws AND open_amount > 0 THEN
                verdict := 'insufficient-funds';
                blamed := NULL;
            END IF;
            IF verdict IS NULL THEN
                verdict := 'posted';
                t_done := array_append(t_done, n);
                w_coin := array_append(w_coin, coin);
                touches_reserve := touches_reserve OR p_kinds[n] IN ('funding', 'settlement');
            ELSE
                FOR undo IN REVERSE cardinality(w_account) .. moved + 1 LOOP
                    pos := array_position(a_id, w_account[undo]);
                    a_posted[pos] := a_posted[pos] - w_amount[undo];
                    a_seq[pos] := a_seq[pos] - 1;
                END LOOP;
                w_account := w_account[1:moved]; w_seq := w_seq[1:moved];
                w_transfer := w_transfer[1:moved]; w_amount := w_amount[1:moved];
                w_after := w_after[1:moved]; w_ordinal := w_ordinal[1:moved];
            END IF;
        END IF;
        verdicts[n] := verdict;
        blamed_accounts[n] := blamed;
    END LOOP;

    IF cardinality(t_done) > 0 THEN
        INSERT INTO ledger.transfer (community_id, id, kind, coin, accounts, amounts, reference,
                                     related_id, client_id, party_id, fingerprint, posted_at)
        SELECT p_community, p_ids[d.n], p_kinds[d.n], d.coin, legs.accounts, legs.amounts,
               p_references[d.n], p_related[d.n], p_clients[d.n], p_parties[d.n],
               fingerprints[d.n], post.posted_at
          FROM unnest(t_done, w_coin) AS d (n, coin)
          JOIN (SELECT w.n, array_agg(w.account ORDER BY w.nr) AS accounts,
                       array_agg(w.amount ORDER BY w.nr) AS amounts
                  FROM unnest(w_ordinal, w_account, w_amount) WITH ORDINALITY
                       AS w (n, account, amount, nr)
                 GROUP BY w.n) AS legs ON legs.n = d.n;

        INSERT INTO ledger.posting (community_id, account_id, seq, transfer_id, amount,
                                    balance_after, posted_at)
        SELECT p_community, w.account, w.seq, w.transfer, w.amount, w.after, post.posted_at
          FROM unnest(w_account, w_seq, w_transfer, w_amount, w_after)
               AS w (account, seq, transfer, amount, after);

        UPDATE ledger.account AS a
           SET posted = c.posted, seq = c.seq, last_posted_at = post.posted_at
          FROM unnest(a_id, a_posted, a_seq, a_start) AS c (id, posted, seq, start)
         WHERE a.community_id = p_community AND a.id = c.id AND c.seq > c.start;

        IF touches_reserve THEN
            -- One UPDATE for both figures, so that the CHECK compares them as they will stand.
            UPDATE ledger.coin AS k
               SET circulation = -i.posted, reserve = r.posted
              FROM ledger.account i, ledger.account r
             WHERE k.community_id = p_community AND k.code = ANY (w_coin)
               AND i.community_id = p_community AND i.id = k.issuance_account_id
               AND r.community_id = p_community AND r.id = k.reserve_account_id;
        END IF;
    END IF;
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT USAGE ON SCHEMA ledger
    TO wijkmunt_accounts, wijkmunt_wallet, wijkmunt_merchant, wijkmunt_disbursement,
       wijkmunt_audit;
GRANT EXECUTE ON FUNCTION ledger.open_coin TO wijkmunt_accounts;
GRANT EXECUTE ON FUNCTION ledger.open_accounts
    TO wijkmunt_wallet, wijkmunt_merchant, wijkmunt_disbursement;
GRANT EXECUTE ON FUNCTION ledger.post
    TO wijkmunt_wallet, wijkmunt_merchant, wijkmunt_disbursement;
GRANT SELECT ON ledger.account, ledger.coin, ledger.transfer, ledger.posting
    TO wijkmunt_wallet, wijkmunt_audit;
GRANT SELECT ON ledger.account, ledger.coin, ledger.transfer
    TO wijkmunt_merchant, wijkmunt_disbursement;
