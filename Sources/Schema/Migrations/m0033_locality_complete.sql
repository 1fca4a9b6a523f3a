-- Locality: policies over several geofences, plausible travel, shops that have an area, hours or a
-- new address.

-- One geofence stands in `geofence`, as ever; several stand in `geofences`, and then that is NULL.
ALTER TABLE accounts.locality_policy
    ADD COLUMN geofences text[],
    ADD COLUMN allows_distance_selling boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT locality_policy_geofences CHECK (
        geofences IS NULL OR geofence IS NULL AND cardinality(geofences) BETWEEN 2 AND 20);

-- What tells whether the geofences that were judged by are still those in force: the version of one,
-- the sum of the versions of several. Versions only grow, so the sum is the same only when each is.
CREATE FUNCTION accounts.geofence_stamp(
    p_community uuid, p_geofences text[], p_moment timestamptz) RETURNS integer
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sum(v.version)::integer
      FROM unnest(p_geofences) AS n (name)
     CROSS JOIN LATERAL (
            SELECT max(g.version) AS version FROM accounts.geofence g
             WHERE g.community_id = p_community AND g.name = n.name
               AND g.valid_from <= p_moment) AS v
$$;
REVOKE ALL ON FUNCTION accounts.geofence_stamp FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts.geofence_stamp TO wijkmunt_merchant;

-- Every function that accepts payments asks for that stamp instead of the version of one geofence.
-- Their texts are changed where they stand: all else in them is about money.
DO $$
DECLARE
    v_function record; v_text text; n_changed integer := 0;
BEGIN
    FOR v_function IN
        SELECT p.oid FROM pg_proc p
         WHERE p.pronamespace = 'merchant'::regnamespace AND p.prosrc LIKE '%g.name = l.geofence%'
         ORDER BY p.proname
    LOOP
        v_text := regexp_replace(
            pg_get_functiondef(v_function.oid),
            '\(\s*SELECT max\(g\.version\) FROM accounts\.geofence g\s+WHERE g\.community_id = '
            'p_community AND g\.name = l\.geofence\s+AND g\.valid_from <= (\w+)\)',
            'accounts.geofence_stamp(p_community, coalesce(l.geofences, ARRAY[l.geofence]), \1)',
            'g');
        v_text := regexp_replace(v_text, 'SELECT p\.version, p\.geofence FROM',
                                 'SELECT p.version, p.geofence, p.geofences FROM', 'g');
        IF v_text LIKE '%g.name = l.geofence%' THEN
            RAISE EXCEPTION 'a function compares geofences in a way that is not known here';
        END IF;
        EXECUTE v_text;
        n_changed := n_changed + 1;
    END LOOP;
    IF n_changed <> 4 THEN
        RAISE EXCEPTION 'only % functions compare geofences', n_changed;
    END IF;
END
$$;

-- Where a wallet paid last: a cell of a twentieth of a degree each way, and when. It is the cell of
-- the shop; a payer's own position is never kept. The merchant service forgets it after hours.
CREATE TABLE merchant.travel_trace (
    community_id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    cell_east integer NOT NULL,
    cell_north integer NOT NULL,
    paid_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, wallet_id)
);
CREATE INDEX travel_trace_by_age ON merchant.travel_trace (paid_at);
SELECT public.isolate('merchant.travel_trace');

-- Leaves the trace of a payment that was judged by a rule about travel, in the commit of its approval,
-- whatever that does with the coins. Locks: the wallet's trace, after all that the ledger locks.
CREATE FUNCTION merchant.trace_travel() RETURNS trigger
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO merchant.travel_trace AS t (community_id, wallet_id, cell_east, cell_north, paid_at)
    SELECT NEW.community_id, NEW.wallet_id, floor(s.longitude * 20)::integer,
           floor(s.latitude * 20)::integer, NEW.accepted_at
      FROM merchant.shop s
     WHERE s.community_id = NEW.community_id AND s.id = NEW.shop_id
    ON CONFLICT (community_id, wallet_id) DO UPDATE
       SET cell_east = excluded.cell_east, cell_north = excluded.cell_north,
           paid_at = excluded.paid_at
     WHERE t.paid_at <= excluded.paid_at;
    RETURN NULL;
END
$$;
CREATE TRIGGER trace_travel AFTER UPDATE OF state ON merchant.payment FOR EACH ROW
    WHEN (OLD.accepted_at IS NULL AND NEW.accepted_at IS NOT NULL
          AND NEW.verdict LIKE '%"plausibleTravel"%')
    EXECUTE FUNCTION merchant.trace_travel();
REVOKE ALL ON FUNCTION merchant.trace_travel FROM PUBLIC;

GRANT SELECT, INSERT, DELETE ON merchant.travel_trace TO wijkmunt_merchant;
GRANT UPDATE (cell_east, cell_north, paid_at) ON merchant.travel_trace TO wijkmunt_merchant;

-- Markets and rounds: an area around the point, and the hours in which the shop is there.
ALTER TABLE merchant.shop
    ADD COLUMN radius_metres integer,
    ADD COLUMN opening jsonb,
    ADD CONSTRAINT shop_radius CHECK (radius_metres BETWEEN 1 AND 2000);

-- Whether opening times, as the API writes them, have a moment in them; without any, always.
CREATE FUNCTION merchant.is_open(p_opening jsonb, p_moment timestamptz, p_time_zone text)
RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT p_opening IS NULL OR EXISTS (
           SELECT FROM jsonb_array_elements(coalesce(
                  (SELECT e.day -> 'hours'
                     FROM jsonb_array_elements(p_opening -> 'exceptions') AS e (day)
                    WHERE (e.day ->> 'date')::date = l.moment::date LIMIT 1),
                  (SELECT w.day -> 'hours'
                     FROM jsonb_array_elements(p_opening -> 'weekly') AS w (day)
                    WHERE w.day ->> 'day' = (ARRAY[
                          'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday',
                          'sunday'])[extract(isodow FROM l.moment)::integer] LIMIT 1),
                  '[]')) AS h (hours)
            WHERE l.moment::time >= (h.hours ->> 'from')::time
              AND l.moment::time < (h.hours ->> 'until')::time)
      FROM (SELECT p_moment AT TIME ZONE p_time_zone AS moment) AS l
$$;
REVOKE ALL ON FUNCTION merchant.is_open FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merchant.is_open TO wijkmunt_merchant;

-- The wish to move a shop. The old place is in force until a second person grants it.
CREATE TABLE merchant.shop_move (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    shop_id uuid NOT NULL,
    address text NOT NULL,
    longitude double precision NOT NULL,
    latitude double precision NOT NULL,
    radius_metres integer,
    state text NOT NULL DEFAULT 'requested',
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    decided_by uuid,
    evidence text,
    decided_at timestamptz,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, shop_id) REFERENCES merchant.shop,
    CONSTRAINT shop_move_on_earth
        CHECK (longitude BETWEEN -180 AND 180 AND latitude BETWEEN -90 AND 90),
    CONSTRAINT shop_move_radius CHECK (radius_metres BETWEEN 1 AND 2000),
    CONSTRAINT shop_move_state_known CHECK (state IN ('requested', 'granted', 'rejected')),
    CONSTRAINT shop_move_decided_whole CHECK (
        (state = 'requested') = (decided_at IS NULL)
        AND (decided_at IS NULL) = (decided_by IS NULL)
        AND (decided_at IS NULL) = (evidence IS NULL)),
    CONSTRAINT shop_move_decided_by_second_person CHECK (decided_by <> requested_by)
);
CREATE INDEX shop_move_by_shop ON merchant.shop_move (community_id, shop_id, id);
SELECT public.isolate('merchant.shop_move');

GRANT SELECT, INSERT ON merchant.shop_move TO wijkmunt_merchant;
GRANT UPDATE (state, decided_by, evidence, decided_at) ON merchant.shop_move TO wijkmunt_merchant;
-- Who asked for the place that is in force has registered it.
GRANT UPDATE (address, longitude, latitude, radius_metres, registered_by, opening)
    ON merchant.shop TO wijkmunt_merchant;
GRANT SELECT (community_id, time_zone) ON accounts.community TO wijkmunt_merchant;

-- A payment's verdicts are looked up one by one.
CREATE INDEX locality_refusal_by_payment
    ON merchant.locality_refusal (community_id, payment_id, id);

-- A programme may be stricter than its coin: its own rules of place count beside those of the coin,
-- for its money. The merchant service judges by them.
CREATE TABLE disbursement.programme_locality_policy (
    community_id uuid NOT NULL,
    programme_id uuid NOT NULL,
    version integer NOT NULL,
    -- That of the programme, which never changes.
    coin text NOT NULL,
    geofences text[] NOT NULL,
    rules text NOT NULL,
    allows_distance_selling boolean NOT NULL,
    valid_from timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, programme_id, version),
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    CONSTRAINT programme_locality_policy_version CHECK (version > 0),
    CONSTRAINT programme_locality_policy_geofences CHECK (cardinality(geofences) <= 20)
);
CREATE INDEX programme_locality_policy_by_coin
    ON disbursement.programme_locality_policy (community_id, coin, programme_id, version DESC);
SELECT public.isolate('disbursement.programme_locality_policy');
GRANT SELECT, INSERT ON disbursement.programme_locality_policy TO wijkmunt_disbursement;
GRANT USAGE ON SCHEMA disbursement TO wijkmunt_merchant;
GRANT SELECT ON disbursement.programme_locality_policy TO wijkmunt_merchant;
-- A policy names areas that there are.
GRANT SELECT (community_id, name, version, valid_from) ON accounts.geofence
    TO wijkmunt_disbursement;

-- Which versions of the policies of a coin's programmes, and of their geofences, are in force; NULL
-- when no programme has one.
CREATE FUNCTION disbursement.locality_stamp(
    p_community uuid, p_coin text, p_moment timestamptz) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(
               concat_ws(':', l.programme_id, l.version,
                         accounts.geofence_stamp(p_community, l.geofences, p_moment)),
               ',' ORDER BY l.programme_id)
      FROM (SELECT DISTINCT ON (p.programme_id) p.programme_id, p.version, p.geofences
              FROM disbursement.programme_locality_policy p
             WHERE p.community_id = p_community AND p.coin = p_coin AND p.valid_from <= p_moment
             ORDER BY p.programme_id, p.version DESC) AS l
$$;

-- The same of the policies that a verdict was made by.
CREATE FUNCTION merchant.judged_programmes(p_verdict text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN strpos(p_verdict, '"programmes"') > 0 THEN (
           SELECT string_agg(
                      concat_ws(':', e.programme ->> 'programmeId',
                                e.programme ->> 'policyVersion',
                                e.programme ->> 'geofenceVersion'),
                      ',' ORDER BY (e.programme ->> 'programmeId')::uuid)
             FROM jsonb_array_elements(p_verdict::jsonb -> 'programmes') AS e (programme)) END
$$;

-- Whether policies of programmes are in force that a verdict was not made by, or the other way round.
CREATE FUNCTION merchant.programmes_differ(
    p_community uuid, p_coin text, p_verdict text, p_moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT disbursement.locality_stamp(p_community, p_coin, p_moment)
           IS DISTINCT FROM merchant.judged_programmes(p_verdict)
$$;

-- The programmes whose money verdicts keep back: of verdict n at place n, an array as text, NULL when
-- there are none.
CREATE FUNCTION merchant.barred_programmes(p_verdicts text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(
               CASE WHEN strpos(v.verdict, '"programmes"') > 0 THEN (
                    SELECT array_agg(e.programme ->> 'programmeId')::text
                      FROM jsonb_array_elements(v.verdict::jsonb -> 'programmes')
                               AS e (programme)
                     WHERE e.programme ->> 'outcome' <> 'accepted') END
               ORDER BY v.nr)
      FROM unnest(p_verdicts) WITH ORDINALITY AS v (verdict, nr)
$$;

-- While a shop is suspended nothing is paid in it.
CREATE TABLE merchant.shop_suspension (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    shop_id uuid NOT NULL,
    reason text NOT NULL,
    suspended_by uuid NOT NULL,
    suspended_at timestamptz NOT NULL,
    lifted_by uuid,
    lift_reason text,
    lifted_at timestamptz,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, shop_id) REFERENCES merchant.shop,
    CONSTRAINT shop_suspension_lifted_whole CHECK (
        (lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lift_reason IS NULL))
);
CREATE UNIQUE INDEX shop_suspension_in_force ON merchant.shop_suspension (community_id, shop_id)
    WHERE lifted_at IS NULL;
CREATE INDEX shop_suspension_by_shop ON merchant.shop_suspension (community_id, shop_id, id);
SELECT public.isolate('merchant.shop_suspension');
GRANT SELECT, INSERT ON merchant.shop_suspension TO wijkmunt_merchant;
GRANT UPDATE (lifted_by, lift_reason, lifted_at) ON merchant.shop_suspension TO wijkmunt_merchant;

CREATE FUNCTION merchant.is_suspended(p_community uuid, p_shop uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM merchant.shop_suspension s
                    WHERE s.community_id = p_community AND s.shop_id = p_shop
                      AND s.lifted_at IS NULL)
$$;

REVOKE ALL ON FUNCTION disbursement.locality_stamp, merchant.judged_programmes,
    merchant.programmes_differ, merchant.barred_programmes, merchant.is_suspended FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.locality_stamp, merchant.judged_programmes,
    merchant.programmes_differ, merchant.barred_programmes, merchant.is_suspended
    TO wijkmunt_merchant;
