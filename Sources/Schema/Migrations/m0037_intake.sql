-- Payment files and their credits by the thousand.

-- A batch of many plain transfers is judged and written by three statements instead of one by one.
-- What judged every batch so far keeps its text and gets another name, which it calls itself by once.
DO $$
BEGIN
    EXECUTE replace(replace(pg_get_functiondef('ledger.post'::regproc),
        'FUNCTION ledger.post(', 'FUNCTION ledger.post_in_order('),
        '= post.posted_at', '= post_in_order.posted_at');
END
$$;
DROP FUNCTION ledger.post;

-- Posts a batch in which nothing depends on the order: from one account to another, exact, new,
-- with no hold, reversal, limit of a day or depreciation, and every one of them accepted whatever
-- came before it. Answers NULL, and has done nothing but lock accounts, where one of these does not
-- hold: what is to be refused is then found out in order.
CREATE FUNCTION ledger.post_plain(
    p_community uuid, p_ids uuid[], p_kinds text[], p_references text[], p_clients uuid[],
    p_parties uuid[], p_leg_transfer integer[], p_leg_account uuid[], p_leg_amount bigint[]
) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
-- Arrays have thousands of elements; each is looked up by a key. A plan is made for every batch: one
-- that was kept from when there were few accounts would read all of them for each element.
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off SET enable_mergejoin = off SET enable_material = off AS $$
#variable_conflict use_column
DECLARE
    c_most CONSTANT bigint := 9007199254740991;
    v_began_at CONSTANT timestamptz := clock_timestamp();
    v_posted_at timestamptz;
    v_latest timestamptz; v_is_plain boolean; v_coin text;
    w_seq bigint[]; w_after bigint[]; w_is_last boolean[];
    v_batch bigint; v_lane text; v_changed integer;
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

    -- Every leg on its running balance, under the assumption that all are accepted. Accounts are
    -- locked in the order of their ids.
    WITH locked AS MATERIALIZED (
        SELECT a.*
          FROM (SELECT DISTINCT id FROM unnest(p_leg_account) AS id ORDER BY id) AS touched
         CROSS JOIN LATERAL (SELECT * FROM ledger.account k
                              WHERE k.community_id = p_community AND k.id = touched.id
                              LIMIT 1 FOR NO KEY UPDATE) AS a
    ), rule AS MATERIALIZED (
        SELECT r.kind, r.debits, r.credits FROM ledger.transfer_rule r
         WHERE r.role = session_user
    ), moved AS (
        SELECT l.nr, p_leg_amount[l.nr] AS amount, a.kind, a.coin, a.held, a.floor, a.ceiling,
               a.last_posted_at, r.debits, r.credits,
               a.unit = 'coin' AND a.state = 'open' AND a.depreciation_id IS NULL
                   AND coalesce(a.expires_at > v_began_at, true) AS is_open,
               p_leg_transfer[l.nr] = p.n
                   AND p_leg_amount[2 * p.n - 1] + p_leg_amount[2 * p.n] = 0 AS is_pair,
               a.seq + row_number() OVER run AS seq,
               a.posted + sum(p_leg_amount[l.nr]) OVER run AS after,
               lead(l.nr) OVER run IS NULL AS is_last
          FROM unnest(p_kinds) WITH ORDINALITY AS p (kind, n)
          LEFT JOIN rule r ON r.kind = p.kind
         CROSS JOIN LATERAL (VALUES (2 * p.n - 1), (2 * p.n)) AS l (nr)
          LEFT JOIN locked a ON a.id = p_leg_account[l.nr]
        WINDOW run AS (PARTITION BY p_leg_account[l.nr] ORDER BY l.nr)
    )
    SELECT bool_and(coalesce(
               m.is_open AND m.is_pair
               AND m.amount <> 0 AND m.amount BETWEEN -c_most AND c_most
               AND m.kind = ANY (CASE WHEN m.amount > 0 THEN m.credits ELSE m.debits END)
               AND (m.amount > 0 OR m.after - m.held >= coalesce(m.floor, -c_most))
               AND m.after BETWEEN -c_most AND coalesce(m.ceiling, c_most), false))
               AND min(m.coin) = max(m.coin),
           max(m.last_posted_at), min(m.coin),
           array_agg(m.seq), array_agg(m.after::bigint), array_agg(m.is_last)
      INTO v_is_plain, v_latest, v_coin, w_seq, w_after, w_is_last
      FROM (SELECT * FROM moved ORDER BY nr) AS m;
    IF v_is_plain IS NOT TRUE THEN RETURN NULL; END IF;
    v_posted_at := greatest(v_began_at, v_latest);

    v_batch := nextval('ledger.batch_id');
    -- A lane of the chain that no other batch adds to now; with all of them busy, wait for one.
    FOR n IN 1 .. 4 LOOP
        v_lane := session_user || '/' || n;
        EXIT WHEN pg_try_advisory_xact_lock(hashtextextended(p_community || v_lane, 0));
    END LOOP;
    WITH accepted AS MATERIALIZED (
        SELECT p.id, p.kind, p.reference, p.client_id, p.party_id, p.place::integer AS place,
               ARRAY[p_leg_account[2 * p.place - 1], p_leg_account[2 * p.place]] AS accounts,
               ARRAY[p_leg_amount[2 * p.place - 1], p_leg_amount[2 * p.place]] AS amounts
          FROM unnest(p_ids, p_kinds, p_references, p_clients, p_parties) WITH ORDINALITY
               AS p (id, kind, reference, client_id, party_id, place)
    ), transfers AS (
        INSERT INTO ledger.transfer (community_id, id, kind, coin, accounts, amounts, reference,
                                     client_id, party_id, posted_at, batch, place)
        SELECT p_community, a.id, a.kind, v_coin, a.accounts, a.amounts, a.reference, a.client_id,
               a.party_id, v_posted_at, v_batch, a.place
          FROM accepted a
    ), postings AS (
        INSERT INTO ledger.posting (community_id, account_id, posted_at, seq, transfer_id, amount,
                                    balance_after)
        SELECT p_community, w.account, v_posted_at, w.seq, p_ids[w.n], w.amount, w.after
          FROM unnest(p_leg_transfer, p_leg_account, w_seq, p_leg_amount, w_after)
               AS w (n, account, seq, amount, after)
    ), digest AS MATERIALIZED (
        SELECT sha256(string_agg(
                   ledger.content(p_community, a.id, a.kind, v_coin, a.accounts, a.amounts,
                                  a.reference, NULL, NULL, a.client_id, a.party_id, v_posted_at),
                   '' ORDER BY a.place)) AS digest
          FROM accepted a
    ), link AS (
        INSERT INTO ledger.chain AS c (community_id, lane, nr, head)
        SELECT p_community, v_lane, 1, sha256(d.digest) FROM digest d
        ON CONFLICT (community_id, lane) DO UPDATE
           SET nr = c.nr + 1, head = sha256(c.head || (SELECT d.digest FROM digest d))
        RETURNING c.nr, c.head
    )
    INSERT INTO ledger.batch (community_id, lane, nr, id, transfers, digest, head, posted_at)
    SELECT p_community, v_lane, l.nr, v_batch, cardinality(p_ids), d.digest, l.head, v_posted_at
      FROM link l, digest d;

    UPDATE ledger.account AS a
       SET posted = w.after, seq = w.seq, last_posted_at = v_posted_at
      FROM unnest(p_leg_account, w_seq, w_after, w_is_last) AS w (id, seq, after, is_last)
     WHERE w.is_last AND a.community_id = p_community AND a.id = w.id;
    GET DIAGNOSTICS v_changed = ROW_COUNT;
    IF v_changed <> cardinality(array_positions(w_is_last, true)) THEN
        RAISE EXCEPTION 'an account moved under its lock' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN v_posted_at;
EXCEPTION WHEN unique_violation THEN
    -- An id that came before, or twice.
    RETURN NULL;
END
$$;

-- Posts a batch of transfers of one community and gives a verdict on each, in order of arrival. What
-- the arguments mean stands with ledger.post_in_order, which does the same for any batch.
CREATE FUNCTION ledger.post(
    p_community uuid, p_ids uuid[], p_kinds text[], p_references text[], p_related uuid[],
    p_holds uuid[], p_clients uuid[], p_parties uuid[], p_linked boolean[],
    p_leg_transfer integer[], p_leg_account uuid[], p_leg_amount bigint[],
    OUT verdicts text[], OUT blamed_accounts uuid[], OUT posted_at timestamptz
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- Fewer are faster one by one.
    c_many CONSTANT integer := 100;
    n CONSTANT integer := cardinality(p_ids);
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
        posted_at := ledger.post_plain(
            p_community, p_ids, p_kinds, p_references, p_clients, p_parties, p_leg_transfer,
            p_leg_account, p_leg_amount);
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
REVOKE ALL ON FUNCTION ledger.post, ledger.post_plain, ledger.post_in_order FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.post TO wijkmunt_wallet, wijkmunt_merchant, wijkmunt_disbursement;

-- Accounts of new pots, under the limits of those of their holders that have a class.
DROP FUNCTION ledger.adopt;
CREATE FUNCTION ledger.open_pots(
    p_community uuid, p_ids uuid[], p_coin text, p_holders uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger.opening_rule
                    WHERE role = session_user AND kind = 'pot') THEN
        RAISE EXCEPTION '% may not open pots', session_user
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO ledger.account (community_id, id, coin, unit, kind, floor, holder_id)
    SELECT p_community, n.id, p_coin, 'coin', 'pot', 0, h.id
      FROM unnest(p_ids, p_holders) AS n (id, holder)
      LEFT JOIN (SELECT k.id FROM ledger.holder k
                  WHERE k.community_id = p_community AND k.id = ANY (p_holders)) AS h
        ON h.id = n.holder;
END
$$;
REVOKE ALL ON FUNCTION ledger.open_pots FROM PUBLIC;

-- Whether a pot is earmarked is the same for all of a programme: looked up once for many new ones.
DROP TRIGGER pot_is_marked ON wallet.pot;
DROP FUNCTION wallet.mark_pot;
CREATE FUNCTION wallet.is_earmarked(p_community uuid, p_programme uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM wallet.earmark e
                    WHERE e.community_id = p_community AND e.programme_id = p_programme)
$$;
CREATE FUNCTION wallet.require_marks() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT n.community_id, n.programme_id, n.is_earmarked
                              FROM new_rows n OFFSET 0) AS d
                WHERE d.is_earmarked <> wallet.is_earmarked(d.community_id, d.programme_id)) THEN
        RAISE EXCEPTION 'a pot is not marked as those of its programme'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER pots_are_marked AFTER INSERT ON wallet.pot
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION wallet.require_marks();
REVOKE ALL ON FUNCTION wallet.is_earmarked, wallet.require_marks FROM PUBLIC;
