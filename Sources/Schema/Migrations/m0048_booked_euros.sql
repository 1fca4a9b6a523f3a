-- What a service in foreign hands could still do with its role alone, and coins that had no way out.

-- Coins come into being with a funding on record: of this programme and amount, and so, by the trigger
-- of m0040, with the credit of the bank where the programme has an account. Looked at when the
-- transaction ends, since it writes one after the other. Other transfers pay for one comparison.
CREATE FUNCTION disbursement.require_funding() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Four legs leave room for the reserve, its contra accounts and one programme.
    IF cardinality(NEW.accounts) <> 4 OR NOT EXISTS (
        SELECT FROM disbursement.funding f
          JOIN disbursement.programme p
            ON p.community_id = f.community_id AND p.id = f.programme_id
         WHERE f.community_id = NEW.community_id AND f.id = NEW.id AND p.coin = NEW.coin
           AND NEW.amounts[array_position(NEW.accounts, p.account_id)] = f.amount) THEN
        RAISE EXCEPTION 'coins for euros that nobody has booked' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'transfer_of_booked_funding';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER transfer_of_booked_funding AFTER INSERT ON ledger.transfer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'funding')
    EXECUTE FUNCTION disbursement.require_funding();

-- And the other way round: what is booked was posted, and a credit that counts as spent on a programme
-- was booked for it.
CREATE FUNCTION disbursement.require_funding_transfer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM ledger.transfer t
         WHERE t.community_id = NEW.community_id AND t.id = NEW.id AND t.kind = 'funding') THEN
        RAISE EXCEPTION 'a funding without its coins' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'funding_is_posted';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER funding_is_posted AFTER INSERT ON disbursement.funding
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION disbursement.require_funding_transfer();

CREATE FUNCTION disbursement.require_credit_funding() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM disbursement.funding f
         WHERE f.community_id = NEW.community_id AND f.bank_credit_id = NEW.id) THEN
        RAISE EXCEPTION 'euros that count as spent on a programme and are not' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'funded_credit_is_booked';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER funded_credit_is_booked
    AFTER INSERT OR UPDATE OF state ON disbursement.bank_credit
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'funded')
    EXECUTE FUNCTION disbursement.require_credit_funding();

REVOKE ALL ON FUNCTION disbursement.require_funding, disbursement.require_funding_transfer,
    disbursement.require_credit_funding FROM PUBLIC;

-- What depreciation took becomes euros as fees do: of the coin's own policy, or of a programme's.
ALTER TABLE merchant.payout
    DROP CONSTRAINT payout_source_known,
    ADD CONSTRAINT payout_source_known
        CHECK (source IN ('fees', 'community-share', 'programme', 'depreciation')),
    DROP CONSTRAINT payout_of_programme,
    ADD CONSTRAINT payout_of_programme CHECK (CASE source
        WHEN 'programme' THEN programme_id IS NOT NULL
        WHEN 'depreciation' THEN true
        ELSE programme_id IS NULL END);
UPDATE ledger.transfer_rule SET credits = '{merchant,fee,programme,sink}'
 WHERE kind = 'redemption-return';

CREATE OR REPLACE FUNCTION merchant.payout_account(
    p_community uuid, p_coin text, p_source text, p_programme uuid) RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE p_source
           WHEN 'programme' THEN (
               SELECT g.account_id FROM disbursement.programme g
                WHERE g.community_id = p_community AND g.id = p_programme AND g.coin = p_coin)
           WHEN 'depreciation' THEN (
               SELECT d.sink_account_id
                 FROM wallet.depreciation_policy w
                 JOIN ledger.depreciation d ON d.community_id = w.community_id AND d.id = w.id
                WHERE w.community_id = p_community AND w.coin = p_coin
                  AND w.programme_id IS NOT DISTINCT FROM p_programme)
           ELSE (
               SELECT CASE p_source WHEN 'fees' THEN r.fee_account_id
                                    WHEN 'community-share' THEN r.community_account_id END
                 FROM merchant.redemption_policy r
                WHERE r.community_id = p_community AND r.coin = p_coin
                ORDER BY r.version DESC LIMIT 1)
           END
$$;

-- What left the budget of a programme for euros, without what came back; what depreciation took had
-- left it before.
CREATE OR REPLACE FUNCTION merchant.withdrawn(p_community uuid, p_programme uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(sum(r.amount), 0)::bigint
      FROM merchant.payout p
      JOIN merchant.redemption r
        ON r.community_id = p.community_id AND r.id = p.id AND r.state <> 'returned'
     WHERE p.community_id = p_community AND p.programme_id = p_programme
       AND p.source = 'programme'
$$;

-- Accounts are locked by id, sinks last, as everywhere. Only this line changes.
DO $$
DECLARE
    v_old CONSTANT text := 'ORDER BY a.id FOR NO KEY UPDATE';
    v_text CONSTANT text := pg_get_functiondef('merchant.decide_payout'::regproc);
BEGIN
    IF strpos(v_text, v_old) = 0 THEN
        RAISE EXCEPTION 'merchant.decide_payout does not say in which order it locks';
    END IF;
    EXECUTE replace(v_text, v_old, $new$ORDER BY a.kind = 'sink', a.id FOR NO KEY UPDATE$new$);
END
$$;

-- With a person go the answers that are kept about them: letters, which hold a name and a code, and what
-- was written about recalls, departures and standing instructions. Whoever repeats such a request is
-- answered anew. Only these statements come into the functions, whatever else they have become.
DO $$
DECLARE
    v_text text := pg_get_functiondef('disbursement.erase_person'::regproc);
    v_lines CONSTANT text := 'UPDATE disbursement.instruction i';
    v_recalls CONSTANT text := $old$UPDATE disbursement.recall r
       SET reason = 'Erased'$old$;
BEGIN
    IF strpos(v_text, v_lines) = 0 THEN
        RAISE EXCEPTION 'disbursement.erase_person does not say what it does to lines';
    END IF;
    EXECUTE replace(v_text, v_lines, $new$DELETE FROM disbursement.idempotency_record r
     WHERE r.community_id = p_community AND r.operation IN ('createLetters', 'createLetterTexts')
       AND r.location IN (
           SELECT '/v1/batches/' || i.batch_id FROM disbursement.instruction i
            WHERE i.community_id = p_community
              AND (i.creditor_hash = ANY (p_hashes) OR i.alias = ANY (p_aliases)
                   OR i.wallet_id = ANY (p_wallets)));
    UPDATE disbursement.instruction i$new$);
    v_text := pg_get_functiondef('disbursement.erase_grants'::regproc);
    IF strpos(v_text, v_recalls) = 0 THEN
        RAISE EXCEPTION 'disbursement.erase_grants does not say what it does to recalls';
    END IF;
    EXECUTE replace(v_text, v_recalls, $new$DELETE FROM disbursement.idempotency_record i
     USING (SELECT r.id FROM disbursement.recall r
             WHERE r.community_id = p_community AND r.party_id = p_party
            UNION ALL
            SELECT d.id FROM disbursement.departure d
             WHERE d.community_id = p_community AND d.party_id = p_party
            UNION ALL
            SELECT s.id FROM disbursement.standing_instruction s
             WHERE s.community_id = p_community AND s.party_id = p_party) AS about
     WHERE i.community_id = p_community AND position(about.id::text IN i.location) > 0;
    UPDATE disbursement.recall r
       SET reason = 'Erased'$new$);
END
$$;

-- Who reads an upload is a session of the database. When that has ended, the service was killed or cut
-- off, and another takes over without waiting for the minute; should it live on, it finds out at the
-- next part, because the upload names another reader.
ALTER TABLE disbursement.upload
    ADD reader_pid integer,
    ADD reader_session_at timestamptz,
    ADD CONSTRAINT upload_reader_session_whole
        CHECK ((reader_pid IS NULL) = (reader_session_at IS NULL));
GRANT UPDATE (reader_pid, reader_session_at) ON disbursement.upload TO wijkmunt_disbursement;
