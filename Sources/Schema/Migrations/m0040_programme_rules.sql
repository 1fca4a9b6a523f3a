-- The rules of programmes: which euros fund them.

-- The bank account that the euros of a programme arrive on, and the reference that tells them from
-- those of others. A programme with both is funded by what the bank tells alone.
ALTER TABLE disbursement.programme
    ADD funding_iban text,
    ADD funding_reference text,
    ADD CONSTRAINT programme_funding_whole
        CHECK ((funding_iban IS NULL) = (funding_reference IS NULL)),
    ADD CONSTRAINT programme_funding_reference_form
        CHECK (funding_reference ~ '^[A-Z0-9][A-Z0-9.-]{4,23}[A-Z0-9]$'),
    ADD CONSTRAINT programme_funding_reference_taken UNIQUE (community_id, funding_reference);
CREATE INDEX programme_by_funding_iban ON disbursement.programme (community_id, funding_iban)
    WHERE funding_iban IS NOT NULL;

-- Statements of the bank about those accounts: one row per file, told apart by its bytes.
CREATE TABLE disbursement.bank_statement (
    community_id uuid NOT NULL REFERENCES accounts.community,
    id uuid NOT NULL,
    sha256 bytea NOT NULL,
    message_type text NOT NULL,
    message_id text,
    -- Movements that are no money for programmes; nothing of them is kept.
    other_count integer NOT NULL,
    imported_by uuid NOT NULL,
    imported_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    CONSTRAINT bank_statement_file_once UNIQUE (community_id, sha256)
);
SELECT public.isolate('disbursement.bank_statement');

-- Euros that arrived. `identity` tells a credit from all others, whatever file tells of it; one that
-- came before has none. Who paid is kept only while somebody has to decide.
CREATE TABLE disbursement.bank_credit (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    statement_id uuid NOT NULL,
    source_line integer NOT NULL,
    iban text NOT NULL,
    amount bigint NOT NULL,
    booked_on date,
    bank_reference text,
    identity bytea,
    payer_name text,
    remittance text,
    state text NOT NULL,
    programme_id uuid,
    imported_by uuid NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    dismissal_reason text,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, statement_id) REFERENCES disbursement.bank_statement,
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    CONSTRAINT bank_credit_once UNIQUE (community_id, identity),
    CONSTRAINT bank_credit_amount_in_range CHECK (amount BETWEEN 1 AND 9007199254740991),
    CONSTRAINT bank_credit_state_known CHECK (state IN
        ('unmatched', 'unclear', 'taken-back', 'funded', 'repeated', 'dismissed')),
    CONSTRAINT bank_credit_counts_once CHECK (state <> 'repeated' OR identity IS NULL),
    CONSTRAINT bank_credit_funds_programme CHECK ((state = 'funded') = (programme_id IS NOT NULL)),
    CONSTRAINT bank_credit_decided_whole CHECK (
        (decided_by IS NULL) = (decided_at IS NULL)
        AND (state = 'dismissed') = (dismissal_reason IS NOT NULL)
        AND (decided_by IS NOT NULL OR state <> 'dismissed')
        AND (decided_by IS NULL OR state IN ('funded', 'dismissed'))),
    -- Coins that one person alone could make out of a file would need no euros.
    CONSTRAINT bank_credit_decided_by_second_person CHECK (decided_by <> imported_by),
    CONSTRAINT bank_credit_forgets_payer CHECK (
        state IN ('unmatched', 'unclear', 'taken-back')
        OR (payer_name IS NULL AND remittance IS NULL))
);
CREATE INDEX bank_credit_by_statement
    ON disbursement.bank_credit (community_id, statement_id, id);
CREATE INDEX bank_credit_open ON disbursement.bank_credit (community_id, id)
    WHERE state IN ('unmatched', 'unclear', 'taken-back');
SELECT public.isolate('disbursement.bank_credit');

-- What was decided about a credit stays, and what was taken back funds nothing.
CREATE FUNCTION disbursement.refuse_other_decisions() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT concat(OLD.state, '>', NEW.state) = ANY (TG_ARGV) THEN
        RAISE EXCEPTION 'a % does not go from % to %', TG_TABLE_NAME, OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bank_credit_moves BEFORE UPDATE ON disbursement.bank_credit
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION disbursement.refuse_other_decisions(
        'unmatched>funded', 'unclear>funded', 'unmatched>dismissed', 'unclear>dismissed',
        'taken-back>dismissed');

-- Keeps the credits of a statement; answers those that no file told of before. The others are
-- 'repeated', or 'unclear' where the bank has no reference that says so, or another day.
CREATE FUNCTION disbursement.keep_credits(
    p_community uuid, p_statement uuid, p_client uuid, p_ids uuid[], p_lines integer[],
    p_ibans text[], p_amounts bigint[], p_booked text[], p_references text[],
    p_identities bytea[], p_payers text[], p_remittances text[], p_arrived boolean[])
RETURNS SETOF uuid
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_unseen uuid[];
BEGIN
    WITH kept AS (
        INSERT INTO disbursement.bank_credit
            (community_id, id, statement_id, source_line, iban, amount, booked_on,
             bank_reference, identity, payer_name, remittance, state, imported_by)
        SELECT p_community, t.id, p_statement, t.line, t.iban, t.amount, t.booked::date,
               t.reference, t.identity, t.payer, t.remittance,
               CASE WHEN t.arrived THEN 'unmatched' ELSE 'taken-back' END, p_client
          FROM unnest(p_ids, p_lines, p_ibans, p_amounts, p_booked, p_references, p_identities,
                      p_payers, p_remittances, p_arrived)
               AS t (id, line, iban, amount, booked, reference, identity, payer, remittance,
                     arrived)
         ORDER BY t.identity
        ON CONFLICT ON CONSTRAINT bank_credit_once DO NOTHING
        RETURNING id
    )
    SELECT coalesce(array_agg(k.id), '{}') INTO v_unseen FROM kept k;

    -- A statement of its own, so that it sees what another import kept while this one waited.
    INSERT INTO disbursement.bank_credit
        (community_id, id, statement_id, source_line, iban, amount, booked_on, bank_reference,
         payer_name, remittance, state, imported_by)
    SELECT p_community, t.id, p_statement, t.line, t.iban, t.amount, t.booked::date, t.reference,
           CASE WHEN j.state <> 'repeated' THEN t.payer END,
           CASE WHEN j.state <> 'repeated' THEN t.remittance END, j.state, p_client
      FROM unnest(p_ids, p_lines, p_ibans, p_amounts, p_booked, p_references, p_identities,
                  p_payers, p_remittances, p_arrived)
           AS t (id, line, iban, amount, booked, reference, identity, payer, remittance, arrived)
      JOIN disbursement.bank_credit k
        ON k.community_id = p_community AND k.identity = t.identity
     CROSS JOIN LATERAL (
           SELECT CASE WHEN t.reference IS NOT NULL
                            AND k.booked_on IS NOT DISTINCT FROM t.booked::date THEN 'repeated'
                       WHEN t.arrived THEN 'unclear'
                       ELSE 'taken-back' END) AS j (state)
     WHERE NOT EXISTS (SELECT FROM unnest(v_unseen) AS u (id) WHERE u.id = t.id);
    RETURN QUERY SELECT unnest(v_unseen);
END
$$;

-- A funding that a credit of the bank made has the id of the credit; references of the bank are
-- unique only among those that people booked.
ALTER TABLE disbursement.funding
    ADD bank_credit_id uuid,
    ADD CONSTRAINT funding_once_per_credit UNIQUE (community_id, bank_credit_id),
    ADD CONSTRAINT funding_of_credit CHECK (bank_credit_id = id),
    ADD FOREIGN KEY (community_id, bank_credit_id) REFERENCES disbursement.bank_credit,
    DROP CONSTRAINT funding_bank_reference_unique;
CREATE UNIQUE INDEX funding_bank_reference_unique
    ON disbursement.funding (community_id, bank_reference) WHERE bank_credit_id IS NULL;
CREATE INDEX funding_by_programme ON disbursement.funding (community_id, programme_id);

-- Coins for a programme come with its euros, and with a credit of its own account where it has one.
CREATE FUNCTION disbursement.require_credit() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM disbursement.programme p
          LEFT JOIN disbursement.bank_credit c
            ON c.community_id = p.community_id AND c.id = NEW.bank_credit_id
         WHERE p.community_id = NEW.community_id AND p.id = NEW.programme_id
           AND (p.funding_iban IS NULL AND NEW.bank_credit_id IS NULL
                OR c.iban = p.funding_iban AND c.amount = NEW.amount AND c.state = 'funded'
                   AND c.programme_id = p.id)) THEN
        RAISE EXCEPTION 'a funding without its credit' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'funding_has_credit';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER funding_has_credit AFTER INSERT ON disbursement.funding
    FOR EACH ROW EXECUTE FUNCTION disbursement.require_credit();

REVOKE ALL ON FUNCTION disbursement.refuse_other_decisions, disbursement.require_credit,
    disbursement.keep_credits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.keep_credits TO wijkmunt_disbursement;
GRANT SELECT, INSERT ON disbursement.bank_statement, disbursement.bank_credit
    TO wijkmunt_disbursement;
GRANT UPDATE (state, programme_id, decided_by, decided_at, dismissal_reason, payer_name,
              remittance) ON disbursement.bank_credit TO wijkmunt_disbursement;

-- When the money of a programme ends: on one day for everybody, or so many whole days after the day of
-- each credit, where the community is. Credits that end on the same day share a pot.
ALTER TABLE disbursement.programme
    ADD credits_last_days integer,
    ADD CONSTRAINT programme_credits_last_range CHECK (credits_last_days BETWEEN 1 AND 3650),
    ADD CONSTRAINT programme_one_kind_of_end
        CHECK (credits_last_days IS NULL OR pots_expire_at IS NULL);
ALTER TABLE wallet.pot
    -- The end that it was opened with; NULL where all pots of the programme have the same.
    ADD opened_until timestamptz,
    DROP CONSTRAINT pot_one_per_purpose,
    ADD CONSTRAINT pot_one_per_purpose
        UNIQUE NULLS NOT DISTINCT (community_id, wallet_id, coin, programme_id, opened_until);

-- Pots for one coin, programme and end in many wallets, with their ledger accounts. New ones come
-- under the limits of their wallet and the depreciation of their coin or programme.
DROP FUNCTION wallet.open_pots;
CREATE FUNCTION wallet.open_pots(
    p_community uuid, p_wallets uuid[], p_coin text, p_programme uuid,
    p_until timestamptz DEFAULT NULL)
RETURNS TABLE (wallet_id uuid, pot_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- A plan that was kept from when there were few pots would read all of them for every wallet.
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    v_found_wallets uuid[]; v_found uuid[]; v_wallets uuid[]; v_pots uuid[]; v_policy uuid;
BEGIN
    SELECT array_agg(p.wallet_id), array_agg(p.id) INTO v_found_wallets, v_found
      FROM wallet.pot p
     WHERE p.community_id = p_community AND p.wallet_id = ANY (p_wallets) AND p.coin = p_coin
       AND p.programme_id IS NOT DISTINCT FROM p_programme
       AND p.opened_until IS NOT DISTINCT FROM p_until;
    WITH opened AS (
        INSERT INTO wallet.pot (community_id, id, wallet_id, coin, programme_id, opened_until,
                                is_earmarked)
        SELECT p_community, gen_random_uuid(), w.id, p_coin, p_programme, p_until,
               (SELECT wallet.is_earmarked(p_community, p_programme))
          FROM wallet.wallet w
         WHERE w.community_id = p_community AND w.id = ANY (p_wallets)
           AND w.id <> ALL (coalesce(v_found_wallets, '{}'))
         ORDER BY w.id
        ON CONFLICT ON CONSTRAINT pot_one_per_purpose DO NOTHING
        RETURNING id, wallet_id
    )
    SELECT array_agg(id ORDER BY id), array_agg(wallet_id ORDER BY id)
      INTO v_pots, v_wallets FROM opened;

    IF v_pots IS NOT NULL THEN
        PERFORM ledger.open_pots(p_community, v_pots, p_coin, v_wallets);
        PERFORM wallet.lock_policies(p_community, p_coin, true);
        SELECT p.id INTO v_policy FROM wallet.depreciation_policy p
         WHERE p.community_id = p_community AND p.coin = p_coin
           AND (p.programme_id = p_programme OR p.programme_id IS NULL)
         ORDER BY p.programme_id IS NULL LIMIT 1;
        IF v_policy IS NOT NULL THEN
            PERFORM ledger.set_depreciation(p_community, v_pots, v_policy);
        END IF;
    END IF;

    RETURN QUERY SELECT o.wallet, o.pot FROM unnest(v_found_wallets, v_found) AS o (wallet, pot);
    RETURN QUERY SELECT o.wallet, o.pot FROM unnest(v_wallets, v_pots) AS o (wallet, pot);
    -- What somebody else opened meanwhile.
    RETURN QUERY
    SELECT p.wallet_id, p.id
      FROM wallet.pot p
     WHERE p.community_id = p_community AND p.coin = p_coin
       AND p.programme_id IS NOT DISTINCT FROM p_programme
       AND p.opened_until IS NOT DISTINCT FROM p_until
       AND p.wallet_id = ANY (ARRAY(
           SELECT DISTINCT w.id FROM unnest(p_wallets) AS w (id)
            WHERE w.id <> ALL (coalesce(v_found_wallets || v_wallets, '{}'))));
END
$$;

-- That the money of a programme ends later for one person. Rows are only added; the latest end counts.
CREATE TABLE disbursement.extension (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    programme_id uuid NOT NULL,
    party_id uuid NOT NULL,
    until timestamptz NOT NULL,
    -- Pots that it reached; those opened later get it too.
    pots integer NOT NULL,
    extended_by uuid NOT NULL,
    extended_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    FOREIGN KEY (community_id, party_id) REFERENCES accounts.party,
    CONSTRAINT extension_looks_ahead CHECK (until > extended_at)
);
CREATE INDEX extension_by_person
    ON disbursement.extension (community_id, programme_id, party_id, until);
CREATE INDEX extension_by_programme ON disbursement.extension (community_id, programme_id, id);
SELECT public.isolate('disbursement.extension');

-- The pots that receive a programme's coins now, one per wallet. A new one gets its end, or the later
-- one of its person; that of an old one is not touched.
CREATE FUNCTION disbursement.open_pots(p_community uuid, p_programme uuid, p_wallets uuid[])
RETURNS TABLE (wallet_id uuid, pot_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_coin text; v_account uuid; v_end timestamptz; v_until timestamptz;
    v_wallets uuid[]; v_pots uuid[]; v_new uuid[]; v_longer uuid[];
BEGIN
    SELECT p.coin, p.account_id, l.until, coalesce(p.pots_expire_at, l.until)
      INTO v_coin, v_account, v_until, v_end
      FROM disbursement.programme p
      JOIN accounts.community c ON c.community_id = p.community_id
     CROSS JOIN LATERAL (
           SELECT ((clock_timestamp() AT TIME ZONE c.time_zone)::date + p.credits_last_days + 1)
                      ::timestamp AT TIME ZONE c.time_zone) AS l (until)
     WHERE p.community_id = p_community AND p.id = p_programme;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT array_agg(o.wallet_id), array_agg(o.pot_id) INTO v_wallets, v_pots
      FROM wallet.open_pots(p_community, p_wallets, v_coin, p_programme, v_until) AS o;

    IF v_end IS NOT NULL THEN
        v_new := ARRAY(SELECT p.id FROM unnest(v_pots) AS o (id)
                         JOIN wallet.pot p ON p.community_id = p_community AND p.id = o.id
                        WHERE p.expires_at IS NULL);
        IF cardinality(v_new) > 0 THEN
            PERFORM ledger.set_expiry(p_community, v_new, v_end, v_account);
            FOR v_until, v_longer IN
                SELECT x.until, array_agg(p.id)
                  FROM unnest(v_new) AS o (id)
                  JOIN wallet.pot p ON p.community_id = p_community AND p.id = o.id
                  JOIN wallet.wallet w ON w.community_id = p_community AND w.id = p.wallet_id
                 CROSS JOIN LATERAL (
                       SELECT max(e.until) FROM disbursement.extension e
                        WHERE e.community_id = p_community AND e.programme_id = p_programme
                          AND e.party_id = w.party_id) AS x (until)
                 WHERE x.until > v_end
                 GROUP BY x.until
            LOOP
                PERFORM ledger.set_expiry(p_community, v_longer, v_until, v_account);
            END LOOP;
        END IF;
    END IF;
    RETURN QUERY SELECT o.wallet, o.pot FROM unnest(v_wallets, v_pots) AS o (wallet, pot);
END
$$;

-- Lets the money of a programme end later for one person, in pots that have not ended and in those to
-- come; never earlier. Answers how many pots it reached, or NULL when there is no such person. Pots
-- that others open for the person meanwhile wait for the wallet's row.
CREATE FUNCTION disbursement.extend_pots(
    p_community uuid, p_id uuid, p_programme uuid, p_party uuid, p_until timestamptz,
    p_client uuid, p_moment timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_wallet uuid; v_account uuid; v_pots uuid[];
BEGIN
    PERFORM FROM accounts.party a
      WHERE a.community_id = p_community AND a.id = p_party AND a.kind = 'person'
        AND a.erased_at IS NULL;
    IF NOT FOUND THEN RETURN NULL; END IF;
    SELECT w.id INTO v_wallet FROM wallet.wallet w
     WHERE w.community_id = p_community AND w.party_id = p_party FOR UPDATE;
    SELECT p.account_id INTO STRICT v_account FROM disbursement.programme p
     WHERE p.community_id = p_community AND p.id = p_programme;
    v_pots := ARRAY(
        SELECT p.id FROM wallet.pot p
         WHERE p.community_id = p_community AND p.wallet_id = v_wallet
           AND p.programme_id = p_programme AND p.expires_at > clock_timestamp()
           AND p.expires_at < p_until
         ORDER BY p.id);
    PERFORM ledger.set_expiry(p_community, v_pots, p_until, v_account);
    INSERT INTO disbursement.extension (community_id, id, programme_id, party_id, until, pots,
                                        extended_by, extended_at)
    VALUES (p_community, p_id, p_programme, p_party, p_until, cardinality(v_pots), p_client,
            p_moment);
    RETURN cardinality(v_pots);
END
$$;

REVOKE ALL ON FUNCTION wallet.open_pots, disbursement.open_pots, disbursement.extend_pots
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.open_pots TO wijkmunt_wallet;
GRANT EXECUTE ON FUNCTION disbursement.open_pots, disbursement.extend_pots
    TO wijkmunt_disbursement;
GRANT SELECT ON disbursement.extension TO wijkmunt_disbursement;

-- What a transfer counts as: a correction as what it corrects, the other way round.
CREATE FUNCTION ledger.counts_as(p_community uuid, p_kind text, p_related uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN p_kind <> 'correction' THEN p_kind
                ELSE coalesce((SELECT t.kind FROM ledger.transfer t
                                WHERE t.community_id = p_community AND t.id = p_related), p_kind)
           END
$$;
REVOKE ALL ON FUNCTION ledger.counts_as FROM PUBLIC;

-- Where the money of a programme is, from the ledger alone and at one moment; in minor units.
-- funded = available + committed + waiting + sponsored + withdrawn + paid - expired - recalled. A credit
-- that was corrected counts as recalled, a payment that was corrected as not spent. What wallets got is
-- spent + in_wallets + expired + recalled + depreciated. What was spent, and what lies in wallets, is
-- not told below `fewest_people` payers.
CREATE FUNCTION disbursement.commitments(
    p_community uuid, p_programme uuid,
    OUT fewest_people integer, OUT funded bigint, OUT available bigint, OUT committed bigint,
    OUT waiting bigint, OUT sponsored bigint, OUT withdrawn bigint, OUT paid bigint,
    OUT spent bigint, OUT in_wallets bigint, OUT depreciated bigint, OUT expired bigint,
    OUT recalled bigint, OUT returned bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH programme AS (
        SELECT p.account_id, p.reserved_account_id, a.posted AS available, r.posted AS waiting
          FROM disbursement.programme p
          JOIN ledger.account a ON a.community_id = p_community AND a.id = p.account_id
          JOIN ledger.account r ON r.community_id = p_community AND r.id = p.reserved_account_id
         WHERE p.community_id = p_community AND p.id = p_programme
    ), own AS MATERIALIZED (
        SELECT c.kind, t.kind = 'correction' AS is_back, sum(l.amount) AS amount
          FROM programme p
          JOIN ledger.posting l
            ON l.community_id = p_community AND l.account_id = p.account_id
          JOIN ledger.transfer t ON t.community_id = p_community AND t.id = l.transfer_id
         CROSS JOIN LATERAL ledger.counts_as(p_community, t.kind, t.related_id) AS c (kind)
         GROUP BY c.kind, 2
    ), pot AS MATERIALIZED (
        SELECT w.wallet_id, c.kind, t.kind = 'correction' AS is_back, sum(l.amount) AS amount
          FROM wallet.pot w
          JOIN ledger.posting l ON l.community_id = p_community AND l.account_id = w.id
          JOIN ledger.transfer t ON t.community_id = p_community AND t.id = l.transfer_id
         CROSS JOIN LATERAL ledger.counts_as(p_community, t.kind, t.related_id) AS c (kind)
         WHERE w.community_id = p_community AND w.programme_id = p_programme
         GROUP BY w.wallet_id, c.kind, 3
    ), flow AS (
        SELECT coalesce(sum(amount) FILTER (WHERE kind IN ('disbursement', 'landing')
                                              AND NOT is_back), 0) AS paid,
               coalesce(-sum(amount) FILTER (WHERE kind IN ('payment', 'refund')), 0) AS spent,
               coalesce(sum(amount), 0) AS in_wallets,
               coalesce(-sum(amount) FILTER (WHERE kind = 'depreciation'), 0) AS depreciated,
               coalesce(-sum(amount) FILTER (WHERE kind = 'expiry'), 0) AS expired,
               (SELECT count(*) FROM (SELECT FROM pot
                                       WHERE kind IN ('payment', 'refund')
                                       GROUP BY wallet_id HAVING sum(amount) <> 0) AS x) AS payers
          FROM pot
    ), told AS (
        SELECT 5 AS fewest
    )
    SELECT t.fewest,
           coalesce((SELECT amount FROM own WHERE kind = 'funding'), 0)::bigint,
           p.available,
           (SELECT coalesce(sum(c.posted), 0)::bigint FROM disbursement.batch b
              JOIN ledger.account c
                ON c.community_id = p_community AND c.id = b.commitment_account_id
             WHERE b.community_id = p_community AND b.programme_id = p_programme),
           p.waiting,
           coalesce((SELECT -sum(amount) FROM own WHERE kind = 'sponsoring'), 0)::bigint,
           coalesce((SELECT -sum(amount) FROM own
                      WHERE kind IN ('payout', 'redemption-return')), 0)::bigint,
           (f.paid + coalesce((SELECT -amount FROM own WHERE kind = 'subsidy' AND NOT is_back),
                              0))::bigint,
           CASE WHEN f.payers >= t.fewest THEN f.spent::bigint END,
           CASE WHEN f.payers >= t.fewest THEN f.in_wallets::bigint END,
           f.depreciated::bigint, f.expired::bigint,
           coalesce((SELECT sum(amount) FROM own
                      WHERE kind = 'recall'
                         OR is_back AND kind IN ('disbursement', 'landing', 'subsidy')),
                    0)::bigint,
           coalesce((SELECT amount FROM own WHERE kind = 'reservation-return'), 0)::bigint
      FROM programme p CROSS JOIN flow f CROSS JOIN told t
$$;
REVOKE ALL ON FUNCTION disbursement.commitments FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.commitments TO wijkmunt_disbursement;

-- What a programme pays, and when. Versions are only added; the last one counts at the moment of a
-- credit.
CREATE TABLE disbursement.credit_rule (
    community_id uuid NOT NULL,
    programme_id uuid NOT NULL,
    version integer NOT NULL,
    -- The days between which it pays, both of them too, where the community is.
    pays_from date,
    pays_until date,
    most_per_credit bigint,
    -- What one person may get in a period: a calendar month or year, or as long as the programme lasts.
    most_per_person bigint,
    person_period text,
    set_by uuid NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, programme_id, version),
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    CONSTRAINT credit_rule_version_positive CHECK (version > 0),
    CONSTRAINT credit_rule_days_in_order CHECK (pays_from <= pays_until),
    CONSTRAINT credit_rule_amounts_positive CHECK (most_per_credit > 0 AND most_per_person > 0),
    CONSTRAINT credit_rule_person_whole
        CHECK ((most_per_person IS NULL) = (person_period IS NULL)),
    CONSTRAINT credit_rule_period_known CHECK (person_period IN ('month', 'year', 'programme'))
);
SELECT public.isolate('disbursement.credit_rule');
GRANT SELECT, INSERT ON disbursement.credit_rule TO wijkmunt_disbursement;

-- What people have got from a programme since a moment, in minor units: the n-th has the n-th wallet, if
-- any, and the n-th creditor hash. From the ledger, whatever became of it since, and with what waits for
-- the same creditor. For all of them at once: months of postings are opened once and not for each.
CREATE FUNCTION disbursement.credited_since(
    p_community uuid, p_programme uuid, p_wallets uuid[], p_hashes bytea[], p_since timestamptz)
RETURNS TABLE (n bigint, amount numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH got AS MATERIALIZED (
        SELECT p.wallet_id, sum(g.amount) AS amount
          FROM wallet.pot p
          JOIN ledger.posting g ON g.community_id = p_community AND g.account_id = p.id
          JOIN ledger.transfer t ON t.community_id = p_community AND t.id = g.transfer_id
         WHERE p.community_id = p_community AND p.wallet_id = ANY (p_wallets)
           AND p.programme_id = p_programme AND g.posted_at >= p_since
           AND t.kind IN ('disbursement', 'landing')
         GROUP BY p.wallet_id
    ), waiting AS MATERIALIZED (
        SELECT w.creditor_hash, sum(w.amount) AS amount
          FROM disbursement.instruction w
          JOIN disbursement.batch b ON b.community_id = p_community AND b.id = w.batch_id
         WHERE w.community_id = p_community AND w.creditor_hash = ANY (p_hashes)
           AND w.state = 'waiting' AND b.programme_id = p_programme
         GROUP BY w.creditor_hash
    )
    SELECT l.n, coalesce(g.amount, 0) + coalesce(w.amount, 0)
      FROM unnest(p_wallets, p_hashes) WITH ORDINALITY AS l (wallet, hash, n)
      LEFT JOIN got g ON g.wallet_id = l.wallet
      LEFT JOIN waiting w ON w.creditor_hash = l.hash;
END
$$;

-- Lines of a batch that the rules of its programme refuse now, and why: 'outside-days',
-- 'above-credit-limit' or 'above-person-limit'. What somebody has got counts from the ledger,
-- whatever became of it since, and what waits for the same creditor counts too. Sets of one programme
-- with a limit per person follow one another, until their transaction ends.
CREATE FUNCTION disbursement.refused_credits(
    p_community uuid, p_batch uuid, p_nrs integer[], p_wallets uuid[])
RETURNS TABLE (nr integer, refusal text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_rule disbursement.credit_rule;
    v_zone text; v_today date; v_since timestamptz;
    v_line record; v_person text; v_sum numeric := 0;
    v_nrs integer[]; v_amounts bigint[]; v_wallets uuid[]; v_hashes bytea[];
BEGIN
    SELECT r.* INTO v_rule FROM disbursement.credit_rule r
     WHERE r.community_id = p_community AND r.programme_id = (
           SELECT b.programme_id FROM disbursement.batch b
            WHERE b.community_id = p_community AND b.id = p_batch)
     ORDER BY r.version DESC LIMIT 1;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT c.time_zone INTO STRICT v_zone FROM accounts.community c
     WHERE c.community_id = p_community;
    v_today := (clock_timestamp() AT TIME ZONE v_zone)::date;
    IF v_today < v_rule.pays_from OR v_today > v_rule.pays_until THEN
        RETURN QUERY SELECT l.nr, 'outside-days' FROM unnest(p_nrs) AS l (nr);
        RETURN;
    END IF;
    IF v_rule.most_per_person IS NULL THEN
        RETURN QUERY
        SELECT i.nr, 'above-credit-limit' FROM unnest(p_nrs) AS l (nr)
          JOIN disbursement.instruction i
            ON i.community_id = p_community AND i.batch_id = p_batch AND i.nr = l.nr
         WHERE i.amount > v_rule.most_per_credit;
        RETURN;
    END IF;

    PERFORM pg_advisory_xact_lock(
        hashtextextended('credits/' || p_community || '/' || v_rule.programme_id, 0));
    v_since := CASE v_rule.person_period
        WHEN 'programme' THEN '-infinity'
        ELSE date_trunc(v_rule.person_period, v_today::timestamp) AT TIME ZONE v_zone END;
    SELECT array_agg(i.nr), array_agg(i.amount), array_agg(l.wallet), array_agg(i.creditor_hash)
      INTO v_nrs, v_amounts, v_wallets, v_hashes
      FROM unnest(p_nrs, p_wallets) AS l (nr, wallet)
      JOIN disbursement.instruction i
        ON i.community_id = p_community AND i.batch_id = p_batch AND i.nr = l.nr;
    FOR v_line IN
        SELECT l.nr, l.amount,
               coalesce(l.wallet::text, encode(l.hash, 'hex'), l.nr::text) AS person,
               c.amount AS had
          FROM unnest(v_nrs, v_amounts, v_wallets, v_hashes) WITH ORDINALITY
               AS l (nr, amount, wallet, hash, n)
          JOIN disbursement.credited_since(
                   p_community, v_rule.programme_id, v_wallets, v_hashes, v_since) AS c ON c.n = l.n
         ORDER BY 3, 1
    LOOP
        IF v_line.person IS DISTINCT FROM v_person THEN
            v_person := v_line.person;
            v_sum := v_line.had;
        END IF;
        IF v_line.amount > v_rule.most_per_credit THEN
            nr := v_line.nr;
            refusal := 'above-credit-limit';
            RETURN NEXT;
        ELSIF v_sum + v_line.amount > v_rule.most_per_person THEN
            nr := v_line.nr;
            refusal := 'above-person-limit';
            RETURN NEXT;
        ELSE
            v_sum := v_sum + v_line.amount;
        END IF;
    END LOOP;
END
$$;

-- Why the rules of a programme refuse what a standing instruction would pay now, in the same words; NULL
-- when they do not. An association, without a wallet, has no limit per person.
CREATE FUNCTION disbursement.refused_standing(
    p_community uuid, p_programme uuid, p_wallet uuid, p_amount bigint) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_rule disbursement.credit_rule;
    v_zone text; v_today date;
BEGIN
    SELECT r.* INTO v_rule FROM disbursement.credit_rule r
     WHERE r.community_id = p_community AND r.programme_id = p_programme
     ORDER BY r.version DESC LIMIT 1;
    IF NOT FOUND THEN RETURN NULL; END IF;
    SELECT c.time_zone INTO STRICT v_zone FROM accounts.community c
     WHERE c.community_id = p_community;
    v_today := (clock_timestamp() AT TIME ZONE v_zone)::date;
    IF v_today < v_rule.pays_from OR v_today > v_rule.pays_until THEN
        RETURN 'outside-days';
    END IF;
    IF p_amount > v_rule.most_per_credit THEN RETURN 'above-credit-limit'; END IF;
    IF v_rule.most_per_person IS NULL OR p_wallet IS NULL THEN RETURN NULL; END IF;
    PERFORM pg_advisory_xact_lock(
        hashtextextended('credits/' || p_community || '/' || p_programme, 0));
    IF v_rule.most_per_person < p_amount + (
        SELECT c.amount FROM disbursement.credited_since(
                   p_community, p_programme, ARRAY[p_wallet], ARRAY[NULL::bytea],
                   CASE v_rule.person_period
                       WHEN 'programme' THEN '-infinity'
                       ELSE date_trunc(v_rule.person_period, v_today::timestamp)
                            AT TIME ZONE v_zone END) AS c)
    THEN RETURN 'above-person-limit'; END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION disbursement.refused_credits, disbursement.refused_standing,
    disbursement.credited_since FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.refused_credits, disbursement.refused_standing
    TO wijkmunt_disbursement;
