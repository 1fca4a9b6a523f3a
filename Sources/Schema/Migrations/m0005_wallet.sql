-- Wallets of people, their pots, and transfers between people.
CREATE SCHEMA wallet;

CREATE TABLE wallet.wallet (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    alias text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, party_id) REFERENCES accounts.party,
    CONSTRAINT wallet_one_per_party UNIQUE (community_id, party_id),
    CONSTRAINT wallet_alias_taken UNIQUE (community_id, alias),
    CONSTRAINT wallet_alias_form CHECK (alias ~ '^[a-z][a-z0-9.-]{2,31}$')
);

-- A pot is the ledger account of the same id. programme_id NULL: free coin.
CREATE TABLE wallet.pot (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    coin text NOT NULL,
    programme_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, wallet_id) REFERENCES wallet.wallet,
    CONSTRAINT pot_one_per_purpose
        UNIQUE NULLS NOT DISTINCT (community_id, wallet_id, coin, programme_id)
);

CREATE TABLE wallet.transfer (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    from_wallet_id uuid NOT NULL,
    to_wallet_id uuid NOT NULL,
    coin text NOT NULL,
    amount bigint NOT NULL,
    reference text,
    posted_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, from_wallet_id) REFERENCES wallet.wallet,
    FOREIGN KEY (community_id, to_wallet_id) REFERENCES wallet.wallet,
    CONSTRAINT transfer_amount_positive CHECK (amount > 0),
    CONSTRAINT transfer_between_two CHECK (from_wallet_id <> to_wallet_id)
);

-- A person's wallet comes with their first enrolment; asking again finds the same one.
CREATE FUNCTION wallet.open_wallet(
    p_community uuid, p_id uuid, p_party uuid, p_alias text, p_created_at timestamptz,
    OUT wallet_id uuid, OUT wallet_alias text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO wallet.wallet AS w (community_id, id, party_id, alias, created_at)
    VALUES (p_community, p_id, p_party, p_alias, p_created_at)
    ON CONFLICT ON CONSTRAINT wallet_one_per_party
        DO UPDATE SET alias = coalesce(w.alias, excluded.alias)
    RETURNING w.id, w.alias INTO wallet_id, wallet_alias;
END
$$;

-- Pots for one coin and programme in many wallets, with their ledger accounts.
CREATE FUNCTION wallet.open_pots(
    p_community uuid, p_wallets uuid[], p_coin text, p_programme uuid)
RETURNS TABLE (wallet_id uuid, pot_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    INSERT INTO wallet.pot (community_id, id, wallet_id, coin, programme_id)
    SELECT p_community, gen_random_uuid(), w.id, p_coin, p_programme
      FROM wallet.wallet w
     WHERE w.community_id = p_community AND w.id = ANY (p_wallets)
     ORDER BY w.id
    ON CONFLICT ON CONSTRAINT pot_one_per_purpose DO NOTHING;

    RETURN QUERY
    SELECT p.wallet_id, p.id FROM wallet.pot p
     WHERE p.community_id = p_community AND p.wallet_id = ANY (p_wallets)
       AND p.coin = p_coin AND p.programme_id IS NOT DISTINCT FROM p_programme;

    PERFORM ledger.open_accounts(
        p_community,
        ARRAY(SELECT p.id FROM wallet.pot p
               WHERE p.community_id = p_community AND p.wallet_id = ANY (p_wallets)
                 AND p.coin = p_coin AND p.programme_id IS NOT DISTINCT FROM p_programme
               ORDER BY p.id),
        p_coin, 'pot');
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA wallet FROM PUBLIC;
GRANT USAGE ON SCHEMA wallet
    TO wijkmunt_accounts, wijkmunt_wallet, wijkmunt_merchant, wijkmunt_disbursement,
       wijkmunt_audit;
GRANT EXECUTE ON FUNCTION wallet.open_wallet TO wijkmunt_accounts;
GRANT EXECUTE ON FUNCTION wallet.open_pots TO wijkmunt_wallet, wijkmunt_disbursement;
GRANT SELECT ON wallet.wallet TO wijkmunt_accounts, wijkmunt_disbursement;
GRANT SELECT ON wallet.wallet, wallet.pot, wallet.transfer TO wijkmunt_wallet;
GRANT INSERT ON wallet.transfer TO wijkmunt_wallet;
GRANT SELECT ON wallet.wallet, wallet.pot TO wijkmunt_merchant;
