-- Whoever died or moved away, as two people have said, is paid nothing new: no standing instruction for them
-- goes on past that day, and no letter brings them a code.

-- What was proposed after the departure was confirmed, while nothing refused it.
UPDATE disbursement.standing_instruction s
   SET stopped_from = d.departed_on, stop_reason = d.kind, stopped_by = d.decided_by,
       waiting_reason = NULL, look_at = clock_timestamp()
  FROM disbursement.departure d
 WHERE d.community_id = s.community_id AND d.party_id = s.party_id AND d.state = 'confirmed'
   AND d.kind <> 'erased' AND (s.stopped_from IS NULL OR s.stopped_from > d.departed_on);

-- Held by whoever proposes to pay the person, shared, and by whoever confirms that the person departed: one
-- of them sees what the other has done. Taken before rows of standing instructions.
CREATE FUNCTION disbursement.departure_key(p_party uuid) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT hashtextextended('disbursement/departures/' || p_party, 0)
$$;

-- Those who were erased have departed too, on a day that is forgotten; what they were paid has stopped.
CREATE FUNCTION disbursement.guard_standing_receiver() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM pg_advisory_xact_lock_shared(disbursement.departure_key(NEW.party_id));
    END IF;
    IF EXISTS (
        SELECT FROM disbursement.departure d
         WHERE d.community_id = NEW.community_id AND d.party_id = NEW.party_id
           AND d.state = 'confirmed'
           AND (TG_OP = 'INSERT' OR d.kind <> 'erased')
           AND (NEW.stopped_from IS NULL OR NEW.stopped_from > d.departed_on)) THEN
        RAISE EXCEPTION 'a standing instruction for a receiver who is gone'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER standing_receiver_is_guarded
    BEFORE INSERT OR UPDATE OF stopped_from ON disbursement.standing_instruction
    FOR EACH ROW EXECUTE FUNCTION disbursement.guard_standing_receiver();

-- A departure that is confirmed has stopped what the person is paid every month.
CREATE FUNCTION disbursement.guard_confirmed_departure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(disbursement.departure_key(NEW.party_id));
    IF EXISTS (
        SELECT FROM disbursement.standing_instruction s
         WHERE s.community_id = NEW.community_id AND s.party_id = NEW.party_id
           AND (s.stopped_from IS NULL OR s.stopped_from > NEW.departed_on)) THEN
        RAISE EXCEPTION 'a departure after which the person is still paid'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER confirmed_departure_is_guarded BEFORE UPDATE ON disbursement.departure
    FOR EACH ROW WHEN (OLD.state = 'reported' AND NEW.state = 'confirmed')
    EXECUTE FUNCTION disbursement.guard_confirmed_departure();

-- Nothing is paid for the day from which on it was stopped, or for a later one.
CREATE FUNCTION disbursement.guard_stopped_payment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM disbursement.standing_instruction s
         WHERE s.community_id = NEW.community_id AND s.id = NEW.instruction_id
           AND s.stopped_from <= NEW.due_on) THEN
        RAISE EXCEPTION 'a payment of what was stopped'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER stopped_payment_is_guarded BEFORE INSERT ON disbursement.standing_payment
    FOR EACH ROW EXECUTE FUNCTION disbursement.guard_stopped_payment();

REVOKE ALL ON FUNCTION disbursement.departure_key, disbursement.guard_standing_receiver,
    disbursement.guard_confirmed_departure, disbursement.guard_stopped_payment FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.departure_key TO wijkmunt_disbursement;

-- A letter is no more for whoever is gone than for whoever has a wallet.
DO $$
DECLARE
    c_old CONSTANT text := 'ELSIF EXISTS (SELECT FROM wallet.wallet w';
    v_text text := pg_get_functiondef('disbursement.write_letters'::regproc);
BEGIN
    IF strpos(v_text, c_old) = 0 THEN
        RAISE EXCEPTION 'disbursement.write_letters does not say %', c_old;
    END IF;
    EXECUTE replace(v_text, c_old,
        E'ELSIF EXISTS (SELECT FROM disbursement.departure d\n'
        '                       WHERE d.community_id = p_community AND d.party_id = v_party\n'
        '                         AND d.state = ''confirmed'')\n'
        '              OR EXISTS (SELECT FROM wallet.wallet w');
END
$$;
