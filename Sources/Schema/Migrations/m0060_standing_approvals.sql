-- Standing instructions are approved by as many people as files: from the sum on that the programme has set,
-- by two. What counts is what they would pay in their first year.

-- From which sum on two people approve what somebody submits, in minor units: the least of what was set since
-- somebody else set it last. Who lowers the guard, lowers it for others. NULL: one is always enough.
CREATE FUNCTION disbursement.two_approvers_from(
    p_community uuid, p_programme uuid, p_submitter uuid) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT min(g.two_approvers_from) FROM disbursement.file_setting g
     WHERE g.community_id = p_community AND g.programme_id = p_programme
       AND g.version >= coalesce((
           SELECT max(o.version) FROM disbursement.file_setting o
            WHERE o.community_id = p_community AND o.programme_id = p_programme
              AND o.set_by <> p_submitter), 0)
$$;

-- What a term pays in the year that begins with it, in minor units: its amount for each month whose day lies
-- in that year and not after its end; twelve times at most.
CREATE FUNCTION disbursement.first_year(p_amount bigint, p_day integer, p_from date, p_until date)
RETURNS numeric
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT p_amount::numeric * count(*)
      FROM generate_series(0, 12) AS m (nr)
     CROSS JOIN LATERAL (
           SELECT date_trunc('month', p_from::timestamp) + make_interval(months => m.nr) AS month)
           AS f
     CROSS JOIN LATERAL (
           SELECT least(f.month + make_interval(days => p_day - 1),
                        f.month + interval '1 month' - interval '1 day')::date AS due) AS d
     WHERE d.due >= p_from AND d.due < p_from + interval '1 year'
       AND (p_until IS NULL OR d.due <= p_until)
$$;

CREATE FUNCTION disbursement.standing_approvals_needed(p_term disbursement.standing_term)
RETURNS smallint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN disbursement.first_year(p_term.amount, p_term.day, p_term.from_on,
                                             p_term.until_on)
                     >= disbursement.two_approvers_from(s.community_id, s.programme_id,
                                                        p_term.proposed_by)
                THEN 2 ELSE 1 END::smallint
      FROM disbursement.standing_instruction s
     WHERE s.community_id = p_term.community_id AND s.id = p_term.instruction_id
$$;

-- Who has approved a term; never changed.
CREATE TABLE disbursement.standing_approval (
    community_id uuid NOT NULL,
    instruction_id uuid NOT NULL,
    nr integer NOT NULL,
    approved_by uuid NOT NULL,
    approved_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, instruction_id, nr, approved_by),
    FOREIGN KEY (community_id, instruction_id, nr) REFERENCES disbursement.standing_term
);
SELECT public.isolate('disbursement.standing_approval');
GRANT SELECT, INSERT ON disbursement.standing_approval TO wijkmunt_disbursement;

-- Terms that were approved had one approval, which was enough. Those that still wait go by the new rule.
ALTER TABLE disbursement.standing_term
    ADD approvals_needed smallint NOT NULL DEFAULT 1,
    ADD CONSTRAINT standing_term_approvals_few CHECK (approvals_needed BETWEEN 1 AND 2);
INSERT INTO disbursement.standing_approval (community_id, instruction_id, nr, approved_by,
                                            approved_at)
SELECT t.community_id, t.instruction_id, t.nr, t.decided_by, t.decided_at
  FROM disbursement.standing_term t WHERE t.state = 'approved';
UPDATE disbursement.standing_term t
   SET approvals_needed = disbursement.standing_approvals_needed(t)
 WHERE t.state = 'proposed';

-- The service proposes terms, and does not say how many approve them.
CREATE FUNCTION disbursement.count_standing_approvals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.approvals_needed := disbursement.standing_approvals_needed(NEW);
    RETURN NEW;
END
$$;
CREATE TRIGGER standing_approvals_are_counted BEFORE INSERT ON disbursement.standing_term
    FOR EACH ROW EXECUTE FUNCTION disbursement.count_standing_approvals();

-- Never by who proposed it, and only while it waits.
CREATE FUNCTION disbursement.standing_approved_by_another() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM disbursement.standing_term t
      WHERE t.community_id = NEW.community_id AND t.instruction_id = NEW.instruction_id
        AND t.nr = NEW.nr AND t.state = 'proposed' AND t.proposed_by <> NEW.approved_by
        FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the standing instruction is not theirs to approve'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER standing_is_approved_by_another AFTER INSERT ON disbursement.standing_approval
    FOR EACH ROW EXECUTE FUNCTION disbursement.standing_approved_by_another();

-- State and approvals of a term fit each other when a transaction ends: it counts with as many approvals as
-- it needs, of which whoever decided gave one, and waits with fewer.
CREATE FUNCTION disbursement.require_whole_term(p_community uuid, p_instruction uuid, p_nr integer)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_term disbursement.standing_term;
    v_approvals bigint; v_by_decider bigint; v_fits boolean;
BEGIN
    SELECT * INTO STRICT v_term FROM disbursement.standing_term t
     WHERE t.community_id = p_community AND t.instruction_id = p_instruction AND t.nr = p_nr;
    SELECT count(*), count(*) FILTER (WHERE a.approved_by = v_term.decided_by)
      INTO v_approvals, v_by_decider
      FROM disbursement.standing_approval a
     WHERE a.community_id = p_community AND a.instruction_id = p_instruction AND a.nr = p_nr;
    v_fits := CASE v_term.state
        WHEN 'approved' THEN v_approvals = v_term.approvals_needed AND v_by_decider = 1
        ELSE v_approvals < v_term.approvals_needed
    END;
    IF v_fits IS NOT TRUE THEN
        RAISE EXCEPTION 'term % of standing instruction % is not what its approvals make it: %',
            p_nr, p_instruction, v_term.state USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END
$$;
CREATE FUNCTION disbursement.standing_term_is_whole() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM disbursement.require_whole_term(NEW.community_id, NEW.instruction_id, NEW.nr);
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER standing_term_is_whole
    AFTER INSERT OR UPDATE ON disbursement.standing_term
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION disbursement.standing_term_is_whole();
CREATE CONSTRAINT TRIGGER standing_approval_is_whole
    AFTER INSERT ON disbursement.standing_approval
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION disbursement.standing_term_is_whole();

REVOKE ALL ON FUNCTION disbursement.two_approvers_from, disbursement.first_year,
    disbursement.standing_approvals_needed, disbursement.count_standing_approvals,
    disbursement.standing_approved_by_another, disbursement.require_whole_term,
    disbursement.standing_term_is_whole FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.two_approvers_from TO wijkmunt_disbursement;
