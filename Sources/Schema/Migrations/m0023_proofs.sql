-- What proofs of possession (RFC 9449) need in the database: the key of the nonces, the same for all
-- services, and what was used already, at any instance.
CREATE TABLE accounts.nonce_key (
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    key bytea NOT NULL,
    PRIMARY KEY (made_at),
    CONSTRAINT nonce_key_length CHECK (length(key) = 32)
);
-- Two random UUIDs are 244 bits of the server's strong randomness.
INSERT INTO accounts.nonce_key (key)
VALUES (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
GRANT SELECT ON accounts.nonce_key
    TO wijkmunt_accounts, wijkmunt_wallet, wijkmunt_merchant, wijkmunt_disbursement;

DO $$
DECLARE
    service text;
BEGIN
    FOREACH service IN ARRAY ARRAY['accounts', 'wallet', 'merchant', 'disbursement'] LOOP
        EXECUTE format($ddl$
            CREATE TABLE %1$I.used_proof (
                community_id uuid NOT NULL,
                -- SHA-256 over the key's thumbprint and the proof's own id.
                proof_hash bytea NOT NULL,
                expires_at timestamptz NOT NULL,
                PRIMARY KEY (community_id, proof_hash),
                CONSTRAINT used_proof_hash_length CHECK (length(proof_hash) = 32)
            );
            CREATE INDEX used_proof_by_expiry ON %1$I.used_proof (expires_at);
            GRANT SELECT, INSERT, DELETE ON %1$I.used_proof TO %2$I;
        $ddl$, service, 'wijkmunt_' || service);
    END LOOP;
END
$$;
