-- Tokens that are refused before they expire. Services verify tokens without asking anybody, so
-- each keeps in memory what counts of this, and reads it anew when it hears that there is more.
CREATE TABLE accounts.revocation (
    community_id uuid NOT NULL,
    client_id uuid NOT NULL,
    -- The client's tokens that were issued earlier are refused.
    tokens_before timestamptz NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, client_id, tokens_before),
    FOREIGN KEY (community_id, client_id) REFERENCES accounts.client
);
-- Every service asks for the latest, whatever their community.
CREATE INDEX revocation_by_time ON accounts.revocation (tokens_before);

INSERT INTO accounts.revocation (community_id, client_id, tokens_before, reason, created_at)
SELECT community_id, id, revoked_at + interval '1 minute', coalesce(revocation_reason, ''),
       revoked_at
  FROM accounts.client WHERE revoked_at IS NOT NULL;

CREATE FUNCTION accounts.announce_revocation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('accounts_revocation', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER revocation_is_announced AFTER INSERT ON accounts.revocation
    FOR EACH STATEMENT EXECUTE FUNCTION accounts.announce_revocation();

REVOKE ALL ON FUNCTION accounts.announce_revocation FROM PUBLIC;
GRANT SELECT, INSERT ON accounts.revocation TO wijkmunt_accounts;
GRANT SELECT (client_id, tokens_before) ON accounts.revocation
    TO wijkmunt_wallet, wijkmunt_merchant, wijkmunt_disbursement;
