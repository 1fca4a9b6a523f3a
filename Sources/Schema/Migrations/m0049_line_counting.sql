-- What is to be known of a file when it is whole is found out while it arrives, a set of lines at a time:
-- how many lines there are and of how much, their first and last day, and which lines another file has
-- already. Nothing goes over all lines of a file again.

-- What a line says it pays for: its code, or else what the receiver reads, whatever its letters' case and
-- spaces. A text that needs no mending is not mended.
CREATE FUNCTION disbursement.stated_purpose(p_purpose text, p_remittance text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(p_purpose, lower(
        CASE WHEN p_remittance ~ '^ |\s\s|[^\S ]| $'
             THEN regexp_replace(btrim(p_remittance), '\s+', ' ', 'g') ELSE p_remittance END), '')
$$;
-- Equal for lines of the same creditor, amount and purpose; of two lines with equal keys it remains to be
-- asked whether they are.
CREATE FUNCTION disbursement.repeat_key(
    p_creditor_hash bytea, p_alias text, p_amount bigint, p_purpose text, p_remittance text)
RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT hash_record_extended(ROW(p_creditor_hash, p_alias, p_amount,
        disbursement.stated_purpose(p_purpose, p_remittance)), 0)
$$;

-- The keys of the lines that could be paid when they came, a row for every set that was stored at once:
-- what a file repeats of others is found without reading lines. Written by triggers only; as personal as
-- what the keys are made of, and forgotten with it.
CREATE TABLE disbursement.repeat_keys (
    community_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    first_nr integer NOT NULL,
    nrs integer[] NOT NULL,
    keys bigint[] NOT NULL,
    PRIMARY KEY (community_id, batch_id, first_nr),
    FOREIGN KEY (community_id, batch_id) REFERENCES disbursement.batch ON DELETE CASCADE,
    CONSTRAINT repeat_keys_one_each CHECK (cardinality(nrs) = cardinality(keys))
);
-- Hashes do not become smaller.
ALTER TABLE disbursement.repeat_keys
    ALTER COLUMN nrs SET STORAGE EXTERNAL, ALTER COLUMN keys SET STORAGE EXTERNAL;
SELECT public.isolate('disbursement.repeat_keys');
INSERT INTO disbursement.repeat_keys (community_id, batch_id, first_nr, nrs, keys)
SELECT i.community_id, i.batch_id, min(i.nr), array_agg(i.nr),
       array_agg(disbursement.repeat_key(i.creditor_hash, i.alias, i.amount, i.purpose,
                                         i.remittance))
  FROM disbursement.instruction i
  JOIN disbursement.batch b ON b.community_id = i.community_id AND b.id = i.batch_id
 WHERE b.creditors_forgotten_at IS NULL AND i.state <> 'refused'
 GROUP BY i.community_id, i.batch_id, (i.nr - 1) / 5000;

-- A batch has its tallies from the beginning.
SELECT disbursement.tally(b.community_id, b.id)
  FROM disbursement.batch b WHERE b.state = 'receiving';
DROP TRIGGER batch_is_tallied ON disbursement.batch;
DROP FUNCTION disbursement.tally_whole_batch();
DROP FUNCTION disbursement.tally(uuid, uuid);
CREATE FUNCTION disbursement.begin_tally() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO disbursement.batch_tally (community_id, batch_id, state, count, amount)
    SELECT NEW.community_id, NEW.id, s.state, 0, 0
      FROM unnest('{acceptable,parked,dropped,refused,credited,waiting,failed,returned}'::text[])
           AS s (state);
    RETURN NULL;
END
$$;
CREATE TRIGGER batch_begins_tally AFTER INSERT ON disbursement.batch
    FOR EACH ROW EXECUTE FUNCTION disbursement.begin_tally();

-- Lines are added only while their file arrives, and are counted as they come. The batch is locked, so
-- that it does not become whole between that and the commit.
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
    INSERT INTO disbursement.repeat_keys (community_id, batch_id, first_nr, nrs, keys)
    SELECT n.community_id, n.batch_id, min(n.nr), array_agg(n.nr),
           array_agg(disbursement.repeat_key(n.creditor_hash, n.alias, n.amount, n.purpose,
                                             n.remittance))
      FROM new_rows n WHERE n.state = 'acceptable' GROUP BY n.community_id, n.batch_id;
    RETURN NULL;
END
$$;

-- Of a batch that is whole no line is refused; now that lines are counted before, it has to be asked.
CREATE OR REPLACE FUNCTION disbursement.refuse_refusing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM disbursement.batch b
                WHERE b.community_id = NEW.community_id AND b.id = NEW.batch_id
                  AND b.state <> 'receiving') THEN
        RAISE EXCEPTION 'lines of batch % are not refused any more', NEW.batch_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;

-- Parks the lines of a file that another file of the programme pays already: the same creditor, amount,
-- purpose and period. Lines of one file are not compared: two children of one parent may well get the
-- same. Files are received one at a time, so of two that are handed in at once the second finds the first.
-- Only the keys of files with lines in the same periods are read, and lines only where keys are equal. How
-- many were parked.
CREATE OR REPLACE FUNCTION disbursement.park_repeated(p_community uuid, p_batch uuid, p_period text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off SET enable_mergejoin = off SET work_mem = '64MB' SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    v_others uuid[]; v_keys bigint[]; v_parked bigint;
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
    IF v_keys IS NULL THEN RETURN 0; END IF;
    -- What repeats is little mostly, and looked up.
    PERFORM set_config('enable_nestloop', 'on', true);
    -- Of equal lines of others the first is named: of many equal ones not every pair is looked at.
    WITH line AS MATERIALIZED (
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
    ), other AS MATERIALIZED (
        SELECT DISTINCT ON (o.creditor, o.amount, o.period, o.purpose) o.*
          FROM line o WHERE o.batch_id <> p_batch
         ORDER BY o.creditor, o.amount, o.period, o.purpose, o.batch_id, o.nr)
    UPDATE disbursement.instruction i
       SET state = 'parked', repeats_batch_id = o.batch_id, repeats_nr = o.nr
      FROM line m
      JOIN other o ON o.creditor = m.creditor AND o.amount = m.amount AND o.period = m.period
       AND o.purpose = m.purpose
     WHERE m.batch_id = p_batch AND i.community_id = p_community AND i.batch_id = p_batch
       AND i.nr = m.nr AND i.state = 'acceptable';
    GET DIAGNOSTICS v_parked = ROW_COUNT;
    RETURN v_parked;
END
$$;

-- The keys go before what they are made of. Only these statements come into the functions, whatever else
-- they have become.
DO $$
DECLARE
    v_name text; v_new text; v_text text;
    v_lines CONSTANT text := 'UPDATE disbursement.instruction i';
BEGIN
    FOR v_name, v_new IN VALUES
        ('disbursement.erase_person', $new$UPDATE disbursement.repeat_keys k
       SET (nrs, keys) = (
           SELECT coalesce(array_agg(s.nr), '{}'), coalesce(array_agg(s.key), '{}')
             FROM unnest(k.nrs, k.keys) AS s (nr, key) WHERE s.nr <> ALL (g.nrs))
      FROM (SELECT i.batch_id, array_agg(i.nr) AS nrs FROM disbursement.instruction i
             WHERE i.community_id = p_community
               AND (i.creditor_hash = ANY (p_hashes) OR i.alias = ANY (p_aliases)
                    OR i.wallet_id = ANY (p_wallets))
             GROUP BY i.batch_id) AS g
     WHERE k.community_id = p_community AND k.batch_id = g.batch_id AND k.nrs && g.nrs;
    $new$),
        ('disbursement.forget_creditors', $new$DELETE FROM disbursement.repeat_keys k
         WHERE k.community_id = v_batch.community_id AND k.batch_id = v_batch.id;
        $new$)
    LOOP
        v_text := pg_get_functiondef(v_name::regproc);
        IF strpos(v_text, v_lines) = 0 THEN
            RAISE EXCEPTION '% does not say what it does to lines', v_name;
        END IF;
        EXECUTE replace(v_text, v_lines, v_new || v_lines);
    END LOOP;
END
$$;

REVOKE ALL ON FUNCTION disbursement.begin_tally, disbursement.stated_purpose,
    disbursement.repeat_key FROM PUBLIC;
