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
