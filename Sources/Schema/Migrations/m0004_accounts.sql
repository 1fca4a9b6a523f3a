-- Communities, coins, geofences, locality policies, parties and the clients that act for them.
CREATE SCHEMA accounts;

CREATE TABLE accounts.community (
    community_id uuid PRIMARY KEY,
    name text NOT NULL,
    time_zone text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT community_name_length CHECK (length(name) BETWEEN 1 AND 100)
);

CREATE TABLE accounts.coin (
    community_id uuid NOT NULL REFERENCES accounts.community,
    code text NOT NULL,
    name text NOT NULL,
    symbol text NOT NULL,
    digits smallint NOT NULL,
    peg text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, code),
    CONSTRAINT coin_code_form CHECK (code ~ '^[a-z][a-z0-9-]{1,31}$'),
    CONSTRAINT coin_digits_range CHECK (digits BETWEEN 0 AND 4),
    -- One minor unit of the coin is one euro cent.
    CONSTRAINT coin_peg_is_euro CHECK (peg = 'EUR' AND digits = 2)
);

-- Every import is a new version; a version never changes.
CREATE TABLE accounts.geofence (
    community_id uuid NOT NULL REFERENCES accounts.community,
    id uuid NOT NULL,
    name text NOT NULL,
    version integer NOT NULL,
    area text NOT NULL,
    vertices integer NOT NULL,
    area_square_metres bigint NOT NULL,
    bounding_box double precision[] NOT NULL,
    dropped_points integer NOT NULL,
    repaired boolean NOT NULL,
    changed_area_square_metres bigint NOT NULL,
    valid_from timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    CONSTRAINT geofence_version_unique UNIQUE (community_id, name, version)
);

CREATE TABLE accounts.locality_policy (
    community_id uuid NOT NULL,
    coin text NOT NULL,
    version integer NOT NULL,
    geofence text,
    rules text NOT NULL,
    valid_from timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, coin, version),
    FOREIGN KEY (community_id, coin) REFERENCES accounts.coin
);

CREATE TABLE accounts.party (
    community_id uuid NOT NULL REFERENCES accounts.community,
    id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    institution_kind text,
    -- People only. The hash is keyed (HMAC-SHA256), the masked form is for the eye.
    iban_hash bytea,
    iban_masked text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    CONSTRAINT party_kind_known CHECK (kind IN ('person', 'institution', 'merchant')),
    CONSTRAINT party_name_length CHECK (length(name) BETWEEN 1 AND 100),
    CONSTRAINT party_iban_of_person CHECK (kind = 'person' OR iban_hash IS NULL),
    CONSTRAINT party_iban_pair CHECK ((iban_hash IS NULL) = (iban_masked IS NULL)),
    CONSTRAINT iban_linked_once UNIQUE (community_id, iban_hash)
);

-- What holds a key and asks for tokens: an organisation's system or official, a phone, a terminal.
CREATE TABLE accounts.client (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    roles text[] NOT NULL,
    public_key_x bytea NOT NULL,
    public_key_y bytea NOT NULL,
    -- Terminals only: what they stand for at which shop.
    terminal_id uuid,
    shop_id uuid,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revocation_reason text,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, party_id) REFERENCES accounts.party,
    CONSTRAINT client_kind_known CHECK (kind IN ('organisation', 'phone', 'terminal')),
    CONSTRAINT client_terminal_pair CHECK ((kind = 'terminal') = (terminal_id IS NOT NULL)),
    CONSTRAINT client_key_length CHECK (length(public_key_x) = 32 AND length(public_key_y) = 32)
);
-- The token endpoint knows the client before it knows the community.
CREATE INDEX client_by_id ON accounts.client (id);
CREATE INDEX client_by_party ON accounts.client (community_id, party_id, id);

CREATE TABLE accounts.activation_code (
    community_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    party_id uuid NOT NULL,
    terminal_id uuid,
    shop_id uuid,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    client_id uuid,
    PRIMARY KEY (community_id, code_hash),
    FOREIGN KEY (community_id, party_id) REFERENCES accounts.party,
    CONSTRAINT activation_used_by_client CHECK ((used_at IS NULL) = (client_id IS NULL))
);
CREATE INDEX activation_code_by_hash ON accounts.activation_code (code_hash);
CREATE INDEX activation_code_by_party ON accounts.activation_code (community_id, party_id);

-- Client assertions already used (RFC 7523 section 3, jti), until they expire.
CREATE TABLE accounts.used_assertion (
    client_id text NOT NULL,
    jti text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (client_id, jti)
);
CREATE INDEX used_assertion_by_expiry ON accounts.used_assertion (expires_at);

-- A merchant is a party too; its own service registers it.
CREATE FUNCTION accounts.register_merchant_party(
    p_community uuid, p_id uuid, p_name text, p_created_at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO accounts.party (community_id, id, kind, name, created_at)
    VALUES (p_community, p_id, 'merchant', p_name, p_created_at)
$$;

-- A terminal is enrolled like a phone, by a code that the merchant service hands out.
CREATE FUNCTION accounts.issue_terminal_code(
    p_community uuid, p_code_hash bytea, p_merchant uuid, p_terminal uuid, p_shop uuid,
    p_expires_at timestamptz, p_created_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM accounts.party WHERE community_id = p_community
                   AND id = p_merchant AND kind = 'merchant') THEN
        RAISE EXCEPTION 'no such merchant' USING ERRCODE = 'foreign_key_violation';
    END IF;
    INSERT INTO accounts.activation_code (community_id, code_hash, party_id, terminal_id, shop_id,
                                          expires_at, created_at)
    VALUES (p_community, p_code_hash, p_merchant, p_terminal, p_shop, p_expires_at, p_created_at);
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA accounts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts.register_merchant_party, accounts.issue_terminal_code
    TO wijkmunt_merchant;
GRANT USAGE ON SCHEMA accounts
    TO wijkmunt_accounts, wijkmunt_wallet, wijkmunt_merchant, wijkmunt_disbursement,
       wijkmunt_audit;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA accounts TO wijkmunt_accounts;
GRANT UPDATE (iban_hash, iban_masked) ON accounts.party TO wijkmunt_accounts;
GRANT UPDATE (revoked_at, revocation_reason) ON accounts.client TO wijkmunt_accounts;
GRANT UPDATE (used_at, client_id, expires_at) ON accounts.activation_code TO wijkmunt_accounts;
GRANT DELETE ON accounts.used_assertion TO wijkmunt_accounts;
GRANT SELECT ON accounts.coin TO wijkmunt_wallet, wijkmunt_merchant, wijkmunt_disbursement;
GRANT SELECT (community_id, id, kind, name) ON accounts.party
    TO wijkmunt_wallet, wijkmunt_merchant, wijkmunt_disbursement;
GRANT SELECT (iban_hash) ON accounts.party TO wijkmunt_disbursement;
GRANT SELECT ON accounts.geofence, accounts.locality_policy TO wijkmunt_merchant;
GRANT SELECT (community_id, id, party_id, kind, public_key_x, public_key_y, revoked_at)
    ON accounts.client TO wijkmunt_merchant;
