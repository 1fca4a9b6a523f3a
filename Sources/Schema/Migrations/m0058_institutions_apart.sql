-- Which officials see a programme: those of its institution, and those of the institution whose official
-- made it. A request of an official names theirs in wijkmunt.institution; what is done without a request,
-- or for somebody who is no official, names none.

ALTER TABLE disbursement.programme
    ADD run_by uuid,
    ADD FOREIGN KEY (community_id, run_by) REFERENCES accounts.party;
UPDATE disbursement.programme p SET run_by = e.party_id
  FROM audit.event e
 WHERE e.community_id = p.community_id AND e.object_id = p.id::text
   AND e.operation = 'createProgramme';

CREATE POLICY own_institution ON disbursement.programme AS RESTRICTIVE TO wijkmunt_disbursement
    USING ((SELECT nullif(current_setting('wijkmunt.institution', true), '')) IS NULL
           OR coalesce(institution_id, run_by) IS NULL
           OR institution_id
              = (SELECT nullif(current_setting('wijkmunt.institution', true), '')::uuid)
           OR run_by = (SELECT nullif(current_setting('wijkmunt.institution', true), '')::uuid));
-- What hangs on a programme is seen with it. Lines, findings, terms and the like are found by these.
DO $$
DECLARE
    v_table name;
BEGIN
    FOREACH v_table IN ARRAY ARRAY[
        'batch', 'credit_rule', 'extension', 'file_setting', 'grant_rules', 'programme_change',
        'programme_locality_policy', 'recall', 'standing_instruction', 'upload'] LOOP
        EXECUTE format($policy$
            CREATE POLICY own_institution ON disbursement.%1$I AS RESTRICTIVE
                TO wijkmunt_disbursement
                USING ((SELECT nullif(current_setting('wijkmunt.institution', true), '')) IS NULL
                       OR EXISTS (SELECT FROM disbursement.programme p
                                   WHERE p.community_id = %1$I.community_id
                                     AND p.id = %1$I.programme_id))
        $policy$, v_table);
    END LOOP;
END
$$;

-- References are told apart in the whole community, also from those of programmes that the caller does
-- not see.
ALTER FUNCTION disbursement.is_reference_taken SECURITY DEFINER;

-- Whether a file with these bytes, or this message id, was handed in before: by anybody, also for programmes
-- that the caller does not see.
CREATE FUNCTION disbursement.is_file_known(p_community uuid, p_hash bytea, p_message text)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM disbursement.batch b
                    WHERE b.community_id = p_community AND b.content_hash = p_hash
                      AND b.released_at IS NULL)
        OR EXISTS (SELECT FROM disbursement.batch b
                    WHERE b.community_id = p_community AND b.message_id = p_message
                      AND b.state NOT IN ('receiving', 'refused', 'cancelled'))
$$;
REVOKE ALL ON FUNCTION disbursement.is_file_known FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.is_file_known TO wijkmunt_disbursement;
