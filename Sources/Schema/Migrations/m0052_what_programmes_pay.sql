-- What leaves a programme is held against what says that it should: a line of an approved batch, a month
-- of a standing instruction, or coins that were set apart before.

-- Ids of lines begin with the millisecond in which they were made (UUIDv7, RFC 9562 section 5.7). Which
-- lines were made in which one is written down, a row or so for every hundred of them: that finds a line
-- by its id, without an index that every line of every file would pay for. Written by triggers only.
CREATE FUNCTION disbursement.moment_of(p_id uuid) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT substr(uuid_send(p_id), 1, 6) $$;

CREATE TABLE disbursement.line_moment (
    community_id uuid NOT NULL,
    moment bytea NOT NULL,
    batch_id uuid NOT NULL,
    first_nr integer NOT NULL,
    last_nr integer NOT NULL,
    PRIMARY KEY (community_id, moment, batch_id, first_nr),
    CONSTRAINT line_moment_in_order CHECK (first_nr <= last_nr)
);
SELECT public.isolate('disbursement.line_moment');
INSERT INTO disbursement.line_moment (community_id, moment, batch_id, first_nr, last_nr)
SELECT i.community_id, disbursement.moment_of(i.id), i.batch_id, min(i.nr), max(i.nr)
  FROM disbursement.instruction i GROUP BY 1, 2, 3;

CREATE FUNCTION disbursement.note_moments() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO disbursement.line_moment (community_id, moment, batch_id, first_nr, last_nr)
    SELECT n.community_id, disbursement.moment_of(n.id), n.batch_id, min(n.nr), max(n.nr)
      FROM new_rows n GROUP BY 1, 2, 3;
    RETURN NULL;
END
$$;
CREATE TRIGGER instruction_is_placed AFTER INSERT ON disbursement.instruction
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE FUNCTION disbursement.note_moments();

-- A batch that is taken away has its lines until its other triggers are called.
CREATE FUNCTION disbursement.forget_moments() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off AS $$
BEGIN
    DELETE FROM disbursement.line_moment m
     USING (SELECT DISTINCT disbursement.moment_of(i.id) AS moment
              FROM disbursement.instruction i
             WHERE i.community_id = OLD.community_id AND i.batch_id = OLD.id) AS d
     WHERE m.community_id = OLD.community_id AND m.moment = d.moment AND m.batch_id = OLD.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER batch_forgets_moments AFTER DELETE ON disbursement.batch
    FOR EACH ROW EXECUTE FUNCTION disbursement.forget_moments();

-- Transfers of these links of the ledger's chain that took coins of a programme, or coins that it had set
-- apart, and for which no line of an approved batch of the same amount and accounts says so. Lines are
-- found by the moments of their ids, a few for a set of thousands, and compared with all transfers at once;
-- a plan that was made without knowing how many there are would go over all lines for each transfer.
CREATE FUNCTION disbursement.without_line(p_community uuid, p_batches bigint[]) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
SET enable_seqscan = off SET enable_nestloop = off SET enable_mergejoin = off AS $$
BEGIN
    RETURN (
    WITH posted AS MATERIALIZED (
        SELECT t.id, t.kind, t.accounts[1] AS debited, t.accounts[2] AS credited,
               t.amounts[2] AS amount, t.related_id,
               cardinality(t.accounts) = 2 AND t.amounts[1] = -t.amounts[2] AS is_pair,
               t.kind IN ('landing', 'reservation-return') AS ends
          FROM ledger.transfer t
         WHERE t.community_id = p_community AND t.batch = ANY (p_batches)
           AND t.kind IN ('disbursement', 'reservation', 'landing', 'reservation-return', 'subsidy')
    ), moved AS MATERIALIZED (
        SELECT t.id, t.kind, t.debited, t.credited, t.amount, t.is_pair, t.ends,
               CASE WHEN t.ends THEN t.related_id ELSE t.id END AS line_id,
               CASE WHEN t.kind IN ('disbursement', 'landing') THEN (
                   SELECT p.programme_id FROM wallet.pot p
                    WHERE p.community_id = p_community AND p.id = t.credited) END
                   AS programme_id,
               -- What ends a reservation is there once for each, by its id: version 8 of that of the
               -- line, which is the reservation's too.
               CASE WHEN t.ends THEN
                   t.id = overlay(t.related_id::text PLACING '8' FROM 15)::uuid AND EXISTS (
                       SELECT FROM ledger.transfer r
                        WHERE r.community_id = p_community AND r.id = t.related_id
                          AND r.kind = 'reservation')
                   ELSE true END AS was_set_apart
          FROM posted t
    ), line AS MATERIALIZED (
        SELECT i.id, i.amount, b.programme_id, g.account_id, g.reserved_account_id
          FROM (SELECT DISTINCT disbursement.moment_of(v.line_id) AS moment FROM moved v
                 WHERE v.kind <> 'subsidy') AS d
         CROSS JOIN LATERAL (
               SELECT m.batch_id, m.first_nr, m.last_nr FROM disbursement.line_moment m
                WHERE m.community_id = p_community AND m.moment = d.moment OFFSET 0) AS m
         CROSS JOIN LATERAL (
               SELECT b.programme_id FROM disbursement.batch b
                WHERE b.community_id = p_community AND b.id = m.batch_id
                  AND b.approved_at IS NOT NULL AND b.state <> 'cancelled' OFFSET 0) AS b
         CROSS JOIN LATERAL (
               SELECT g.account_id, g.reserved_account_id FROM disbursement.programme g
                WHERE g.community_id = p_community AND g.id = b.programme_id OFFSET 0) AS g
         CROSS JOIN LATERAL (
               SELECT i.id, i.amount FROM disbursement.instruction i
                WHERE i.community_id = p_community AND i.batch_id = m.batch_id
                  AND i.nr BETWEEN m.first_nr AND m.last_nr OFFSET 0) AS i
    )
    SELECT array_agg(v.id)
      FROM moved v
     WHERE NOT EXISTS (
           SELECT FROM line l
            WHERE l.id = v.line_id AND l.amount = v.amount AND v.is_pair AND v.was_set_apart
              AND v.debited = CASE WHEN v.ends THEN l.reserved_account_id ELSE l.account_id END
              AND CASE v.kind WHEN 'subsidy' THEN false
                              WHEN 'reservation' THEN v.credited = l.reserved_account_id
                              WHEN 'reservation-return' THEN v.credited = l.account_id
                              ELSE v.programme_id = l.programme_id END)
    );
END
$$;

-- Those of them that are no month of a standing instruction either, a hundred at most, each with what says
-- otherwise.
CREATE FUNCTION disbursement.unfounded(p_community uuid, p_batches bigint[])
RETURNS TABLE (transfer_id uuid, expected text, found text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan SET jit = off
SET enable_seqscan = off SET enable_nestloop = on
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
    v_ids CONSTANT uuid[] := disbursement.without_line(p_community, p_batches);
BEGIN
    IF v_ids IS NULL THEN RETURN; END IF;
    RETURN QUERY
    SELECT t.id, coalesce('standing payment of ' || s.amount, l.text,
                          'no line and no standing payment'),
           t.kind || ' of ' || t.amounts[2] || ' from ' || t.accounts[1] || ' to ' || t.accounts[2]
      FROM unnest(v_ids) AS u (id)
     CROSS JOIN LATERAL (
           SELECT * FROM ledger.transfer t
            WHERE t.community_id = p_community AND t.id = u.id OFFSET 0) AS t
      LEFT JOIN LATERAL (
           SELECT m.amount, i.purpose, g.account_id
             FROM disbursement.standing_payment m
             JOIN disbursement.standing_instruction i
               ON i.community_id = p_community AND i.id = m.instruction_id
             JOIN disbursement.programme g
               ON g.community_id = p_community AND g.id = i.programme_id
            WHERE m.community_id = p_community AND m.transfer_id = t.id OFFSET 0) AS s ON true
      LEFT JOIN LATERAL (
           SELECT 'line of ' || i.amount || ' in a batch that is ' || b.state AS text
             FROM disbursement.line_moment m
             JOIN disbursement.batch b ON b.community_id = p_community AND b.id = m.batch_id
             JOIN disbursement.instruction i
               ON i.community_id = p_community AND i.batch_id = m.batch_id
              AND i.nr BETWEEN m.first_nr AND m.last_nr
            WHERE m.community_id = p_community AND i.id IN (t.id, t.related_id)
              AND m.moment IN (disbursement.moment_of(t.id), disbursement.moment_of(t.related_id))
            LIMIT 1) AS l ON true
     WHERE (cardinality(t.accounts) = 2 AND t.amounts[1] = -t.amounts[2]
            AND t.amounts[2] = s.amount AND t.accounts[1] = s.account_id
            AND t.kind = CASE s.purpose WHEN 'subsidy' THEN 'subsidy' ELSE 'disbursement' END)
           IS NOT TRUE
     ORDER BY t.id LIMIT 100;
END
$$;

REVOKE ALL ON FUNCTION disbursement.moment_of, disbursement.note_moments,
    disbursement.forget_moments, disbursement.without_line, disbursement.unfounded FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.unfounded TO wijkmunt_wallet, wijkmunt_audit;

-- Why lines that looked paid already were paid or dropped. The audit trail, which is kept for ever, says
-- who decided about which lines; what somebody typed may name people, and stands here. Never changed,
-- but for being forgotten.
CREATE TABLE disbursement.parking_decision (
    community_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    id uuid NOT NULL,
    decision text NOT NULL,
    lines integer[] NOT NULL,
    reason text NOT NULL,
    decided_by uuid NOT NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, batch_id, id),
    FOREIGN KEY (community_id, batch_id) REFERENCES disbursement.batch,
    CONSTRAINT parking_decision_known CHECK (decision IN ('confirm', 'drop')),
    CONSTRAINT parking_decision_about_some CHECK (cardinality(lines) > 0)
);
SELECT public.isolate('disbursement.parking_decision');
GRANT SELECT, INSERT ON disbursement.parking_decision TO wijkmunt_disbursement;

-- A release stands, but for what somebody wrote about it.
DROP TRIGGER batch_release_stands ON disbursement.batch;
CREATE TRIGGER batch_release_stands BEFORE UPDATE ON disbursement.batch
    FOR EACH ROW WHEN (OLD.released_at IS NOT NULL
        AND ((OLD.released_at, OLD.released_by) IS DISTINCT FROM (NEW.released_at, NEW.released_by)
             OR NEW.release_reason IS DISTINCT FROM OLD.release_reason
                AND (NEW.release_reason IS DISTINCT FROM 'Erased'
                     OR current_user = 'wijkmunt_disbursement')))
    EXECUTE FUNCTION disbursement.guard_release();

-- Takes away what was written about lines that tell nobody any more whom they were for, and about batches
-- with such lines. A line that never told has no hash.
CREATE FUNCTION disbursement.forget_reasons(p_community uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off AS $$
BEGIN
    UPDATE disbursement.parking_decision d SET reason = 'Erased'
     WHERE d.community_id = p_community AND d.reason <> 'Erased'
       AND EXISTS (
           SELECT FROM unnest(d.lines) AS l (nr)
             JOIN disbursement.instruction i
               ON i.community_id = d.community_id AND i.batch_id = d.batch_id AND i.nr = l.nr
            WHERE i.creditor_name = '' AND i.creditor_masked = ''
              AND i.creditor_hash IS NOT NULL);
    UPDATE disbursement.batch b
       SET cancellation_reason = CASE WHEN b.cancellation_reason IS NOT NULL THEN 'Erased' END,
           release_reason = CASE WHEN b.release_reason IS NOT NULL THEN 'Erased' END
     WHERE b.community_id = p_community
       AND (b.cancellation_reason <> 'Erased' OR b.release_reason <> 'Erased')
       AND EXISTS (
           SELECT FROM disbursement.instruction i
            WHERE i.community_id = b.community_id AND i.batch_id = b.id
              AND i.creditor_name = '' AND i.creditor_masked = ''
              AND i.creditor_hash IS NOT NULL);
END
$$;
REVOKE ALL ON FUNCTION disbursement.forget_reasons FROM PUBLIC;

-- Called where lines are made to tell nobody; only these calls come into the functions, whatever else they
-- have become.
DO $$
DECLARE
    v_change record;
    v_text text;
BEGIN
    FOR v_change IN
        SELECT * FROM (VALUES
            ('disbursement.erase_person', 'RETURN ''erased'';',
             E'PERFORM disbursement.forget_reasons(p_community);\n    RETURN ''erased'';'),
            ('disbursement.forget_creditors', 'GET DIAGNOSTICS v_gone = ROW_COUNT;',
             E'GET DIAGNOSTICS v_gone = ROW_COUNT;\n'
             '        PERFORM disbursement.forget_reasons(v_batch.community_id);'))
            AS c (function, old, new)
    LOOP
        v_text := pg_get_functiondef(v_change.function::regproc);
        IF strpos(v_text, v_change.old) = 0 THEN
            RAISE EXCEPTION '% does not say %', v_change.function, v_change.old;
        END IF;
        EXECUTE replace(v_text, v_change.old, v_change.new);
    END LOOP;
END
$$;
