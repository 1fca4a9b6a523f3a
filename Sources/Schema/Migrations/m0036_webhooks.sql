-- What the software of shops is told: events, webhooks that carry them, and shops on the map.

-- The outbox. A row is written in the transaction of the change that it tells, by triggers, so that
-- nobody can forget it, and gets its number afterwards: numbers are given one transaction at a time,
-- so whoever has read up to a number has missed none below it. No foreign keys: payments pay for
-- every look-up here.
CREATE TABLE merchant.event (
    community_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    merchant_id uuid NOT NULL,
    -- In the order in which they happened, for those of one payment at least.
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    -- 1, 2, 3 … for each merchant; NULL until numbered.
    nr bigint,
    type text NOT NULL,
    -- What the event is about in the end: of a refund the payment.
    subject_id uuid NOT NULL,
    object_id uuid NOT NULL,
    shop_id uuid,
    terminal_id uuid,
    coin text,
    amount bigint,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    CONSTRAINT event_type_form CHECK (type ~ '^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$'),
    CONSTRAINT event_amount_with_coin CHECK ((coin IS NULL) = (amount IS NULL))
);
CREATE UNIQUE INDEX event_by_nr ON merchant.event (community_id, merchant_id, nr)
    WHERE nr IS NOT NULL;
CREATE INDEX event_unnumbered ON merchant.event (community_id, seq) WHERE nr IS NULL;
CREATE INDEX event_by_time ON merchant.event (community_id, occurred_at);

CREATE TABLE merchant.event_counter (
    community_id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    last_nr bigint NOT NULL,
    PRIMARY KEY (community_id, merchant_id)
) WITH (fillfactor = 50);

-- Where a merchant's software listens.
CREATE TABLE merchant.webhook_endpoint (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    url text NOT NULL,
    -- Which events; NULL for all.
    types text[],
    state text NOT NULL DEFAULT 'active',
    disabled_reason text,
    disabled_at timestamptz,
    -- Sealed under a key that the database does not have.
    secret_sealed bytea NOT NULL,
    -- After a rotation both sign, until then.
    old_secret_sealed bytea,
    old_secret_until timestamptz,
    -- The first failure since something last arrived.
    failing_since timestamptz,
    -- Which worker delivers to it now, and until when nobody else does.
    claim uuid,
    claimed_until timestamptz,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, merchant_id) REFERENCES merchant.merchant,
    CONSTRAINT webhook_state_known CHECK (state IN ('active', 'disabled')),
    CONSTRAINT webhook_reason_known CHECK (disabled_reason IN ('asked', 'gone', 'failing')),
    CONSTRAINT webhook_disabled_whole CHECK (
        (state = 'disabled') = (disabled_at IS NOT NULL)
        AND (disabled_at IS NULL) = (disabled_reason IS NULL)),
    CONSTRAINT webhook_old_secret_pair
        CHECK ((old_secret_sealed IS NULL) = (old_secret_until IS NULL))
) WITH (fillfactor = 70);
CREATE INDEX webhook_by_merchant ON merchant.webhook_endpoint (community_id, merchant_id, id);

-- One event on its way to one endpoint.
CREATE TABLE merchant.webhook_delivery (
    community_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    event_id uuid NOT NULL,
    nr bigint NOT NULL,
    subject_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'pending',
    attempts smallint NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    first_attempt_at timestamptz,
    last_attempt_at timestamptz,
    -- What the receiver answered, or in a word why nothing was.
    last_status smallint,
    last_error text,
    PRIMARY KEY (community_id, endpoint_id, event_id),
    FOREIGN KEY (community_id, endpoint_id) REFERENCES merchant.webhook_endpoint,
    CONSTRAINT delivery_state_known CHECK (state IN ('pending', 'delivered', 'given-up')),
    CONSTRAINT delivery_waits CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL))
) WITH (fillfactor = 70);
CREATE INDEX delivery_by_nr ON merchant.webhook_delivery (community_id, endpoint_id, nr);
CREATE INDEX delivery_of_subject ON merchant.webhook_delivery
    (community_id, endpoint_id, subject_id, nr) WHERE state = 'pending';
CREATE INDEX delivery_due ON merchant.webhook_delivery (next_attempt_at) WHERE state = 'pending';
CREATE INDEX delivery_by_event ON merchant.webhook_delivery (community_id, event_id);

SELECT public.isolate('merchant.event'), public.isolate('merchant.event_counter'),
       public.isolate('merchant.webhook_endpoint'), public.isolate('merchant.webhook_delivery');

-- Tells of payments whose state is new, whatever changed it.
CREATE FUNCTION merchant.tell_of_payments() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO merchant.event (community_id, merchant_id, type, subject_id, object_id, shop_id,
                                    terminal_id, coin, amount, occurred_at)
        SELECT n.community_id, n.merchant_id, 'payment.' || n.state, n.id, n.id, n.shop_id,
               n.terminal_id, n.coin, n.amount, clock_timestamp()
          FROM new_rows n;
    ELSE
        INSERT INTO merchant.event (community_id, merchant_id, type, subject_id, object_id, shop_id,
                                    terminal_id, coin, amount, occurred_at)
        SELECT n.community_id, n.merchant_id, 'payment.' || n.state, n.id, n.id, n.shop_id,
               n.terminal_id, n.coin, n.amount, clock_timestamp()
          FROM new_rows n
          JOIN old_rows o ON o.community_id = n.community_id AND o.id = n.id
         WHERE o.state <> n.state;
    END IF;
    IF FOUND THEN NOTIFY merchant_event; END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER payment_is_told AFTER INSERT ON merchant.payment
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION merchant.tell_of_payments();
CREATE TRIGGER payment_change_is_told AFTER UPDATE ON merchant.payment
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION merchant.tell_of_payments();

-- Tells of refunds, a part of a payment or the whole: what is owed when it is asked for, what was
-- made when the money is back.
CREATE FUNCTION merchant.tell_of_refunds() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO merchant.event (community_id, merchant_id, type, subject_id, object_id, shop_id,
                                    terminal_id, coin, amount, occurred_at)
        SELECT n.community_id, p.merchant_id,
               'refund.' || CASE n.state WHEN 'posted' THEN 'made' ELSE n.state END,
               p.id, n.id, p.shop_id, p.terminal_id, p.coin, n.amount, clock_timestamp()
          FROM new_rows n
          JOIN merchant.payment p ON p.community_id = n.community_id AND p.id = n.payment_id;
    ELSE
        INSERT INTO merchant.event (community_id, merchant_id, type, subject_id, object_id, shop_id,
                                    terminal_id, coin, amount, occurred_at)
        SELECT n.community_id, p.merchant_id,
               'refund.' || CASE n.state WHEN 'posted' THEN 'made' ELSE n.state END,
               p.id, n.id, p.shop_id, p.terminal_id, p.coin, n.amount, clock_timestamp()
          FROM new_rows n
          JOIN old_rows o ON o.community_id = n.community_id AND o.id = n.id
          JOIN merchant.payment p ON p.community_id = n.community_id AND p.id = n.payment_id
         WHERE o.state <> n.state;
    END IF;
    IF FOUND THEN NOTIFY merchant_event; END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER refund_is_told AFTER INSERT ON merchant.refund
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION merchant.tell_of_refunds();
CREATE TRIGGER refund_change_is_told AFTER UPDATE ON merchant.refund
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION merchant.tell_of_refunds();

-- Tells of redemptions whose state is new.
CREATE FUNCTION merchant.tell_of_redemptions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO merchant.event (community_id, merchant_id, type, subject_id, object_id, coin,
                                    amount, occurred_at)
        SELECT n.community_id, n.merchant_id, 'redemption.' || n.state, n.id, n.id, n.coin,
               n.amount, clock_timestamp()
          FROM new_rows n;
    ELSE
        INSERT INTO merchant.event (community_id, merchant_id, type, subject_id, object_id, coin,
                                    amount, occurred_at)
        SELECT n.community_id, n.merchant_id, 'redemption.' || n.state, n.id, n.id, n.coin,
               n.amount, clock_timestamp()
          FROM new_rows n
          JOIN old_rows o ON o.community_id = n.community_id AND o.id = n.id
         WHERE o.state <> n.state;
    END IF;
    IF FOUND THEN NOTIFY merchant_event; END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER redemption_is_told AFTER INSERT ON merchant.redemption
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION merchant.tell_of_redemptions();
CREATE TRIGGER redemption_change_is_told AFTER UPDATE ON merchant.redemption
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION merchant.tell_of_redemptions();

-- Gives up to `p_limit` events of a community their numbers and puts them on their way to the
-- endpoints that want them; answers how many. One at a time does this for a community: when it has
-- the lock it sees all that was numbered before.
CREATE FUNCTION merchant.number_events(p_community uuid, p_limit integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_events uuid[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('merchant.event/' || p_community, 0));
    SELECT array_agg(d.id) INTO v_events
      FROM (SELECT e.id FROM merchant.event e
             WHERE e.community_id = p_community AND e.nr IS NULL
             ORDER BY e.seq LIMIT p_limit) AS d;
    IF v_events IS NULL THEN RETURN 0; END IF;
    WITH due AS MATERIALIZED (
        SELECT e.id, e.merchant_id,
               row_number() OVER (PARTITION BY e.merchant_id ORDER BY e.seq) AS place,
               count(*) OVER (PARTITION BY e.merchant_id) AS n
          FROM merchant.event e
         WHERE e.community_id = p_community AND e.id = ANY (v_events)
    ), counted AS (
        INSERT INTO merchant.event_counter AS c (community_id, merchant_id, last_nr)
        SELECT DISTINCT p_community, d.merchant_id, d.n FROM due d
        ON CONFLICT (community_id, merchant_id)
        DO UPDATE SET last_nr = c.last_nr + EXCLUDED.last_nr
        RETURNING c.merchant_id, c.last_nr
    )
    UPDATE merchant.event e SET nr = c.last_nr - d.n + d.place
      FROM due d JOIN counted c ON c.merchant_id = d.merchant_id
     WHERE e.community_id = p_community AND e.id = d.id;
    INSERT INTO merchant.webhook_delivery (community_id, endpoint_id, event_id, nr, subject_id,
                                           next_attempt_at)
    SELECT p_community, w.id, e.id, e.nr, e.subject_id, clock_timestamp()
      FROM merchant.event e
      JOIN merchant.webhook_endpoint w
        ON w.community_id = p_community AND w.merchant_id = e.merchant_id AND w.state = 'active'
       AND (w.types IS NULL OR e.type = ANY (w.types))
     WHERE e.community_id = p_community AND e.id = ANY (v_events)
        ON CONFLICT DO NOTHING;
    PERFORM pg_notify('merchant_event_numbered', m.merchant_id::text)
       FROM (SELECT DISTINCT e.merchant_id FROM merchant.event e
              WHERE e.community_id = p_community AND e.id = ANY (v_events)) AS m;
    RETURN cardinality(v_events);
END
$$;

-- Puts an endpoint out of use; what was on its way to it is given up, and its merchant is told.
-- Answers whether it was in use.
CREATE FUNCTION merchant.disable_webhook(p_community uuid, p_endpoint uuid, p_reason text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_merchant uuid;
BEGIN
    UPDATE merchant.webhook_endpoint w
       SET state = 'disabled', disabled_reason = p_reason, disabled_at = clock_timestamp()
     WHERE w.community_id = p_community AND w.id = p_endpoint AND w.state = 'active'
    RETURNING w.merchant_id INTO v_merchant;
    IF v_merchant IS NULL THEN RETURN false; END IF;
    UPDATE merchant.webhook_delivery d SET state = 'given-up', next_attempt_at = NULL
     WHERE d.community_id = p_community AND d.endpoint_id = p_endpoint AND d.state = 'pending';
    INSERT INTO merchant.event (community_id, merchant_id, type, subject_id, object_id, occurred_at)
    VALUES (p_community, v_merchant, 'webhook.disabled', p_endpoint, p_endpoint, clock_timestamp());
    NOTIFY merchant_event;
    RETURN true;
END
$$;

-- Forgets events that are older than so many days, and how they were delivered.
CREATE FUNCTION merchant.forget_events(p_days integer, p_limit integer) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_count bigint;
BEGIN
    WITH old AS MATERIALIZED (
        SELECT e.community_id, e.id FROM merchant.event e
         WHERE e.occurred_at < now() - make_interval(days => p_days) AND e.nr IS NOT NULL
         LIMIT p_limit
    ), undelivered AS (
        DELETE FROM merchant.webhook_delivery d USING old o
         WHERE d.community_id = o.community_id AND d.event_id = o.id
    ), gone AS (
        DELETE FROM merchant.event e USING old o
         WHERE e.community_id = o.community_id AND e.id = o.id
        RETURNING 1
    )
    SELECT count(*) INTO v_count FROM gone;
    RETURN v_count;
END
$$;

REVOKE ALL ON FUNCTION merchant.tell_of_payments, merchant.tell_of_refunds,
    merchant.tell_of_redemptions, merchant.number_events, merchant.disable_webhook,
    merchant.forget_events FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merchant.number_events, merchant.disable_webhook, merchant.forget_events
    TO wijkmunt_merchant;
GRANT SELECT ON merchant.event, merchant.event_counter TO wijkmunt_merchant;
GRANT SELECT, INSERT ON merchant.webhook_endpoint, merchant.webhook_delivery TO wijkmunt_merchant;
GRANT UPDATE (state, disabled_reason, disabled_at, secret_sealed, old_secret_sealed,
              old_secret_until, failing_since, claim, claimed_until)
    ON merchant.webhook_endpoint TO wijkmunt_merchant;
GRANT UPDATE (state, attempts, next_attempt_at, first_attempt_at, last_attempt_at, last_status,
              last_error) ON merchant.webhook_delivery TO wijkmunt_merchant;

-- Shops on the map. The projection is Mercator's: it keeps angles, so that near a place what is
-- nearer on the plane is nearer on earth, and one index of points serves boxes and circles.
ALTER TABLE merchant.shop ADD plane_point point GENERATED ALWAYS AS (
    point(longitude, degrees(ln(tan(pi() / 4
          + radians(greatest(-85::float8, least(85::float8, latitude))) / 2))))) STORED;
CREATE INDEX shop_on_plane ON merchant.shop USING gist (plane_point);
CREATE INDEX merchant_by_category ON merchant.merchant (community_id, category_code, id);

-- The shops of a community in a box on the plane that somebody has verified, the newest first, or
-- with a point (p_x, p_y) the nearest first; after the ones that were given. `is_open`: whether a
-- shop is there at p_moment. With the owner's power, because a policy keeps others from the index:
-- what compares points might tell of a row before the policy has been asked.
CREATE FUNCTION merchant.find_shops(
    p_community uuid, p_box box, p_x double precision, p_y double precision, p_category text,
    p_coin text, p_moment timestamptz, p_after_distance double precision, p_after uuid,
    p_limit integer)
RETURNS TABLE (id uuid, name text, address text, merchant_id uuid, category_code text, coin text,
               longitude text, latitude text, radius_metres integer, is_open boolean,
               distance text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_time_zone CONSTANT text := (
        SELECT z.time_zone FROM accounts.community z WHERE z.community_id = p_community);
BEGIN
    IF p_x IS NULL THEN
        RETURN QUERY
        SELECT s.id, s.name, s.address, s.merchant_id, m.category_code, m.coin,
               s.longitude::text, s.latitude::text, s.radius_metres,
               merchant.is_open(s.opening, p_moment, v_time_zone), '0'
          FROM merchant.shop s
          JOIN merchant.merchant m ON m.community_id = s.community_id AND m.id = s.merchant_id
         WHERE s.plane_point <@ p_box
           AND s.community_id = p_community AND s.verified_at IS NOT NULL
           AND NOT merchant.is_suspended(p_community, s.id)
           AND (p_category IS NULL OR m.category_code = p_category)
           AND (p_coin IS NULL OR m.coin = p_coin)
           AND (p_after IS NULL OR s.id < p_after)
         ORDER BY s.id DESC LIMIT p_limit;
    ELSE
        RETURN QUERY
        SELECT s.id, s.name, s.address, s.merchant_id, m.category_code, m.coin,
               s.longitude::text, s.latitude::text, s.radius_metres,
               merchant.is_open(s.opening, p_moment, v_time_zone),
               (s.plane_point <-> point(p_x, p_y))::text
          FROM merchant.shop s
          JOIN merchant.merchant m ON m.community_id = s.community_id AND m.id = s.merchant_id
         WHERE s.plane_point <@ p_box
           AND s.community_id = p_community AND s.verified_at IS NOT NULL
           AND NOT merchant.is_suspended(p_community, s.id)
           AND (p_category IS NULL OR m.category_code = p_category)
           AND (p_coin IS NULL OR m.coin = p_coin)
           AND (p_after IS NULL
                OR (s.plane_point <-> point(p_x, p_y), s.id) > (p_after_distance, p_after))
         ORDER BY s.plane_point <-> point(p_x, p_y), s.id LIMIT p_limit;
    END IF;
END
$$;
REVOKE ALL ON FUNCTION merchant.find_shops FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merchant.find_shops TO wijkmunt_merchant;
