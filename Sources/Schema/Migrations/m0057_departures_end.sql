-- A confirmed departure ends: the person came back, or it was a mistake. Somebody else than who confirmed it
-- says so. From then on the person is paid like anybody else, and may depart again.
ALTER TABLE disbursement.departure
    ADD ended_by uuid,
    ADD ended_at timestamptz,
    ADD ending_reason text,
    DROP CONSTRAINT departure_state_known,
    ADD CONSTRAINT departure_state_known
        CHECK (state IN ('reported', 'confirmed', 'dropped', 'ended')),
    ADD CONSTRAINT departure_ended_whole CHECK (
        num_nulls(ended_by, ended_at, ending_reason) IN (0, 3)
        AND (state = 'ended') = (ended_by IS NOT NULL)),
    ADD CONSTRAINT departure_ended_by_second_person CHECK (ended_by <> decided_by);
DROP INDEX disbursement.departure_once;
CREATE UNIQUE INDEX departure_once ON disbursement.departure (community_id, party_id)
    WHERE state NOT IN ('dropped', 'ended');
GRANT UPDATE (ended_by, ended_at, ending_reason) ON disbursement.departure
    TO wijkmunt_disbursement;

-- What was decided stays; what was confirmed ends once.
CREATE OR REPLACE FUNCTION disbursement.guard_departure() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c_ending CONSTANT text[] := '{state,ended_by,ended_at,ending_reason}';
BEGIN
    IF OLD.state = 'confirmed' AND NEW.state = 'ended'
       AND to_jsonb(NEW) - c_ending = to_jsonb(OLD) - c_ending THEN
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state OR current_user = 'wijkmunt_disbursement' THEN
        RAISE EXCEPTION 'a departure that was decided does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
DROP TRIGGER departure_is_guarded ON disbursement.departure;
CREATE TRIGGER departure_is_guarded BEFORE UPDATE ON disbursement.departure
    FOR EACH ROW WHEN (
        (OLD.state <> 'reported' OR NEW.state = 'ended') AND NEW IS DISTINCT FROM OLD)
    EXECUTE FUNCTION disbursement.guard_departure();

-- A person reads why it ended, and it goes with them. Only these words come into the functions, whatever
-- else they have become.
DO $$
DECLARE
    v_change record;
    v_text text;
BEGIN
    FOR v_change IN
        SELECT * FROM (VALUES
            ('disbursement.export_grants',
             '''reportedAt'', accounts.instant(d.reported_at))',
             E'''reportedAt'', accounts.instant(d.reported_at),\n'
             '                       ''endedAt'', accounts.instant(d.ended_at),\n'
             '                       ''endingReason'', d.ending_reason)'),
            ('disbursement.erase_grants',
             'departed_on = ''epoch'', note = NULL',
             E'departed_on = ''epoch'', note = NULL,\n'
             '           ending_reason = CASE WHEN d.ending_reason IS NOT NULL THEN ''Erased'' END'))
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
