-- Officials who log in at the identity provider of their institution: clients without a key here.
ALTER TABLE accounts.client
    DROP CONSTRAINT client_kind_known,
    ADD CONSTRAINT client_kind_known
        CHECK (kind IN ('organisation', 'phone', 'terminal', 'official')),
    DROP CONSTRAINT client_key_form,
    -- A comparison with NULL would pass.
    ADD CONSTRAINT client_key_form CHECK (coalesce(
        CASE public_key_kind
            WHEN 'P-256' THEN length(public_key_x) = 32 AND length(public_key_y) = 32
                              AND public_key IS NULL
            WHEN 'Ed25519' THEN length(public_key) = 32
            WHEN 'RSA' THEN length(public_key) BETWEEN 256 AND 512
            WHEN 'none' THEN public_key IS NULL
        END, false)),
    ADD CONSTRAINT client_key_of_official
        CHECK ((kind = 'official') = (public_key_kind = 'none')),
    DROP CONSTRAINT client_key_of_device,
    ADD CONSTRAINT client_key_of_device
        CHECK (kind IN ('organisation', 'official') OR public_key_kind = 'P-256');

-- Who an official is to their provider. One subject is one client for ever: what they do has one
-- name, and two of them are two.
CREATE TABLE accounts.official (
    community_id uuid NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    client_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, issuer, subject),
    FOREIGN KEY (community_id, client_id) REFERENCES accounts.client,
    CONSTRAINT official_one_client UNIQUE (community_id, client_id),
    CONSTRAINT official_subject_length CHECK (length(subject) BETWEEN 1 AND 255)
);
GRANT SELECT, INSERT ON accounts.official TO wijkmunt_accounts;
-- What their provider says of them at each login.
GRANT UPDATE (name, roles) ON accounts.client TO wijkmunt_accounts;
