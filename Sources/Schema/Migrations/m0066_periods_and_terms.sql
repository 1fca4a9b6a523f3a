-- The period of a programme tells which payments look like one paid twice. Like the sum from which on two people
-- approve, a shorter one counts for the files of others: what somebody submits goes by the longest that was
-- set since somebody else set it last, and by a month where nobody else did.
CREATE FUNCTION disbursement.period_of_files(
    p_community uuid, p_programme uuid, p_submitter uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH others AS (
        SELECT max(o.version) AS last FROM disbursement.file_setting o
         WHERE o.community_id = p_community AND o.programme_id = p_programme
           AND o.set_by <> p_submitter
    )
    SELECT (ARRAY['day', 'week', 'month'])[max(p.length)]
      FROM (SELECT array_position(ARRAY['day', 'week', 'month'], g.period) AS length
              FROM others o
              JOIN disbursement.file_setting g
                ON g.community_id = p_community AND g.programme_id = p_programme
               AND g.version >= o.last
            UNION ALL
            SELECT 3 FROM others o WHERE o.last IS NULL) AS p
$$;
REVOKE ALL ON FUNCTION disbursement.period_of_files FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.period_of_files TO wijkmunt_disbursement;

-- The time of coins that wait begins when they are set apart, whatever becomes of other lines of their file.
ALTER TABLE disbursement.instruction ADD waiting_since timestamptz;
UPDATE disbursement.instruction i SET waiting_since = coalesce(b.done_at, clock_timestamp())
  FROM disbursement.batch b
 WHERE b.community_id = i.community_id AND b.id = i.batch_id AND i.state = 'waiting';
ALTER TABLE disbursement.instruction
    ADD CONSTRAINT instruction_waits_since CHECK (state <> 'waiting' OR waiting_since IS NOT NULL);
DO $$
DECLARE
    c_old CONSTANT text := 'UPDATE disbursement.instruction i SET state = l.state, refusal_code = l.refusal';
    v_text text := pg_get_functiondef('disbursement.credit_lines'::regproc);
BEGIN
    IF strpos(v_text, c_old) = 0 THEN
        RAISE EXCEPTION 'disbursement.credit_lines does not say %', c_old;
    END IF;
    EXECUTE replace(v_text, c_old, c_old || E',\n'
        '               waiting_since = CASE l.state\n'
        '                   WHEN ''waiting'' THEN coalesce(v_posted.posted_at, clock_timestamp()) END');
END
$$;
