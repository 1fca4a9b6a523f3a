-- Lines whose day is still to come can be cancelled after the batch has begun to pay those of its first day.

-- Lines of a batch that is being paid are judged one by one, below.
CREATE OR REPLACE FUNCTION disbursement.drop_in_time() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM disbursement.batch b
      WHERE b.community_id = NEW.community_id AND b.id = NEW.batch_id
        AND b.state IN ('draft', 'validated', 'approved', 'executing') FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'lines of batch % are not dropped any more', NEW.batch_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;

-- A line whose day has come, where the community is, is not dropped once its batch is being paid. Nobody
-- credits lines of the batch until the transaction ends. The day is that on which it began: whoever looked
-- at the clock later than that, and found the line in time, is not refused at midnight.
CREATE FUNCTION disbursement.drop_before_its_day() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM disbursement.batch b
       JOIN accounts.community c ON c.community_id = b.community_id
      WHERE b.community_id = OLD.community_id AND b.id = OLD.batch_id
        AND (b.state <> 'executing'
             OR b.executes_on IS NOT NULL
                AND OLD.execution_on > (now() AT TIME ZONE c.time_zone)::date)
        FOR NO KEY UPDATE OF b;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'line % of batch % is not dropped any more', OLD.nr, OLD.batch_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER instruction_drops_before_its_day AFTER UPDATE ON disbursement.instruction
    FOR EACH ROW WHEN (OLD.state = 'acceptable' AND NEW.state = 'dropped')
    EXECUTE FUNCTION disbursement.drop_before_its_day();
REVOKE ALL ON FUNCTION disbursement.drop_before_its_day FROM PUBLIC;
