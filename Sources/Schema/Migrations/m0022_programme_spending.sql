-- What sponsors see of the spending of a programme: said when it is made. No role may change it.
ALTER TABLE disbursement.programme
    ADD COLUMN transparency text NOT NULL DEFAULT 'totals',
    ADD CONSTRAINT programme_transparency_known CHECK (transparency IN ('totals', 'shops'));

CREATE INDEX pot_by_programme ON wallet.pot (community_id, programme_id)
    WHERE programme_id IS NOT NULL;

-- What was paid in shops out of the pots of a programme, less refunds; in minor units. Nothing is
-- told below `fewest_people` payers: not the total, and not a shop. Where few people are left over,
-- the smallest shop is left out too, or they could be had by subtraction. Shops are told only when
-- the programme said so.
CREATE FUNCTION disbursement.spending(
    p_community uuid, p_programme uuid,
    OUT fewest_people integer, OUT spent bigint, OUT shops uuid[], OUT shop_names text[],
    OUT shop_spent bigint[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH rule AS (
        SELECT 5 AS fewest, g.transparency FROM disbursement.programme g
         WHERE g.community_id = p_community AND g.id = p_programme
    ), paid AS MATERIALIZED (
        SELECT w.wallet_id, coalesce(t.related_id, t.id) AS payment, -sum(l.amount) AS amount
          FROM wallet.pot w
          JOIN ledger.posting l ON l.community_id = p_community AND l.account_id = w.id
          JOIN ledger.transfer t ON t.community_id = p_community AND t.id = l.transfer_id
         WHERE w.community_id = p_community AND w.programme_id = p_programme
           AND t.kind IN ('payment', 'refund')
         GROUP BY w.wallet_id, coalesce(t.related_id, t.id)
        HAVING sum(l.amount) <> 0
    ), shop AS MATERIALIZED (
        SELECT m.shop_id, count(DISTINCT p.wallet_id) AS people, sum(p.amount) AS amount
          FROM paid p
          JOIN merchant.payment m ON m.community_id = p_community AND m.id = p.payment
         WHERE (SELECT transparency FROM rule) = 'shops'
         GROUP BY m.shop_id
    ), shown AS (
        SELECT s.shop_id, s.amount, row_number() OVER (ORDER BY s.amount, s.shop_id) AS nr
          FROM shop s, rule r WHERE s.people >= r.fewest
    ), hidden AS (
        SELECT coalesce(sum(s.people), 0) AS people FROM shop s, rule r WHERE s.people < r.fewest
    )
    SELECT r.fewest,
           (SELECT CASE WHEN count(DISTINCT p.wallet_id) >= r.fewest THEN sum(p.amount)::bigint END
              FROM paid p),
           told.ids, told.names, told.amounts
      FROM rule r
     CROSS JOIN LATERAL (
            SELECT array_agg(s.shop_id ORDER BY s.shop_id) AS ids,
                   array_agg(n.name ORDER BY s.shop_id) AS names,
                   array_agg(s.amount::bigint ORDER BY s.shop_id) AS amounts
              FROM shown s
             CROSS JOIN hidden h
              JOIN merchant.shop n ON n.community_id = p_community AND n.id = s.shop_id
             WHERE NOT (s.nr = 1 AND h.people > 0 AND h.people < r.fewest)) AS told
$$;
REVOKE ALL ON FUNCTION disbursement.spending FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.spending TO wijkmunt_disbursement;
