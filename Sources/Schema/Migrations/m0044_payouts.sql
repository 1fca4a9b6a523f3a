-- Coins that are nobody's in a wallet or a shop become euros too: what a coin keeps of redemptions, and
-- what a programme will not pay any more. One person asks, another decides, and the settlement that
-- pays shops pays them.
CREATE TABLE merchant.payout (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    coin text NOT NULL,
    source text NOT NULL,
    programme_id uuid,
    amount bigint NOT NULL,
    creditor_name text NOT NULL,
    creditor_iban text NOT NULL,
    reason text NOT NULL,
    state text NOT NULL DEFAULT 'proposed',
    proposed_by uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    rejection_reason text,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, coin) REFERENCES accounts.coin,
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    CONSTRAINT payout_source_known CHECK (source IN ('fees', 'community-share', 'programme')),
    CONSTRAINT payout_of_programme CHECK ((source = 'programme') = (programme_id IS NOT NULL)),
    CONSTRAINT payout_amount_in_range CHECK (amount BETWEEN 1 AND 9007199254740991),
    CONSTRAINT payout_iban_form CHECK (creditor_iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}$'),
    CONSTRAINT payout_state_known CHECK (state IN ('proposed', 'approved', 'rejected')),
    CONSTRAINT payout_decided_whole CHECK (
        (state = 'proposed') = (decided_by IS NULL)
        AND (decided_by IS NULL) = (decided_at IS NULL)
        AND (state = 'rejected') = (rejection_reason IS NOT NULL)),
    -- Whoever proposed may think better of it, and no more than that.
    CONSTRAINT payout_approved_by_second_person
        CHECK (state <> 'approved' OR decided_by <> proposed_by)
);
CREATE INDEX payout_by_programme ON merchant.payout (community_id, programme_id)
    WHERE programme_id IS NOT NULL;
SELECT public.isolate('merchant.payout');

-- On its way to the bank a payout is a line like the redemption of a shop, with the payout's id.
ALTER TABLE merchant.redemption
    ALTER COLUMN merchant_id DROP NOT NULL,
    ADD payout_id uuid,
    ADD FOREIGN KEY (community_id, payout_id) REFERENCES merchant.payout,
    ADD CONSTRAINT redemption_of_somebody CHECK ((merchant_id IS NULL) = (payout_id IS NOT NULL)),
    ADD CONSTRAINT redemption_once_per_payout CHECK (payout_id = id);

-- What the bank did not pay goes back where it came from.
UPDATE ledger.transfer_rule SET credits = '{merchant,fee,programme}'
 WHERE kind = 'redemption-return';

-- Shops hear of their redemptions; nobody is told of a payout.
DO $$
DECLARE
    v_text text := pg_get_functiondef('merchant.tell_of_redemptions'::regproc);
BEGIN
    IF strpos(v_text, 'FROM new_rows n;') = 0 OR strpos(v_text, 'WHERE o.state <> n.state;') = 0 THEN
        RAISE EXCEPTION 'merchant.tell_of_redemptions does not say whom it tells';
    END IF;
    v_text := replace(v_text, 'FROM new_rows n;',
                      'FROM new_rows n WHERE n.merchant_id IS NOT NULL;');
    EXECUTE replace(v_text, 'WHERE o.state <> n.state;',
                    'WHERE o.state <> n.state AND n.merchant_id IS NOT NULL;');
END
$$;

-- The account that a source names; NULL when the coin has none.
CREATE FUNCTION merchant.payout_account(
    p_community uuid, p_coin text, p_source text, p_programme uuid) RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE p_source
           WHEN 'programme' THEN (
               SELECT g.account_id FROM disbursement.programme g
                WHERE g.community_id = p_community AND g.id = p_programme AND g.coin = p_coin)
           ELSE (
               SELECT CASE p_source WHEN 'fees' THEN r.fee_account_id
                                    WHEN 'community-share' THEN r.community_account_id END
                 FROM merchant.redemption_policy r
                WHERE r.community_id = p_community AND r.coin = p_coin
                ORDER BY r.version DESC LIMIT 1)
           END
$$;

-- How much a source could pay out now; NULL when the coin has no such source. What approved batches
-- will pay has left the programme's account already.
CREATE FUNCTION merchant.available_for_payout(
    p_community uuid, p_coin text, p_source text, p_programme uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT greatest(a.posted - a.held - coalesce(a.floor, 0), 0)
      FROM ledger.account a
     WHERE a.community_id = p_community
       AND a.id = merchant.payout_account(p_community, p_coin, p_source, p_programme)
$$;

-- Takes the coins of a payout out of their account, to wait for its settlement; or rejects it, where
-- p_iban is NULL. 'approved', 'rejected', or why not: 'not-found', 'not-open', 'same-person',
-- 'iban-mismatch', 'insufficient-funds'. No service may propose transfers of this kind: this is the
-- only way. Call it once per transaction.
CREATE FUNCTION merchant.decide_payout(
    p_community uuid, p_payout uuid, p_client uuid, p_iban text, p_rejection text,
    p_end_to_end text, p_moment timestamptz) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_payout merchant.payout;
    v_from ledger.account; v_to ledger.account; v_source uuid; v_target uuid; v_at timestamptz;
BEGIN
    SELECT * INTO v_payout FROM merchant.payout p
     WHERE p.community_id = p_community AND p.id = p_payout FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN 'not-found'; END IF;
    IF v_payout.state <> 'proposed' THEN RETURN 'not-open'; END IF;
    IF p_iban IS NULL THEN
        UPDATE merchant.payout p
           SET state = 'rejected', decided_by = p_client, decided_at = p_moment,
               rejection_reason = p_rejection
         WHERE p.community_id = p_community AND p.id = p_payout;
        RETURN 'rejected';
    END IF;
    IF v_payout.proposed_by = p_client THEN RETURN 'same-person'; END IF;
    IF v_payout.creditor_iban <> p_iban THEN RETURN 'iban-mismatch'; END IF;

    v_source := merchant.payout_account(
        p_community, v_payout.coin, v_payout.source, v_payout.programme_id);
    SELECT c.redemption_account_id INTO STRICT v_target FROM ledger.coin c
     WHERE c.community_id = p_community AND c.code = v_payout.coin;
    PERFORM FROM ledger.account a
      WHERE a.community_id = p_community AND a.id IN (v_source, v_target)
      ORDER BY a.id FOR NO KEY UPDATE;
    SELECT * INTO STRICT v_from FROM ledger.account a
     WHERE a.community_id = p_community AND a.id = v_source;
    SELECT * INTO STRICT v_to FROM ledger.account a
     WHERE a.community_id = p_community AND a.id = v_target;
    IF v_from.posted - v_from.held - coalesce(v_from.floor, 0) < v_payout.amount THEN
        RETURN 'insufficient-funds';
    END IF;
    v_at := greatest(clock_timestamp(), v_from.last_posted_at, v_to.last_posted_at);
    PERFORM ledger.write_batch(
        p_community, 'payout', v_at, ARRAY[p_payout], ARRAY['payout'::text], ARRAY[p_end_to_end],
        ARRAY[NULL::uuid], ARRAY[NULL::uuid], ARRAY[p_client], ARRAY[NULL::uuid], ARRAY[1],
        ARRAY[v_payout.coin], ARRAY[1, 1], ARRAY[v_source, v_target],
        ARRAY[v_from.seq + 1, v_to.seq + 1], ARRAY[-v_payout.amount, v_payout.amount],
        ARRAY[v_from.posted - v_payout.amount, v_to.posted + v_payout.amount]);
    UPDATE ledger.account a
       SET posted = a.posted + CASE a.id WHEN v_source THEN -v_payout.amount
                                         ELSE v_payout.amount END,
           seq = a.seq + 1, last_posted_at = v_at
     WHERE a.community_id = p_community AND a.id IN (v_source, v_target);
    UPDATE merchant.payout p
       SET state = 'approved', decided_by = p_client, decided_at = p_moment
     WHERE p.community_id = p_community AND p.id = p_payout;
    INSERT INTO merchant.redemption (community_id, id, payout_id, coin, amount, end_to_end_id,
                                     creditor_name, creditor_iban, requested_by, requested_at)
    VALUES (p_community, p_payout, p_payout, v_payout.coin, v_payout.amount, p_end_to_end,
            v_payout.creditor_name, v_payout.creditor_iban, v_payout.proposed_by, p_moment);
    RETURN 'approved';
END
$$;

-- What left the budget of a programme for euros, without what came back.
CREATE FUNCTION merchant.withdrawn(p_community uuid, p_programme uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(sum(r.amount), 0)::bigint
      FROM merchant.payout p
      JOIN merchant.redemption r
        ON r.community_id = p.community_id AND r.id = p.id AND r.state <> 'returned'
     WHERE p.community_id = p_community AND p.programme_id = p_programme
$$;

-- Only merchant.decide_payout puts a payout into settlements, whatever a service thinks.
CREATE FUNCTION merchant.require_payout() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM merchant.payout p
         WHERE p.community_id = NEW.community_id AND p.id = NEW.payout_id
           AND p.state = 'approved' AND p.coin = NEW.coin AND p.amount = NEW.amount
           AND p.creditor_iban = NEW.creditor_iban) THEN
        RAISE EXCEPTION 'a payout that nobody approved' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'redemption_of_approved_payout';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER redemption_of_approved_payout BEFORE INSERT ON merchant.redemption
    FOR EACH ROW WHEN (NEW.payout_id IS NOT NULL) EXECUTE FUNCTION merchant.require_payout();

REVOKE ALL ON FUNCTION merchant.payout_account, merchant.available_for_payout,
    merchant.decide_payout, merchant.withdrawn, merchant.require_payout FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merchant.available_for_payout, merchant.decide_payout
    TO wijkmunt_merchant;
GRANT EXECUTE ON FUNCTION merchant.withdrawn TO wijkmunt_disbursement;
GRANT SELECT, INSERT (community_id, id, coin, source, programme_id, amount, creditor_name,
                      creditor_iban, reason, proposed_by, proposed_at)
    ON merchant.payout TO wijkmunt_merchant;
