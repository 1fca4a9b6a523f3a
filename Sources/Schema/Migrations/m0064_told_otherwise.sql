-- Lines that another file pays already to the same person by another name: by IBAN in one, by alias, client
-- number, card or activation code in the other; or for the same by its code in one and by its text in the other.

-- Whether all lines of a set name their receivers by IBAN: then no two of them, by different names, name one
-- person, who has one IBAN. Of sets that came before this nobody knows.
ALTER TABLE disbursement.repeat_keys ADD by_iban boolean NOT NULL DEFAULT false;
-- Whether all lines of a set have a purpose code, or none has; NULL when some have, or nobody knows.
ALTER TABLE disbursement.repeat_keys ADD coded boolean;

CREATE OR REPLACE FUNCTION disbursement.add_only_while_arriving() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_part record;
BEGIN
    FOR v_part IN
        SELECT n.community_id, n.batch_id, n.state, count(*)::integer AS count,
               sum(n.amount) AS amount, min(n.execution_on) AS first_on,
               max(n.execution_on) AS last_on
          FROM new_rows n GROUP BY n.community_id, n.batch_id, n.state ORDER BY 1, 2, 3
    LOOP
        UPDATE disbursement.batch b
           SET first_on = least(b.first_on, v_part.first_on),
               last_on = greatest(b.last_on, v_part.last_on)
         WHERE b.community_id = v_part.community_id AND b.id = v_part.batch_id
           AND b.state = 'receiving';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'batch % takes no lines any more', v_part.batch_id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        UPDATE disbursement.batch_tally t
           SET count = t.count + v_part.count, amount = t.amount + v_part.amount
         WHERE t.community_id = v_part.community_id AND t.batch_id = v_part.batch_id
           AND t.state = v_part.state;
    END LOOP;
    INSERT INTO disbursement.repeat_keys (community_id, batch_id, first_nr, nrs, keys, by_iban,
                                          coded)
    SELECT n.community_id, n.batch_id, min(n.nr), array_agg(n.nr),
           array_agg(disbursement.repeat_key(n.creditor_hash, n.alias, n.amount, n.purpose,
                                             n.remittance)),
           bool_and(n.creditor_kind = 'iban'),
           CASE WHEN bool_and(n.purpose IS NOT NULL) THEN true
                WHEN bool_and(n.purpose IS NULL) THEN false END
      FROM new_rows n WHERE n.state = 'acceptable' GROUP BY n.community_id, n.batch_id;
    RETURN NULL;
END
$$;


-- The person whom a line names, enrolled or not; no row without. As with wallets_of, what nobody else has
-- confirmed is a claim and names nobody.
CREATE FUNCTION disbursement.person_named(
    p_community uuid, p_kind text, p_hash bytea, p_alias text) RETURNS TABLE (id uuid)
LANGUAGE sql STABLE AS $$
    SELECT CASE p_kind
        WHEN 'iban' THEN (
            SELECT y.id FROM accounts.party y
             WHERE y.community_id = p_community AND y.iban_hash = p_hash
               AND y.iban_verified_at IS NOT NULL)
        WHEN 'alias' THEN (
            SELECT w.party_id FROM wallet.wallet w
             WHERE w.community_id = p_community AND w.alias = p_alias)
        WHEN 'clientNumber' THEN (
            SELECT l.party_id FROM accounts.client_number l
             WHERE l.community_id = p_community AND l.number_hash = p_hash
               AND l.confirmed_at IS NOT NULL AND l.withdrawn_at IS NULL)
        WHEN 'card' THEN (
            SELECT c.party_id FROM accounts.card c
             WHERE c.community_id = p_community AND c.number_hash = p_hash)
        WHEN 'activationCode' THEN (
            SELECT a.party_id FROM accounts.activation_code a
             WHERE a.community_id = p_community AND a.code_hash = p_hash
               AND a.terminal_id IS NULL)
        END
    OFFSET 0
$$;

-- The other way round: by what a line of a kind would name a person.
CREATE FUNCTION disbursement.names_of(p_community uuid, p_party uuid, p_kind text)
RETURNS TABLE (hash bytea, alias text)
LANGUAGE sql STABLE AS $$
    SELECT y.iban_hash, NULL FROM accounts.party y
     WHERE p_kind = 'iban' AND y.community_id = p_community AND y.id = p_party
       AND y.iban_verified_at IS NOT NULL
    UNION ALL
    SELECT NULL, w.alias FROM wallet.wallet w
     WHERE p_kind = 'alias' AND w.community_id = p_community AND w.party_id = p_party
       AND w.alias IS NOT NULL
    UNION ALL
    SELECT l.number_hash, NULL FROM accounts.client_number l
     WHERE p_kind = 'clientNumber' AND l.community_id = p_community AND l.party_id = p_party
       AND l.confirmed_at IS NOT NULL AND l.withdrawn_at IS NULL
    UNION ALL
    SELECT c.number_hash, NULL FROM accounts.card c
     WHERE p_kind = 'card' AND c.community_id = p_community AND c.party_id = p_party
    UNION ALL
    SELECT a.code_hash, NULL FROM accounts.activation_code a
     WHERE p_kind = 'activationCode' AND a.community_id = p_community AND a.party_id = p_party
       AND a.terminal_id IS NULL
$$;

-- Parks the lines of a file that others pay already to the same person by another name. Most lines are named
-- in one way, and these are not looked at: the persons of the rest are, and whether one of the lines that are
-- named in the usual way has the key that theirs would have by that name. How many were parked.
CREATE FUNCTION disbursement.park_renamed(
    p_community uuid, p_batch uuid, p_others uuid[], p_period text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_nestloop = on SET enable_hashjoin = on
SET enable_mergejoin = off SET work_mem = '64MB' SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    v_all CONSTANT uuid[] := p_others || p_batch;
    v_usual text; v_kinds integer; v_parked bigint;
    -- Lines that are named otherwise than usual, and whose they are; then also those found by a key.
    v_batches uuid[]; v_nrs integer[]; v_persons uuid[];
    -- By what usual names these persons go, and the keys that their lines would have.
    v_named uuid[]; v_hashes bytea[]; v_aliases text[]; v_keys bigint[];
BEGIN
    IF (SELECT bool_and(k.by_iban) FROM disbursement.repeat_keys k
         WHERE k.community_id = p_community AND k.batch_id = ANY (v_all)) THEN
        RETURN 0;
    END IF;
    SELECT t.creditor_kind, count(*) OVER () INTO v_usual, v_kinds
      FROM (SELECT i.creditor_kind, count(*) AS count FROM disbursement.instruction i
             WHERE i.community_id = p_community AND i.batch_id = ANY (v_all)
               AND i.state NOT IN ('refused', 'dropped', 'returned')
             GROUP BY i.creditor_kind) AS t
     ORDER BY t.count DESC, t.creditor_kind <> 'iban', t.creditor_kind LIMIT 1;
    IF coalesce(v_kinds, 1) = 1 THEN RETURN 0; END IF;
    -- Whoever was paid is known, whatever their name is now.
    WITH named AS MATERIALIZED (
        SELECT i.batch_id, i.nr, i.amount, i.purpose, i.remittance,
               coalesce((SELECT w.party_id FROM disbursement.credit c
                           JOIN wallet.wallet w
                             ON w.community_id = c.community_id AND w.id = c.wallet_id
                          WHERE c.community_id = i.community_id AND c.batch_id = i.batch_id
                            AND c.nr = i.nr),
                        (SELECT f.id FROM disbursement.person_named(
                            i.community_id, i.creditor_kind, i.creditor_hash, i.alias) AS f)
               ) AS person
          FROM disbursement.instruction i
         WHERE i.community_id = p_community AND i.batch_id = ANY (v_all)
           AND i.creditor_kind <> v_usual AND i.state NOT IN ('refused', 'dropped', 'returned')
    ), renamed AS MATERIALIZED (
        SELECT DISTINCT n.person, m.hash, m.alias,
               disbursement.repeat_key(m.hash, m.alias, n.amount, n.purpose, n.remittance) AS key
          FROM named n
         CROSS JOIN LATERAL disbursement.names_of(p_community, n.person, v_usual) AS m
         WHERE n.person IS NOT NULL)
    SELECT n.*, r.*
      INTO v_batches, v_nrs, v_persons, v_named, v_hashes, v_aliases, v_keys
      FROM (SELECT array_agg(batch_id), array_agg(nr), array_agg(person) FROM named
             WHERE person IS NOT NULL) AS n,
           (SELECT array_agg(person), array_agg(hash), array_agg(alias), array_agg(key)
              FROM renamed) AS r;
    IF v_persons IS NULL THEN RETURN 0; END IF;
    -- Nobody knows how many there are on either side: by hash it takes what it takes to read them.
    PERFORM set_config('enable_nestloop', 'off', true);
    SELECT v_batches || array_agg(s.batch_id), v_nrs || array_agg(s.nr),
           v_persons || array_agg(r.person),
           array_fill(NULL::bytea, ARRAY[cardinality(v_nrs)]) || array_agg(r.hash),
           array_fill(NULL::text, ARRAY[cardinality(v_nrs)]) || array_agg(r.alias)
      INTO v_batches, v_nrs, v_persons, v_hashes, v_aliases
      FROM (SELECT k.batch_id, unnest(k.nrs) AS nr, unnest(k.keys) AS key
              FROM disbursement.repeat_keys k
             WHERE k.community_id = p_community AND k.batch_id = ANY (v_all)) AS s
      JOIN (SELECT unnest(v_named) AS person, unnest(v_hashes) AS hash,
                   unnest(v_aliases) AS alias, unnest(v_keys) AS key) AS r ON r.key = s.key;
    WITH line AS (
        SELECT l.batch_id, l.nr, l.person, i.amount,
               date_trunc(p_period, i.execution_on) AS period,
               disbursement.stated_purpose(i.purpose, i.remittance) AS purpose
          FROM (SELECT unnest(v_batches) AS batch_id, unnest(v_nrs) AS nr,
                       unnest(v_persons) AS person, unnest(v_hashes) AS hash,
                       unnest(v_aliases) AS alias) AS l
          JOIN disbursement.instruction i
            ON i.community_id = p_community AND i.batch_id = l.batch_id AND i.nr = l.nr
         WHERE i.batch_id = ANY (v_all) AND i.state NOT IN ('refused', 'dropped', 'returned')
           AND (i.creditor_kind <> v_usual OR i.creditor_hash = l.hash OR i.alias = l.alias)
    ), pair AS MATERIALIZED (
        SELECT l.batch_id, l.nr, first_value(l.batch_id) OVER w AS first_batch,
               first_value(l.nr) OVER w AS first_nr
          FROM line l
        WINDOW w AS (PARTITION BY l.person, l.amount, l.period, l.purpose
                     ORDER BY l.batch_id = p_batch, l.batch_id, l.nr))
    UPDATE disbursement.instruction i
       SET state = 'parked', repeats_batch_id = p.first_batch, repeats_nr = p.first_nr
      FROM pair p
     WHERE p.batch_id = p_batch AND p.first_batch <> p_batch
       AND i.community_id = p_community AND i.batch_id = p_batch AND i.nr = p.nr
       AND i.state = 'acceptable';
    GET DIAGNOSTICS v_parked = ROW_COUNT;
    RETURN v_parked;
END
$$;

-- Parks the lines of a file that others pay already for the same by their texts, where one of both has no
-- purpose code: a list seldom has one. Lines that both have a code are for the same by that. All lines are
-- read, but only where some have a code and some have none. How many were parked.
CREATE FUNCTION disbursement.park_uncoded(
    p_community uuid, p_batch uuid, p_others uuid[], p_period text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_nestloop = off SET enable_hashjoin = on
SET enable_mergejoin = off SET work_mem = '64MB' SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    v_all CONSTANT uuid[] := p_others || p_batch;
    v_parked bigint;
BEGIN
    IF (SELECT bool_and(coalesce(k.coded, false)) OR bool_and(NOT coalesce(k.coded, true))
          FROM disbursement.repeat_keys k
         WHERE k.community_id = p_community AND k.batch_id = ANY (v_all)) THEN
        RETURN 0;
    END IF;
    WITH line AS (
        SELECT i.batch_id, i.nr, coalesce(i.creditor_hash, convert_to(i.alias, 'UTF8')) AS creditor,
               i.amount, date_trunc(p_period, i.execution_on) AS period, i.purpose AS code,
               disbursement.stated_purpose(NULL, i.remittance) AS text
          FROM disbursement.instruction i
         WHERE i.community_id = p_community AND i.batch_id = ANY (v_all)
           AND i.state NOT IN ('refused', 'dropped', 'returned')
    ), pair AS MATERIALIZED (
        SELECT l.batch_id, l.nr, l.code, first_value(l.batch_id) OVER w AS first_batch,
               first_value(l.nr) OVER w AS first_nr, first_value(l.code) OVER w AS first_code
          FROM line l
        WINDOW w AS (PARTITION BY l.creditor, l.amount, l.period, l.text
                     ORDER BY l.batch_id = p_batch, l.code IS NOT NULL, l.batch_id, l.nr))
    UPDATE disbursement.instruction i
       SET state = 'parked', repeats_batch_id = p.first_batch, repeats_nr = p.first_nr
      FROM pair p
     WHERE p.batch_id = p_batch AND p.first_batch <> p_batch
       AND (p.code IS NULL OR p.first_code IS NULL)
       AND i.community_id = p_community AND i.batch_id = p_batch AND i.nr = p.nr
       AND i.state = 'acceptable';
    GET DIAGNOSTICS v_parked = ROW_COUNT;
    RETURN v_parked;
END
$$;

-- Parks the lines of a file that another file of the programme pays already: the same creditor, amount,
-- purpose and period. Lines of one file are not compared: two children of one parent may well get the
-- same. Files are received one at a time, so of two that are handed in at once the second finds the first.
-- Only the keys of files with lines in the same periods are read, and lines only where keys are equal, or
-- where receivers or purposes are told in more than one way. How many were parked.
CREATE OR REPLACE FUNCTION disbursement.park_repeated(p_community uuid, p_batch uuid, p_period text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_nestloop = off SET enable_hashjoin = on
SET enable_mergejoin = off SET work_mem = '64MB' SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    v_others uuid[]; v_keys bigint[]; v_parked bigint := 0;
BEGIN
    SELECT array_agg(o.id) INTO v_others
      FROM disbursement.batch m
      JOIN disbursement.batch o ON o.community_id = m.community_id
       AND o.programme_id = m.programme_id AND o.id <> m.id
     WHERE m.community_id = p_community AND m.id = p_batch
       AND o.state NOT IN ('receiving', 'refused', 'cancelled')
       AND date_trunc(p_period, o.last_on) >= date_trunc(p_period, m.first_on)
       AND date_trunc(p_period, o.first_on) <= date_trunc(p_period, m.last_on);
    IF v_others IS NULL THEN RETURN 0; END IF;
    SELECT array_agg(DISTINCT t.key) INTO v_keys
      FROM (SELECT unnest(k.keys) AS key FROM disbursement.repeat_keys k
             WHERE k.community_id = p_community AND k.batch_id = ANY (v_others)) AS t
     WHERE t.key IN (SELECT unnest(k.keys) FROM disbursement.repeat_keys k
                      WHERE k.community_id = p_community AND k.batch_id = p_batch);
    -- What repeats is little mostly, and looked up.
    PERFORM set_config('enable_nestloop', 'on', true);
    IF v_keys IS NULL THEN
        RETURN disbursement.park_renamed(p_community, p_batch, v_others, p_period)
            + disbursement.park_uncoded(p_community, p_batch, v_others, p_period);
    END IF;
    -- Of equal lines of others the first is named. However many there are, nothing is joined with itself.
    WITH line AS (
        SELECT i.batch_id, i.nr, coalesce(i.creditor_hash, convert_to(i.alias, 'UTF8')) AS creditor,
               i.amount, date_trunc(p_period, i.execution_on) AS period,
               disbursement.stated_purpose(i.purpose, i.remittance) AS purpose
          FROM (SELECT k.batch_id, unnest(k.nrs) AS nr, unnest(k.keys) AS key
                  FROM disbursement.repeat_keys k
                 WHERE k.community_id = p_community
                   AND k.batch_id = ANY (v_others || p_batch)) AS s
          JOIN disbursement.instruction i
            ON i.community_id = p_community AND i.batch_id = s.batch_id AND i.nr = s.nr
         WHERE s.key = ANY (v_keys) AND i.state NOT IN ('refused', 'dropped', 'returned')
    ), pair AS MATERIALIZED (
        SELECT l.batch_id, l.nr, first_value(l.batch_id) OVER w AS first_batch,
               first_value(l.nr) OVER w AS first_nr
          FROM line l
        WINDOW w AS (PARTITION BY l.creditor, l.amount, l.period, l.purpose
                     ORDER BY l.batch_id = p_batch, l.batch_id, l.nr))
    UPDATE disbursement.instruction i
       SET state = 'parked', repeats_batch_id = p.first_batch, repeats_nr = p.first_nr
      FROM pair p
     WHERE p.batch_id = p_batch AND p.first_batch <> p_batch
       AND i.community_id = p_community AND i.batch_id = p_batch AND i.nr = p.nr
       AND i.state = 'acceptable';
    GET DIAGNOSTICS v_parked = ROW_COUNT;
    RETURN v_parked
        + disbursement.park_renamed(p_community, p_batch, v_others, p_period)
        + disbursement.park_uncoded(p_community, p_batch, v_others, p_period);
END
$$;

REVOKE ALL ON FUNCTION disbursement.person_named, disbursement.names_of, disbursement.park_renamed,
    disbursement.park_uncoded FROM PUBLIC;
