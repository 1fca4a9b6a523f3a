-- What residents' apps are told, what the bookkeeping of a municipality reads, and figures that do not
-- tell of anybody.

-- What happened to a wallet. Nothing of it is written while money moves: postings of a pot are numbered
-- without gaps and never change, so whoever looks gets the ones that were not told yet as events, and
-- a batch of a million credits pays nothing for apps that nobody has open. What moves no money, such as
-- a reminder, is written when it happens, by `wallet.tell`.
CREATE TABLE wallet.event (
    community_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    wallet_id uuid NOT NULL,
    -- In the order of writing.
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    -- 1, 2, 3 … for each wallet; NULL until somebody looks.
    nr bigint,
    type text NOT NULL,
    pot_id uuid,
    transfer_id uuid,
    -- What it is about where nothing moved.
    subject_id uuid,
    -- With the sign of the posting.
    amount bigint,
    -- When what is announced will happen.
    due_at timestamptz,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    CONSTRAINT wallet_event_type_form CHECK (type ~ '^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$'),
    CONSTRAINT wallet_event_of_posting_whole CHECK (
        (type IN ('wallet.credited', 'wallet.debited')) = (transfer_id IS NOT NULL)
        AND (transfer_id IS NULL OR (pot_id IS NOT NULL AND amount IS NOT NULL)))
);
CREATE UNIQUE INDEX wallet_event_by_nr ON wallet.event (community_id, wallet_id, nr)
    WHERE nr IS NOT NULL;
CREATE INDEX wallet_event_unnumbered ON wallet.event (community_id, wallet_id, seq)
    WHERE nr IS NULL;
CREATE INDEX wallet_event_by_time ON wallet.event (occurred_at);

CREATE TABLE wallet.event_counter (
    community_id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    last_nr bigint NOT NULL,
    PRIMARY KEY (community_id, wallet_id)
) WITH (fillfactor = 50);

-- Up to which posting a pot has been told of.
CREATE TABLE wallet.told_pot (
    community_id uuid NOT NULL,
    pot_id uuid NOT NULL,
    seq bigint NOT NULL,
    posted_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, pot_id)
) WITH (fillfactor = 50);

SELECT public.isolate('wallet.event'), public.isolate('wallet.event_counter'),
       public.isolate('wallet.told_pot');

-- Makes events of what happened to a wallet and was not told, and numbers them; answers the last
-- number given and the oldest that is kept. A wallet that nobody watched before is told of the last
-- 30 days, a thousand postings of a pot at most. One at a time does this for a wallet: when it has the
-- lock it sees all that was numbered before.
CREATE FUNCTION wallet.number_events(
    p_community uuid, p_wallet uuid, OUT last_nr bigint, OUT oldest_nr bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    v_pots uuid[]; v_seqs bigint[]; v_moments timestamptz[]; v_count bigint;
BEGIN
    IF wallet.has_untold(p_community, p_wallet) THEN
        PERFORM pg_advisory_xact_lock(
            hashtextextended('wallet.event/' || p_community || '/' || p_wallet, 0));
        -- As far as this sees, every posting below is committed.
        SELECT array_agg(p.id), array_agg(a.seq), array_agg(a.last_posted_at)
          INTO v_pots, v_seqs, v_moments
          FROM wallet.pot p
          JOIN ledger.account a ON a.community_id = p.community_id AND a.id = p.id
         WHERE p.community_id = p_community AND p.wallet_id = p_wallet AND a.seq > 0;
        INSERT INTO wallet.event (community_id, wallet_id, type, pot_id, transfer_id, amount,
                                  occurred_at)
        SELECT p_community, p_wallet,
               CASE WHEN l.amount > 0 THEN 'wallet.credited' ELSE 'wallet.debited' END,
               n.pot, l.transfer_id, l.amount, l.posted_at
          FROM unnest(v_pots, v_seqs, v_moments) AS n (pot, seq, moment)
          LEFT JOIN wallet.told_pot t ON t.community_id = p_community AND t.pot_id = n.pot
         CROSS JOIN LATERAL (
               SELECT p.transfer_id, p.amount, p.posted_at, p.seq FROM ledger.posting p
                WHERE p.community_id = p_community AND p.account_id = n.pot
                  AND p.posted_at >= coalesce(t.posted_at, now() - interval '30 days')
                  AND p.posted_at <= n.moment
                  AND p.seq > coalesce(t.seq, 0) AND p.seq <= n.seq
                ORDER BY p.posted_at DESC, p.seq DESC
                LIMIT CASE WHEN t.seq IS NULL THEN 1000 END) AS l
         ORDER BY l.posted_at, n.pot, l.seq;
        INSERT INTO wallet.told_pot AS t (community_id, pot_id, seq, posted_at)
        SELECT p_community, n.pot, n.seq, n.moment
          FROM unnest(v_pots, v_seqs, v_moments) AS n (pot, seq, moment)
        ON CONFLICT (community_id, pot_id)
            DO UPDATE SET seq = excluded.seq, posted_at = excluded.posted_at
            WHERE t.seq < excluded.seq;
        SELECT count(*) INTO v_count FROM wallet.event e
         WHERE e.community_id = p_community AND e.wallet_id = p_wallet AND e.nr IS NULL;
        INSERT INTO wallet.event_counter AS c (community_id, wallet_id, last_nr)
        VALUES (p_community, p_wallet, v_count)
        ON CONFLICT (community_id, wallet_id) DO UPDATE SET last_nr = c.last_nr + excluded.last_nr
        RETURNING c.last_nr INTO last_nr;
        UPDATE wallet.event e SET nr = last_nr - v_count + o.place
          FROM (SELECT u.id, row_number() OVER (ORDER BY u.seq) AS place FROM wallet.event u
                 WHERE u.community_id = p_community AND u.wallet_id = p_wallet
                   AND u.nr IS NULL) AS o
         WHERE e.community_id = p_community AND e.id = o.id AND o.place <= v_count;
    ELSE
        last_nr := coalesce((SELECT c.last_nr FROM wallet.event_counter c
                              WHERE c.community_id = p_community
                                AND c.wallet_id = p_wallet), 0);
    END IF;
    oldest_nr := (SELECT min(e.nr) FROM wallet.event e
                   WHERE e.community_id = p_community AND e.wallet_id = p_wallet
                     AND e.nr IS NOT NULL);
END
$$;

-- Whether something happened to a wallet that was not told.
CREATE FUNCTION wallet.has_untold(p_community uuid, p_wallet uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
               SELECT FROM wallet.pot p
                 JOIN ledger.account a ON a.community_id = p.community_id AND a.id = p.id
                 LEFT JOIN wallet.told_pot t
                   ON t.community_id = p.community_id AND t.pot_id = p.id
                WHERE p.community_id = p_community AND p.wallet_id = p_wallet
                  AND a.seq > coalesce(t.seq, 0))
        OR EXISTS (
               SELECT FROM wallet.event e
                WHERE e.community_id = p_community AND e.wallet_id = p_wallet AND e.nr IS NULL)
$$;

-- Announces something to the holder of a wallet that moves no money now, such as that what is left of
-- a pot expires on a day; in the transaction of whatever is announced.
CREATE FUNCTION wallet.tell(
    p_community uuid, p_wallet uuid, p_type text, p_pot uuid, p_subject uuid, p_amount bigint,
    p_due_at timestamptz) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO wallet.event (community_id, wallet_id, type, pot_id, subject_id, amount, due_at,
                              occurred_at)
    VALUES (p_community, p_wallet, p_type, p_pot, p_subject, p_amount, p_due_at,
            clock_timestamp())
$$;

-- Forgets events that are older than so many days.
CREATE FUNCTION wallet.forget_events(p_days integer, p_limit integer) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (
        DELETE FROM wallet.event e WHERE e.ctid = ANY (ARRAY(
            SELECT o.ctid FROM wallet.event o
             WHERE o.occurred_at < now() - make_interval(days => p_days) LIMIT p_limit))
        RETURNING 1)
    SELECT count(*) FROM gone
$$;

REVOKE ALL ON FUNCTION wallet.number_events, wallet.has_untold, wallet.tell,
    wallet.forget_events FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.number_events, wallet.has_untold, wallet.forget_events
    TO wijkmunt_wallet;
GRANT EXECUTE ON FUNCTION wallet.tell TO wijkmunt_disbursement;
GRANT SELECT ON wallet.event TO wijkmunt_wallet;
