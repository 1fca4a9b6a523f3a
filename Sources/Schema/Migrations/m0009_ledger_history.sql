-- History in monthly partitions, chained by hashes.
--
-- A transfer lives in the month of its id: a UUIDv7 (RFC 9562 section 5.7) begins with the time, so
-- the key is unique over all partitions and finds the one it needs. Ids of other making live in
-- the default partition. A posting lives in the month it was posted in. An account's moments never
-- run backwards, so the key is the order of its statement, and a balance at any time is one
-- look-up.
ALTER TABLE ledger.transfer RENAME TO transfer_before;
ALTER TABLE ledger.transfer_before RENAME CONSTRAINT transfer_pkey TO transfer_before_pkey;
ALTER TABLE ledger.posting RENAME TO posting_before;
ALTER TABLE ledger.posting_before RENAME CONSTRAINT posting_pkey TO posting_before_pkey;

-- `accounts` and `amounts` repeat the legs, so that a refund or an audit finds them by the key.
-- `batch` and `place` say where the transfer stands in the hash chain.
CREATE TABLE ledger.transfer (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    coin text NOT NULL,
    accounts uuid[] NOT NULL,
    amounts bigint[] NOT NULL,
    reference text,
    related_id uuid,
    hold_id uuid,
    client_id uuid,
    party_id uuid,
    posted_at timestamptz NOT NULL,
    batch bigint NOT NULL,
    place integer NOT NULL,
    PRIMARY KEY (community_id, id),
    CONSTRAINT transfer_has_legs CHECK
        (cardinality(accounts) >= 2 AND cardinality(accounts) = cardinality(amounts)),
    CONSTRAINT transfer_reference_short CHECK (length(reference) <= 140)
) PARTITION BY RANGE (id);
CREATE TABLE ledger.transfer_timeless PARTITION OF ledger.transfer DEFAULT;

-- `seq` numbers the postings of an account from 1.
CREATE TABLE ledger.posting (
    community_id uuid NOT NULL,
    account_id uuid NOT NULL,
    posted_at timestamptz NOT NULL,
    seq bigint NOT NULL,
    transfer_id uuid NOT NULL,
    amount bigint NOT NULL,
    balance_after bigint NOT NULL,
    PRIMARY KEY (community_id, account_id, posted_at, seq),
    CONSTRAINT posting_amount_not_zero CHECK (amount <> 0)
) PARTITION BY RANGE (posted_at);

-- Row triggers are inherited by every partition, also by one that is named directly.
CREATE TRIGGER transfer_is_immutable BEFORE UPDATE OR DELETE ON ledger.transfer
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER posting_is_immutable BEFORE UPDATE OR DELETE ON ledger.posting
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER transfer_is_kept BEFORE TRUNCATE ON ledger.transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER posting_is_kept BEFORE TRUNCATE ON ledger.posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- The first id of a moment: 48 bits of Unix milliseconds, then zeros.
CREATE FUNCTION ledger.first_id_at(p_moment timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM p_moment) * 1000)::bigint), 12, '0')
            || repeat('0', 20))::uuid
$$;

-- Makes the partitions of all months from one moment to another that are missing; ten years at
-- most. Months open well before they begin, so that no posting ever waits for one.
CREATE FUNCTION ledger.open_months(p_from timestamptz, p_until timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    month timestamptz := date_trunc('month', p_from, 'UTC');
    following timestamptz;
    suffix text;
    opened integer := 0;
BEGIN
    IF p_until > month + interval '10 years' THEN
        RAISE EXCEPTION 'more than ten years' USING ERRCODE = 'program_limit_exceeded';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('wijkmunt months'));
    WHILE month <= p_until LOOP
        following := date_trunc('month', month + interval '32 days', 'UTC');
        suffix := to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
        IF to_regclass('ledger.posting_' || suffix) IS NULL THEN
            -- A table that is attached when it is ready keeps nobody waiting who posts.
            EXECUTE format('CREATE TABLE ledger.posting_%s (LIKE ledger.posting INCLUDING ALL)',
                           suffix);
            EXECUTE format('CREATE TABLE ledger.transfer_%s (LIKE ledger.transfer INCLUDING ALL)',
                           suffix);
            -- Ids that looked like this month's before it was open come along.
            IF EXISTS (SELECT FROM ledger.transfer_timeless t
                        WHERE t.id >= ledger.first_id_at(month)
                          AND t.id < ledger.first_id_at(following)) THEN
                ALTER TABLE ledger.transfer_timeless DISABLE TRIGGER transfer_is_immutable;
                EXECUTE format('WITH moved AS (
                                    DELETE FROM ledger.transfer_timeless
                                     WHERE id >= %L AND id < %L RETURNING *)
                                INSERT INTO ledger.transfer_%s SELECT * FROM moved',
                               ledger.first_id_at(month), ledger.first_id_at(following), suffix);
                ALTER TABLE ledger.transfer_timeless ENABLE TRIGGER transfer_is_immutable;
            END IF;
            EXECUTE format('ALTER TABLE ledger.posting ATTACH PARTITION ledger.posting_%s
                            FOR VALUES FROM (%L) TO (%L)', suffix, month, following);
            EXECUTE format('ALTER TABLE ledger.transfer ATTACH PARTITION ledger.transfer_%s
                            FOR VALUES FROM (%L) TO (%L)', suffix,
                           ledger.first_id_at(month), ledger.first_id_at(following));
            EXECUTE format('CREATE TRIGGER posting_is_kept BEFORE TRUNCATE ON ledger.posting_%s
                FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', suffix);
            EXECUTE format('CREATE TRIGGER transfer_is_kept BEFORE TRUNCATE ON ledger.transfer_%s
                FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', suffix);
            opened := opened + 1;
        END IF;
        month := following;
    END LOOP;
    RETURN opened;
END
$$;
SELECT ledger.open_months(least(now(), (SELECT min(posted_at) FROM ledger.posting_before)),
                          now() + interval '2 years');

-- What the hash chain covers of a transfer, in PostgreSQL's binary form of a row.
CREATE FUNCTION ledger.content(
    community_id uuid, id uuid, kind text, coin text, accounts uuid[], amounts bigint[],
    reference text, related_id uuid, hold_id uuid, client_id uuid, party_id uuid,
    posted_at timestamptz) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT record_send(ROW (community_id, id, kind, coin, accounts, amounts, reference,
                            related_id, hold_id, client_id, party_id, posted_at))
$$;

-- The links of the hash chain, one per batch that moved anything:
-- head = SHA-256(previous head || digest), digest = SHA-256(contents in order of place).
-- Each service has a few lanes of its own in each community, so that neither services nor the
-- batches of one wait for each other's commits.
CREATE SEQUENCE ledger.batch_id;
CREATE TABLE ledger.batch (
    community_id uuid NOT NULL,
    lane text NOT NULL,
    nr bigint NOT NULL,
    id bigint NOT NULL,
    transfers integer NOT NULL,
    digest bytea NOT NULL,
    head bytea NOT NULL,
    posted_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, lane, nr)
);
CREATE TABLE ledger.chain (
    community_id uuid NOT NULL,
    lane text NOT NULL,
    nr bigint NOT NULL,
    head bytea NOT NULL,
    PRIMARY KEY (community_id, lane)
) WITH (fillfactor = 50);
CREATE TRIGGER batch_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.batch
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER chain_is_kept BEFORE DELETE OR TRUNCATE ON ledger.chain
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- What was posted before there was a chain becomes its first link.
INSERT INTO ledger.posting
SELECT community_id, account_id, posted_at, seq, transfer_id, amount, balance_after
  FROM ledger.posting_before;
INSERT INTO ledger.transfer
SELECT community_id, id, kind, coin, accounts, amounts, reference, related_id, NULL, client_id,
       party_id, posted_at, 0, row_number() OVER (PARTITION BY community_id ORDER BY posted_at, id)
  FROM ledger.transfer_before;
INSERT INTO ledger.batch (community_id, lane, nr, id, transfers, digest, head, posted_at)
SELECT d.community_id, 'before', 1, 0, d.transfers, d.digest, sha256(d.digest), d.posted_at
  FROM (SELECT community_id, count(*) AS transfers, max(posted_at) AS posted_at,
               sha256(string_agg(
                   ledger.content(community_id, id, kind, coin, accounts, amounts, reference,
                                  related_id, hold_id, client_id, party_id, posted_at),
                   '' ORDER BY place)) AS digest
          FROM ledger.transfer GROUP BY community_id) AS d;
INSERT INTO ledger.chain (community_id, lane, nr, head)
SELECT community_id, lane, nr, head FROM ledger.batch;
DROP TABLE ledger.posting_before, ledger.transfer_before;

-- The balance of an account as it was at a moment, in minor units; 0 before its first posting.
CREATE FUNCTION ledger.balance_at(p_community uuid, p_account uuid, p_moment timestamptz)
RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((SELECT balance_after FROM ledger.posting
                      WHERE community_id = p_community AND account_id = p_account
                        AND posted_at <= p_moment
                      ORDER BY posted_at DESC, seq DESC LIMIT 1), 0)
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.open_months, ledger.balance_at TO wijkmunt_wallet;
GRANT EXECUTE ON FUNCTION ledger.content, ledger.balance_at TO wijkmunt_audit;
GRANT SELECT ON ledger.transfer, ledger.posting TO wijkmunt_wallet, wijkmunt_audit;
GRANT SELECT ON ledger.transfer TO wijkmunt_merchant, wijkmunt_disbursement;
GRANT SELECT ON ledger.batch, ledger.chain TO wijkmunt_audit;
