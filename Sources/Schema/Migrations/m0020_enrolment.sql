-- Enrolment and recovery: wrong codes counted for all instances, IBANs that a second person has
-- verified, devices that get other names, aliases that are not given to somebody else at once.

-- How many wrong activation codes came in a window of time, from one network and from all. Whose
-- community they were meant for nobody knows.
CREATE TABLE accounts.wrong_code (
    window_at timestamptz NOT NULL,
    -- A keyed hash (HMAC-SHA256) of the network; addresses are in no table.
    source bytea NOT NULL,
    attempts bigint NOT NULL,
    PRIMARY KEY (window_at, source),
    CONSTRAINT wrong_code_counts CHECK (attempts > 0)
);
GRANT SELECT, INSERT, DELETE, UPDATE (attempts) ON accounts.wrong_code TO wijkmunt_accounts;

-- A claim to an IBAN says who made it; it counts from when another client has seen the proof.
ALTER TABLE accounts.party
    -- AES-256-GCM under a key that is not in the database, whose id stands at the front.
    ADD iban_sealed bytea,
    ADD iban_linked_by uuid,
    ADD iban_linked_at timestamptz,
    ADD iban_verified_by uuid,
    ADD iban_verified_at timestamptz,
    ADD iban_evidence text;
-- What was linked before receives benefits already, and goes on.
UPDATE accounts.party SET iban_verified_at = created_at WHERE iban_hash IS NOT NULL;
ALTER TABLE accounts.party
    DROP CONSTRAINT iban_linked_once,
    ADD CONSTRAINT party_iban_verified_by_second_person
        CHECK (iban_verified_by <> iban_linked_by),
    ADD CONSTRAINT party_iban_verified_whole CHECK (
        (iban_verified_at IS NULL OR iban_hash IS NOT NULL)
        AND (iban_verified_by IS NULL) = (iban_evidence IS NULL)
        AND (iban_verified_by IS NULL OR iban_verified_at IS NOT NULL));
-- A claim that nobody verified keeps no rightful holder out.
CREATE UNIQUE INDEX iban_linked_once ON accounts.party (community_id, iban_hash)
    WHERE iban_verified_at IS NOT NULL;

-- Proof is of one IBAN: with another, or none, it is over, whoever changes it and how.
CREATE FUNCTION accounts.forget_iban_proof() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.iban_verified_by := NULL;
    NEW.iban_verified_at := NULL;
    NEW.iban_evidence := NULL;
    IF NEW.iban_hash IS NULL THEN
        NEW.iban_sealed := NULL;
        NEW.iban_linked_by := NULL;
        NEW.iban_linked_at := NULL;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER party_iban_needs_proof BEFORE UPDATE OF iban_hash ON accounts.party
    FOR EACH ROW WHEN (NEW.iban_hash IS DISTINCT FROM OLD.iban_hash)
    EXECUTE FUNCTION accounts.forget_iban_proof();

GRANT UPDATE (iban_sealed, iban_linked_by, iban_linked_at, iban_verified_by, iban_verified_at,
              iban_evidence) ON accounts.party TO wijkmunt_accounts;
GRANT SELECT (iban_verified_at) ON accounts.party TO wijkmunt_disbursement;
GRANT UPDATE (name) ON accounts.client TO wijkmunt_accounts;

-- An alias that a wallet gave up: for a year nobody else gets it, so that nobody receives what was
-- meant for the former holder.
CREATE TABLE wallet.retired_alias (
    community_id uuid NOT NULL,
    alias text NOT NULL,
    wallet_id uuid NOT NULL,
    retired_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, alias),
    FOREIGN KEY (community_id, wallet_id) REFERENCES wallet.wallet
);
CREATE INDEX retired_alias_by_wallet ON wallet.retired_alias (community_id, wallet_id);

-- Runs after the unique index has decided, and so after it has waited for whoever gives the name up
-- at this very moment.
CREATE FUNCTION wallet.keep_alias() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM wallet.retired_alias r
                WHERE r.community_id = NEW.community_id AND r.alias = NEW.alias
                  AND r.wallet_id <> NEW.id
                  AND r.retired_at > clock_timestamp() - interval '1 year') THEN
        RAISE EXCEPTION 'the alias was another wallet''s' USING
            ERRCODE = 'unique_violation', CONSTRAINT = 'wallet_alias_taken';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.alias IS DISTINCT FROM NEW.alias AND OLD.alias IS NOT NULL THEN
        INSERT INTO wallet.retired_alias AS r (community_id, alias, wallet_id, retired_at)
        VALUES (OLD.community_id, OLD.alias, OLD.id, clock_timestamp())
        ON CONFLICT (community_id, alias)
            DO UPDATE SET wallet_id = excluded.wallet_id, retired_at = excluded.retired_at;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER wallet_alias_is_kept AFTER INSERT OR UPDATE OF alias ON wallet.wallet
    FOR EACH ROW EXECUTE FUNCTION wallet.keep_alias();

-- Gives the wallet of a party another alias: 'chosen', 'unknown-wallet' or 'too-many-changes'. What
-- somebody else has or had violates wallet_alias_taken. Three names given up within a year are
-- enough: each is kept from everybody else.
CREATE FUNCTION wallet.choose_alias(
    p_community uuid, p_wallet uuid, p_party uuid, p_alias text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_alias text;
BEGIN
    SELECT w.alias INTO v_alias FROM wallet.wallet w
     WHERE w.community_id = p_community AND w.id = p_wallet AND w.party_id = p_party
       FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN 'unknown-wallet'; END IF;
    IF v_alias = p_alias THEN RETURN 'chosen'; END IF;
    IF v_alias IS NOT NULL AND 3 <= (
        SELECT count(*) FROM wallet.retired_alias r
         WHERE r.community_id = p_community AND r.wallet_id = p_wallet
           AND r.retired_at > clock_timestamp() - interval '1 year') THEN
        RETURN 'too-many-changes';
    END IF;
    UPDATE wallet.wallet SET alias = p_alias
     WHERE community_id = p_community AND id = p_wallet;
    RETURN 'chosen';
END
$$;

REVOKE ALL ON FUNCTION accounts.forget_iban_proof, wallet.keep_alias, wallet.choose_alias
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.choose_alias TO wijkmunt_wallet;
