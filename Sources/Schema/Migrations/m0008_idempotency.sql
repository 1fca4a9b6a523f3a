-- The first answer to every keyed request, stored in the commit that did the work.
DO $$
DECLARE
    service text;
BEGIN
    FOREACH service IN ARRAY ARRAY['accounts', 'wallet', 'merchant', 'disbursement'] LOOP
        EXECUTE format($ddl$
            CREATE TABLE %1$I.idempotency_record (
                community_id uuid NOT NULL,
                client_id uuid NOT NULL,
                operation text NOT NULL,
                key text NOT NULL,
                fingerprint bytea NOT NULL,
                status integer NOT NULL,
                content_type text NOT NULL,
                location text,
                body bytea NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (community_id, client_id, operation, key),
                CONSTRAINT idempotency_key_length CHECK (length(key) BETWEEN 1 AND 128)
            );
            CREATE INDEX idempotency_record_by_age ON %1$I.idempotency_record (created_at);
            GRANT SELECT, INSERT, DELETE ON %1$I.idempotency_record TO %2$I;
        $ddl$, service, 'wijkmunt_' || service);
    END LOOP;
END
$$;
