-- What was said when a programme was made can change: one person proposes it, another decides.

CREATE TABLE disbursement.programme_change (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    programme_id uuid NOT NULL,
    -- What is to be; NULL stays as it is.
    name text,
    waiting_days integer,
    credits_last_days integer,
    funding_iban text,
    funding_reference text,
    recall_waiting_days integer,
    -- What it pays, and when: all of the rules, so that none is no limit.
    has_credit_rules boolean NOT NULL DEFAULT false,
    pays_from date,
    pays_until date,
    most_per_credit bigint,
    most_per_person bigint,
    person_period text,
    -- Where the euros arrived before: payers use it for a while yet.
    former_iban text,
    former_reference text,
    reason text NOT NULL,
    state text NOT NULL DEFAULT 'proposed',
    proposed_by uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    rejection_reason text,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    CONSTRAINT programme_change_says_something
        CHECK (has_credit_rules OR num_nonnulls(name, waiting_days, credits_last_days,
                                                funding_iban, recall_waiting_days) > 0),
    CONSTRAINT programme_change_waiting_range CHECK (waiting_days BETWEEN 1 AND 3650),
    CONSTRAINT programme_change_credits_last_range CHECK (credits_last_days BETWEEN 1 AND 3650),
    CONSTRAINT programme_change_funding_whole
        CHECK ((funding_iban IS NULL) = (funding_reference IS NULL)),
    CONSTRAINT programme_change_iban_form
        CHECK (funding_iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}$'),
    CONSTRAINT programme_change_reference_form
        CHECK (funding_reference ~ '^[A-Z0-9][A-Z0-9.-]{4,23}[A-Z0-9]$'),
    CONSTRAINT programme_change_recall_waiting_range CHECK (recall_waiting_days BETWEEN 1 AND 365),
    CONSTRAINT programme_change_rules_whole CHECK (
        has_credit_rules OR num_nonnulls(pays_from, pays_until, most_per_credit,
                                         most_per_person, person_period) = 0),
    CONSTRAINT programme_change_former_whole CHECK (
        (former_iban IS NULL) = (former_reference IS NULL)
        AND (former_iban IS NULL OR state = 'approved' AND funding_iban IS NOT NULL)),
    CONSTRAINT programme_change_state_known CHECK (state IN ('proposed', 'approved', 'rejected')),
    CONSTRAINT programme_change_decided_whole CHECK (
        (state = 'proposed') = (decided_by IS NULL)
        AND (decided_by IS NULL) = (decided_at IS NULL)
        AND (state = 'rejected') = (rejection_reason IS NOT NULL)),
    -- Whoever proposed may think better of it, and no more than that.
    CONSTRAINT programme_change_approved_by_second_person
        CHECK (state <> 'approved' OR decided_by <> proposed_by)
);
-- Two that wait would be decided about without knowing of one another.
CREATE UNIQUE INDEX programme_change_one_open
    ON disbursement.programme_change (community_id, programme_id) WHERE state = 'proposed';
CREATE INDEX programme_change_by_programme
    ON disbursement.programme_change (community_id, programme_id, id);
CREATE INDEX programme_change_by_former_iban
    ON disbursement.programme_change (community_id, former_iban) WHERE former_iban IS NOT NULL;
SELECT public.isolate('disbursement.programme_change');

-- Whether a programme may not have a reference because another has or had it: money that comes late
-- with it is not the new one's.
CREATE FUNCTION disbursement.is_reference_taken(
    p_community uuid, p_reference text, p_programme uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM disbursement.programme p
                    WHERE p.community_id = p_community AND p.funding_reference = p_reference
                      AND p.id <> p_programme)
        OR EXISTS (SELECT FROM disbursement.programme_change c
                    WHERE c.community_id = p_community AND c.former_reference = p_reference
                      AND c.programme_id <> p_programme)
$$;

-- Rules that let a programme pay more than before, and fewer days of waiting for recalls, are of two people:
-- the row names the change that they approved.
ALTER TABLE disbursement.credit_rule
    ADD change_id uuid,
    ADD FOREIGN KEY (community_id, change_id) REFERENCES disbursement.programme_change;
ALTER TABLE disbursement.grant_rules
    ADD change_id uuid,
    ADD FOREIGN KEY (community_id, change_id) REFERENCES disbursement.programme_change;
REVOKE INSERT ON disbursement.credit_rule FROM wijkmunt_disbursement;
GRANT INSERT (community_id, programme_id, version, pays_from, pays_until, most_per_credit,
              most_per_person, person_period, set_by, set_at)
    ON disbursement.credit_rule TO wijkmunt_disbursement;
REVOKE INSERT, UPDATE ON disbursement.grant_rules FROM wijkmunt_disbursement;
GRANT INSERT (community_id, programme_id, recall_waiting_days, reminder_days, on_death,
              on_move_away, set_by, set_at),
      UPDATE (recall_waiting_days, reminder_days, on_death, on_move_away, set_by, set_at)
    ON disbursement.grant_rules TO wijkmunt_disbursement;

-- Whether a programme would pay by these rules what it does not pay by the last ones: on another day, more
-- at a time, or more to one person. The same limit for a shorter period is more.
CREATE FUNCTION disbursement.pays_more(
    p_community uuid, p_programme uuid, p_from date, p_until date, p_per_credit bigint,
    p_per_person bigint, p_period text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM (SELECT * FROM disbursement.credit_rule c
                      WHERE c.community_id = p_community AND c.programme_id = p_programme
                      ORDER BY c.version DESC LIMIT 1) AS r
         WHERE r.pays_from IS NOT NULL AND (p_from IS NULL OR p_from < r.pays_from)
            OR r.pays_until IS NOT NULL AND (p_until IS NULL OR p_until > r.pays_until)
            OR r.most_per_credit IS NOT NULL
               AND (p_per_credit IS NULL OR p_per_credit > r.most_per_credit)
            OR r.most_per_person IS NOT NULL
               AND (p_per_person IS NULL OR p_per_person > r.most_per_person
                    OR array_position('{month,year,programme}'::text[], p_period)
                     < array_position('{month,year,programme}'::text[], r.person_period)))
$$;
CREATE FUNCTION disbursement.guard_credit_rule() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF disbursement.pays_more(
           NEW.community_id, NEW.programme_id, NEW.pays_from, NEW.pays_until,
           NEW.most_per_credit, NEW.most_per_person, NEW.person_period) THEN
        RAISE EXCEPTION 'one person lets a programme pay more' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'credit_rule_loosened_by_two';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER credit_rule_loosened_by_two BEFORE INSERT ON disbursement.credit_rule
    FOR EACH ROW WHEN (NEW.change_id IS NULL) EXECUTE FUNCTION disbursement.guard_credit_rule();

-- A programme that has said nothing waits for six weeks.
CREATE FUNCTION disbursement.guard_recall_waiting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.recall_waiting_days < coalesce(
           (SELECT g.recall_waiting_days FROM disbursement.grant_rules g
             WHERE g.community_id = NEW.community_id AND g.programme_id = NEW.programme_id), 42)
       AND (TG_OP = 'INSERT' OR NEW.change_id IS NOT DISTINCT FROM OLD.change_id) THEN
        RAISE EXCEPTION 'one person shortens the waiting for recalls' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'recall_waiting_shortened_by_two';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER recall_waiting_shortened_by_two
    BEFORE INSERT OR UPDATE OF recall_waiting_days ON disbursement.grant_rules
    FOR EACH ROW EXECUTE FUNCTION disbursement.guard_recall_waiting();

-- Carries a proposal out, or rejects it where p_rejection is not NULL. 'approved', 'rejected', or why
-- not: 'not-found', 'not-open', 'same-person', 'iban-mismatch', 'less-than-promised',
-- 'reference-taken'. No service may change those columns of a programme: this is the only way.
CREATE FUNCTION disbursement.decide_programme_change(
    p_community uuid, p_change uuid, p_client uuid, p_iban text, p_rejection text,
    p_moment timestamptz) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_change disbursement.programme_change;
    v_before disbursement.programme;
BEGIN
    SELECT * INTO v_change FROM disbursement.programme_change c
     WHERE c.community_id = p_community AND c.id = p_change FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN 'not-found'; END IF;
    IF v_change.state <> 'proposed' THEN RETURN 'not-open'; END IF;
    IF p_rejection IS NOT NULL THEN
        UPDATE disbursement.programme_change c
           SET state = 'rejected', decided_by = p_client, decided_at = p_moment,
               rejection_reason = p_rejection
         WHERE c.community_id = p_community AND c.id = p_change;
        RETURN 'rejected';
    END IF;
    IF v_change.proposed_by = p_client THEN RETURN 'same-person'; END IF;
    IF v_change.funding_iban IS DISTINCT FROM p_iban THEN RETURN 'iban-mismatch'; END IF;

    SELECT * INTO STRICT v_before FROM disbursement.programme p
     WHERE p.community_id = p_community AND p.id = v_change.programme_id FOR UPDATE;
    -- Letters have told people how long their money waits.
    IF v_change.waiting_days < v_before.waiting_days THEN RETURN 'less-than-promised'; END IF;
    IF disbursement.is_reference_taken(
           p_community, v_change.funding_reference, v_change.programme_id) THEN
        RETURN 'reference-taken';
    END IF;
    UPDATE disbursement.programme p
       SET name = coalesce(v_change.name, p.name),
           waiting_days = coalesce(v_change.waiting_days, p.waiting_days),
           credits_last_days = coalesce(v_change.credits_last_days, p.credits_last_days),
           funding_iban = coalesce(v_change.funding_iban, p.funding_iban),
           funding_reference = coalesce(v_change.funding_reference, p.funding_reference)
     WHERE p.community_id = p_community AND p.id = v_change.programme_id;
    IF v_change.has_credit_rules THEN
        INSERT INTO disbursement.credit_rule
            (community_id, programme_id, version, pays_from, pays_until, most_per_credit,
             most_per_person, person_period, set_by, set_at, change_id)
        SELECT p_community, v_change.programme_id, coalesce(max(r.version), 0) + 1,
               v_change.pays_from, v_change.pays_until, v_change.most_per_credit,
               v_change.most_per_person, v_change.person_period, v_change.proposed_by, p_moment,
               p_change
          FROM disbursement.credit_rule r
         WHERE r.community_id = p_community AND r.programme_id = v_change.programme_id;
    END IF;
    IF v_change.recall_waiting_days IS NOT NULL THEN
        UPDATE disbursement.grant_rules g
           SET recall_waiting_days = v_change.recall_waiting_days,
               set_by = v_change.proposed_by, set_at = p_moment, change_id = p_change
         WHERE g.community_id = p_community AND g.programme_id = v_change.programme_id;
        IF NOT FOUND THEN RAISE EXCEPTION 'a programme without rules of its grants'; END IF;
    END IF;
    UPDATE disbursement.programme_change c
       SET state = 'approved', decided_by = p_client, decided_at = p_moment,
           former_iban = CASE WHEN c.funding_iban IS NOT NULL THEN v_before.funding_iban END,
           former_reference =
               CASE WHEN c.funding_iban IS NOT NULL THEN v_before.funding_reference END
     WHERE c.community_id = p_community AND c.id = p_change;
    RETURN 'approved';
END
$$;
REVOKE UPDATE (name) ON disbursement.programme FROM wijkmunt_disbursement;

-- Coins for a programme come with its euros, and with a credit of its own account where it has one; one
-- that it had counts as its own.
CREATE OR REPLACE FUNCTION disbursement.require_credit() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM disbursement.programme p
          LEFT JOIN disbursement.bank_credit c
            ON c.community_id = p.community_id AND c.id = NEW.bank_credit_id
         WHERE p.community_id = NEW.community_id AND p.id = NEW.programme_id
           AND (p.funding_iban IS NULL AND NEW.bank_credit_id IS NULL
                OR c.amount = NEW.amount AND c.state = 'funded' AND c.programme_id = p.id
                   AND (c.iban = p.funding_iban
                        OR EXISTS (SELECT FROM disbursement.programme_change h
                                    WHERE h.community_id = p.community_id
                                      AND h.programme_id = p.id AND h.former_iban = c.iban)))) THEN
        RAISE EXCEPTION 'a funding without its credit' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'funding_has_credit';
    END IF;
    RETURN NEW;
END
$$;

REVOKE ALL ON FUNCTION disbursement.decide_programme_change, disbursement.is_reference_taken,
    disbursement.pays_more, disbursement.guard_credit_rule, disbursement.guard_recall_waiting
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.decide_programme_change, disbursement.is_reference_taken,
    disbursement.pays_more TO wijkmunt_disbursement;
GRANT SELECT, INSERT (community_id, id, programme_id, name, waiting_days, credits_last_days,
                      funding_iban, funding_reference, recall_waiting_days, has_credit_rules,
                      pays_from, pays_until, most_per_credit, most_per_person, person_period,
                      reason, proposed_by, proposed_at)
    ON disbursement.programme_change TO wijkmunt_disbursement;
