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
        CHECK (num_nonnulls(name, waiting_days, credits_last_days, funding_iban) > 0),
    CONSTRAINT programme_change_waiting_range CHECK (waiting_days BETWEEN 1 AND 3650),
    CONSTRAINT programme_change_credits_last_range CHECK (credits_last_days BETWEEN 1 AND 3650),
    CONSTRAINT programme_change_funding_whole
        CHECK ((funding_iban IS NULL) = (funding_reference IS NULL)),
    CONSTRAINT programme_change_iban_form
        CHECK (funding_iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}$'),
    CONSTRAINT programme_change_reference_form
        CHECK (funding_reference ~ '^[A-Z0-9][A-Z0-9.-]{4,23}[A-Z0-9]$'),
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

REVOKE ALL ON FUNCTION disbursement.decide_programme_change, disbursement.is_reference_taken
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.decide_programme_change, disbursement.is_reference_taken
    TO wijkmunt_disbursement;
GRANT SELECT, INSERT (community_id, id, programme_id, name, waiting_days, credits_last_days,
                      funding_iban, funding_reference, reason, proposed_by, proposed_at)
    ON disbursement.programme_change TO wijkmunt_disbursement;
