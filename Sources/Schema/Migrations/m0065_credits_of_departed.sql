-- Whoever died or moved away, as two people have said, is credited by no file, whenever that was approved.

-- Held shared while lines are credited: a departure that is confirmed meanwhile waits, and then finds what
-- is to be recalled.
CREATE FUNCTION disbursement.departures_key(p_community uuid) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT hashtextextended('disbursement/departures of ' || p_community, 0)
$$;

-- Those of these lines that name whoever departed; NULL when there are none. It begins with the departed,
-- who are few, and is asked for every set of lines.
CREATE FUNCTION disbursement.lines_of_departed(p_community uuid, p_batch uuid, p_nrs integer[])
RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM disbursement.departure d
                    WHERE d.community_id = p_community AND d.state = 'confirmed'
                      AND d.kind <> 'erased') THEN
        RETURN NULL;
    END IF;
    RETURN (
        WITH gone AS MATERIALIZED (
            SELECT d.party_id FROM disbursement.departure d
             WHERE d.community_id = p_community AND d.state = 'confirmed' AND d.kind <> 'erased'
        ), named AS MATERIALIZED (
            SELECT y.iban_hash AS hash FROM gone g
              JOIN accounts.party y ON y.community_id = p_community AND y.id = g.party_id
             WHERE y.iban_verified_at IS NOT NULL
            UNION ALL
            SELECT l.number_hash FROM gone g
              JOIN accounts.client_number l
                ON l.community_id = p_community AND l.party_id = g.party_id
             WHERE l.confirmed_at IS NOT NULL AND l.withdrawn_at IS NULL
            UNION ALL
            SELECT c.number_hash FROM gone g
              JOIN accounts.card c ON c.community_id = p_community AND c.party_id = g.party_id
            UNION ALL
            SELECT a.code_hash FROM gone g
              JOIN accounts.activation_code a
                ON a.community_id = p_community AND a.party_id = g.party_id
             WHERE a.terminal_id IS NULL
        ), called AS MATERIALIZED (
            SELECT w.alias FROM gone g
              JOIN wallet.wallet w ON w.community_id = p_community AND w.party_id = g.party_id
             WHERE w.alias IS NOT NULL
        )
        SELECT array_agg(i.nr) FROM disbursement.instruction i
         WHERE i.community_id = p_community AND i.batch_id = p_batch
           AND i.nr BETWEEN (SELECT min(nr) FROM unnest(p_nrs) AS nr)
                        AND (SELECT max(nr) FROM unnest(p_nrs) AS nr)
           AND i.nr = ANY (p_nrs)
           AND (i.creditor_hash IN (SELECT n.hash FROM named n WHERE n.hash IS NOT NULL)
                OR i.alias IN (SELECT c.alias FROM called c))
    );
END
$$;

ALTER FUNCTION disbursement.refused_credits(uuid, uuid, integer[], uuid[]) RENAME TO refused_by_rule;

-- Which of these lines are not to be credited now, and why.
CREATE FUNCTION disbursement.refused_credits(
    p_community uuid, p_batch uuid, p_nrs integer[], p_wallets uuid[])
RETURNS TABLE (nr integer, refusal text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_gone integer[];
BEGIN
    PERFORM pg_advisory_xact_lock_shared(disbursement.departures_key(p_community));
    v_gone := disbursement.lines_of_departed(p_community, p_batch, p_nrs);
    IF v_gone IS NULL THEN
        RETURN QUERY SELECT * FROM disbursement.refused_by_rule(p_community, p_batch, p_nrs, p_wallets);
        RETURN;
    END IF;
    RETURN QUERY SELECT g.nr, 'receiver-gone' FROM unnest(v_gone) AS g (nr);
    RETURN QUERY
    SELECT r.* FROM (
           SELECT array_agg(l.nr) AS nrs, array_agg(l.wallet) AS wallets
             FROM unnest(p_nrs, p_wallets) AS l (nr, wallet) WHERE l.nr <> ALL (v_gone)) AS k
     CROSS JOIN LATERAL disbursement.refused_by_rule(p_community, p_batch, k.nrs, k.wallets) AS r
     WHERE k.nrs IS NOT NULL;
END
$$;
REVOKE ALL ON FUNCTION disbursement.departures_key, disbursement.lines_of_departed,
    disbursement.refused_credits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.departures_key TO wijkmunt_disbursement;
