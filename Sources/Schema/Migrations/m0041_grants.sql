-- Grants: what is left of a credit, and how a programme takes it back; standing instructions.
--
-- A grant is one credit of a programme to a pot: a transfer of kind 'disbursement' or 'landing'. Its
-- id is the transfer's. Nothing is stored for it: what is left of it follows from the postings of its
-- pot, exactly.

-- The credits of a pot in order of arrival, each with what is left of it. What leaves the pot comes
-- from the oldest credit that has something left. What is taken back or corrected comes from the
-- credit that it names, as far as that goes. What comes back, such as a refund, goes back to the
-- credits that it was taken from, the last one first. Of what is left in the end, p_unavailable is not
-- there to be taken (coins that a hold keeps, losses that are not posted yet): it counts as gone from
-- the oldest.
CREATE FUNCTION ledger.lots(p_community uuid, p_account uuid, p_unavailable bigint)
RETURNS TABLE (transfer_id uuid, kind text, reference text, posted_at timestamptz, amount bigint,
               left_over bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_ids uuid[] := '{}'; v_kinds text[] := '{}'; v_references text[] := '{}';
    v_moments timestamptz[] := '{}'; v_amounts bigint[] := '{}'; v_left bigint[] := '{}';
    -- Which transfer took how much of which credit.
    t_by uuid[] := '{}'; t_lot integer[] := '{}'; t_amount bigint[] := '{}';
    -- No credit before this one has anything left.
    v_first integer := 1;
    v_posting record; v_need bigint; v_part bigint; v_lot integer;
BEGIN
    FOR v_posting IN
        SELECT l.transfer_id AS id, l.amount, l.posted_at AS moment, t.kind, t.reference,
               CASE WHEN t.kind = 'recall' OR coalesce(r.reverses, false) THEN t.related_id END
                   AS named
          FROM ledger.posting l
          JOIN ledger.transfer t ON t.community_id = l.community_id AND t.id = l.transfer_id
          LEFT JOIN ledger.transfer_rule r ON r.kind = t.kind
         WHERE l.community_id = p_community AND l.account_id = p_account
         ORDER BY l.posted_at, l.seq
    LOOP
        v_need := abs(v_posting.amount);
        IF v_posting.amount > 0 THEN
            IF v_posting.named IS NOT NULL THEN
                FOR i IN REVERSE cardinality(t_by) .. 1 LOOP
                    EXIT WHEN v_need = 0;
                    CONTINUE WHEN t_by[i] <> v_posting.named;
                    v_lot := t_lot[i];
                    v_part := least(v_need, t_amount[i]);
                    t_amount[i] := t_amount[i] - v_part;
                    v_left[v_lot] := v_left[v_lot] + v_part;
                    v_first := least(v_first, v_lot);
                    v_need := v_need - v_part;
                END LOOP;
            END IF;
            -- A credit of its own, or what came back of a month that is no longer attached.
            IF v_need > 0 THEN
                v_ids := array_append(v_ids, v_posting.id);
                v_kinds := array_append(v_kinds, v_posting.kind);
                v_references := array_append(v_references, v_posting.reference);
                v_moments := array_append(v_moments, v_posting.moment);
                v_amounts := array_append(v_amounts, v_need);
                v_left := array_append(v_left, v_need);
            END IF;
            CONTINUE;
        END IF;
        v_lot := CASE WHEN v_posting.named IS NOT NULL
                      THEN array_position(v_ids, v_posting.named) END;
        IF v_lot IS NOT NULL AND v_left[v_lot] > 0 THEN
            v_part := least(v_need, v_left[v_lot]);
            v_left[v_lot] := v_left[v_lot] - v_part;
            t_by := array_append(t_by, v_posting.id);
            t_lot := array_append(t_lot, v_lot);
            t_amount := array_append(t_amount, v_part);
            v_need := v_need - v_part;
        END IF;
        WHILE v_need > 0 AND v_first <= cardinality(v_left) LOOP
            v_part := least(v_need, v_left[v_first]);
            IF v_part > 0 THEN
                v_left[v_first] := v_left[v_first] - v_part;
                t_by := array_append(t_by, v_posting.id);
                t_lot := array_append(t_lot, v_first);
                t_amount := array_append(t_amount, v_part);
                v_need := v_need - v_part;
            END IF;
            IF v_left[v_first] = 0 THEN v_first := v_first + 1; END IF;
        END LOOP;
    END LOOP;

    v_need := p_unavailable;
    WHILE v_need > 0 AND v_first <= cardinality(v_left) LOOP
        v_part := least(v_need, v_left[v_first]);
        v_left[v_first] := v_left[v_first] - v_part;
        v_need := v_need - v_part;
        v_first := v_first + 1;
    END LOOP;
    RETURN QUERY SELECT * FROM unnest(v_ids, v_kinds, v_references, v_moments, v_amounts, v_left);
END
$$;

-- Takes back at most so much of what is left of one credit of a pot, and gives it to the account of
-- its programme; under the pot's lock, so that what a payment takes meanwhile is never taken twice.
-- Coins that a hold keeps, a least balance, and what other credits left are not touched. No service
-- may propose transfers of this kind: this is the only way. Call it once per transaction.
CREATE FUNCTION ledger.take_back(
    p_community uuid, p_id uuid, p_credit uuid, p_pot uuid, p_programme uuid, p_most bigint,
    p_reference text, p_client uuid, OUT taken bigint, OUT posted_at timestamptz)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_pot ledger.account;
    v_target ledger.account;
BEGIN
    PERFORM FROM ledger.account a
      WHERE a.community_id = p_community AND a.id IN (p_pot, p_programme)
      ORDER BY a.id FOR NO KEY UPDATE;
    posted_at := ledger.depreciate_accounts(p_community, ARRAY[p_pot], clock_timestamp());
    SELECT * INTO STRICT v_pot FROM ledger.account a
     WHERE a.community_id = p_community AND a.id = p_pot AND a.kind = 'pot';
    SELECT * INTO STRICT v_target FROM ledger.account a
     WHERE a.community_id = p_community AND a.id = p_programme AND a.kind = 'programme'
       AND a.coin = v_pot.coin;
    posted_at := greatest(posted_at, v_pot.last_posted_at, v_target.last_posted_at);
    SELECT least(l.left_over, p_most) INTO taken
      FROM ledger.lots(p_community, p_pot,
                       v_pot.posted - greatest(v_pot.posted - v_pot.held - v_pot.floor, 0)) AS l
     WHERE l.transfer_id = p_credit AND l.kind IN ('disbursement', 'landing');
    taken := coalesce(taken, 0);
    IF taken <= 0 THEN
        taken := 0;
        RETURN;
    END IF;
    PERFORM ledger.write_batch(
        p_community, 'recall', posted_at, ARRAY[p_id], ARRAY['recall'::text], ARRAY[p_reference],
        ARRAY[p_credit], ARRAY[NULL::uuid], ARRAY[p_client], ARRAY[NULL::uuid], ARRAY[1],
        ARRAY[v_pot.coin], ARRAY[1, 1], ARRAY[p_pot, p_programme],
        ARRAY[v_pot.seq + 1, v_target.seq + 1], ARRAY[-taken, taken],
        ARRAY[v_pot.posted - taken, v_target.posted + taken]);
    UPDATE ledger.account a
       SET posted = a.posted + CASE a.id WHEN p_pot THEN -taken ELSE taken END, seq = a.seq + 1,
           last_posted_at = take_back.posted_at
     WHERE a.community_id = p_community AND a.id IN (p_pot, p_programme);
END
$$;

-- The grants of a person, or one of them by its id. `left_over` could be taken back now. The moment
-- lies just ahead, so that the balance at hand is looked at and not the history.
CREATE FUNCTION disbursement.grants(p_community uuid, p_party uuid, p_grant uuid)
RETURNS TABLE (id uuid, programme_id uuid, party_id uuid, pot_id uuid, coin text, amount bigint,
               left_over bigint, granted_at timestamptz, reference text, expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_pots CONSTANT uuid[] := CASE WHEN p_grant IS NULL THEN ARRAY(
        SELECT p.id FROM wallet.wallet w
          JOIN wallet.pot p ON p.community_id = w.community_id AND p.wallet_id = w.id
         WHERE w.community_id = p_community AND w.party_id = p_party
           AND p.programme_id IS NOT NULL)
    ELSE ARRAY(
        SELECT p.id FROM ledger.transfer t
         CROSS JOIN LATERAL unnest(t.accounts) AS l (account)
          JOIN wallet.pot p ON p.community_id = t.community_id AND p.id = l.account
         WHERE t.community_id = p_community AND t.id = p_grant
           AND t.kind IN ('disbursement', 'landing') AND p.programme_id IS NOT NULL) END;
BEGIN
    RETURN QUERY
    SELECT l.transfer_id, p.programme_id, w.party_id, p.id, p.coin, l.amount, l.left_over,
           l.posted_at, l.reference, a.expires_at
      FROM unnest(v_pots) AS pot (id)
      JOIN wallet.pot p ON p.community_id = p_community AND p.id = pot.id
      JOIN wallet.wallet w ON w.community_id = p.community_id AND w.id = p.wallet_id
      JOIN ledger.account a ON a.community_id = p.community_id AND a.id = p.id
     CROSS JOIN LATERAL ledger.standing_at(p_community, p.id,
                                           clock_timestamp() + interval '1 second') AS s
     CROSS JOIN LATERAL ledger.lots(p_community, p.id,
                                    a.posted - greatest(s.available - a.floor, 0)) AS l
     WHERE l.kind IN ('disbursement', 'landing')
       AND (p_grant IS NULL OR l.transfer_id = p_grant)
       AND (p_party IS NULL OR w.party_id = p_party);
END
$$;

-- What a programme says about its grants; without a row six weeks of waiting, as long as one may object
-- to a decision of the government (Awb, article 6:7), and reminders a month and a week ahead.
CREATE TABLE disbursement.grant_rules (
    community_id uuid NOT NULL,
    programme_id uuid NOT NULL,
    recall_waiting_days integer NOT NULL,
    reminder_days integer[] NOT NULL,
    on_death text NOT NULL,
    on_move_away text NOT NULL,
    set_by uuid NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, programme_id),
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    CONSTRAINT grant_rules_waiting_range CHECK (recall_waiting_days BETWEEN 1 AND 365),
    CONSTRAINT grant_rules_few_reminders CHECK (cardinality(reminder_days) <= 5),
    CONSTRAINT grant_rules_departure_known
        CHECK (on_death IN ('recall', 'keep') AND on_move_away IN ('recall', 'keep'))
);
SELECT public.isolate('disbursement.grant_rules');
GRANT SELECT, INSERT, UPDATE ON disbursement.grant_rules TO wijkmunt_disbursement;

-- That unspent money of a grant will be taken back. 'announced': the receiver knows, and the waiting
-- period runs. 'objected': an objection has to be decided; nothing is taken. 'upheld': the objection
-- was right. 'withdrawn': the payer thought better of it. 'done': what was left then was taken.
CREATE TABLE disbursement.recall (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    grant_id uuid NOT NULL,
    programme_id uuid NOT NULL,
    party_id uuid NOT NULL,
    -- At most so much; NULL: all that is left.
    most bigint,
    reason text NOT NULL,
    state text NOT NULL DEFAULT 'announced',
    announced_by uuid NOT NULL,
    announced_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    objection text,
    objected_by uuid,
    objected_at timestamptz,
    decision_reason text,
    decided_by uuid,
    decided_at timestamptz,
    withdrawal_reason text,
    withdrawn_by uuid,
    taken bigint,
    ended_at timestamptz,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    FOREIGN KEY (community_id, party_id) REFERENCES accounts.party,
    CONSTRAINT recall_state_known CHECK (state IN
        ('announced', 'objected', 'upheld', 'withdrawn', 'done')),
    CONSTRAINT recall_most_positive CHECK (most > 0),
    CONSTRAINT recall_waits CHECK (due_at > announced_at),
    CONSTRAINT recall_objection_whole CHECK (
        num_nulls(objection, objected_by, objected_at) IN (0, 3)
        AND (state <> 'objected' OR objected_at IS NOT NULL AND decided_at IS NULL)),
    CONSTRAINT recall_decision_whole CHECK (
        num_nulls(decision_reason, decided_by, decided_at) IN (0, 3)
        AND (decided_at IS NULL OR objected_at IS NOT NULL)
        AND (state <> 'upheld' OR decided_at IS NOT NULL)),
    CONSTRAINT recall_decided_by_second_person CHECK (decided_by <> announced_by),
    CONSTRAINT recall_withdrawal_whole CHECK (
        num_nulls(withdrawal_reason, withdrawn_by) IN (0, 2)
        AND (state = 'withdrawn') = (withdrawn_by IS NOT NULL)),
    CONSTRAINT recall_ended_whole
        CHECK ((state IN ('upheld', 'withdrawn', 'done')) = (ended_at IS NOT NULL)),
    CONSTRAINT recall_taken_when_done CHECK ((state = 'done') = (taken IS NOT NULL)
        AND taken BETWEEN 0 AND coalesce(most, taken))
);
CREATE UNIQUE INDEX recall_one_open ON disbursement.recall (community_id, grant_id)
    WHERE state IN ('announced', 'objected');
CREATE INDEX recall_by_party ON disbursement.recall (community_id, party_id, id);
CREATE INDEX recall_by_programme ON disbursement.recall (community_id, programme_id, id);
CREATE INDEX recall_due ON disbursement.recall (due_at) WHERE state = 'announced';
SELECT public.isolate('disbursement.recall');
GRANT SELECT, INSERT (community_id, id, grant_id, programme_id, party_id, most, reason, announced_by,
                      announced_at, due_at),
      UPDATE (state, objection, objected_by, objected_at, decision_reason, decided_by, decided_at,
              withdrawal_reason, withdrawn_by, ended_at)
    ON disbursement.recall TO wijkmunt_disbursement;

-- Which state follows which, whoever asks.
CREATE FUNCTION disbursement.guard_recall() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.state = OLD.state AND current_user <> 'wijkmunt_disbursement' THEN
        -- What a person wrote is taken away when the person is erased.
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (
           ('announced', 'objected'), ('announced', 'withdrawn'), ('announced', 'done'),
           ('objected', 'announced'), ('objected', 'upheld'), ('objected', 'withdrawn'))
       -- An objection is made once, and only a decision ends it.
       OR NEW.state = 'objected' AND OLD.objected_at IS NOT NULL
       OR OLD.state = 'objected' AND NEW.state = 'announced' AND NEW.decided_at IS NULL
       OR NEW.state = 'done' AND OLD.due_at > clock_timestamp()
    THEN
        RAISE EXCEPTION 'a recall that is % does not become %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER recall_is_guarded BEFORE UPDATE ON disbursement.recall
    FOR EACH ROW WHEN (NEW IS DISTINCT FROM OLD) EXECUTE FUNCTION disbursement.guard_recall();

-- What people are told about their grants, each once; the app shows it.
CREATE TABLE disbursement.notice (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    kind text NOT NULL,
    programme_id uuid NOT NULL,
    -- The recall, the pot that expires, or whatever else it is about.
    subject_id uuid NOT NULL,
    coin text NOT NULL,
    amount bigint,
    -- When what is announced will happen.
    due_at timestamptz,
    -- Of a reminder: so many days ahead.
    days_ahead integer,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    CONSTRAINT notice_kind_known CHECK (kind IN
        ('recall-announced', 'recall-upheld', 'recall-rejected', 'recall-withdrawn',
         'recall-done', 'expiry-near')),
    CONSTRAINT notice_reminds_ahead CHECK ((kind = 'expiry-near') = (days_ahead IS NOT NULL))
);
-- Nobody is reminded twice of the same end, so many days ahead.
CREATE UNIQUE INDEX notice_reminder_once
    ON disbursement.notice (community_id, subject_id, due_at, days_ahead)
    WHERE kind = 'expiry-near';
CREATE INDEX notice_by_party ON disbursement.notice (community_id, party_id, id);
SELECT public.isolate('disbursement.notice');
GRANT SELECT ON disbursement.notice TO wijkmunt_disbursement;

-- A new id of a moment (UUID version 7).
CREATE FUNCTION disbursement.id_at(p_moment timestamptz) RETURNS uuid
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (substr(m.hex, 1, 8) || '-' || substr(m.hex, 9) || '-7'
            || substr(gen_random_uuid()::text, 16))::uuid
      FROM (SELECT lpad(to_hex(floor(extract(epoch FROM p_moment) * 1000)::bigint), 12, '0'))
           AS m (hex)
$$;

-- Whoever a recall is about is told in the commit that makes or changes it.
CREATE FUNCTION disbursement.tell_of_recall() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at CONSTANT timestamptz := clock_timestamp();
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.state IN (OLD.state, 'objected') THEN RETURN NULL; END IF;
    INSERT INTO disbursement.notice (community_id, id, party_id, kind, programme_id, subject_id,
                                     coin, amount, due_at, created_at)
    SELECT NEW.community_id, disbursement.id_at(v_at), NEW.party_id,
           CASE WHEN TG_OP = 'INSERT' THEN 'recall-announced'
                WHEN NEW.state = 'announced' THEN 'recall-rejected'
                ELSE 'recall-' || NEW.state END,
           NEW.programme_id, NEW.id, p.coin, coalesce(NEW.taken, NEW.most),
           CASE NEW.state WHEN 'announced' THEN NEW.due_at END, v_at
      FROM disbursement.programme p
     WHERE p.community_id = NEW.community_id AND p.id = NEW.programme_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER recall_is_told AFTER INSERT OR UPDATE ON disbursement.recall
    FOR EACH ROW EXECUTE FUNCTION disbursement.tell_of_recall();

-- Reminds holders of pots that expire soon and have something in them, as their programmes say; of all
-- communities, at most so many, and how many it were. Who is late for several reminders gets one. An
-- end that was moved is another end.
CREATE FUNCTION disbursement.remind_of_expiry(p_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at CONSTANT timestamptz := clock_timestamp();
    v_told integer;
BEGIN
    INSERT INTO disbursement.notice (community_id, id, party_id, kind, programme_id, subject_id,
                                     coin, amount, due_at, days_ahead, created_at)
    SELECT a.community_id, disbursement.id_at(v_at), w.party_id, 'expiry-near', p.programme_id,
           p.id, p.coin, a.posted - a.held, a.expires_at, step.days, v_at
      FROM ledger.account a
      JOIN wallet.pot p ON p.community_id = a.community_id AND p.id = a.id
      JOIN wallet.wallet w ON w.community_id = p.community_id AND w.id = p.wallet_id
      LEFT JOIN disbursement.grant_rules r
        ON r.community_id = p.community_id AND r.programme_id = p.programme_id
     CROSS JOIN LATERAL (
            SELECT min(d) AS days FROM unnest(coalesce(r.reminder_days, '{30,7}')) AS d
             WHERE a.expires_at - make_interval(days => d) <= v_at) AS step
     WHERE a.expires_at > v_at AND a.expires_at <= v_at + interval '365 days'
       AND a.posted > a.held AND p.programme_id IS NOT NULL AND step.days IS NOT NULL
       AND NOT EXISTS (
           SELECT FROM disbursement.notice n
            WHERE n.community_id = p.community_id AND n.subject_id = p.id
              AND n.due_at = a.expires_at AND n.days_ahead <= step.days
              AND n.kind = 'expiry-near')
     ORDER BY a.expires_at LIMIT p_most
    ON CONFLICT (community_id, subject_id, due_at, days_ahead) WHERE kind = 'expiry-near'
        DO NOTHING;
    GET DIAGNOSTICS v_told = ROW_COUNT;
    RETURN v_told;
END
$$;

-- Takes back what a recall that is due may take; NULL when it is not due, or while another instance
-- has it. The transfer has the recall's id, so it posts once.
CREATE FUNCTION disbursement.carry_out_recall(p_community uuid, p_recall uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_recall disbursement.recall;
    v_pot uuid; v_programme uuid; v_taken bigint; v_at timestamptz;
BEGIN
    SELECT * INTO v_recall FROM disbursement.recall r
     WHERE r.community_id = p_community AND r.id = p_recall AND r.state = 'announced'
       AND r.due_at <= clock_timestamp()
       FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN RETURN NULL; END IF;
    SELECT p.id, g.account_id INTO STRICT v_pot, v_programme
      FROM ledger.transfer t
     CROSS JOIN LATERAL unnest(t.accounts) AS l (account)
      JOIN wallet.pot p ON p.community_id = t.community_id AND p.id = l.account
      JOIN disbursement.programme g
        ON g.community_id = p.community_id AND g.id = p.programme_id
     WHERE t.community_id = p_community AND t.id = v_recall.grant_id;
    SELECT b.taken, b.posted_at INTO STRICT v_taken, v_at
      FROM ledger.take_back(p_community, p_recall, v_recall.grant_id, v_pot, v_programme,
                            v_recall.most, NULL, v_recall.announced_by) AS b;
    UPDATE disbursement.recall r SET state = 'done', taken = v_taken, ended_at = v_at
     WHERE r.community_id = p_community AND r.id = p_recall;
    RETURN v_taken;
END
$$;

-- Subsidies go to associations, which hold coins as merchants do.
INSERT INTO ledger.transfer_rule (kind, role, debits, credits) VALUES
    ('subsidy', 'wijkmunt_disbursement', '{programme}', '{merchant}');

-- The account of an association of this coin; no row when there is none.
CREATE FUNCTION disbursement.subsidised_account(p_community uuid, p_party uuid, p_coin text)
RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT m.account_id FROM merchant.merchant m
     WHERE m.community_id = p_community AND m.id = p_party AND m.coin = p_coin
$$;

-- Standing instructions: a programme credits a person every month, on a day. What it says, from which
-- day on, stands in its terms; each was proposed by one person and approved by another.
CREATE TABLE disbursement.standing_instruction (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    programme_id uuid NOT NULL,
    party_id uuid NOT NULL,
    purpose text NOT NULL,
    reference text,
    on_closed_day text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    -- No payment of this day or later is made.
    stopped_from date,
    stop_reason text,
    stopped_by uuid,
    -- When the worker looks again; NULL: there is nothing to come. Why it could not pay, and how often.
    look_at timestamptz,
    waiting_reason text,
    attempts integer NOT NULL DEFAULT 0,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    FOREIGN KEY (community_id, party_id) REFERENCES accounts.party,
    CONSTRAINT standing_purpose_known CHECK (purpose IN ('benefit', 'wage', 'subsidy')),
    CONSTRAINT standing_closed_day_known CHECK (on_closed_day IN ('same', 'before', 'after')),
    CONSTRAINT standing_stop_whole CHECK (num_nulls(stopped_from, stop_reason, stopped_by) IN (0, 3))
);
CREATE INDEX standing_by_programme
    ON disbursement.standing_instruction (community_id, programme_id, id);
CREATE INDEX standing_by_party ON disbursement.standing_instruction (community_id, party_id, id);
CREATE INDEX standing_to_look_at ON disbursement.standing_instruction (look_at)
    WHERE look_at IS NOT NULL;

CREATE TABLE disbursement.standing_term (
    community_id uuid NOT NULL,
    instruction_id uuid NOT NULL,
    nr integer NOT NULL,
    amount bigint NOT NULL,
    day integer NOT NULL,
    from_on date NOT NULL,
    until_on date,
    state text NOT NULL DEFAULT 'proposed',
    proposed_by uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    PRIMARY KEY (community_id, instruction_id, nr),
    FOREIGN KEY (community_id, instruction_id) REFERENCES disbursement.standing_instruction,
    CONSTRAINT standing_term_amount_unique UNIQUE (community_id, instruction_id, nr, amount),
    CONSTRAINT standing_amount_positive CHECK (amount > 0),
    CONSTRAINT standing_day_of_month CHECK (day BETWEEN 1 AND 31),
    CONSTRAINT standing_until_later CHECK (until_on >= from_on),
    CONSTRAINT standing_term_state_known CHECK (state IN ('proposed', 'approved', 'rejected')),
    CONSTRAINT standing_term_decided_whole CHECK (
        num_nulls(decided_by, decided_at) IN (0, 2)
        AND (state = 'proposed') = (decided_by IS NULL)),
    CONSTRAINT standing_term_approved_by_second_person
        CHECK (state <> 'approved' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX standing_term_one_proposal
    ON disbursement.standing_term (community_id, instruction_id) WHERE state = 'proposed';

-- What was paid: once for a month, whoever is killed or asks twice, and exactly what a term says that
-- was approved.
CREATE TABLE disbursement.standing_payment (
    community_id uuid NOT NULL,
    instruction_id uuid NOT NULL,
    -- The first day of the month that it is for.
    month date NOT NULL,
    transfer_id uuid NOT NULL,
    term_nr integer NOT NULL,
    amount bigint NOT NULL,
    due_on date NOT NULL,
    paid_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, instruction_id, month),
    CONSTRAINT standing_payment_own_transfer UNIQUE (community_id, transfer_id),
    FOREIGN KEY (community_id, instruction_id, term_nr, amount)
        REFERENCES disbursement.standing_term (community_id, instruction_id, nr, amount),
    CONSTRAINT standing_payment_of_month CHECK (extract(day FROM month) = 1)
);
SELECT public.isolate('disbursement.standing_instruction'),
       public.isolate('disbursement.standing_term'),
       public.isolate('disbursement.standing_payment');

-- Its transfer went from its programme to whoever it is for.
CREATE FUNCTION disbursement.guard_standing_payment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM disbursement.standing_term t
          JOIN disbursement.standing_instruction s
            ON s.community_id = t.community_id AND s.id = t.instruction_id
          JOIN disbursement.programme g
            ON g.community_id = s.community_id AND g.id = s.programme_id
          JOIN ledger.transfer l
            ON l.community_id = t.community_id AND l.id = NEW.transfer_id
         WHERE t.community_id = NEW.community_id AND t.instruction_id = NEW.instruction_id
           AND t.nr = NEW.term_nr AND t.state = 'approved'
           AND l.accounts[1] = g.account_id AND l.amounts[1] = -NEW.amount
           AND CASE s.purpose
               WHEN 'subsidy' THEN l.kind = 'subsidy' AND EXISTS (
                   SELECT FROM merchant.merchant m
                    WHERE m.community_id = l.community_id AND m.id = s.party_id
                      AND m.account_id = l.accounts[2])
               ELSE l.kind = 'disbursement' AND EXISTS (
                   SELECT FROM wallet.pot p
                     JOIN wallet.wallet w
                       ON w.community_id = p.community_id AND w.id = p.wallet_id
                    WHERE p.community_id = l.community_id AND p.id = l.accounts[2]
                      AND w.party_id = s.party_id AND p.programme_id = s.programme_id)
               END) THEN
        RAISE EXCEPTION 'a payment that nobody approved or made'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER standing_payment_is_guarded AFTER INSERT ON disbursement.standing_payment
    FOR EACH ROW EXECUTE FUNCTION disbursement.guard_standing_payment();
-- What was decided stays decided.
CREATE FUNCTION disbursement.guard_standing_term() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a term that was decided does not change'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER standing_term_is_guarded BEFORE UPDATE ON disbursement.standing_term
    FOR EACH ROW WHEN (OLD.state <> 'proposed' AND NEW IS DISTINCT FROM OLD)
    EXECUTE FUNCTION disbursement.guard_standing_term();

GRANT SELECT, INSERT,
      UPDATE (stopped_from, stop_reason, stopped_by, look_at, waiting_reason, attempts)
    ON disbursement.standing_instruction TO wijkmunt_disbursement;
-- What is new was decided by nobody.
GRANT SELECT, INSERT (community_id, instruction_id, nr, amount, day, from_on, until_on, proposed_by,
                      proposed_at),
      UPDATE (state, decided_by, decided_at)
    ON disbursement.standing_term TO wijkmunt_disbursement;
GRANT SELECT, INSERT ON disbursement.standing_payment TO wijkmunt_disbursement;
-- A day begins when it begins in the community.
GRANT SELECT (community_id, time_zone) ON accounts.community TO wijkmunt_disbursement;

-- That a person died or moved away: reported by one, confirmed by another. Confirmed, standing
-- instructions stop and what is left of grants is recalled, in the same commit.
CREATE TABLE disbursement.departure (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    kind text NOT NULL,
    departed_on date NOT NULL,
    note text,
    state text NOT NULL DEFAULT 'reported',
    reported_by uuid NOT NULL,
    reported_at timestamptz NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    recalls integer NOT NULL DEFAULT 0,
    stopped_standing integer NOT NULL DEFAULT 0,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, party_id) REFERENCES accounts.party,
    CONSTRAINT departure_kind_known CHECK (kind IN ('died', 'moved-away', 'erased')),
    CONSTRAINT departure_state_known CHECK (state IN ('reported', 'confirmed', 'dropped')),
    CONSTRAINT departure_decided_whole CHECK (
        num_nulls(decided_by, decided_at) IN (0, 2)
        AND (state = 'reported') = (decided_by IS NULL)),
    CONSTRAINT departure_confirmed_by_second_person
        CHECK (state <> 'confirmed' OR decided_by <> reported_by)
);
CREATE UNIQUE INDEX departure_once ON disbursement.departure (community_id, party_id)
    WHERE state <> 'dropped';
SELECT public.isolate('disbursement.departure');
GRANT SELECT, INSERT (community_id, id, party_id, kind, departed_on, note, reported_by, reported_at),
      UPDATE (state, decided_by, decided_at, recalls, stopped_standing)
    ON disbursement.departure TO wijkmunt_disbursement;
CREATE FUNCTION disbursement.guard_departure() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.state <> OLD.state OR current_user = 'wijkmunt_disbursement' THEN
        RAISE EXCEPTION 'a departure that was decided does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER departure_is_guarded BEFORE UPDATE ON disbursement.departure
    FOR EACH ROW WHEN (OLD.state <> 'reported' AND NEW IS DISTINCT FROM OLD)
    EXECUTE FUNCTION disbursement.guard_departure();

-- Refuses the lines of a file that arrives which are known not to be payable: 'receiver-gone' for whoever
-- died or moved away, 'outside-days', 'above-credit-limit' and 'above-person-limit' by the rules of the
-- programme as they are now, on the day for which the line is planned; a programme that pays at once
-- may still begin to. What it answers is what to say about them, at most p_most of `total`: of a line
-- everything, of days only the first line of each block. Wallets that the creditors have are asked for
-- where one person may get only so much. What is refused does not count for the person.
CREATE FUNCTION disbursement.refuse_unpayable(
    p_community uuid, p_batch uuid, p_at_once boolean, p_nrs integer[], p_wallets uuid[],
    p_most integer)
RETURNS TABLE (nr integer, source_line integer, refusal text, planned_on date, total bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- Once for a file: a plan that was kept from when there were few people would read all of them for each.
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    v_rule disbursement.credit_rule;
    v_zone text; v_today date; v_since timestamptz; v_person record; v_sum numeric;
    v_gone integer[] := '{}'; v_outside integer[] := '{}'; v_large integer[] := '{}';
    v_beyond integer[] := '{}';
BEGIN
    SELECT c.time_zone INTO STRICT v_zone FROM accounts.community c
     WHERE c.community_id = p_community;
    v_today := (clock_timestamp() AT TIME ZONE v_zone)::date;
    IF EXISTS (SELECT FROM disbursement.departure d
                WHERE d.community_id = p_community AND d.state = 'confirmed') THEN
        WITH gone AS MATERIALIZED (
            SELECT d.party_id FROM disbursement.departure d
             WHERE d.community_id = p_community AND d.state = 'confirmed'
        ), named AS MATERIALIZED (
            SELECT y.iban_hash AS hash FROM gone g
              JOIN accounts.party y ON y.community_id = p_community AND y.id = g.party_id
             WHERE y.iban_verified_at IS NOT NULL
            UNION ALL
            SELECT l.number_hash FROM gone g
              JOIN accounts.client_number l
                ON l.community_id = p_community AND l.party_id = g.party_id
             WHERE l.confirmed_at IS NOT NULL AND l.withdrawn_at IS NULL
            UNION ALL
            SELECT c.number_hash FROM gone g
              JOIN accounts.card c ON c.community_id = p_community AND c.party_id = g.party_id
            UNION ALL
            SELECT a.code_hash FROM gone g
              JOIN accounts.activation_code a
                ON a.community_id = p_community AND a.party_id = g.party_id
             WHERE a.terminal_id IS NULL
        )
        SELECT coalesce(array_agg(i.nr), '{}') INTO v_gone
          FROM disbursement.instruction i
         WHERE i.community_id = p_community AND i.batch_id = p_batch AND i.state = 'acceptable'
           AND (i.creditor_hash IN (SELECT n.hash FROM named n WHERE n.hash IS NOT NULL)
                OR i.alias IN (SELECT w.alias FROM gone g
                                 JOIN wallet.wallet w
                                   ON w.community_id = p_community AND w.party_id = g.party_id
                                WHERE w.alias IS NOT NULL));
    END IF;

    SELECT r.* INTO v_rule FROM disbursement.credit_rule r
     WHERE r.community_id = p_community AND r.programme_id = (
           SELECT b.programme_id FROM disbursement.batch b
            WHERE b.community_id = p_community AND b.id = p_batch)
     ORDER BY r.version DESC LIMIT 1;
    IF FOUND THEN
        SELECT coalesce(array_agg(i.nr) FILTER (
                   WHERE i.planned > v_rule.pays_until
                      OR i.planned < v_rule.pays_from AND NOT p_at_once), '{}'),
               coalesce(array_agg(i.nr) FILTER (WHERE i.amount > v_rule.most_per_credit), '{}')
          INTO v_outside, v_large
          FROM (SELECT l.nr, l.amount,
                       CASE WHEN p_at_once THEN v_today ELSE greatest(l.execution_on, v_today) END
                           AS planned
                  FROM disbursement.instruction l
                 WHERE l.community_id = p_community AND l.batch_id = p_batch
                   AND l.state = 'acceptable') AS i;
    END IF;
    IF v_rule.most_per_person IS NOT NULL THEN
        v_since := CASE v_rule.person_period
            WHEN 'programme' THEN '-infinity'
            ELSE date_trunc(v_rule.person_period, v_today::timestamp) AT TIME ZONE v_zone END;
        FOR v_person IN
            WITH line AS (
                SELECT i.nr, i.amount, i.creditor_hash, f.wallet,
                       coalesce(f.wallet::text, encode(i.creditor_hash, 'hex'), i.nr::text)
                           AS person,
                       CASE WHEN v_rule.person_period = 'programme' OR p_at_once THEN v_since
                            ELSE date_trunc(v_rule.person_period,
                                            greatest(i.execution_on, v_today)::timestamp)
                                 AT TIME ZONE v_zone END AS since
                  FROM unnest(p_nrs, p_wallets) AS f (nr, wallet)
                  JOIN disbursement.instruction i
                    ON i.community_id = p_community AND i.batch_id = p_batch AND i.nr = f.nr
                 WHERE NOT EXISTS (SELECT FROM unnest(v_gone || v_outside || v_large) AS o (nr)
                                    WHERE o.nr = f.nr)
            ), person AS MATERIALIZED (
                SELECT row_number() OVER () AS n, l.since, sum(l.amount) AS total,
                       (array_agg(l.wallet))[1] AS wallet,
                       (array_agg(l.creditor_hash ORDER BY l.nr))[1] AS hash,
                       array_agg(l.nr ORDER BY l.nr) AS nrs,
                       array_agg(l.amount ORDER BY l.nr) AS amounts
                  FROM line l GROUP BY l.person, l.since
            ), known AS (
                SELECT array_agg(p.wallet ORDER BY p.n) AS wallets,
                       array_agg(p.hash ORDER BY p.n) AS hashes FROM person p
            )
            -- Nothing is known yet of a later period.
            SELECT p.nrs, p.amounts, h.had
              FROM person p
              JOIN known k ON true
              JOIN LATERAL disbursement.credited_since(
                       p_community, v_rule.programme_id, k.wallets, k.hashes, v_since) AS c
                ON c.n = p.n
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN p.since > v_since THEN 0 ELSE c.amount END) AS h (had)
             WHERE h.had + p.total > v_rule.most_per_person
        LOOP
            v_sum := v_person.had;
            FOR i IN 1 .. cardinality(v_person.nrs) LOOP
                IF v_sum + v_person.amounts[i] > v_rule.most_per_person THEN
                    v_beyond := array_append(v_beyond, v_person.nrs[i]);
                ELSE
                    v_sum := v_sum + v_person.amounts[i];
                END IF;
            END LOOP;
        END LOOP;
    END IF;
    IF cardinality(v_gone || v_outside || v_large || v_beyond) = 0 THEN RETURN; END IF;

    RETURN QUERY
    WITH why AS MATERIALIZED (
        SELECT g.nr, 1 AS place, 'receiver-gone' AS refusal FROM unnest(v_gone) AS g (nr)
        UNION ALL SELECT o.nr, 2, 'outside-days' FROM unnest(v_outside) AS o (nr)
        UNION ALL SELECT l.nr, 3, 'above-credit-limit' FROM unnest(v_large) AS l (nr)
        UNION ALL SELECT b.nr, 4, 'above-person-limit' FROM unnest(v_beyond) AS b (nr)
    ), refused AS (
        UPDATE disbursement.instruction i SET state = 'refused', refusal_code = w.refusal
          FROM (SELECT DISTINCT ON (y.nr) y.nr, y.refusal FROM why y
                 ORDER BY y.nr, y.place) AS w
         WHERE i.community_id = p_community AND i.batch_id = p_batch AND i.nr = w.nr
        RETURNING i.nr, i.source_line, i.payment_id, i.execution_on
    ), told AS (
        SELECT r.nr, r.source_line, w.refusal, w.place,
               CASE WHEN p_at_once THEN v_today ELSE greatest(r.execution_on, v_today) END
                   AS planned,
               w.refusal <> 'outside-days'
                   OR row_number() OVER (PARTITION BY w.refusal, r.payment_id, r.execution_on
                                             ORDER BY r.nr) = 1 AS is_told
          FROM why w JOIN refused r ON r.nr = w.nr
    )
    SELECT t.nr, t.source_line, t.refusal, t.planned, count(*) OVER () FROM told t
     WHERE t.is_told ORDER BY t.nr, t.place LIMIT p_most;
END
$$;

-- What is kept of a person here, and how it is taken away. Open recalls end with the person.
CREATE FUNCTION disbursement.export_grants(p_community uuid, p_party uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object(
        'recalls', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'id', r.id, 'grant', r.grant_id, 'programme', r.programme_id,
                       'most', accounts.decimal(r.most), 'reason', r.reason, 'state', r.state,
                       'announcedAt', accounts.instant(r.announced_at),
                       'dueAt', accounts.instant(r.due_at), 'objection', r.objection,
                       'objectedAt', accounts.instant(r.objected_at),
                       'decisionReason', r.decision_reason,
                       'decidedAt', accounts.instant(r.decided_at),
                       'withdrawalReason', r.withdrawal_reason,
                       'taken', accounts.decimal(r.taken),
                       'endedAt', accounts.instant(r.ended_at)) ORDER BY r.id), '[]')
              FROM disbursement.recall r
             WHERE r.community_id = p_community AND r.party_id = p_party),
        'departures', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'kind', d.kind, 'on', d.departed_on, 'note', d.note, 'state', d.state,
                       'reportedAt', accounts.instant(d.reported_at)) ORDER BY d.id), '[]')
              FROM disbursement.departure d
             WHERE d.community_id = p_community AND d.party_id = p_party),
        'standingInstructions', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'id', s.id, 'programme', s.programme_id, 'purpose', s.purpose,
                       'reference', s.reference, 'createdAt', accounts.instant(s.created_at),
                       'stoppedFrom', s.stopped_from, 'stopReason', s.stop_reason,
                       'terms', (
                           SELECT jsonb_agg(jsonb_build_object(
                                      'amount', accounts.decimal(t.amount), 'day', t.day,
                                      'from', t.from_on, 'until', t.until_on, 'state', t.state)
                                      ORDER BY t.nr)
                             FROM disbursement.standing_term t
                            WHERE t.community_id = s.community_id AND t.instruction_id = s.id))
                       ORDER BY s.id), '[]')
              FROM disbursement.standing_instruction s
             WHERE s.community_id = p_community AND s.party_id = p_party),
        'notices', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'kind', n.kind, 'about', n.subject_id, 'programme', n.programme_id,
                       'amount', accounts.decimal(n.amount),
                       'dueAt', accounts.instant(n.due_at),
                       'at', accounts.instant(n.created_at)) ORDER BY n.id), '[]')
              FROM disbursement.notice n
             WHERE n.community_id = p_community AND n.party_id = p_party))
$$;
CREATE FUNCTION disbursement.erase_grants(p_community uuid, p_party uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE disbursement.recall r
       SET state = 'withdrawn', withdrawn_by = r.announced_by, withdrawal_reason = 'Erased',
           ended_at = clock_timestamp()
     WHERE r.community_id = p_community AND r.party_id = p_party
       AND r.state IN ('announced', 'objected');
    UPDATE disbursement.recall r
       SET reason = 'Erased',
           objection = CASE WHEN r.objection IS NOT NULL THEN 'Erased' END,
           decision_reason = CASE WHEN r.decision_reason IS NOT NULL THEN 'Erased' END,
           withdrawal_reason = CASE WHEN r.withdrawal_reason IS NOT NULL THEN 'Erased' END
     WHERE r.community_id = p_community AND r.party_id = p_party;
    UPDATE disbursement.departure d SET kind = 'erased', departed_on = 'epoch', note = NULL
     WHERE d.community_id = p_community AND d.party_id = p_party;
    UPDATE disbursement.standing_instruction s
       SET reference = NULL, look_at = NULL, waiting_reason = NULL,
           stopped_from = coalesce(s.stopped_from, current_date), stop_reason = 'Erased',
           stopped_by = coalesce(s.stopped_by, s.created_by)
     WHERE s.community_id = p_community AND s.party_id = p_party;
END
$$;

REVOKE ALL ON FUNCTION ledger.lots, ledger.take_back, disbursement.grants, disbursement.id_at,
    disbursement.guard_recall, disbursement.tell_of_recall, disbursement.remind_of_expiry,
    disbursement.carry_out_recall, disbursement.guard_departure, disbursement.subsidised_account,
    disbursement.refuse_unpayable,
    disbursement.guard_standing_payment,
    disbursement.guard_standing_term,
    disbursement.export_grants, disbursement.erase_grants FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.subsidised_account, disbursement.id_at,
    disbursement.grants, disbursement.remind_of_expiry, disbursement.refuse_unpayable,
    disbursement.carry_out_recall
    TO wijkmunt_disbursement;
GRANT EXECUTE ON FUNCTION disbursement.export_grants, disbursement.erase_grants
    TO wijkmunt_accounts;
