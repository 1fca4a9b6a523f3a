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
    -- Where its money may be spent; from when: said by the proposal, and by the approval at last.
    earmark_categories text[],
    earmark_shops uuid[],
    earmark_from timestamptz,
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
                                                funding_iban, recall_waiting_days,
                                                earmark_categories) > 0),
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
    CONSTRAINT programme_change_earmark_whole CHECK (
        (earmark_categories IS NULL) = (earmark_shops IS NULL)
        AND cardinality(earmark_categories) + cardinality(earmark_shops) > 0
        AND (earmark_from IS NULL OR earmark_categories IS NOT NULL)),
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

-- An earmark has versions: of those that have begun the newest counts. The first comes with the programme,
-- the others with a change. Whether there is one stays what it was: pots are marked when they are opened.
ALTER TABLE wallet.earmark
    ADD version integer NOT NULL DEFAULT 1,
    ADD valid_from timestamptz NOT NULL DEFAULT now(),
    -- Whether people can spend their money in fewer places by it.
    ADD narrows boolean NOT NULL DEFAULT false,
    ADD change_id uuid,
    DROP CONSTRAINT earmark_pkey,
    ADD PRIMARY KEY (community_id, programme_id, version),
    ADD FOREIGN KEY (community_id, change_id) REFERENCES disbursement.programme_change,
    ADD CONSTRAINT earmark_version_positive CHECK (version > 0),
    ADD CONSTRAINT earmark_changed_by_two CHECK ((version = 1) = (change_id IS NULL));
UPDATE wallet.earmark e SET valid_from = p.created_at
  FROM disbursement.programme p WHERE p.community_id = e.community_id AND p.id = e.programme_id;
CREATE INDEX earmark_to_tell ON wallet.earmark (valid_from) WHERE narrows;
REVOKE INSERT ON wallet.earmark FROM wijkmunt_disbursement;
GRANT INSERT (community_id, programme_id, categories, shops) ON wallet.earmark
    TO wijkmunt_disbursement;

-- Whether money of a programme with an earmark may be paid to an account, at a shop.
CREATE OR REPLACE FUNCTION wallet.may_spend(
    p_community uuid, p_programme uuid, p_payee uuid, p_shop uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM (SELECT v.categories, v.shops FROM wallet.earmark v
                      WHERE v.community_id = p_community AND v.programme_id = p_programme
                        AND v.valid_from <= now()
                      ORDER BY v.version DESC LIMIT 1) AS e
          JOIN merchant.merchant m ON m.community_id = p_community AND m.account_id = p_payee
         WHERE m.category_code = ANY (e.categories) OR p_shop = ANY (e.shops))
$$;

-- Says where the money of a programme may be spent, from a moment on; answers the moment, or NULL where it
-- is spent anywhere. Who has money keeps every place for four weeks at least. Call it while the programme
-- is locked.
CREATE FUNCTION wallet.change_earmark(
    p_community uuid, p_programme uuid, p_categories text[], p_shops uuid[], p_from timestamptz,
    p_change uuid) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_from timestamptz := greatest(p_from, now());
    v_before wallet.earmark;
    v_narrows boolean;
BEGIN
    SELECT * INTO v_before FROM wallet.earmark e
     WHERE e.community_id = p_community AND e.programme_id = p_programme
       AND e.valid_from <= v_from
     ORDER BY e.version DESC LIMIT 1;
    IF NOT FOUND THEN RETURN NULL; END IF;
    v_narrows := NOT (v_before.categories <@ p_categories AND v_before.shops <@ p_shops);
    IF v_narrows THEN v_from := greatest(v_from, now() + interval '28 days'); END IF;
    INSERT INTO wallet.earmark (community_id, programme_id, version, categories, shops,
                                valid_from, narrows, change_id)
    SELECT p_community, p_programme, max(e.version) + 1, p_categories, p_shops, v_from,
           v_narrows, p_change
      FROM wallet.earmark e
     WHERE e.community_id = p_community AND e.programme_id = p_programme;
    RETURN v_from;
END
$$;

-- Tells holders of a programme's money of an earmark that will be narrower, each once and also those who
-- get some until then; of all communities, at most so many, and how many it were. One that another
-- change has overtaken is not told of any more.
ALTER TABLE disbursement.notice
    DROP CONSTRAINT notice_kind_known,
    ADD CONSTRAINT notice_kind_known CHECK (kind IN
        ('recall-announced', 'recall-upheld', 'recall-rejected', 'recall-withdrawn',
         'recall-done', 'expiry-near', 'earmark-narrows'));
CREATE UNIQUE INDEX notice_of_earmark_once
    ON disbursement.notice (community_id, subject_id, party_id) WHERE kind = 'earmark-narrows';
CREATE FUNCTION disbursement.tell_of_earmarks(p_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at CONSTANT timestamptz := clock_timestamp();
    v_told integer;
BEGIN
    INSERT INTO disbursement.notice (community_id, id, party_id, kind, programme_id, subject_id,
                                     coin, due_at, created_at)
    SELECT h.community_id, disbursement.id_at(v_at), h.party_id, 'earmark-narrows',
           h.programme_id, h.change_id, h.coin, h.valid_from, v_at
      FROM (SELECT DISTINCT e.community_id, w.party_id, e.programme_id, e.change_id, p.coin,
                   e.valid_from
              FROM wallet.earmark e
              JOIN wallet.pot p
                ON p.community_id = e.community_id AND p.programme_id = e.programme_id
              JOIN ledger.account a ON a.community_id = p.community_id AND a.id = p.id
              JOIN wallet.wallet w ON w.community_id = p.community_id AND w.id = p.wallet_id
             WHERE e.narrows AND e.valid_from > v_at AND a.posted > 0
               AND NOT EXISTS (
                   SELECT FROM wallet.earmark o
                    WHERE o.community_id = e.community_id AND o.programme_id = e.programme_id
                      AND o.version > e.version AND o.valid_from <= e.valid_from)
               AND NOT EXISTS (
                   SELECT FROM disbursement.notice n
                    WHERE n.community_id = e.community_id AND n.subject_id = e.change_id
                      AND n.party_id = w.party_id AND n.kind = 'earmark-narrows')
             LIMIT p_most) AS h
    ON CONFLICT (community_id, subject_id, party_id) WHERE kind = 'earmark-narrows' DO NOTHING;
    GET DIAGNOSTICS v_told = ROW_COUNT;
    RETURN v_told;
END
$$;

-- Carries a proposal out, or rejects it where p_rejection is not NULL. 'approved', 'rejected', or why
-- not: 'not-found', 'not-open', 'same-person', 'iban-mismatch', 'less-than-promised',
-- 'reference-taken', 'not-earmarked'. No service may change those columns of a programme: this is the only way.
CREATE FUNCTION disbursement.decide_programme_change(
    p_community uuid, p_change uuid, p_client uuid, p_iban text, p_rejection text,
    p_moment timestamptz) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_change disbursement.programme_change;
    v_before disbursement.programme;
    v_from timestamptz;
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
    IF v_change.earmark_categories IS NOT NULL THEN
        v_from := wallet.change_earmark(
            p_community, v_change.programme_id, v_change.earmark_categories,
            v_change.earmark_shops, v_change.earmark_from, p_change);
        IF v_from IS NULL THEN RETURN 'not-earmarked'; END IF;
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
           earmark_from = v_from,
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
    disbursement.pays_more, disbursement.guard_credit_rule, disbursement.guard_recall_waiting,
    wallet.change_earmark, disbursement.tell_of_earmarks FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.decide_programme_change, disbursement.is_reference_taken,
    disbursement.pays_more, disbursement.tell_of_earmarks TO wijkmunt_disbursement;
GRANT SELECT, INSERT (community_id, id, programme_id, name, waiting_days, credits_last_days,
                      funding_iban, funding_reference, recall_waiting_days, has_credit_rules,
                      pays_from, pays_until, most_per_credit, most_per_person, person_period,
                      earmark_categories, earmark_shops, earmark_from, reason, proposed_by, proposed_at)
    ON disbursement.programme_change TO wijkmunt_disbursement;
