-- Lines that somebody cancels before their batch is executed: dropped, with DS02 as the reason. A line
-- that looked paid already is dropped by a decision, with AM05.

ALTER TABLE disbursement.instruction
    DROP CONSTRAINT instruction_repeats_whole,
    ADD CONSTRAINT instruction_repeats_whole CHECK (
        (repeats_batch_id IS NULL) = (repeats_nr IS NULL)
        AND (state <> 'parked' OR repeats_nr IS NOT NULL)
        AND (state <> 'dropped' OR repeats_nr IS NOT NULL
             OR refusal_code IS NOT DISTINCT FROM 'DS02'));

DROP TRIGGER instruction_goes_forward ON disbursement.instruction;
CREATE TRIGGER instruction_goes_forward AFTER UPDATE ON disbursement.instruction
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND NOT (
        OLD.state = 'acceptable'
            AND NEW.state IN ('credited', 'waiting', 'failed', 'refused', 'parked', 'dropped')
        OR OLD.state = 'parked' AND NEW.state IN ('acceptable', 'dropped')
        OR OLD.state = 'failed' AND NEW.state = 'acceptable'
        OR OLD.state = 'waiting' AND NEW.state IN ('credited', 'returned')))
    EXECUTE FUNCTION disbursement.refuse_line();

-- What is being paid is not dropped any more. The batch stays as it is until the transaction ends.
CREATE FUNCTION disbursement.drop_in_time() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM disbursement.batch b
      WHERE b.community_id = NEW.community_id AND b.id = NEW.batch_id
        AND b.state IN ('draft', 'validated', 'approved') FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'lines of batch % are not dropped any more', NEW.batch_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER tally_drops_in_time AFTER UPDATE ON disbursement.batch_tally
    FOR EACH ROW WHEN (NEW.state = 'dropped' AND OLD.count <> NEW.count)
    EXECUTE FUNCTION disbursement.drop_in_time();
REVOKE ALL ON FUNCTION disbursement.drop_in_time FROM PUBLIC;
