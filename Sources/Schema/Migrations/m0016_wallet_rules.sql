-- What a community sets for its wallets: classes, depreciation, pots that expire.

ALTER TABLE disbursement.programme ADD COLUMN pots_expire_at timestamptz;

-- Which policy pots come under when they are opened: those of a programme under the programme's,
-- all others under the coin's (programme_id NULL).
CREATE TABLE wallet.depreciation_policy (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    coin text NOT NULL,
    programme_id uuid,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, id) REFERENCES ledger.depreciation,
    CONSTRAINT depreciation_policy_once
        UNIQUE NULLS NOT DISTINCT (community_id, coin, programme_id)
);

-- Puts accounts under those of the given holders that have a class.
CREATE FUNCTION ledger.adopt(p_community uuid, p_accounts uuid[], p_holders uuid[]) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    UPDATE ledger.account a SET holder_id = h.id
      FROM unnest(p_accounts, p_holders) AS l (account, holder)
      JOIN ledger.holder h ON h.community_id = p_community AND h.id = l.holder
     WHERE a.community_id = p_community AND a.id = l.account AND a.kind = 'pot'
$$;

-- Whoever opens pots of a coin and whoever gives the coin a policy wait for each other.
CREATE FUNCTION wallet.lock_policies(p_community uuid, p_coin text, p_shared boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_key CONSTANT bigint := hashtextextended('wallet policies/' || p_community || '/' || p_coin, 0);
BEGIN
    IF p_shared THEN
        PERFORM pg_advisory_xact_lock_shared(v_key);
    ELSE
        PERFORM pg_advisory_xact_lock(v_key);
    END IF;
END
$$;

-- Pots for one coin and programme in many wallets, with their ledger accounts. New ones come under
-- the limits of their wallet and the depreciation of their coin or programme.
CREATE OR REPLACE FUNCTION wallet.open_pots(
    p_community uuid, p_wallets uuid[], p_coin text, p_programme uuid)
RETURNS TABLE (wallet_id uuid, pot_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_pots uuid[]; v_wallets uuid[]; v_policy uuid;
BEGIN
    WITH opened AS (
        INSERT INTO wallet.pot (community_id, id, wallet_id, coin, programme_id)
        SELECT p_community, gen_random_uuid(), w.id, p_coin, p_programme
          FROM wallet.wallet w
         WHERE w.community_id = p_community AND w.id = ANY (p_wallets)
         ORDER BY w.id
        ON CONFLICT ON CONSTRAINT pot_one_per_purpose DO NOTHING
        RETURNING id, wallet_id
    )
    SELECT array_agg(id ORDER BY id), array_agg(wallet_id ORDER BY id)
      INTO v_pots, v_wallets FROM opened;

    IF v_pots IS NOT NULL THEN
        PERFORM ledger.open_accounts(p_community, v_pots, p_coin, 'pot');
        PERFORM ledger.adopt(p_community, v_pots, v_wallets);
        PERFORM wallet.lock_policies(p_community, p_coin, true);
        SELECT p.id INTO v_policy FROM wallet.depreciation_policy p
         WHERE p.community_id = p_community AND p.coin = p_coin
           AND (p.programme_id = p_programme OR p.programme_id IS NULL)
         ORDER BY p.programme_id IS NULL LIMIT 1;
        IF v_policy IS NOT NULL THEN
            PERFORM ledger.set_depreciation(p_community, v_pots, v_policy);
        END IF;
    END IF;

    RETURN QUERY
    SELECT p.wallet_id, p.id FROM wallet.pot p
     WHERE p.community_id = p_community AND p.wallet_id = ANY (p_wallets)
       AND p.coin = p_coin AND p.programme_id IS NOT DISTINCT FROM p_programme;
END
$$;

-- Puts a wallet with all its pots into a class: 'set', 'unknown-wallet' or 'unknown-class'. Pots
-- that others open for it meanwhile wait for the wallet's row.
CREATE FUNCTION wallet.set_class(p_community uuid, p_wallet uuid, p_class text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger.holder_class c
                    WHERE c.community_id = p_community AND c.name = p_class) THEN
        RETURN 'unknown-class';
    END IF;
    PERFORM FROM wallet.wallet w WHERE w.community_id = p_community AND w.id = p_wallet
        FOR UPDATE;
    IF NOT FOUND THEN RETURN 'unknown-wallet'; END IF;
    PERFORM ledger.set_holder(p_community, p_wallet, p_class, ARRAY(
        SELECT p.id FROM wallet.pot p
         WHERE p.community_id = p_community AND p.wallet_id = p_wallet));
    RETURN 'set';
END
$$;

-- Makes a class of wallets, or changes it; its days are those of the community's time zone.
CREATE FUNCTION wallet.set_wallet_class(
    p_community uuid, p_name text, p_daily_spending bigint, p_daily_receiving bigint)
RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ledger.set_holder_class(p_community, p_name, c.time_zone, p_daily_spending,
                                   p_daily_receiving)
      FROM accounts.community c WHERE c.community_id = p_community
$$;

-- Gives a coin (or, with p_programme, one programme's pots) a policy, now and for pots to come:
-- 'added', 'unknown-coin', 'unknown-programme', 'unknown-sink' or 'policy-exists'. Without a sink
-- that another policy of the coin has already, p_new_sink is opened. A pot that is under a policy
-- stays under it.
CREATE FUNCTION wallet.add_depreciation_policy(
    p_community uuid, p_id uuid, p_coin text, p_programme uuid, p_method text, p_period text,
    p_starts_on date, p_parts_per_million integer, p_periods integer, p_sink uuid,
    p_new_sink uuid, p_client uuid, p_created_at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_zone text;
BEGIN
    IF NOT EXISTS (SELECT FROM ledger.coin c
                    WHERE c.community_id = p_community AND c.code = p_coin) THEN
        RETURN 'unknown-coin';
    END IF;
    IF p_programme IS NOT NULL AND NOT EXISTS (
        SELECT FROM disbursement.programme p
         WHERE p.community_id = p_community AND p.id = p_programme AND p.coin = p_coin) THEN
        RETURN 'unknown-programme';
    END IF;
    IF p_sink IS NOT NULL AND NOT EXISTS (
        SELECT FROM ledger.account a WHERE a.community_id = p_community AND a.id = p_sink
           AND a.coin = p_coin AND a.kind = 'sink') THEN
        RETURN 'unknown-sink';
    END IF;
    PERFORM wallet.lock_policies(p_community, p_coin, false);
    IF EXISTS (SELECT FROM wallet.depreciation_policy p
                WHERE p.community_id = p_community AND p.coin = p_coin
                  AND p.programme_id IS NOT DISTINCT FROM p_programme) THEN
        RETURN 'policy-exists';
    END IF;
    IF p_sink IS NULL THEN
        PERFORM ledger.open_accounts(p_community, ARRAY[p_new_sink], p_coin, 'sink');
    END IF;
    SELECT c.time_zone INTO v_zone FROM accounts.community c
     WHERE c.community_id = p_community;
    PERFORM ledger.add_depreciation(
        p_community, p_id, p_coin, p_method, p_period, p_starts_on, v_zone,
        p_parts_per_million, p_periods, coalesce(p_sink, p_new_sink));
    INSERT INTO wallet.depreciation_policy (community_id, id, coin, programme_id, created_by,
                                            created_at)
    VALUES (p_community, p_id, p_coin, p_programme, p_client, p_created_at);
    PERFORM ledger.set_depreciation(p_community, ARRAY(
        SELECT p.id FROM wallet.pot p
         WHERE p.community_id = p_community AND p.coin = p_coin
           AND (p_programme IS NULL OR p.programme_id = p_programme)), p_id);
    RETURN 'added';
END
$$;

REVOKE ALL ON FUNCTION ledger.adopt, wallet.lock_policies, wallet.set_class,
    wallet.set_wallet_class, wallet.add_depreciation_policy FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.set_class, wallet.set_wallet_class,
    wallet.add_depreciation_policy TO wijkmunt_wallet;
GRANT SELECT ON wallet.depreciation_policy TO wijkmunt_wallet, wijkmunt_audit;
GRANT EXECUTE ON FUNCTION ledger.standing_at TO wijkmunt_wallet;
