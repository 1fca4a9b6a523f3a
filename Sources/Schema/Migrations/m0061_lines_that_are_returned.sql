-- Coins that wait for somebody to enrol go back to their programme when somebody says so, before their time
-- is over.

-- Why a line was returned, and by whom; when stands with the line. Never changed, but for being forgotten.
CREATE TABLE disbursement.line_return (
    community_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    nr integer NOT NULL,
    reason text NOT NULL,
    returned_by uuid NOT NULL,
    PRIMARY KEY (community_id, batch_id, nr),
    FOREIGN KEY (community_id, batch_id) REFERENCES disbursement.batch
);
SELECT public.isolate('disbursement.line_return');
GRANT SELECT, INSERT ON disbursement.line_return TO wijkmunt_disbursement;

CREATE FUNCTION disbursement.require_return() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM disbursement.instruction i
      WHERE i.community_id = NEW.community_id AND i.batch_id = NEW.batch_id AND i.nr = NEW.nr
        AND i.state = 'returned';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'line % of batch % is not returned', NEW.nr, NEW.batch_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER line_return_is_one AFTER INSERT ON disbursement.line_return
    FOR EACH ROW EXECUTE FUNCTION disbursement.require_return();

-- Voids the codes of those for whom these lines were that returned, as a letter brought them: whoever has
-- a wallet, or something else that waits, keeps theirs. So does a code that a file names itself.
CREATE FUNCTION disbursement.void_codes(p_community uuid, p_batch uuid, p_lines integer[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off AS $$
BEGIN
    UPDATE accounts.activation_code a SET expires_at = a.created_at
      FROM (SELECT DISTINCT y.id
              FROM disbursement.instruction i
             CROSS JOIN LATERAL (
                   SELECT p.id FROM accounts.party p
                    WHERE i.creditor_kind = 'iban' AND p.community_id = i.community_id
                      AND p.iban_hash = i.creditor_hash AND p.iban_verified_at IS NOT NULL
                   UNION ALL
                   SELECT n.party_id FROM accounts.client_number n
                    WHERE i.creditor_kind = 'clientNumber' AND n.community_id = i.community_id
                      AND n.number_hash = i.creditor_hash AND n.confirmed_at IS NOT NULL
                      AND n.withdrawn_at IS NULL) AS y
             WHERE i.community_id = p_community AND i.batch_id = p_batch
               AND i.nr = ANY (p_lines) AND i.state = 'returned') AS r
     WHERE a.community_id = p_community AND a.party_id = r.id AND a.used_at IS NULL
       AND a.terminal_id IS NULL
       AND NOT EXISTS (SELECT FROM wallet.wallet w
                        WHERE w.community_id = p_community AND w.party_id = r.id)
       AND NOT EXISTS (
           SELECT FROM disbursement.instruction o
            WHERE o.community_id = p_community AND o.state = 'waiting'
              AND o.creditor_hash IN (
                  SELECT a.code_hash
                  UNION ALL
                  SELECT p.iban_hash FROM accounts.party p
                   WHERE p.community_id = p_community AND p.id = r.id
                     AND p.iban_verified_at IS NOT NULL
                  UNION ALL
                  SELECT n.number_hash FROM accounts.client_number n
                   WHERE n.community_id = p_community AND n.party_id = r.id
                     AND n.confirmed_at IS NOT NULL AND n.withdrawn_at IS NULL));
END
$$;
REVOKE ALL ON FUNCTION disbursement.require_return, disbursement.void_codes FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.void_codes TO wijkmunt_disbursement;

-- A line that waited is returned only when its coins were. What was written about it goes with its receiver,
-- who can read it until then. Only these words come into the functions, whatever else they have become.
DO $$
DECLARE
    v_change record;
    v_text text;
BEGIN
    FOR v_change IN
        SELECT * FROM (VALUES
            ('disbursement.require_outcomes', 'SELECT i.state = ''acceptable'' AND c.nr IS NULL',
             E'SELECT i.state = ''acceptable'' AND c.nr IS NULL\n'
             '                       OR i.state = ''returned'' AND NOT EXISTS (\n'
             '                           SELECT FROM ledger.transfer t\n'
             '                            WHERE t.community_id = o.community_id\n'
             '                              AND t.id = overlay(o.id::text PLACING ''8'' FROM 15)::uuid\n'
             '                              AND t.kind = ''reservation-return'')'),
            ('disbursement.require_outcomes', 'any more and is not credited',
             'any more, and its coins did not move'),
            ('disbursement.forget_reasons', 'UPDATE disbursement.batch b',
             E'UPDATE disbursement.line_return r SET reason = ''Erased''\n'
             '     WHERE r.community_id = p_community AND r.reason <> ''Erased''\n'
             '       AND EXISTS (\n'
             '           SELECT FROM disbursement.instruction i\n'
             '            WHERE i.community_id = r.community_id AND i.batch_id = r.batch_id\n'
             '              AND i.nr = r.nr AND i.creditor_name = '''' AND i.creditor_masked = '''');\n'
             '    UPDATE disbursement.batch b'),
            ('disbursement.export_person', '''state'', i.state,',
             E'''state'', i.state, ''returnReason'', (\n'
             '                   SELECT r.reason FROM disbursement.line_return r\n'
             '                    WHERE r.community_id = i.community_id\n'
             '                      AND r.batch_id = i.batch_id AND r.nr = i.nr),'))
            AS c (function, old, new)
    LOOP
        v_text := pg_get_functiondef(v_change.function::regproc);
        IF strpos(v_text, v_change.old) = 0 THEN
            RAISE EXCEPTION '% does not say %', v_change.function, v_change.old;
        END IF;
        EXECUTE replace(v_text, v_change.old, v_change.new);
    END LOOP;
END
$$;
