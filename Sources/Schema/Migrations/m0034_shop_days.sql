-- The day of a shop: shifts of cashiers, closings, and what the statements of a merchant read.

-- A cashier works at a till. What the till asks for meanwhile, and what the cashier gives back, counts
-- to the shift.
CREATE TABLE merchant.shift (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    terminal_id uuid NOT NULL,
    -- Whose mandate of the merchant it is.
    mandate_id uuid NOT NULL,
    cashier_id uuid NOT NULL,
    -- Whether the mandate ends with the shift.
    ends_rights boolean NOT NULL,
    opened_by uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    closed_by uuid,
    closed_at timestamptz,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, merchant_id) REFERENCES merchant.merchant,
    FOREIGN KEY (community_id, shop_id) REFERENCES merchant.shop,
    FOREIGN KEY (community_id, terminal_id) REFERENCES merchant.terminal,
    FOREIGN KEY (community_id, mandate_id) REFERENCES accounts.mandate,
    CONSTRAINT shift_closed_whole CHECK ((closed_at IS NULL) = (closed_by IS NULL)),
    CONSTRAINT shift_closes_later CHECK (closed_at >= opened_at)
);
CREATE UNIQUE INDEX shift_one_per_terminal ON merchant.shift (community_id, terminal_id)
    WHERE closed_at IS NULL;
CREATE UNIQUE INDEX shift_one_per_cashier ON merchant.shift (community_id, merchant_id, cashier_id)
    WHERE closed_at IS NULL;
CREATE INDEX shift_by_merchant ON merchant.shift (community_id, merchant_id, id);

ALTER TABLE merchant.payment ADD COLUMN shift_id uuid;
CREATE INDEX payment_by_shift ON merchant.payment (community_id, shift_id)
    WHERE shift_id IS NOT NULL;
ALTER TABLE merchant.refund
    ADD COLUMN shift_id uuid,
    -- The VAT that went back with it, at the rates of its payment; NULL while nothing has, and where
    -- the shop's software told none.
    ADD COLUMN vat_amounts bigint[];
CREATE INDEX refund_by_shift ON merchant.refund (community_id, shift_id)
    WHERE shift_id IS NOT NULL;

-- A payment counts to the shift of the cashier who asked, else to the one at its till. Whichever way a
-- payment comes to be, this sees it.
CREATE FUNCTION merchant.count_payment_to_shift() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
BEGIN
    NEW.shift_id := (
        SELECT s.id FROM merchant.shift s
         WHERE s.community_id = NEW.community_id AND s.closed_at IS NULL
           AND CASE WHEN NEW.request_mandate_id IS NULL THEN s.terminal_id = NEW.terminal_id
                    ELSE s.mandate_id = NEW.request_mandate_id END
           AND s.merchant_id = NEW.merchant_id
         LIMIT 1);
    RETURN NEW;
END
$$;
CREATE TRIGGER payment_counts_to_shift BEFORE INSERT ON merchant.payment
    FOR EACH ROW EXECUTE FUNCTION merchant.count_payment_to_shift();

-- A refund counts to the open shift of the cashier who makes it.
CREATE FUNCTION merchant.count_refund_to_shift() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
BEGIN
    NEW.shift_id := (
        SELECT s.id
          FROM merchant.payment p
          JOIN accounts.client k ON k.community_id = p.community_id AND k.id = NEW.refunded_by
          JOIN merchant.shift s ON s.community_id = p.community_id
                               AND s.merchant_id = p.merchant_id AND s.cashier_id = k.party_id
                               AND s.closed_at IS NULL
         WHERE p.community_id = NEW.community_id AND p.id = NEW.payment_id
         LIMIT 1);
    RETURN NEW;
END
$$;
CREATE TRIGGER refund_counts_to_shift BEFORE INSERT ON merchant.refund
    FOR EACH ROW EXECUTE FUNCTION merchant.count_refund_to_shift();

-- The VAT of a payment goes back with it in proportion, to the cent: what is left of each rate and of
-- the rest of the price shares the refund, so that all refunds of a payment together give back exactly
-- what the shop's software told. The payment is locked by whoever posts a refund of it.
CREATE FUNCTION merchant.share_vat() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_told bigint[]; v_amount bigint; v_left bigint[];
BEGIN
    SELECT p.vat_amounts, p.amount INTO v_told, v_amount FROM merchant.payment p
     WHERE p.community_id = NEW.community_id AND p.id = NEW.payment_id;
    IF v_told IS NULL THEN RETURN NEW; END IF;
    SELECT v_amount - coalesce(sum(f.amount), 0) INTO v_amount FROM merchant.refund f
     WHERE f.community_id = NEW.community_id AND f.payment_id = NEW.payment_id
       AND f.state = 'posted' AND f.id <> NEW.id;
    SELECT array_agg(t.amount - coalesce(b.amount, 0) ORDER BY t.nr) INTO v_left
      FROM unnest(v_told) WITH ORDINALITY AS t (amount, nr)
      LEFT JOIN (SELECT v.nr, sum(v.amount)::bigint AS amount
                   FROM merchant.refund f
                  CROSS JOIN unnest(f.vat_amounts) WITH ORDINALITY AS v (amount, nr)
                  WHERE f.community_id = NEW.community_id AND f.payment_id = NEW.payment_id
                    AND f.state = 'posted' AND f.id <> NEW.id
                  GROUP BY v.nr) AS b ON b.nr = t.nr;
    v_left := v_left || (v_amount - (SELECT sum(l) FROM unnest(v_left) AS l))::bigint;
    NEW.vat_amounts := trim_array(merchant.shared(v_left, NEW.amount), 1);
    RETURN NEW;
END
$$;
CREATE TRIGGER refund_shares_vat BEFORE INSERT OR UPDATE OF state ON merchant.refund
    FOR EACH ROW WHEN (NEW.state = 'posted' AND NEW.vat_amounts IS NULL)
    EXECUTE FUNCTION merchant.share_vat();

-- Who is a merchant's cashier under a mandate that is in force for a shop; NULL for nobody.
CREATE FUNCTION accounts.cashier(p_community uuid, p_mandate uuid, p_merchant uuid, p_shop uuid)
RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT m.agent_id FROM accounts.mandate m
     WHERE m.community_id = p_community AND m.id = p_mandate AND m.kind = 'cashier'
       AND m.principal_id = p_merchant AND m.revoked_at IS NULL
       AND (m.shops IS NULL OR p_shop = ANY (m.shops))
       AND clock_timestamp() >= m.valid_from AND clock_timestamp() < m.valid_until
$$;

-- Ends a cashier's mandate with the shift; whether there was one to end.
CREATE FUNCTION accounts.end_mandate_with_shift(
    p_community uuid, p_mandate uuid, p_merchant uuid, p_client uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE accounts.mandate m
       SET revoked_at = clock_timestamp(), revoked_by = p_client,
           revocation_reason = 'the shift ended'
     WHERE m.community_id = p_community AND m.id = p_mandate AND m.kind = 'cashier'
       AND m.principal_id = p_merchant AND m.revoked_at IS NULL;
    RETURN FOUND;
END
$$;

-- In whose closings is counted what belongs to no shop, such as redemptions.
CREATE TABLE merchant.main_shop (
    community_id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    PRIMARY KEY (community_id, merchant_id),
    FOREIGN KEY (community_id, merchant_id) REFERENCES merchant.merchant,
    FOREIGN KEY (community_id, shop_id) REFERENCES merchant.shop
);

-- One closing of a shop. It counts the shop's postings on the account of the merchant after
-- `from_seq` up to `until_seq`, so each posting belongs to one closing of one shop, and the closings
-- of all shops of a merchant add up to the account.
CREATE TABLE merchant.closing (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    nr bigint NOT NULL,
    coin text NOT NULL,
    from_seq bigint NOT NULL,
    until_seq bigint NOT NULL,
    -- When `until_seq` was posted; -infinity before any.
    last_posted_at timestamptz NOT NULL,
    -- When the closing before this one was made.
    from_at timestamptz,
    -- Minor units with their sign: what went out is below zero.
    opening bigint NOT NULL,
    takings bigint NOT NULL,
    refunds bigint NOT NULL,
    redemptions bigint NOT NULL,
    others bigint NOT NULL,
    closing bigint NOT NULL,
    takings_count bigint NOT NULL,
    refunds_count bigint NOT NULL,
    redemptions_count bigint NOT NULL,
    others_count bigint NOT NULL,
    -- Posted on the account of the merchant after `until_seq`.
    account_balance bigint NOT NULL,
    made_by uuid NOT NULL,
    mandate_id uuid,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, merchant_id) REFERENCES merchant.merchant,
    FOREIGN KEY (community_id, shop_id) REFERENCES merchant.shop,
    CONSTRAINT closing_number_unique UNIQUE (community_id, shop_id, nr),
    CONSTRAINT closing_number_from_one CHECK (nr >= 1),
    CONSTRAINT closing_adds_up
        CHECK (closing = opening + takings + refunds + redemptions + others),
    CONSTRAINT closing_follows CHECK (until_seq >= from_seq AND (nr = 1) = (from_at IS NULL))
);

-- What a till and a cashier did of it; without a cashier: outside of shifts; without a till: the
-- postings that belong to no payment.
CREATE TABLE merchant.closing_line (
    community_id uuid NOT NULL,
    closing_id uuid NOT NULL,
    nr integer NOT NULL,
    terminal_id uuid,
    cashier_id uuid,
    takings bigint NOT NULL,
    refunds bigint NOT NULL,
    redemptions bigint NOT NULL,
    others bigint NOT NULL,
    takings_count bigint NOT NULL,
    refunds_count bigint NOT NULL,
    redemptions_count bigint NOT NULL,
    others_count bigint NOT NULL,
    PRIMARY KEY (community_id, closing_id, nr),
    FOREIGN KEY (community_id, closing_id) REFERENCES merchant.closing
);
CREATE TRIGGER closing_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON merchant.closing
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER closing_line_is_immutable
    BEFORE UPDATE OR DELETE OR TRUNCATE ON merchant.closing_line
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- The postings of a merchant's account, oldest first, after one and up to another, at most p_limit
-- of them, each with the payment, shop, till and shift that it belongs to. The VAT is that of what was
-- posted: of a refund the part that goes back, and of a correction that gives back no whole payment
-- none, for nobody told it.
--
-- They are read forwards along the primary key, as wallet.statement reads backwards, and for the same
-- reasons: sorting is off, and bounds of moments and ids keep other partitions closed.
CREATE FUNCTION merchant.entries(
    p_community uuid, p_account uuid, p_after_at timestamptz, p_after_seq bigint,
    p_until_at timestamptz, p_until_seq bigint, p_limit integer)
RETURNS TABLE (seq bigint, posted_at timestamptz, amount bigint, balance_after bigint,
               transfer_id uuid, kind text, reference text, payment_id uuid, shop_id uuid,
               terminal_id uuid, shift_id uuid, cashier_id uuid, vat_rates integer[],
               vat_amounts bigint[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_sort = off AS $$
#variable_conflict use_column
DECLARE
    v_page ledger.posting[]; v_transfers uuid[]; v_first uuid; v_last uuid;
BEGIN
    v_page := ARRAY(
        SELECT p FROM ledger.posting p
         WHERE p.community_id = p_community AND p.account_id = p_account
           AND p.posted_at >= p_after_at AND p.posted_at <= p_until_at
           AND (p.posted_at, p.seq) > (p_after_at, p_after_seq) AND p.seq <= p_until_seq
         ORDER BY p.posted_at, p.seq LIMIT p_limit);
    v_transfers := ARRAY(SELECT l.transfer_id FROM unnest(v_page) AS l ORDER BY l.transfer_id);
    v_first := v_transfers[1];
    v_last := v_transfers[cardinality(v_transfers)];
    RETURN QUERY
    SELECT l.seq, l.posted_at, l.amount, l.balance_after, l.transfer_id, t.kind, t.reference,
           y.id, y.shop_id, coalesce(s.terminal_id, y.terminal_id), s.id, s.cashier_id,
           v.rates, v.amounts
      FROM unnest(v_page) AS l
      -- There is one; the limit keeps the planner from reading all between first and last.
      LEFT JOIN LATERAL (
           SELECT r.kind, r.reference, r.related_id, r.hold_id FROM ledger.transfer r
            WHERE r.community_id = p_community AND r.id = l.transfer_id
              AND r.id >= v_first AND r.id <= v_last LIMIT 1) AS t ON true
      LEFT JOIN LATERAL (
           SELECT f.payment_id, f.shift_id, f.vat_amounts FROM merchant.refund f
            WHERE f.community_id = p_community AND f.id = l.transfer_id LIMIT 1) AS f ON true
      LEFT JOIN LATERAL (
           SELECT y.* FROM merchant.payment y
            WHERE y.community_id = p_community
              AND y.id = coalesce(
                  (SELECT x.id FROM merchant.payment x
                    WHERE x.community_id = p_community AND x.id = l.transfer_id),
                  f.payment_id, t.related_id, t.hold_id)
            LIMIT 1) AS y ON true
      LEFT JOIN LATERAL (
           SELECT s.* FROM merchant.shift s
            WHERE s.community_id = p_community
              AND s.id = CASE WHEN f.payment_id IS NULL THEN y.shift_id ELSE f.shift_id END
            LIMIT 1) AS s ON true
     CROSS JOIN LATERAL (
           SELECT CASE WHEN a.amounts IS NOT NULL THEN y.vat_rates END AS rates, a.amounts
             FROM (SELECT CASE WHEN f.payment_id IS NOT NULL THEN f.vat_amounts
                               WHEN abs(l.amount) = y.amount THEN y.vat_amounts END)
                  AS a (amounts)) AS v
     ORDER BY l.posted_at, l.seq;
END
$$;

-- Closes a shop's books up to what is posted now. What it counts is one snapshot, though it is read in
-- several statements: an account's postings become visible in the order of their numbers, and none
-- ever changes, so those up to the number that is read first are the same whenever they are read.
-- Whoever posts waits for nothing here. Locks: the shop, so that its closings follow one another.
CREATE FUNCTION merchant.make_closing(
    p_community uuid, p_id uuid, p_shop uuid, p_client uuid, p_mandate uuid, p_moment timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    c_page CONSTANT integer := 5000;
    v_merchant merchant.merchant; v_account ledger.account; v_before merchant.closing;
    v_main uuid; v_lines merchant.closing_line[] := '{}'; v_after_at timestamptz;
    v_after_seq bigint; v_read_at timestamptz; v_read_seq bigint; n_read bigint;
BEGIN
    SELECT m.* INTO STRICT v_merchant
      FROM merchant.shop s
      JOIN merchant.merchant m ON m.community_id = s.community_id AND m.id = s.merchant_id
     WHERE s.community_id = p_community AND s.id = p_shop
       FOR NO KEY UPDATE OF s;
    INSERT INTO merchant.main_shop (community_id, merchant_id, shop_id)
    SELECT p_community, v_merchant.id, s.id FROM merchant.shop s
     WHERE s.community_id = p_community AND s.merchant_id = v_merchant.id
     ORDER BY s.id LIMIT 1
        ON CONFLICT DO NOTHING;
    SELECT s.shop_id INTO STRICT v_main FROM merchant.main_shop s
     WHERE s.community_id = p_community AND s.merchant_id = v_merchant.id;
    SELECT a.* INTO STRICT v_account FROM ledger.account a
     WHERE a.community_id = p_community AND a.id = v_merchant.account_id;
    SELECT c.* INTO v_before FROM merchant.closing c
     WHERE c.community_id = p_community AND c.shop_id = p_shop ORDER BY c.nr DESC LIMIT 1;
    v_after_at := coalesce(v_before.last_posted_at, '-infinity');
    v_after_seq := coalesce(v_before.until_seq, 0);

    LOOP
        -- Pages, so that years of postings take no more memory than a day's.
        WITH entry AS MATERIALIZED (
            SELECT e.*, CASE WHEN e.kind = 'payment' THEN 1 WHEN e.kind = 'refund' THEN 2
                             WHEN e.kind LIKE 'redemption%' THEN 3 ELSE 4 END AS heading
              FROM merchant.entries(p_community, v_account.id, v_after_at, v_after_seq,
                                    v_account.last_posted_at, v_account.seq, c_page) AS e
        ), line AS (
            SELECT l.* FROM unnest(v_lines) AS l
             UNION ALL
            SELECT p_community, p_id, 0, e.terminal_id, e.cashier_id,
                   CASE e.heading WHEN 1 THEN e.amount ELSE 0 END,
                   CASE e.heading WHEN 2 THEN e.amount ELSE 0 END,
                   CASE e.heading WHEN 3 THEN e.amount ELSE 0 END,
                   CASE e.heading WHEN 4 THEN e.amount ELSE 0 END,
                   (e.heading = 1)::integer, (e.heading = 2)::integer,
                   (e.heading = 3)::integer, (e.heading = 4)::integer
              FROM entry e WHERE coalesce(e.shop_id, v_main) = p_shop
        )
        SELECT (SELECT count(*) FROM entry), (SELECT max(e.posted_at) FROM entry e),
               (SELECT max(e.seq) FROM entry e),
               ARRAY(SELECT ROW (p_community, p_id,
                                 row_number() OVER (ORDER BY l.terminal_id,
                                                             l.cashier_id NULLS FIRST),
                                 l.terminal_id, l.cashier_id, sum(l.takings), sum(l.refunds),
                                 sum(l.redemptions), sum(l.others), sum(l.takings_count),
                                 sum(l.refunds_count), sum(l.redemptions_count),
                                 sum(l.others_count))::merchant.closing_line
                       FROM line l GROUP BY l.terminal_id, l.cashier_id)
          INTO n_read, v_read_at, v_read_seq, v_lines;
        EXIT WHEN n_read < c_page;
        v_after_at := v_read_at;
        v_after_seq := v_read_seq;
    END LOOP;

    INSERT INTO merchant.closing (
        community_id, id, merchant_id, shop_id, nr, coin, from_seq, until_seq, last_posted_at,
        from_at, opening, takings, refunds, redemptions, others, closing, takings_count,
        refunds_count, redemptions_count, others_count, account_balance, made_by, mandate_id,
        made_at)
    SELECT p_community, p_id, v_merchant.id, p_shop, coalesce(v_before.nr, 0) + 1,
           v_merchant.coin, coalesce(v_before.until_seq, 0), v_account.seq,
           v_account.last_posted_at, v_before.made_at, coalesce(v_before.closing, 0),
           t.takings, t.refunds, t.redemptions, t.others,
           coalesce(v_before.closing, 0) + t.takings + t.refunds + t.redemptions + t.others,
           t.takings_count, t.refunds_count, t.redemptions_count, t.others_count,
           v_account.posted, p_client, p_mandate, p_moment
      FROM (SELECT coalesce(sum(l.takings), 0)::bigint AS takings,
                   coalesce(sum(l.refunds), 0)::bigint AS refunds,
                   coalesce(sum(l.redemptions), 0)::bigint AS redemptions,
                   coalesce(sum(l.others), 0)::bigint AS others,
                   coalesce(sum(l.takings_count), 0)::bigint AS takings_count,
                   coalesce(sum(l.refunds_count), 0)::bigint AS refunds_count,
                   coalesce(sum(l.redemptions_count), 0)::bigint AS redemptions_count,
                   coalesce(sum(l.others_count), 0)::bigint AS others_count
              FROM unnest(v_lines) AS l) AS t;
    INSERT INTO merchant.closing_line SELECT l.* FROM unnest(v_lines) AS l;
END
$$;

-- A merchant's account over the days from p_first up to and not including p_end, as they begin in
-- the zone of the community: where the balance was before and after, and the last posting of both.
-- No row for an unknown merchant.
CREATE FUNCTION merchant.statement(
    p_community uuid, p_merchant uuid, p_first date, p_end date, p_now timestamptz)
RETURNS TABLE (name text, coin text, digits smallint, iban text, account_id uuid, time_zone text,
               from_at timestamptz, until_at timestamptz, opening bigint, opening_seq bigint,
               closing bigint, closing_seq bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_sort = off AS $$
#variable_conflict use_column
DECLARE
    v_account ledger.account; v_zone text; v_from timestamptz; v_until timestamptz;
    v_opening ledger.posting; v_closing ledger.posting;
BEGIN
    SELECT a.* INTO v_account
      FROM merchant.merchant m
      JOIN ledger.account a ON a.community_id = m.community_id AND a.id = m.account_id
     WHERE m.community_id = p_community AND m.id = p_merchant;
    SELECT c.time_zone INTO v_zone FROM accounts.community c WHERE c.community_id = p_community;
    v_from := p_first::timestamp AT TIME ZONE v_zone;
    v_until := least(p_end::timestamp AT TIME ZONE v_zone, p_now);
    SELECT p.* INTO v_opening FROM ledger.posting p
     WHERE p.community_id = p_community AND p.account_id = v_account.id
       AND p.posted_at < v_from AND p.posted_at <= v_account.last_posted_at
     ORDER BY p.posted_at DESC, p.seq DESC LIMIT 1;
    SELECT p.* INTO v_closing FROM ledger.posting p
     WHERE p.community_id = p_community AND p.account_id = v_account.id
       AND p.posted_at < v_until AND p.posted_at <= v_account.last_posted_at
     ORDER BY p.posted_at DESC, p.seq DESC LIMIT 1;
    RETURN QUERY
    SELECT m.name, m.coin, c.digits, m.iban, m.account_id, v_zone, v_from,
           p_end::timestamp AT TIME ZONE v_zone, coalesce(v_opening.balance_after, 0),
           coalesce(v_opening.seq, 0), coalesce(v_closing.balance_after, 0),
           coalesce(v_closing.seq, 0)
      FROM merchant.merchant m
      JOIN accounts.coin c ON c.community_id = m.community_id AND c.code = m.coin
     WHERE m.community_id = p_community AND m.id = p_merchant;
END
$$;

SELECT public.isolate('merchant.shift');
SELECT public.isolate('merchant.main_shop');
SELECT public.isolate('merchant.closing');
SELECT public.isolate('merchant.closing_line');
REVOKE ALL ON FUNCTION accounts.cashier, accounts.end_mandate_with_shift,
    merchant.count_payment_to_shift, merchant.count_refund_to_shift, merchant.share_vat,
    merchant.entries, merchant.make_closing, merchant.statement FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts.cashier, accounts.end_mandate_with_shift,
    merchant.entries, merchant.make_closing, merchant.statement TO wijkmunt_merchant;
GRANT SELECT, INSERT ON merchant.shift, merchant.main_shop, merchant.closing,
    merchant.closing_line TO wijkmunt_merchant;
GRANT UPDATE (ends_rights, closed_by, closed_at) ON merchant.shift TO wijkmunt_merchant;
GRANT SELECT ON ledger.posting TO wijkmunt_merchant;
GRANT SELECT (community_id, time_zone) ON accounts.community TO wijkmunt_merchant;
