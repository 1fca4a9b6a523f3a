-- What the payer called the credit that a line is, its EndToEndId, for whoever gets it; NULL without one. Found
-- by the moment of the line's id, which a few hundred lines share.
CREATE FUNCTION disbursement.payer_reference(p_community uuid, p_line uuid) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    RETURN (
        SELECT nullif(nullif(i.end_to_end_id, ''), 'NOTPROVIDED')
          FROM disbursement.line_moment m
          JOIN disbursement.instruction i
            ON i.community_id = m.community_id AND i.batch_id = m.batch_id
           AND i.nr BETWEEN m.first_nr AND m.last_nr
         WHERE m.community_id = p_community AND m.moment = disbursement.moment_of(p_line)
           AND i.id = p_line
         LIMIT 1);
END
$$;

REVOKE ALL ON FUNCTION disbursement.payer_reference FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.payer_reference TO wijkmunt_wallet;
