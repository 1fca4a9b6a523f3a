-- Whom a payment file pays: how long coins wait for somebody who has not enrolled.

-- Coins that nobody came for go back where they came from. The transfer that ends a reservation has
-- one id, made from the line's, whichever way the coins go: they land or return, never both.
INSERT INTO ledger.transfer_rule (kind, role, debits, credits, reverses) VALUES
    ('reservation-return', 'wijkmunt_disbursement', '{reserved}', '{programme}', true);

ALTER TABLE disbursement.programme
    ADD waiting_days integer NOT NULL DEFAULT 180,
    ADD CONSTRAINT programme_waiting_days_range CHECK (waiting_days BETWEEN 1 AND 3650);

ALTER TABLE disbursement.instruction
    ADD returned_at timestamptz,
    ADD CONSTRAINT instruction_returned_whole
        CHECK ((state = 'returned') = (returned_at IS NOT NULL));
CREATE INDEX instruction_waiting ON disbursement.instruction (community_id, batch_id, id)
    WHERE state = 'waiting';
GRANT UPDATE (returned_at) ON disbursement.instruction TO wijkmunt_disbursement;

-- The numbers by which institutions know people in their own books. One clerk links a number, another
-- confirms it, as with an IBAN: money for the number finds the person only then.
CREATE TABLE accounts.client_number (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    -- Whose number it is; NULL: the community's own.
    institution_id uuid,
    -- Keyed (HMAC-SHA256), together with whose number it is; the masked form is for the eye.
    number_hash bytea NOT NULL,
    masked text NOT NULL,
    linked_by uuid NOT NULL,
    linked_at timestamptz NOT NULL,
    confirmed_by uuid,
    confirmed_at timestamptz,
    evidence text,
    withdrawn_by uuid,
    withdrawn_at timestamptz,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, party_id) REFERENCES accounts.party,
    FOREIGN KEY (community_id, institution_id) REFERENCES accounts.party,
    CONSTRAINT client_number_confirmed_by_second_person CHECK (confirmed_by <> linked_by),
    CONSTRAINT client_number_confirmed_whole CHECK (
        (confirmed_by IS NULL) = (confirmed_at IS NULL)
        AND (confirmed_by IS NULL) = (evidence IS NULL)),
    CONSTRAINT client_number_withdrawn_whole
        CHECK ((withdrawn_by IS NULL) = (withdrawn_at IS NULL))
);
-- One that nobody confirmed keeps no rightful holder out.
CREATE UNIQUE INDEX client_number_linked_once ON accounts.client_number (community_id, number_hash)
    WHERE confirmed_at IS NOT NULL AND withdrawn_at IS NULL;
CREATE UNIQUE INDEX client_number_once_per_person
    ON accounts.client_number (community_id, party_id, number_hash) WHERE withdrawn_at IS NULL;
SELECT public.isolate('accounts.client_number');
GRANT SELECT, INSERT, UPDATE (confirmed_by, confirmed_at, evidence, withdrawn_by, withdrawn_at)
    ON accounts.client_number TO wijkmunt_accounts;
GRANT SELECT (community_id, party_id, number_hash, confirmed_at, withdrawn_at)
    ON accounts.client_number TO wijkmunt_disbursement;

-- What is kept of a person, and what goes: only these places change in the two functions, whatever
-- else they have become meanwhile.
DO $$
DECLARE
    v_text text := pg_get_functiondef('accounts.export_person'::regproc);
    v_seen CONSTANT text := $old$'cardEvents', ($old$;
BEGIN
    IF strpos(v_text, v_seen) = 0 THEN
        RAISE EXCEPTION 'accounts.export_person does not say what there is of cards';
    END IF;
    EXECUTE replace(v_text, v_seen, $new$'clientNumbers', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'id', l.id, 'institution', l.institution_id, 'numberMasked', l.masked,
                       'linkedBy', l.linked_by, 'linkedAt', accounts.instant(l.linked_at),
                       'confirmedBy', l.confirmed_by,
                       'confirmedAt', accounts.instant(l.confirmed_at), 'evidence', l.evidence,
                       'withdrawnAt', accounts.instant(l.withdrawn_at)) ORDER BY l.id), '[]')
              FROM accounts.client_number l
             WHERE l.community_id = p_community AND l.party_id = p_party),
        'cardEvents', ($new$);
    v_text := pg_get_functiondef('accounts.erase_person'::regproc);
    IF strpos(v_text, 'DELETE FROM audit.subject s') = 0 THEN
        RAISE EXCEPTION 'accounts.erase_person does not say how it ends';
    END IF;
    EXECUTE replace(v_text, 'DELETE FROM audit.subject s', $new$DELETE FROM accounts.client_number l
     WHERE l.community_id = p_community AND l.party_id = p_party;
    DELETE FROM audit.subject s$new$);
END
$$;

-- Whom a line pays, in five ways. What is no alias is kept as a keyed hash, with the kind mixed into it:
-- hashes of two kinds are never equal.
ALTER TABLE disbursement.instruction ADD creditor_kind text;
UPDATE disbursement.instruction
   SET creditor_kind = CASE WHEN alias IS NULL THEN 'iban' ELSE 'alias' END
 WHERE creditor_hash IS NOT NULL OR alias IS NOT NULL;
ALTER TABLE disbursement.instruction
    ADD CONSTRAINT instruction_creditor_kind_known CHECK (creditor_kind IN
        ('iban', 'alias', 'card', 'activationCode', 'clientNumber')),
    ADD CONSTRAINT instruction_has_creditor
        CHECK (state = 'refused' OR creditor_kind IS NOT NULL);
COMMENT ON COLUMN disbursement.instruction.creditor_hash IS
    'HMAC-SHA256 of the creditor''s IBAN, card number, activation code or client number';
GRANT SELECT (community_id, number_hash, party_id) ON accounts.card TO wijkmunt_disbursement;
GRANT SELECT (community_id, code_hash, party_id, terminal_id) ON accounts.activation_code
    TO wijkmunt_disbursement;

-- A person's lines are those of all the hashes by which a file can name somebody. Only the parameter
-- and the name of the column change in these functions, whatever else they have become meanwhile.
DO $$
DECLARE
    v_name text; v_text text;
BEGIN
    FOREACH v_name IN ARRAY ARRAY['disbursement.export_person', 'disbursement.erase_person'] LOOP
        v_text := replace(pg_get_functiondef(v_name::regproc), 'i.iban_hash', 'i.creditor_hash');
        IF strpos(v_text, 'p_iban_hash bytea') = 0
            OR strpos(v_text, 'i.creditor_hash = p_iban_hash') = 0 THEN
            RAISE EXCEPTION '% does not look for lines by IBAN', v_name;
        END IF;
        EXECUTE format('DROP FUNCTION %s', v_name::regproc::regprocedure);
        EXECUTE replace(replace(v_text, 'p_iban_hash bytea', 'p_hashes bytea[]'),
                        'i.creditor_hash = p_iban_hash', 'i.creditor_hash = ANY (p_hashes)');
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v_name::regproc::regprocedure);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO wijkmunt_accounts',
                       v_name::regproc::regprocedure);
    END LOOP;
END
$$;

-- Letters to those whose coins wait. A payment file that two people stand for says who is meant, so a
-- letter registers them: whoever enrols with its code is the one that the line pays.

-- Gives each of some waiting lines a code by letter, and a person where there is none yet; earlier codes
-- of the person are void. Answers the line and the person; nothing for a line that does not wait any
-- more, whose receiver has a wallet by now, or whom a letter cannot reach.
CREATE FUNCTION disbursement.write_letters(
    p_community uuid, p_batch uuid, p_lines integer[], p_code_hashes bytea[], p_new_parties uuid[],
    p_new_links uuid[], p_expires_at timestamptz, p_now timestamptz)
RETURNS TABLE (line integer, party uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_batch record; v_line record; v_party uuid; v_evidence text;
BEGIN
    SELECT b.submitted_by, b.approved_by, b.message_id, g.institution_id INTO v_batch
      FROM disbursement.batch b
      JOIN disbursement.programme g
        ON g.community_id = b.community_id AND g.id = b.programme_id
     WHERE b.community_id = p_community AND b.id = p_batch AND b.approved_by IS NOT NULL;
    IF NOT FOUND THEN RETURN; END IF;
    v_evidence := left('payment file ' || coalesce(v_batch.message_id, p_batch::text), 200);
    FOR v_line IN
        SELECT i.nr, i.creditor_kind, i.creditor_hash, i.creditor_masked, i.creditor_name,
               l.code_hash, l.new_party, l.new_link
          FROM unnest(p_lines, p_code_hashes, p_new_parties, p_new_links)
               AS l (nr, code_hash, new_party, new_link)
          JOIN disbursement.instruction i
            ON i.community_id = p_community AND i.batch_id = p_batch AND i.nr = l.nr
         WHERE i.state = 'waiting' AND i.creditor_kind IN ('iban', 'clientNumber')
         ORDER BY i.nr
    LOOP
        IF v_line.creditor_kind = 'iban' THEN
            SELECT y.id INTO v_party FROM accounts.party y
             WHERE y.community_id = p_community AND y.iban_hash = v_line.creditor_hash
               AND y.iban_verified_at IS NOT NULL;
        ELSE
            SELECT n.party_id INTO v_party FROM accounts.client_number n
             WHERE n.community_id = p_community AND n.number_hash = v_line.creditor_hash
               AND n.confirmed_at IS NOT NULL AND n.withdrawn_at IS NULL;
        END IF;
        IF v_party IS NULL THEN
            v_party := v_line.new_party;
            INSERT INTO accounts.party (community_id, id, kind, name, created_at)
            VALUES (p_community, v_party, 'person',
                    coalesce(nullif(left(btrim(v_line.creditor_name), 100), ''), '-'), p_now);
            IF v_line.creditor_kind = 'iban' THEN
                UPDATE accounts.party y
                   SET iban_hash = v_line.creditor_hash, iban_masked = v_line.creditor_masked,
                       iban_linked_by = v_batch.submitted_by, iban_linked_at = p_now
                 WHERE y.community_id = p_community AND y.id = v_party;
                UPDATE accounts.party y
                   SET iban_verified_by = v_batch.approved_by, iban_verified_at = p_now,
                       iban_evidence = v_evidence
                 WHERE y.community_id = p_community AND y.id = v_party;
            ELSE
                INSERT INTO accounts.client_number (
                    community_id, id, party_id, institution_id, number_hash, masked, linked_by,
                    linked_at, confirmed_by, confirmed_at, evidence)
                VALUES (p_community, v_line.new_link, v_party, v_batch.institution_id,
                        v_line.creditor_hash, v_line.creditor_masked, v_batch.submitted_by, p_now,
                        v_batch.approved_by, p_now, v_evidence);
            END IF;
        ELSIF EXISTS (SELECT FROM wallet.wallet w
                       WHERE w.community_id = p_community AND w.party_id = v_party) THEN
            CONTINUE;
        END IF;
        UPDATE accounts.activation_code a SET expires_at = a.created_at
         WHERE a.community_id = p_community AND a.party_id = v_party AND a.used_at IS NULL
           AND a.terminal_id IS NULL;
        INSERT INTO accounts.activation_code (community_id, code_hash, party_id, expires_at,
                                              created_at)
        VALUES (p_community, v_line.code_hash, v_party, p_expires_at, p_now);
        line := v_line.nr;
        party := v_party;
        RETURN NEXT;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION disbursement.write_letters FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.write_letters TO wijkmunt_disbursement;
-- A letter is from somebody, and is due as long as no code is on its way.
GRANT SELECT (community_id, name) ON accounts.community TO wijkmunt_disbursement;
GRANT SELECT (expires_at, used_at) ON accounts.activation_code TO wijkmunt_disbursement;
