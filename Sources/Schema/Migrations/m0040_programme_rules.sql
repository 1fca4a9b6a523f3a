-- The rules of programmes: which euros fund them.

-- The bank account that the euros of a programme arrive on, and the reference that tells them from
-- those of others. A programme with both is funded by what the bank tells alone.
ALTER TABLE disbursement.programme
    ADD funding_iban text,
    ADD funding_reference text,
    ADD CONSTRAINT programme_funding_whole
        CHECK ((funding_iban IS NULL) = (funding_reference IS NULL)),
    ADD CONSTRAINT programme_funding_reference_form
        CHECK (funding_reference ~ '^[A-Z0-9][A-Z0-9.-]{4,23}[A-Z0-9]$'),
    ADD CONSTRAINT programme_funding_reference_taken UNIQUE (community_id, funding_reference);
CREATE INDEX programme_by_funding_iban ON disbursement.programme (community_id, funding_iban)
    WHERE funding_iban IS NOT NULL;

-- Statements of the bank about those accounts: one row per file, told apart by its bytes.
CREATE TABLE disbursement.bank_statement (
    community_id uuid NOT NULL REFERENCES accounts.community,
    id uuid NOT NULL,
    sha256 bytea NOT NULL,
    message_type text NOT NULL,
    message_id text,
    -- Movements that are no money for programmes; nothing of them is kept.
    other_count integer NOT NULL,
    imported_by uuid NOT NULL,
    imported_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    CONSTRAINT bank_statement_file_once UNIQUE (community_id, sha256)
);
SELECT public.isolate('disbursement.bank_statement');

-- Euros that arrived. `identity` tells a credit from all others, whatever file tells of it; one that
-- came before has none. Who paid is kept only while somebody has to decide.
CREATE TABLE disbursement.bank_credit (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    statement_id uuid NOT NULL,
    source_line integer NOT NULL,
    iban text NOT NULL,
    amount bigint NOT NULL,
    booked_on date,
    bank_reference text,
    identity bytea,
    payer_name text,
    remittance text,
    state text NOT NULL,
    programme_id uuid,
    imported_by uuid NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    dismissal_reason text,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, statement_id) REFERENCES disbursement.bank_statement,
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    CONSTRAINT bank_credit_once UNIQUE (community_id, identity),
    CONSTRAINT bank_credit_amount_in_range CHECK (amount BETWEEN 1 AND 9007199254740991),
    CONSTRAINT bank_credit_state_known CHECK (state IN
        ('unmatched', 'unclear', 'taken-back', 'funded', 'repeated', 'dismissed')),
    CONSTRAINT bank_credit_counts_once CHECK (state <> 'repeated' OR identity IS NULL),
    CONSTRAINT bank_credit_funds_programme CHECK ((state = 'funded') = (programme_id IS NOT NULL)),
    CONSTRAINT bank_credit_decided_whole CHECK (
        (decided_by IS NULL) = (decided_at IS NULL)
        AND (state = 'dismissed') = (dismissal_reason IS NOT NULL)
        AND (decided_by IS NOT NULL OR state <> 'dismissed')
        AND (decided_by IS NULL OR state IN ('funded', 'dismissed'))),
    -- Coins that one person alone could make out of a file would need no euros.
    CONSTRAINT bank_credit_decided_by_second_person CHECK (decided_by <> imported_by),
    CONSTRAINT bank_credit_forgets_payer CHECK (
        state IN ('unmatched', 'unclear', 'taken-back')
        OR (payer_name IS NULL AND remittance IS NULL))
);
CREATE INDEX bank_credit_by_statement
    ON disbursement.bank_credit (community_id, statement_id, id);
CREATE INDEX bank_credit_open ON disbursement.bank_credit (community_id, id)
    WHERE state IN ('unmatched', 'unclear', 'taken-back');
SELECT public.isolate('disbursement.bank_credit');

-- What was decided about a credit stays, and what was taken back funds nothing.
CREATE FUNCTION disbursement.refuse_other_decisions() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT concat(OLD.state, '>', NEW.state) = ANY (TG_ARGV) THEN
        RAISE EXCEPTION 'a % does not go from % to %', TG_TABLE_NAME, OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bank_credit_moves BEFORE UPDATE ON disbursement.bank_credit
    FOR EACH ROW EXECUTE FUNCTION disbursement.refuse_other_decisions(
        'unmatched>funded', 'unclear>funded', 'unmatched>dismissed', 'unclear>dismissed',
        'taken-back>dismissed');

-- Keeps the credits of a statement; answers those that no file told of before. The others are
-- 'repeated', or 'unclear' where the bank has no reference that says so, or another day.
CREATE FUNCTION disbursement.keep_credits(
    p_community uuid, p_statement uuid, p_client uuid, p_ids uuid[], p_lines integer[],
    p_ibans text[], p_amounts bigint[], p_booked text[], p_references text[],
    p_identities bytea[], p_payers text[], p_remittances text[], p_arrived boolean[])
RETURNS SETOF uuid
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_unseen uuid[];
BEGIN
    WITH kept AS (
        INSERT INTO disbursement.bank_credit
            (community_id, id, statement_id, source_line, iban, amount, booked_on,
             bank_reference, identity, payer_name, remittance, state, imported_by)
        SELECT p_community, t.id, p_statement, t.line, t.iban, t.amount, t.booked::date,
               t.reference, t.identity, t.payer, t.remittance,
               CASE WHEN t.arrived THEN 'unmatched' ELSE 'taken-back' END, p_client
          FROM unnest(p_ids, p_lines, p_ibans, p_amounts, p_booked, p_references, p_identities,
                      p_payers, p_remittances, p_arrived)
               AS t (id, line, iban, amount, booked, reference, identity, payer, remittance,
                     arrived)
         ORDER BY t.identity
        ON CONFLICT ON CONSTRAINT bank_credit_once DO NOTHING
        RETURNING id
    )
    SELECT coalesce(array_agg(k.id), '{}') INTO v_unseen FROM kept k;

    -- A statement of its own, so that it sees what another import kept while this one waited.
    INSERT INTO disbursement.bank_credit
        (community_id, id, statement_id, source_line, iban, amount, booked_on, bank_reference,
         payer_name, remittance, state, imported_by)
    SELECT p_community, t.id, p_statement, t.line, t.iban, t.amount, t.booked::date, t.reference,
           CASE WHEN j.state <> 'repeated' THEN t.payer END,
           CASE WHEN j.state <> 'repeated' THEN t.remittance END, j.state, p_client
      FROM unnest(p_ids, p_lines, p_ibans, p_amounts, p_booked, p_references, p_identities,
                  p_payers, p_remittances, p_arrived)
           AS t (id, line, iban, amount, booked, reference, identity, payer, remittance, arrived)
      JOIN disbursement.bank_credit k
        ON k.community_id = p_community AND k.identity = t.identity
     CROSS JOIN LATERAL (
           SELECT CASE WHEN t.reference IS NOT NULL
                            AND k.booked_on IS NOT DISTINCT FROM t.booked::date THEN 'repeated'
                       WHEN t.arrived THEN 'unclear'
                       ELSE 'taken-back' END) AS j (state)
     WHERE NOT EXISTS (SELECT FROM unnest(v_unseen) AS u (id) WHERE u.id = t.id);
    RETURN QUERY SELECT unnest(v_unseen);
END
$$;

-- A funding that a credit of the bank made has the id of the credit; references of the bank are
-- unique only among those that people booked.
ALTER TABLE disbursement.funding
    ADD bank_credit_id uuid,
    ADD CONSTRAINT funding_once_per_credit UNIQUE (community_id, bank_credit_id),
    ADD CONSTRAINT funding_of_credit CHECK (bank_credit_id = id),
    ADD FOREIGN KEY (community_id, bank_credit_id) REFERENCES disbursement.bank_credit,
    DROP CONSTRAINT funding_bank_reference_unique;
CREATE UNIQUE INDEX funding_bank_reference_unique
    ON disbursement.funding (community_id, bank_reference) WHERE bank_credit_id IS NULL;
CREATE INDEX funding_by_programme ON disbursement.funding (community_id, programme_id);

-- Coins for a programme come with its euros, and with a credit of its own account where it has one.
CREATE FUNCTION disbursement.require_credit() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM disbursement.programme p
          LEFT JOIN disbursement.bank_credit c
            ON c.community_id = p.community_id AND c.id = NEW.bank_credit_id
         WHERE p.community_id = NEW.community_id AND p.id = NEW.programme_id
           AND (p.funding_iban IS NULL AND NEW.bank_credit_id IS NULL
                OR c.iban = p.funding_iban AND c.amount = NEW.amount AND c.state = 'funded'
                   AND c.programme_id = p.id)) THEN
        RAISE EXCEPTION 'a funding without its credit' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'funding_has_credit';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER funding_has_credit BEFORE INSERT ON disbursement.funding
    FOR EACH ROW EXECUTE FUNCTION disbursement.require_credit();

REVOKE ALL ON FUNCTION disbursement.refuse_other_decisions, disbursement.require_credit,
    disbursement.keep_credits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.keep_credits TO wijkmunt_disbursement;
GRANT SELECT, INSERT ON disbursement.bank_statement, disbursement.bank_credit
    TO wijkmunt_disbursement;
GRANT UPDATE (state, programme_id, decided_by, decided_at, dismissal_reason, payer_name,
              remittance) ON disbursement.bank_credit TO wijkmunt_disbursement;
