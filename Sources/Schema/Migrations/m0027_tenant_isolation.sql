-- The database keeps communities apart as well, for the day on which one of our queries forgets to.
-- A session says whose rows it is about, in the setting wijkmunt.community: a community's id, `every`
-- for the few pieces of work that are about all, or nothing, and then there are no rows. The owner,
-- and with it the functions that run with the owner's rights, is not bound by this; partitions are
-- read through their parent, which is.

-- Isolates a table that has a community_id. Every migration that makes one calls this.
CREATE FUNCTION public.isolate(p_table regclass) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', p_table);
    -- Sub-selects are evaluated once for a statement, and not at all where no row is looked at.
    EXECUTE format($policy$
        CREATE POLICY own_community ON %s USING (
            (SELECT current_setting('wijkmunt.community', true) = 'every')
            OR community_id = (SELECT nullif(nullif(
                   current_setting('wijkmunt.community', true), ''), 'every')::uuid))
    $policy$, p_table);
    -- The audit is about all communities, and only reads.
    EXECUTE format('CREATE POLICY audit_reads_all ON %s FOR SELECT TO wijkmunt_audit USING (true)',
                   p_table);
END
$$;
REVOKE ALL ON FUNCTION public.isolate FROM PUBLIC;

SELECT public.isolate(c.oid::regclass)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'community_id'
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT a.attisdropped
   AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'
 ORDER BY c.oid;

-- What PostgreSQL lets everybody do in every database: connect, and make temporary tables.
DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO wijkmunt_accounts, wijkmunt_wallet, '
                   'wijkmunt_merchant, wijkmunt_disbursement, wijkmunt_audit', current_database());
END
$$;
