-- From a file to money by four eyes: states, approvals, and what an approved batch may pay.
--
-- Whoever approves moves what the batch will pay into an account of its own. Every set of lines takes
-- its sum back from there while its credits are posted, so that what is left is what is still to pay.
-- The ledger lets it fall no lower than 0; the triggers below compare it with the lines at the end of
-- every transaction. So no batch pays more than its lines, none of them twice, and nothing else that a
-- programme pays can take what was approved.

ALTER TABLE ledger.account
    DROP CONSTRAINT account_kind_known,
    ADD CONSTRAINT account_kind_known CHECK (kind IN
        ('issuance', 'reserve', 'bank', 'redemption', 'programme', 'reserved', 'pot', 'merchant',
         'sink', 'fee', 'sponsor', 'commitment'));
INSERT INTO ledger.opening_rule (role, kind) VALUES ('wijkmunt_disbursement', 'commitment');
INSERT INTO ledger.transfer_rule (kind, role, debits, credits) VALUES
    ('commitment', 'wijkmunt_disbursement', '{programme,commitment}', '{programme,commitment}');

-- How a programme treats its files. Versions are only added; a file goes by the one in force when it
-- was handed in.
CREATE TABLE disbursement.file_setting (
    community_id uuid NOT NULL,
    programme_id uuid NOT NULL,
    version integer NOT NULL,
    -- Whether the good lines of a file are taken when others are refused.
    takes_good_lines boolean NOT NULL,
    -- Whether lines are paid as soon as they are approved, whatever day the file asks for.
    pays_at_once boolean NOT NULL,
    -- Two files that pay the same to somebody in one such period look like one file twice.
    period text NOT NULL,
    -- From this total on, two people besides the submitter approve; NULL: one is always enough.
    two_approvers_from bigint,
    set_by uuid NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, programme_id, version),
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    CONSTRAINT file_setting_version_positive CHECK (version > 0),
    CONSTRAINT file_setting_period_known CHECK (period IN ('day', 'week', 'month')),
    CONSTRAINT file_setting_threshold_not_negative CHECK (two_approvers_from >= 0)
);
SELECT public.isolate('disbursement.file_setting');
GRANT SELECT, INSERT ON disbursement.file_setting TO wijkmunt_disbursement;

-- draft: lines that look paid already wait for a decision. done: no line is left to pay or to retry.
-- partly-done: some lines failed.
DROP INDEX disbursement.batch_message_once;
DROP INDEX disbursement.batch_to_execute;
ALTER TABLE disbursement.batch
    ADD COLUMN approvals_needed smallint NOT NULL DEFAULT 1,
    ADD COLUMN commitment_account_id uuid,
    -- The day from which on its next lines are paid; NULL: at once.
    ADD COLUMN executes_on date,
    -- The first and the last day of its lines.
    ADD COLUMN first_on date,
    ADD COLUMN last_on date,
    ADD FOREIGN KEY (community_id, commitment_account_id) REFERENCES ledger.account,
    ADD CONSTRAINT batch_approvals_few CHECK (approvals_needed BETWEEN 1 AND 2),
    DROP CONSTRAINT batch_state_known,
    DROP CONSTRAINT batch_approved_whole,
    DROP CONSTRAINT batch_done_whole,
    ADD CONSTRAINT batch_state_known CHECK (state IN
        ('receiving', 'draft', 'validated', 'refused', 'approved', 'executing', 'done',
         'partly-done', 'cancelled')),
    ADD CONSTRAINT batch_cancelled_whole CHECK (
        (state = 'cancelled') = (cancelled_at IS NOT NULL)
        AND (cancelled_at IS NULL) = (cancelled_by IS NULL)
        AND (cancelled_at IS NULL) = (cancellation_reason IS NULL));

-- Soon not the hash of an IBAN only.
ALTER TABLE disbursement.instruction RENAME COLUMN iban_hash TO creditor_hash;
ALTER TABLE disbursement.instruction
    RENAME CONSTRAINT instruction_waits_for_iban TO instruction_waits_for_creditor;
ALTER INDEX disbursement.instruction_waiting_for_iban RENAME TO instruction_waiting_for_creditor;
ALTER TABLE disbursement.instruction
    -- The day it is to be paid on, moved to one on which banks are open; NULL: at once.
    ADD COLUMN execution_on date,
    -- Purpose code, or else category purpose code, as the file has them.
    ADD COLUMN purpose text,
    -- Of a line that was parked: the line of another file that pays the same.
    ADD COLUMN repeats_batch_id uuid,
    ADD COLUMN repeats_nr integer,
    ADD CONSTRAINT instruction_repeats_whole
        CHECK ((repeats_batch_id IS NULL) = (repeats_nr IS NULL)
               AND (state NOT IN ('parked', 'dropped') OR repeats_nr IS NOT NULL)),
    DROP CONSTRAINT instruction_state_known,
    ADD CONSTRAINT instruction_state_known CHECK (state IN
        ('acceptable', 'parked', 'dropped', 'refused', 'credited', 'waiting', 'failed', 'returned'));

-- Who has approved a batch; never changed.
CREATE TABLE disbursement.batch_approval (
    community_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    approved_by uuid NOT NULL,
    approved_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, batch_id, approved_by),
    FOREIGN KEY (community_id, batch_id) REFERENCES disbursement.batch
);
SELECT public.isolate('disbursement.batch_approval');
GRANT SELECT, INSERT ON disbursement.batch_approval TO wijkmunt_disbursement;

-- How many lines of a batch are in each state, and their sum; a row per state once the file is whole.
-- Written by the triggers only.
CREATE TABLE disbursement.batch_tally (
    community_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    state text NOT NULL,
    count integer NOT NULL,
    amount numeric NOT NULL,
    PRIMARY KEY (community_id, batch_id, state),
    FOREIGN KEY (community_id, batch_id) REFERENCES disbursement.batch ON DELETE CASCADE,
    CONSTRAINT batch_tally_not_negative CHECK (count >= 0 AND amount >= 0)
) WITH (fillfactor = 50);
SELECT public.isolate('disbursement.batch_tally');
GRANT SELECT ON disbursement.batch_tally TO wijkmunt_disbursement;

-- Adds up the lines of a batch that has become whole.
CREATE FUNCTION disbursement.tally(p_community uuid, p_batch uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO disbursement.batch_tally (community_id, batch_id, state, count, amount)
    SELECT p_community, p_batch, s.state, coalesce(c.count, 0), coalesce(c.amount, 0)
      FROM unnest('{acceptable,parked,dropped,refused,credited,waiting,failed,returned}'::text[])
           AS s (state)
      LEFT JOIN (SELECT i.state, count(*) AS count, sum(i.amount) AS amount
                   FROM disbursement.instruction i
                  WHERE i.community_id = p_community AND i.batch_id = p_batch
                  GROUP BY i.state) AS c ON c.state = s.state
$$;

-- Batches from before: what was approved and not yet paid gets its account.
INSERT INTO disbursement.batch_approval (community_id, batch_id, approved_by, approved_at)
SELECT community_id, id, approved_by, approved_at
  FROM disbursement.batch WHERE approved_by IS NOT NULL;
DO $$
DECLARE
    v_batch record; v_account uuid; v_open bigint;
BEGIN
    FOR v_batch IN
        SELECT b.community_id, b.id, b.state, p.coin, p.account_id
          FROM disbursement.batch b
          JOIN disbursement.programme p
            ON p.community_id = b.community_id AND p.id = b.programme_id
         WHERE b.state <> 'receiving' ORDER BY b.community_id, b.id
    LOOP
        IF v_batch.state = 'approved' THEN
            v_account := gen_random_uuid();
            INSERT INTO ledger.account (community_id, id, coin, unit, kind, floor)
            VALUES (v_batch.community_id, v_account, v_batch.coin, 'coin', 'commitment', 0);
            SELECT sum(i.amount)::bigint INTO v_open
              FROM disbursement.instruction i
             WHERE i.community_id = v_batch.community_id AND i.batch_id = v_batch.id
               AND i.state = 'acceptable';
            IF v_open > 0 THEN
                PERFORM ledger.move_pairs(
                    v_batch.community_id, 'commitment', 'commitment', clock_timestamp(),
                    ARRAY[v_batch.id], ARRAY[v_batch.coin], ARRAY[v_batch.account_id],
                    ARRAY[v_account], ARRAY[v_open]);
            END IF;
            UPDATE disbursement.batch b
               SET commitment_account_id = v_account,
                   state = CASE WHEN EXISTS (
                       SELECT FROM disbursement.instruction i
                        WHERE i.community_id = b.community_id AND i.batch_id = b.id
                          AND i.state IN ('credited', 'waiting', 'failed'))
                       THEN 'executing' ELSE 'approved' END
             WHERE b.community_id = v_batch.community_id AND b.id = v_batch.id;
        ELSIF v_batch.state = 'done' THEN
            UPDATE disbursement.batch b SET state = 'partly-done'
             WHERE b.community_id = v_batch.community_id AND b.id = v_batch.id
               AND EXISTS (SELECT FROM disbursement.instruction i
                            WHERE i.community_id = b.community_id AND i.batch_id = b.id
                              AND i.state = 'failed');
        END IF;
        PERFORM disbursement.tally(v_batch.community_id, v_batch.id);
    END LOOP;
END
$$;

ALTER TABLE disbursement.batch
    ADD CONSTRAINT batch_approved_whole CHECK (
        (approved_by IS NULL) = (approved_at IS NULL)
        AND (state NOT IN ('receiving', 'draft', 'validated', 'refused') OR approved_by IS NULL)
        AND (state NOT IN ('approved', 'executing', 'done', 'partly-done')
             OR approved_by IS NOT NULL)
        AND (state NOT IN ('approved', 'executing') OR commitment_account_id IS NOT NULL)),
    ADD CONSTRAINT batch_done_whole CHECK (
        (state IN ('done', 'partly-done')) = (done_at IS NOT NULL));
-- A message id is used up by a file that was accepted; a refused file may come again, mended.
CREATE UNIQUE INDEX batch_message_once ON disbursement.batch (community_id, message_id)
    WHERE state NOT IN ('receiving', 'refused', 'cancelled');
CREATE INDEX batch_to_execute ON disbursement.batch (executes_on)
    WHERE state IN ('approved', 'executing');
-- What day it is where the community is.
GRANT SELECT (community_id, time_zone) ON accounts.community TO wijkmunt_disbursement;

-- A batch goes only forward, and what it is about stands still once it is whole.
CREATE FUNCTION disbursement.batch_goes_forward() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.state <> NEW.state AND OLD.state || ' ' || NEW.state <> ALL (ARRAY[
        'receiving draft', 'receiving validated', 'receiving refused',
        'draft validated', 'draft cancelled',
        'validated approved', 'validated cancelled',
        'approved executing', 'approved cancelled',
        'executing done', 'executing partly-done', 'partly-done executing'])
    THEN
        RAISE EXCEPTION 'a batch does not become % when it is %', NEW.state, OLD.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    -- Lines name their batch without a foreign key.
    IF (OLD.community_id, OLD.id) IS DISTINCT FROM (NEW.community_id, NEW.id)
       OR OLD.state <> 'receiving' AND (
        OLD.programme_id, OLD.submitted_by, OLD.content_hash, OLD.count, OLD.total,
        OLD.approvals_needed, coalesce(OLD.commitment_account_id, NEW.commitment_account_id))
        IS DISTINCT FROM (
        NEW.programme_id, NEW.submitted_by, NEW.content_hash, NEW.count, NEW.total,
        NEW.approvals_needed, NEW.commitment_account_id)
    THEN
        RAISE EXCEPTION 'what a batch is about stands still'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER batch_goes_forward BEFORE UPDATE ON disbursement.batch
    FOR EACH ROW EXECUTE FUNCTION disbursement.batch_goes_forward();

CREATE FUNCTION disbursement.tally_whole_batch() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM disbursement.tally(NEW.community_id, NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER batch_is_tallied AFTER UPDATE OF state ON disbursement.batch
    FOR EACH ROW WHEN (OLD.state = 'receiving' AND NEW.state <> 'receiving')
    EXECUTE FUNCTION disbursement.tally_whole_batch();

-- Never by the submitter, and only while the batch waits for it.
CREATE FUNCTION disbursement.approved_by_another() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM disbursement.batch b
      WHERE b.community_id = NEW.community_id AND b.id = NEW.batch_id
        AND b.state = 'validated' AND b.submitted_by <> NEW.approved_by FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the batch is not theirs to approve'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER batch_is_approved_by_another AFTER INSERT ON disbursement.batch_approval
    FOR EACH ROW EXECUTE FUNCTION disbursement.approved_by_another();

-- A line goes only forward. The condition is judged without a call for every line.
CREATE FUNCTION disbursement.refuse_line() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a line does not become % when it is %', NEW.state, OLD.state
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER instruction_goes_forward AFTER UPDATE ON disbursement.instruction
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND NOT (
        OLD.state = 'acceptable'
            AND NEW.state IN ('credited', 'waiting', 'failed', 'refused', 'parked')
        OR OLD.state = 'parked' AND NEW.state IN ('acceptable', 'dropped')
        OR OLD.state = 'failed' AND NEW.state = 'acceptable'
        OR OLD.state = 'waiting' AND NEW.state IN ('credited', 'returned')))
    EXECUTE FUNCTION disbursement.refuse_line();

-- Lines are added only while their file arrives: one look-up for all lines of a statement. The batch
-- is locked, so that it does not become whole between the look-up and the commit.
CREATE FUNCTION disbursement.add_only_while_arriving() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_batch record;
BEGIN
    FOR v_batch IN
        SELECT DISTINCT n.community_id, n.batch_id FROM new_rows n ORDER BY 1, 2
    LOOP
        PERFORM FROM disbursement.batch b
          WHERE b.community_id = v_batch.community_id AND b.id = v_batch.batch_id
            AND b.state = 'receiving' FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'batch % takes no lines any more', v_batch.batch_id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
-- That look-up says for a statement what the foreign key says for every line.
ALTER TABLE disbursement.instruction DROP CONSTRAINT instruction_community_id_batch_id_fkey;
CREATE FUNCTION disbursement.take_lines_along() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM disbursement.instruction i
     WHERE i.community_id = OLD.community_id AND i.batch_id = OLD.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER batch_takes_lines_along AFTER DELETE ON disbursement.batch
    FOR EACH ROW EXECUTE FUNCTION disbursement.take_lines_along();
CREATE TRIGGER instruction_arrives AFTER INSERT ON disbursement.instruction
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION disbursement.add_only_while_arriving();

-- What became of a line is said once, together with its state; only forgetting people changes lines
-- otherwise, and no service does that itself.
CREATE FUNCTION disbursement.refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'what became of a line that is % stands still', OLD.state
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER instruction_stands_still AFTER UPDATE ON disbursement.instruction
    FOR EACH ROW WHEN (OLD.state = NEW.state AND OLD.* IS DISTINCT FROM NEW.*
        AND current_user = 'wijkmunt_disbursement')
    EXECUTE FUNCTION disbursement.refuse_rewriting();

-- Files are judged while they arrive: of a batch that is whole no line is refused. It would be a way
-- not to pay what was approved.
CREATE FUNCTION disbursement.refuse_refusing() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'lines of batch % are not refused any more', NEW.batch_id
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER tally_refuses_no_more AFTER UPDATE ON disbursement.batch_tally
    FOR EACH ROW WHEN (NEW.state = 'refused' AND OLD.count <> NEW.count)
    EXECUTE FUNCTION disbursement.refuse_refusing();

-- Counts what a statement changed, all its lines at once. Rows are locked in one order, after the
-- accounts: whoever credits lines posts first.
CREATE FUNCTION disbursement.count_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_communities uuid[]; v_batches uuid[]; v_states text[]; v_counts integer[];
    v_amounts numeric[];
BEGIN
    SELECT array_agg(c.community_id), array_agg(c.batch_id), array_agg(c.state),
           array_agg(c.count), array_agg(c.amount)
      INTO v_communities, v_batches, v_states, v_counts, v_amounts
      FROM (SELECT r.community_id, r.batch_id, r.state, sum(r.one)::integer AS count,
                   sum(r.amount) AS amount
              FROM (SELECT n.community_id, n.batch_id, n.state, 1 AS one, n.amount
                      FROM new_rows n
                    UNION ALL
                    SELECT o.community_id, o.batch_id, o.state, -1, -o.amount FROM old_rows o) AS r
             GROUP BY r.community_id, r.batch_id, r.state
            HAVING sum(r.one) <> 0 OR sum(r.amount) <> 0) AS c;
    IF v_batches IS NULL THEN RETURN NULL; END IF;
    PERFORM FROM disbursement.batch_tally t
      WHERE t.community_id = ANY (v_communities) AND t.batch_id = ANY (v_batches)
      ORDER BY t.community_id, t.batch_id, t.state FOR NO KEY UPDATE;
    UPDATE disbursement.batch_tally AS t
       SET count = t.count + c.count, amount = t.amount + c.amount
      FROM unnest(v_communities, v_batches, v_states, v_counts, v_amounts)
           AS c (community, batch, state, count, amount)
     WHERE t.community_id = c.community AND t.batch_id = c.batch AND t.state = c.state;
    RETURN NULL;
END
$$;
CREATE TRIGGER instruction_is_counted AFTER UPDATE ON disbursement.instruction
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION disbursement.count_lines();

-- Every line that was paid has its own transfer, of its amount, out of its programme. Transfers are
-- looked up one by one, by the key: a plan that was made while their month was empty stays good.
CREATE FUNCTION disbursement.require_transfers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off AS $$
DECLARE
    v_batch record;
BEGIN
    FOR v_batch IN
        SELECT b.community_id, b.id, p.account_id
          FROM (SELECT DISTINCT n.community_id, n.batch_id FROM new_rows n
                 WHERE n.state IN ('credited', 'waiting')) AS d
          JOIN disbursement.batch b ON b.community_id = d.community_id AND b.id = d.batch_id
          JOIN disbursement.programme p
            ON p.community_id = b.community_id AND p.id = b.programme_id
    LOOP
        IF EXISTS (
            SELECT FROM new_rows n
             WHERE n.community_id = v_batch.community_id AND n.batch_id = v_batch.id
               AND n.state IN ('credited', 'waiting')
               AND (SELECT t.accounts[1] = v_batch.account_id AND t.amounts[1] = -n.amount
                      FROM ledger.transfer t
                     WHERE t.community_id = v_batch.community_id AND t.id = n.id) IS NOT TRUE)
        THEN
            RAISE EXCEPTION 'a line counts as paid whose amount did not leave the programme'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER instruction_is_paid AFTER UPDATE ON disbursement.instruction
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION disbursement.require_transfers();

-- State, lines, approvals and money of a batch fit each other when a transaction ends.
CREATE FUNCTION disbursement.require_whole(p_community uuid, p_batch uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_batch disbursement.batch;
    v_open integer; v_parked integer; v_failed integer; v_paid integer; v_owed numeric;
    v_committed bigint; v_approvals bigint; v_fits boolean;
BEGIN
    SELECT * INTO v_batch FROM disbursement.batch b
     WHERE b.community_id = p_community AND b.id = p_batch;
    IF NOT FOUND OR v_batch.state = 'receiving' THEN RETURN; END IF;
    SELECT sum(t.count) FILTER (WHERE t.state = 'acceptable'),
           sum(t.amount) FILTER (WHERE t.state = 'acceptable'),
           sum(t.count) FILTER (WHERE t.state = 'parked'),
           sum(t.count) FILTER (WHERE t.state = 'failed'),
           sum(t.count) FILTER (WHERE t.state IN ('credited', 'waiting', 'returned'))
      INTO v_open, v_owed, v_parked, v_failed, v_paid
      FROM disbursement.batch_tally t
     WHERE t.community_id = p_community AND t.batch_id = p_batch;
    IF v_batch.state NOT IN ('approved', 'executing') THEN v_owed := 0; END IF;
    SELECT a.posted INTO v_committed FROM ledger.account a
     WHERE a.community_id = p_community AND a.id = v_batch.commitment_account_id;
    IF coalesce(v_committed, 0) <> v_owed THEN
        RAISE EXCEPTION 'batch % has % set apart for lines of %', p_batch,
            coalesce(v_committed, 0), v_owed USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT count(*) INTO v_approvals FROM disbursement.batch_approval a
     WHERE a.community_id = p_community AND a.batch_id = p_batch;
    v_fits := CASE v_batch.state
        WHEN 'draft' THEN v_parked > 0 AND v_paid + v_failed = 0 AND v_approvals = 0
        WHEN 'validated' THEN v_parked = 0 AND v_open > 0 AND v_paid + v_failed = 0
            AND v_approvals < v_batch.approvals_needed
        WHEN 'approved' THEN v_parked = 0 AND v_open > 0 AND v_paid + v_failed = 0
            AND v_approvals = v_batch.approvals_needed
        WHEN 'executing' THEN v_parked = 0 AND v_approvals = v_batch.approvals_needed
        WHEN 'done' THEN v_parked + v_open + v_failed = 0
        WHEN 'partly-done' THEN v_parked + v_open = 0 AND v_failed > 0
        ELSE v_paid + v_failed = 0
    END;
    IF v_fits IS NOT TRUE THEN
        RAISE EXCEPTION 'batch % is not what its lines and approvals make it: %', p_batch,
            v_batch.state USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END
$$;
CREATE FUNCTION disbursement.batch_is_whole() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM disbursement.require_whole(NEW.community_id, NEW.id);
    RETURN NULL;
END
$$;
CREATE FUNCTION disbursement.tally_is_whole() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM disbursement.require_whole(NEW.community_id, NEW.batch_id);
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER batch_is_whole AFTER UPDATE ON disbursement.batch
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION disbursement.batch_is_whole();
CREATE CONSTRAINT TRIGGER tally_is_whole AFTER UPDATE ON disbursement.batch_tally
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION disbursement.tally_is_whole();
CREATE CONSTRAINT TRIGGER approval_is_whole AFTER INSERT ON disbursement.batch_approval
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION disbursement.tally_is_whole();

-- Parks the lines of a file that another file of the programme pays already: the same creditor, amount,
-- purpose and period. The purpose is the code, or else what the receiver reads. Lines of one file are
-- not compared: two children of one parent may well get the same. Files are received one at a time, so
-- of two that are handed in at once the second finds the first. Only files with lines in the same
-- periods are read, and joined by hash. How many were parked.
CREATE FUNCTION disbursement.park_repeated(p_community uuid, p_batch uuid, p_period text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off SET enable_mergejoin = off AS $$
DECLARE
    v_others uuid[]; v_parked bigint;
BEGIN
    SELECT array_agg(b.id) INTO v_others
      FROM (SELECT min(i.execution_on) AS first_on, max(i.execution_on) AS last_on
              FROM disbursement.instruction i
             WHERE i.community_id = p_community AND i.batch_id = p_batch
               AND i.state = 'acceptable') AS mine
      JOIN (SELECT b.* FROM disbursement.batch b
             WHERE b.community_id = p_community AND b.id <> p_batch
               AND b.programme_id = (SELECT p.programme_id FROM disbursement.batch p
                                      WHERE p.community_id = p_community AND p.id = p_batch)
               AND b.state NOT IN ('receiving', 'refused', 'cancelled')) AS b
        ON date_trunc(p_period, b.last_on) >= date_trunc(p_period, mine.first_on)
       AND date_trunc(p_period, b.first_on) <= date_trunc(p_period, mine.last_on);
    IF v_others IS NULL THEN RETURN 0; END IF;
    WITH line AS MATERIALIZED (
        SELECT i.batch_id, i.nr, coalesce(i.creditor_hash, convert_to(i.alias, 'UTF8')) AS creditor,
               i.amount, date_trunc(p_period, i.execution_on) AS period,
               coalesce(i.purpose, lower(regexp_replace(btrim(i.remittance), '\s+', ' ', 'g')), '')
                   AS purpose
          FROM disbursement.instruction i
         WHERE i.community_id = p_community AND i.batch_id = ANY (v_others || p_batch)
           AND i.state NOT IN ('refused', 'dropped', 'returned')
    ), repeated AS (
        SELECT DISTINCT ON (m.nr) m.nr, o.batch_id, o.nr AS other
          FROM line m
          JOIN line o ON o.creditor = m.creditor AND o.amount = m.amount
           AND o.period = m.period AND o.purpose = m.purpose
         WHERE m.batch_id = p_batch AND o.batch_id <> p_batch
         ORDER BY m.nr, o.batch_id, o.nr)
    UPDATE disbursement.instruction i
       SET state = 'parked', repeats_batch_id = r.batch_id, repeats_nr = r.other
      FROM repeated r
     WHERE i.community_id = p_community AND i.batch_id = p_batch AND i.nr = r.nr
       AND i.state = 'acceptable';
    GET DIAGNOSTICS v_parked = ROW_COUNT;
    RETURN v_parked;
END
$$;

-- What may still be credited keeps its creditor: 'waiting'. The other states are those of before.
CREATE OR REPLACE FUNCTION disbursement.erase_person(
    p_community uuid, p_iban_hash bytea, p_aliases text[], p_wallets uuid[]) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM disbursement.instruction i
          JOIN disbursement.batch b ON b.community_id = i.community_id AND b.id = i.batch_id
         WHERE i.community_id = p_community
           AND (i.creditor_hash = p_iban_hash OR i.alias = ANY (p_aliases))
           AND (i.state = 'waiting'
                OR i.state IN ('acceptable', 'parked')
                   AND b.state IN ('receiving', 'draft', 'validated', 'approved', 'executing')))
    THEN RETURN 'waiting'; END IF;
    UPDATE disbursement.instruction i
       SET creditor_name = '', creditor_masked = '', alias = NULL, remittance = NULL,
           creditor_hash = uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
     WHERE i.community_id = p_community
       AND (i.creditor_hash = p_iban_hash OR i.alias = ANY (p_aliases)
            OR i.wallet_id = ANY (p_wallets));
    RETURN 'erased';
END
$$;
CREATE OR REPLACE FUNCTION disbursement.forget_creditors(p_before timestamptz, p_limit integer)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_batch record; v_gone integer; v_total bigint := 0;
BEGIN
    WHILE v_total < p_limit LOOP
        SELECT b.community_id, b.id INTO v_batch
          FROM disbursement.batch b
         WHERE b.submitted_at < p_before AND coalesce(b.done_at, b.submitted_at) < p_before
           AND b.creditors_forgotten_at IS NULL
           AND b.state IN ('refused', 'cancelled', 'done', 'partly-done')
           AND NOT EXISTS (SELECT FROM disbursement.instruction i
                            WHERE i.community_id = b.community_id AND i.batch_id = b.id
                              AND (i.state = 'waiting' OR i.credited_at >= p_before))
         ORDER BY b.submitted_at LIMIT 1 FOR UPDATE SKIP LOCKED;
        EXIT WHEN NOT FOUND;
        UPDATE disbursement.instruction i
           SET creditor_name = '', creditor_masked = '', alias = NULL, remittance = NULL,
               creditor_hash = uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
         WHERE i.community_id = v_batch.community_id AND i.batch_id = v_batch.id
           AND i.nr IN (SELECT l.nr FROM disbursement.instruction l
                         WHERE l.community_id = v_batch.community_id
                           AND l.batch_id = v_batch.id
                           AND (l.creditor_name <> '' OR l.creditor_masked <> '')
                         LIMIT p_limit - v_total);
        GET DIAGNOSTICS v_gone = ROW_COUNT;
        IF v_total + v_gone < p_limit THEN
            UPDATE disbursement.batch b SET creditors_forgotten_at = now()
             WHERE b.community_id = v_batch.community_id AND b.id = v_batch.id;
        END IF;
        v_total := v_total + v_gone;
    END LOOP;
    RETURN v_total;
END
$$;

REVOKE ALL ON FUNCTION disbursement.tally, disbursement.batch_goes_forward,
    disbursement.tally_whole_batch, disbursement.approved_by_another, disbursement.refuse_line,
    disbursement.add_only_while_arriving, disbursement.take_lines_along,
    disbursement.refuse_rewriting,
    disbursement.refuse_refusing,
    disbursement.count_lines, disbursement.require_transfers, disbursement.require_whole,
    disbursement.batch_is_whole, disbursement.tally_is_whole, disbursement.park_repeated
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.park_repeated TO wijkmunt_disbursement;
