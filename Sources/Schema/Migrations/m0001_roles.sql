-- One login role per service, plus a reader for the audit. They get a password (or a certificate)
-- from whoever runs the installation; here they get only their names and, below, their grants.
DO $$
DECLARE
    service text;
BEGIN
    -- Roles belong to the cluster, so another database on it may have made them already.
    PERFORM pg_advisory_xact_lock(hashtext('wijkmunt roles'));
    FOREACH service IN ARRAY ARRAY['accounts', 'wallet', 'merchant', 'disbursement', 'audit'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'wijkmunt_' || service) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', 'wijkmunt_' || service);
        END IF;
    END LOOP;
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
