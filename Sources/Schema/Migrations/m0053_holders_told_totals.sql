-- Holders are told of earmarks in the order of their wallets, each wallet looked at once; also when what
-- they were told of will not be. And what programmes paid each person, in a year or any other time.

ALTER TABLE disbursement.notice
    DROP CONSTRAINT notice_kind_known,
    ADD CONSTRAINT notice_kind_known CHECK (kind IN
        ('recall-announced', 'recall-upheld', 'recall-rejected', 'recall-withdrawn',
         'recall-done', 'expiry-near', 'earmark-narrows', 'earmark-withdrawn'));
CREATE UNIQUE INDEX notice_of_withdrawal_once
    ON disbursement.notice (community_id, subject_id, party_id) WHERE kind = 'earmark-withdrawn';

-- Whether a version of an earmark never counts, because a newer one has begun when it would begin.
CREATE FUNCTION wallet.is_overtaken(p_earmark wallet.earmark) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM wallet.earmark o
         WHERE o.community_id = p_earmark.community_id
           AND o.programme_id = p_earmark.programme_id
           AND o.version > p_earmark.version AND o.valid_from <= p_earmark.valid_from)
$$;

-- The changes of which people are to be told, of all communities: earmarks that will be narrower, and for
-- four weeks longer those that were announced and overtaken.
CREATE FUNCTION disbursement.earmarks_to_tell()
RETURNS TABLE (community_id uuid, change_id uuid)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.community_id, e.change_id FROM wallet.earmark e
     WHERE e.narrows AND e.valid_from > now() - interval '28 days'
       AND (e.valid_from > now() OR wallet.is_overtaken(e))
     ORDER BY e.valid_from, e.community_id, e.change_id
$$;

-- Tells the holders of a programme's money of a change that narrows its earmark, each once; or, when
-- another change has overtaken it, those who were told that it will not be. Looks at so many people
-- after one, and answers the last of them; NULL when nobody comes after.
DROP FUNCTION disbursement.tell_of_earmarks;
CREATE FUNCTION disbursement.tell_of_earmark(
    p_community uuid, p_change uuid, p_after uuid, p_most integer) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at CONSTANT timestamptz := clock_timestamp();
    v_after CONSTANT uuid := coalesce(p_after, '00000000-0000-0000-0000-000000000000');
    v_earmark wallet.earmark;
    v_coin text;
    v_last uuid;
BEGIN
    SELECT * INTO v_earmark FROM wallet.earmark e
     WHERE e.community_id = p_community AND e.change_id = p_change AND e.narrows;
    IF NOT FOUND THEN RETURN NULL; END IF;
    SELECT p.coin INTO STRICT v_coin FROM disbursement.programme p
     WHERE p.community_id = p_community AND p.id = v_earmark.programme_id;

    IF wallet.is_overtaken(v_earmark) THEN
        WITH told AS MATERIALIZED (
            SELECT n.party_id FROM disbursement.notice n
             WHERE n.community_id = p_community AND n.subject_id = p_change
               AND n.kind = 'earmark-narrows' AND n.party_id > v_after
             ORDER BY n.party_id LIMIT p_most
        ), written AS (
            INSERT INTO disbursement.notice (community_id, id, party_id, kind, programme_id,
                                             subject_id, coin, created_at)
            SELECT p_community, disbursement.id_at(v_at), t.party_id, 'earmark-withdrawn',
                   v_earmark.programme_id, p_change, v_coin, v_at
              FROM told t
            ON CONFLICT (community_id, subject_id, party_id) WHERE kind = 'earmark-withdrawn'
                DO NOTHING)
        SELECT max(t.party_id::text)::uuid INTO v_last FROM told t;
        RETURN v_last;
    END IF;
    IF v_earmark.valid_from <= v_at THEN RETURN NULL; END IF;

    WITH looked_at AS MATERIALIZED (
        SELECT w.id, w.party_id FROM wallet.wallet w
         WHERE w.community_id = p_community AND w.id > v_after
         ORDER BY w.id LIMIT p_most
    ), written AS (
        INSERT INTO disbursement.notice (community_id, id, party_id, kind, programme_id,
                                         subject_id, coin, due_at, created_at)
        SELECT p_community, disbursement.id_at(v_at), l.party_id, 'earmark-narrows',
               v_earmark.programme_id, p_change, v_coin, v_earmark.valid_from, v_at
          FROM looked_at l
         WHERE EXISTS (
               SELECT FROM wallet.pot p
                 JOIN ledger.account a ON a.community_id = p.community_id AND a.id = p.id
                WHERE p.community_id = p_community AND p.wallet_id = l.id AND p.coin = v_coin
                  AND p.programme_id = v_earmark.programme_id AND a.posted > 0)
           AND NOT EXISTS (
               SELECT FROM disbursement.notice n
                WHERE n.community_id = p_community AND n.subject_id = p_change
                  AND n.party_id = l.party_id AND n.kind = 'earmark-narrows')
        ON CONFLICT (community_id, subject_id, party_id) WHERE kind = 'earmark-narrows'
            DO NOTHING)
    SELECT max(l.id::text)::uuid INTO v_last FROM looked_at l;
    RETURN v_last;
END
$$;

-- As before, but compares with what counts until the new version begins: one that begins at the same
-- moment is overtaken and never does.
CREATE OR REPLACE FUNCTION wallet.change_earmark(
    p_community uuid, p_programme uuid, p_categories text[], p_shops uuid[], p_from timestamptz,
    p_change uuid) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_from timestamptz := greatest(p_from, now());
    v_before wallet.earmark;
    v_narrows boolean;
BEGIN
    SELECT * INTO v_before FROM wallet.earmark e
     WHERE e.community_id = p_community AND e.programme_id = p_programme
       AND (e.valid_from < v_from OR e.version = 1)
     ORDER BY e.version DESC LIMIT 1;
    IF NOT FOUND THEN RETURN NULL; END IF;
    v_narrows := NOT (v_before.categories <@ p_categories AND v_before.shops <@ p_shops);
    IF v_narrows THEN v_from := greatest(v_from, now() + interval '28 days'); END IF;
    INSERT INTO wallet.earmark (community_id, programme_id, version, categories, shops,
                                valid_from, narrows, change_id)
    SELECT p_community, p_programme, max(e.version) + 1, p_categories, p_shops, v_from,
           v_narrows, p_change
      FROM wallet.earmark e
     WHERE e.community_id = p_community AND e.programme_id = p_programme;
    RETURN v_from;
END
$$;

REVOKE ALL ON FUNCTION wallet.is_overtaken, disbursement.earmarks_to_tell,
    disbursement.tell_of_earmark FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.is_overtaken, disbursement.earmarks_to_tell,
    disbursement.tell_of_earmark TO wijkmunt_disbursement;

-- What programmes paid people from one day to before another, of the community's calendar: of one person
-- (p_party) by all programmes, or of everybody by one (p_programme), so many wallets after one and each of
-- them, also without anything. From the ledger alone: a credit that was corrected was taken back, as
-- one that was recalled; what was spent and given back is not about the programme.
CREATE FUNCTION disbursement.person_totals(
    p_community uuid, p_programme uuid, p_party uuid, p_first date, p_end date,
    p_after uuid, p_most integer)
RETURNS TABLE (wallet_id uuid, party_id uuid, name text, programme_id uuid, programme text,
               coin text, credits bigint, credited bigint, taken_back bigint, expired bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_from timestamptz; v_until timestamptz;
    v_wallets CONSTANT uuid[] := CASE WHEN p_party IS NULL THEN ARRAY(
        SELECT DISTINCT p.wallet_id FROM wallet.pot p
         WHERE p.community_id = p_community AND p.programme_id = p_programme
           AND p.wallet_id > coalesce(p_after, '00000000-0000-0000-0000-000000000000')
         ORDER BY p.wallet_id LIMIT p_most)
    ELSE ARRAY(
        SELECT w.id FROM wallet.wallet w
         WHERE w.community_id = p_community AND w.party_id = p_party) END;
BEGIN
    SELECT p_first::timestamp AT TIME ZONE c.time_zone, p_end::timestamp AT TIME ZONE c.time_zone
      INTO v_from, v_until
      FROM accounts.community c WHERE c.community_id = p_community;
    RETURN QUERY
    SELECT w.id, w.party_id, CASE WHEN y.kind <> 'erased' THEN y.name END, g.id, g.name, g.coin,
           coalesce(sum(m.credits), 0)::bigint, coalesce(sum(m.credited), 0)::bigint,
           coalesce(sum(m.taken_back), 0)::bigint, coalesce(sum(m.expired), 0)::bigint
      FROM unnest(v_wallets) AS o (id)
      JOIN wallet.wallet w ON w.community_id = p_community AND w.id = o.id
      JOIN accounts.party y ON y.community_id = w.community_id AND y.id = w.party_id
      JOIN wallet.pot p ON p.community_id = w.community_id AND p.wallet_id = w.id
      JOIN disbursement.programme g
        ON g.community_id = p.community_id AND g.id = p.programme_id
     CROSS JOIN LATERAL (
           SELECT count(*) FILTER (WHERE t.kind <> 'correction'
                                     AND c.kind IN ('disbursement', 'landing')) AS credits,
                  sum(l.amount) FILTER (WHERE t.kind <> 'correction'
                                          AND c.kind IN ('disbursement', 'landing')) AS credited,
                  -sum(l.amount) FILTER (
                      WHERE c.kind = 'recall' OR t.kind = 'correction'
                        AND c.kind IN ('disbursement', 'landing')) AS taken_back,
                  -sum(l.amount) FILTER (WHERE c.kind = 'expiry') AS expired
             FROM ledger.posting l
             JOIN ledger.transfer t ON t.community_id = l.community_id AND t.id = l.transfer_id
            CROSS JOIN LATERAL ledger.counts_as(p_community, t.kind, t.related_id) AS c (kind)
            WHERE l.community_id = p.community_id AND l.account_id = p.id
              AND l.posted_at >= v_from AND l.posted_at < v_until) AS m
     WHERE p_programme IS NULL OR g.id = p_programme
     GROUP BY w.id, w.party_id, y.kind, y.name, g.id, g.name, g.coin
     ORDER BY w.id, g.id;
END
$$;
REVOKE ALL ON FUNCTION disbursement.person_totals FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.person_totals TO wijkmunt_disbursement;
