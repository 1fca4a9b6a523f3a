-- Programmes with their budget, and the payment files that spend it.
CREATE SCHEMA disbursement;

CREATE TABLE disbursement.programme (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    coin text NOT NULL,
    institution_id uuid,
    account_id uuid NOT NULL,
    reserved_account_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, coin) REFERENCES accounts.coin,
    FOREIGN KEY (community_id, institution_id) REFERENCES accounts.party,
    FOREIGN KEY (community_id, account_id) REFERENCES ledger.account,
    FOREIGN KEY (community_id, reserved_account_id) REFERENCES ledger.account,
    CONSTRAINT programme_name_length CHECK (length(name) BETWEEN 1 AND 100)
);

CREATE TABLE disbursement.funding (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    programme_id uuid NOT NULL,
    amount bigint NOT NULL,
    bank_reference text NOT NULL,
    funded_by uuid NOT NULL,
    funded_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    CONSTRAINT funding_amount_positive CHECK (amount > 0),
    CONSTRAINT funding_bank_reference_unique UNIQUE (community_id, bank_reference)
);

-- 'receiving' is seen by nobody: a file that did not arrive whole leaves no batch.
CREATE TABLE disbursement.batch (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    programme_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'receiving',
    file_name text,
    content_hash bytea,
    message_type text,
    message_id text,
    -- As the file states them, for the status report.
    stated_count text,
    stated_sum text,
    count integer NOT NULL DEFAULT 0,
    total bigint NOT NULL DEFAULT 0,
    -- Findings beyond those that are kept.
    omitted_findings integer NOT NULL DEFAULT 0,
    submitted_by uuid NOT NULL,
    submitted_at timestamptz NOT NULL,
    approved_by uuid,
    approved_at timestamptz,
    done_at timestamptz,
    cancelled_by uuid,
    cancelled_at timestamptz,
    cancellation_reason text,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    CONSTRAINT batch_state_known CHECK (state IN
        ('receiving', 'validated', 'refused', 'approved', 'done', 'cancelled')),
    CONSTRAINT batch_hash_when_whole CHECK (state = 'receiving' OR content_hash IS NOT NULL),
    CONSTRAINT batch_approved_by_second_person CHECK (approved_by <> submitted_by),
    CONSTRAINT batch_approved_whole CHECK (
        (approved_by IS NULL) = (approved_at IS NULL)
        AND (state IN ('approved', 'done')) = (approved_by IS NOT NULL)),
    CONSTRAINT batch_done_whole CHECK ((state = 'done') = (done_at IS NOT NULL)),
    CONSTRAINT batch_file_once UNIQUE (community_id, content_hash)
);
-- A message id is used up by a file that was accepted; a refused file may come again, mended.
CREATE UNIQUE INDEX batch_message_once ON disbursement.batch (community_id, message_id)
    WHERE state IN ('validated', 'approved', 'done');
CREATE INDEX batch_by_programme ON disbursement.batch (community_id, programme_id, id);
CREATE INDEX batch_to_execute ON disbursement.batch (community_id, programme_id)
    WHERE state = 'approved';

-- One line of a file. IBANs are kept as keyed hash and in masked form only.
CREATE TABLE disbursement.instruction (
    community_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    nr integer NOT NULL,
    id uuid NOT NULL,
    source_line integer NOT NULL,
    payment_id text NOT NULL,
    instruction_id text,
    end_to_end_id text NOT NULL,
    creditor_name text NOT NULL,
    creditor_masked text NOT NULL,
    iban_hash bytea,
    alias text,
    amount bigint NOT NULL,
    remittance text,
    state text NOT NULL DEFAULT 'acceptable',
    refusal_code text,
    wallet_id uuid,
    credited_at timestamptz,
    PRIMARY KEY (community_id, batch_id, nr),
    FOREIGN KEY (community_id, batch_id) REFERENCES disbursement.batch ON DELETE CASCADE,
    CONSTRAINT instruction_amount_not_negative CHECK (amount >= 0),
    CONSTRAINT instruction_state_known CHECK (state IN
        ('acceptable', 'refused', 'credited', 'waiting', 'failed')),
    CONSTRAINT instruction_credit_positive CHECK (state = 'refused' OR amount > 0),
    CONSTRAINT instruction_one_creditor
        CHECK (state = 'refused' OR (iban_hash IS NULL) <> (alias IS NULL)),
    -- Money that waited for an alias would go to whoever takes the name first.
    CONSTRAINT instruction_waits_for_iban CHECK (state <> 'waiting' OR iban_hash IS NOT NULL),
    CONSTRAINT instruction_credited_whole CHECK (
        (state = 'credited') = (credited_at IS NOT NULL)
        AND (state = 'credited') = (wallet_id IS NOT NULL))
);
CREATE INDEX instruction_open ON disbursement.instruction (community_id, batch_id, nr)
    WHERE state = 'acceptable';
CREATE INDEX instruction_waiting_for_iban ON disbursement.instruction (community_id, iban_hash)
    WHERE state = 'waiting';

CREATE TABLE disbursement.finding (
    community_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    nr integer NOT NULL,
    instruction_nr integer,
    payment_id text,
    level text NOT NULL,
    severity text NOT NULL,
    source_line integer,
    path text NOT NULL,
    code text NOT NULL,
    text_english text NOT NULL,
    text_dutch text NOT NULL,
    PRIMARY KEY (community_id, batch_id, nr),
    FOREIGN KEY (community_id, batch_id) REFERENCES disbursement.batch ON DELETE CASCADE,
    CONSTRAINT finding_level_known CHECK (level IN ('file', 'payment', 'line')),
    CONSTRAINT finding_severity_known CHECK (severity IN ('refusal', 'remark'))
);

GRANT USAGE ON SCHEMA disbursement TO wijkmunt_disbursement, wijkmunt_wallet, wijkmunt_audit;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA disbursement TO wijkmunt_disbursement;
GRANT UPDATE ON disbursement.batch TO wijkmunt_disbursement;
GRANT UPDATE (state, refusal_code, wallet_id, credited_at) ON disbursement.instruction
    TO wijkmunt_disbursement;
-- Whoever approves locks the programme's row, which takes the right to update some column.
GRANT UPDATE (name) ON disbursement.programme TO wijkmunt_disbursement;
-- Only what never became a batch is removed again.
CREATE FUNCTION disbursement.only_unreceived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'receiving' THEN
        RAISE EXCEPTION 'a batch is kept' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER batch_is_kept BEFORE DELETE ON disbursement.batch
    FOR EACH ROW EXECUTE FUNCTION disbursement.only_unreceived();
GRANT DELETE ON disbursement.batch TO wijkmunt_disbursement;
-- A pot carries its programme's name.
GRANT SELECT (community_id, id, name) ON disbursement.programme TO wijkmunt_wallet;
