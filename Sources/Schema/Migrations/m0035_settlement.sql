-- From coins to euros: fees, schedules, verified bank accounts, release by a second person, answers of
-- the bank that settle or return each line.

-- What comes back. A payment that the bank returns brings its euros and coins back, and then, like one
-- that the bank refused, gives the merchant back what was handed in, with the fee. Both reverse the
-- transfer that they name, so neither can give back more than was taken.
UPDATE ledger.transfer_rule SET credits = '{redemption,fee}' WHERE kind = 'redemption';
INSERT INTO ledger.transfer_rule (kind, role, debits, credits, reverses) VALUES
    ('settlement-return', 'wijkmunt_merchant', '{bank,issuance}', '{reserve,redemption}', true),
    ('redemption-return', 'wijkmunt_merchant', '{redemption,fee}', '{merchant}', true);

-- A settlement's return moves the reserve too. Only this list changes in ledger.post, whatever else
-- the function has become meanwhile.
DO $$
DECLARE
    v_old CONSTANT text := $old$IN ('funding', 'settlement')$old$;
    v_new CONSTANT text := $new$IN ('funding', 'settlement', 'settlement-return')$new$;
    v_text CONSTANT text := pg_get_functiondef('ledger.post'::regproc);
BEGIN
    IF strpos(v_text, v_old) = 0 THEN
        RAISE EXCEPTION 'ledger.post does not say which transfers move the reserve';
    END IF;
    EXECUTE replace(v_text, v_old, v_new);
END
$$;

-- A coin for every euro and a euro for every coin.
ALTER TABLE ledger.coin ADD CONSTRAINT circulation_equals_reserve CHECK (circulation = reserve);

-- The bank account of a merchant. It is asked for by one person and verified by another; only the
-- function below makes it the merchant's. `iban` stays the one last verified, or the first one told.
CREATE TABLE merchant.iban_request (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    iban text NOT NULL,
    state text NOT NULL DEFAULT 'open',
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    verified_by uuid,
    verified_at timestamptz,
    evidence text,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, merchant_id) REFERENCES merchant.merchant,
    CONSTRAINT iban_request_state_known CHECK (state IN ('open', 'verified', 'superseded')),
    CONSTRAINT iban_request_verified_whole CHECK (
        (state = 'verified') = (verified_at IS NOT NULL)
        AND (verified_at IS NULL) = (verified_by IS NULL)
        AND (verified_at IS NULL) = (evidence IS NULL)),
    CONSTRAINT iban_request_by_second_person CHECK (verified_by <> requested_by),
    CONSTRAINT iban_request_form CHECK (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}$')
);
CREATE UNIQUE INDEX iban_request_open ON merchant.iban_request (community_id, merchant_id)
    WHERE state = 'open';
CREATE INDEX iban_request_by_merchant ON merchant.iban_request (community_id, merchant_id, id);
SELECT public.isolate('merchant.iban_request');

ALTER TABLE merchant.merchant ADD iban_verified_at timestamptz;
-- Those that exist are asked for by nobody who is known, so that anybody may verify them.
INSERT INTO merchant.iban_request (community_id, id, merchant_id, iban, requested_by, requested_at)
SELECT community_id, gen_random_uuid(), id, iban, '00000000-0000-0000-0000-000000000000', created_at
  FROM merchant.merchant;

-- A second person has seen whose account it is: 'verified', 'not-found', 'not-open' or
-- 'same-person'. From now on it is the merchant's. Locks the merchant, then the request.
CREATE FUNCTION merchant.verify_iban(
    p_community uuid, p_merchant uuid, p_request uuid, p_client uuid, p_evidence text,
    p_moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_request merchant.iban_request;
BEGIN
    PERFORM FROM merchant.merchant m
      WHERE m.community_id = p_community AND m.id = p_merchant FOR NO KEY UPDATE;
    SELECT * INTO v_request FROM merchant.iban_request r
     WHERE r.community_id = p_community AND r.id = p_request AND r.merchant_id = p_merchant
       FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN 'not-found'; END IF;
    IF v_request.state <> 'open' THEN RETURN 'not-open'; END IF;
    IF v_request.requested_by = p_client THEN RETURN 'same-person'; END IF;
    UPDATE merchant.iban_request r
       SET state = 'verified', verified_by = p_client, verified_at = p_moment,
           evidence = p_evidence
     WHERE r.community_id = p_community AND r.id = p_request;
    UPDATE merchant.merchant m SET iban = v_request.iban, iban_verified_at = p_moment
     WHERE m.community_id = p_community AND m.id = p_merchant;
    RETURN 'verified';
END
$$;

-- What the coin keeps of a redemption. Versions are only added.
CREATE TABLE merchant.redemption_policy (
    community_id uuid NOT NULL,
    coin text NOT NULL,
    version integer NOT NULL,
    fee_fixed bigint NOT NULL,
    fee_basis_points integer NOT NULL,
    community_basis_points integer NOT NULL,
    fee_account_id uuid NOT NULL,
    community_account_id uuid NOT NULL,
    set_by uuid NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, coin, version),
    FOREIGN KEY (community_id, coin) REFERENCES accounts.coin,
    FOREIGN KEY (community_id, fee_account_id) REFERENCES ledger.account,
    FOREIGN KEY (community_id, community_account_id) REFERENCES ledger.account,
    CONSTRAINT redemption_policy_version_positive CHECK (version > 0),
    CONSTRAINT redemption_policy_leaves_something CHECK (
        fee_fixed >= 0 AND fee_basis_points >= 0 AND community_basis_points >= 0
        AND fee_basis_points + community_basis_points < 10000)
);
SELECT public.isolate('merchant.redemption_policy');

-- The day of the week on which a merchant's coins are redeemed by themselves, and from how much on.
CREATE TABLE merchant.redemption_schedule (
    community_id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    weekday smallint NOT NULL,
    minimum bigint NOT NULL,
    is_active boolean NOT NULL,
    -- The day that comes next, in the community's time zone.
    next_on date NOT NULL,
    last_on date,
    last_outcome text,
    set_by uuid NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, merchant_id),
    FOREIGN KEY (community_id, merchant_id) REFERENCES merchant.merchant,
    CONSTRAINT redemption_schedule_weekday CHECK (weekday = extract(isodow FROM next_on)),
    CONSTRAINT redemption_schedule_minimum CHECK (minimum > 0),
    CONSTRAINT redemption_schedule_last_pair CHECK ((last_on IS NULL) = (last_outcome IS NULL)),
    CONSTRAINT redemption_schedule_outcome_known CHECK (
        last_outcome IN ('redeemed', 'below-minimum', 'iban-not-verified', 'refused'))
);
CREATE INDEX redemption_schedule_due ON merchant.redemption_schedule (next_on) WHERE is_active;
SELECT public.isolate('merchant.redemption_schedule');

-- What a bank has told: one row per file, told apart by its bytes.
CREATE TABLE merchant.bank_answer (
    community_id uuid NOT NULL REFERENCES accounts.community,
    id uuid NOT NULL,
    sha256 bytea NOT NULL,
    message_type text NOT NULL,
    message_id text,
    imported_by uuid NOT NULL,
    imported_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    CONSTRAINT bank_answer_file_once UNIQUE (community_id, sha256)
);
SELECT public.isolate('merchant.bank_answer');

-- What became of each of its lines. Of payments that are not ours only reference and amount stay.
CREATE TABLE merchant.bank_answer_line (
    community_id uuid NOT NULL,
    bank_answer_id uuid NOT NULL,
    nr integer NOT NULL,
    source_line integer NOT NULL,
    outcome text NOT NULL,
    end_to_end_id text,
    original_message_id text,
    amount bigint,
    reason text,
    settlement_id uuid,
    redemption_id uuid,
    PRIMARY KEY (community_id, bank_answer_id, nr),
    FOREIGN KEY (community_id, bank_answer_id) REFERENCES merchant.bank_answer,
    FOREIGN KEY (community_id, settlement_id) REFERENCES merchant.settlement,
    FOREIGN KEY (community_id, redemption_id) REFERENCES merchant.redemption,
    CONSTRAINT bank_answer_line_outcome_known CHECK (outcome IN (
        'settled', 'returned', 'cancelled', 'pending', 'repeated', 'unknown', 'amount-differs',
        'contradicts'))
);
CREATE INDEX bank_answer_line_by_outcome
    ON merchant.bank_answer_line (community_id, bank_answer_id, outcome, nr);
SELECT public.isolate('merchant.bank_answer_line');

-- A settlement goes to the bank when somebody else than its maker releases it.
ALTER TABLE merchant.settlement
    ADD released_by uuid,
    ADD released_at timestamptz,
    ADD cancelled_by uuid,
    ADD cancelled_at timestamptz,
    ADD cancellation_reason text,
    -- The answer in which the bank refused the whole file.
    ADD cancellation_answer_id uuid,
    ADD FOREIGN KEY (community_id, cancellation_answer_id) REFERENCES merchant.bank_answer,
    DROP CONSTRAINT settlement_state_known,
    DROP CONSTRAINT settlement_settled_whole,
    ADD CONSTRAINT settlement_state_known
        CHECK (state IN ('created', 'released', 'settled', 'rejected', 'cancelled')),
    ADD CONSTRAINT settlement_settled_whole CHECK (
        (state = 'settled') = (settled_at IS NOT NULL)
        AND (bank_reference IS NULL OR state = 'settled')),
    ADD CONSTRAINT settlement_released_whole
        CHECK ((released_by IS NULL) = (released_at IS NULL)),
    ADD CONSTRAINT settlement_released_by_second_person CHECK (released_by <> created_by),
    ADD CONSTRAINT settlement_cancelled_whole CHECK (
        (state = 'cancelled') = (cancelled_at IS NOT NULL)
        AND (cancelled_at IS NULL) = (cancelled_by IS NULL)
        AND (cancelled_at IS NULL) = (cancellation_reason IS NULL)),
    -- What may be at the bank is not taken back by whoever sent it there, on their word alone.
    ADD CONSTRAINT settlement_cancelled_by_second_person
        CHECK (cancellation_answer_id IS NOT NULL OR cancelled_by <> released_by),
    -- Those that were settled before there was a release stay as they are.
    ADD CONSTRAINT settlement_released_before_bank
        CHECK (released_at IS NOT NULL OR state IN ('created', 'cancelled')) NOT VALID;

ALTER TABLE merchant.redemption
    ADD fee bigint NOT NULL DEFAULT 0,
    ADD community_share bigint NOT NULL DEFAULT 0,
    -- The day of the schedule that asked for it.
    ADD scheduled_on date,
    ADD settlement_transfer_id uuid,
    ADD return_transfer_id uuid,
    ADD returned_at timestamptz,
    ADD return_reason text,
    DROP CONSTRAINT redemption_state_known,
    DROP CONSTRAINT redemption_settled_whole,
    ADD CONSTRAINT redemption_state_known
        CHECK (state IN ('requested', 'in-settlement', 'settled', 'returned')),
    ADD CONSTRAINT redemption_settled_whole CHECK (
        CASE state WHEN 'settled' THEN settled_at IS NOT NULL
                   WHEN 'returned' THEN true
                   ELSE settled_at IS NULL END
        AND (settlement_transfer_id IS NULL OR settled_at IS NOT NULL)),
    ADD CONSTRAINT redemption_returned_whole CHECK (
        (state = 'returned') = (returned_at IS NOT NULL)
        AND (returned_at IS NULL) = (return_transfer_id IS NULL)),
    ADD CONSTRAINT redemption_pays_something
        CHECK (fee >= 0 AND community_share >= 0 AND fee + community_share < amount),
    ADD CONSTRAINT redemption_settled_by_transfer
        CHECK (settled_at IS NULL OR settlement_transfer_id IS NOT NULL) NOT VALID;
-- Once in every period, whoever looks and however often.
CREATE UNIQUE INDEX redemption_once_per_period
    ON merchant.redemption (community_id, merchant_id, scheduled_on)
    WHERE scheduled_on IS NOT NULL;

-- Settlements and redemptions only go forward.
CREATE FUNCTION merchant.refuse_other_moves() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT concat(OLD.state, '>', NEW.state) = ANY (TG_ARGV) THEN
        RAISE EXCEPTION 'a % does not go from % to %', TG_TABLE_NAME, OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER settlement_moves BEFORE UPDATE ON merchant.settlement
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION merchant.refuse_other_moves(
        'created>released', 'created>cancelled', 'released>settled', 'released>rejected',
        'released>cancelled');
CREATE TRIGGER redemption_moves BEFORE UPDATE ON merchant.redemption
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION merchant.refuse_other_moves(
        'requested>in-settlement', 'in-settlement>requested', 'in-settlement>settled',
        'in-settlement>returned', 'settled>returned');

REVOKE ALL ON FUNCTION merchant.verify_iban, merchant.refuse_other_moves FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merchant.verify_iban TO wijkmunt_merchant;
-- Whose account it is, is for the function to say.
REVOKE INSERT ON merchant.merchant FROM wijkmunt_merchant;
GRANT INSERT (community_id, id, name, coin, kvk_number, category_code, iban, account_id, created_at)
    ON merchant.merchant TO wijkmunt_merchant;
GRANT SELECT ON merchant.iban_request TO wijkmunt_merchant;
GRANT INSERT (community_id, id, merchant_id, iban, requested_by, requested_at)
    ON merchant.iban_request TO wijkmunt_merchant;
-- Of the state only to 'superseded': 'verified' needs columns that are not granted.
GRANT UPDATE (state) ON merchant.iban_request TO wijkmunt_merchant;
GRANT SELECT, INSERT ON merchant.redemption_policy, merchant.bank_answer, merchant.bank_answer_line
    TO wijkmunt_merchant;
GRANT SELECT, INSERT ON merchant.redemption_schedule TO wijkmunt_merchant;
GRANT UPDATE (weekday, minimum, is_active, next_on, last_on, last_outcome, set_by, set_at)
    ON merchant.redemption_schedule TO wijkmunt_merchant;
GRANT UPDATE (released_by, released_at, cancelled_by, cancelled_at, cancellation_reason,
              cancellation_answer_id) ON merchant.settlement TO wijkmunt_merchant;
GRANT UPDATE (settlement_transfer_id, return_transfer_id, returned_at, return_reason)
    ON merchant.redemption TO wijkmunt_merchant;
GRANT SELECT (community_id, time_zone) ON accounts.community TO wijkmunt_merchant;
