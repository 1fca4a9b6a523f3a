-- What residents' apps are told, what the bookkeeping of a municipality reads, and figures that do not
-- tell of anybody.

-- What happened to a wallet. Nothing of it is written while money moves: postings of a pot are numbered
-- without gaps and never change, so whoever looks gets the ones that were not told yet as events, and
-- a batch of a million credits pays nothing for apps that nobody has open. What moves no money, a
-- notice about a grant, comes in with the notice.
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
    -- Of a notice: what it is about, the programme, and the coin of the amount.
    subject_id uuid,
    programme_id uuid,
    coin text,
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

-- A notice is an event of the wallet of whoever it is for, under its own id.
CREATE FUNCTION wallet.tell_of_notices() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO wallet.event (community_id, id, wallet_id, type, subject_id, programme_id, coin,
                              amount, due_at, occurred_at)
    SELECT n.community_id, n.id, w.id, 'notice.' || n.kind, n.subject_id, n.programme_id, n.coin,
           n.amount, n.due_at, n.created_at
      FROM new_rows n
      JOIN wallet.wallet w ON w.community_id = n.community_id AND w.party_id = n.party_id
     ORDER BY n.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER notice_is_told AFTER INSERT ON disbursement.notice
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION wallet.tell_of_notices();

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

REVOKE ALL ON FUNCTION wallet.number_events, wallet.has_untold,
    wallet.tell_of_notices, wallet.forget_events FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.number_events, wallet.has_untold, wallet.forget_events
    TO wijkmunt_wallet;
GRANT SELECT ON wallet.event TO wijkmunt_wallet;

-- Which code of a municipality's bookkeeping stands for which kind of account of the ledger, in general
-- or for one programme. Without one the kind itself stands in the journal.
CREATE TABLE disbursement.journal_code (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    coin text NOT NULL,
    account text NOT NULL,
    programme_id uuid,
    code text NOT NULL,
    set_by uuid NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, coin) REFERENCES accounts.coin,
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    CONSTRAINT journal_code_one_per_account
        UNIQUE NULLS NOT DISTINCT (community_id, coin, account, programme_id),
    CONSTRAINT journal_code_account_known CHECK (account IN
        ('issuance', 'reserve', 'bank', 'redemption', 'programme', 'reserved', 'pot', 'merchant',
         'sink', 'fee', 'sponsor', 'commitment')),
    CONSTRAINT journal_code_of_programme CHECK (
        programme_id IS NULL OR account IN ('programme', 'reserved', 'pot', 'sponsor',
                                               'commitment')),
    CONSTRAINT journal_code_form CHECK (code ~ '^[A-Za-z0-9][A-Za-z0-9._/-]{0,34}$')
);
SELECT public.isolate('disbursement.journal_code');

-- What the ledger posted for a coin from one day to before another, of the community's calendar: added
-- up by day, kind of transfer, kind of account and programme. Of accounts in coin a credit is what
-- their holder got; of accounts in euro what went out. So every transfer, and with it every day, has
-- as much on one side as on the other, in each of the two units. `is_final`: nothing is added to the
-- day any more; a transaction that began in it may commit a moment after its end, and none takes a
-- minute.
CREATE FUNCTION disbursement.journal(
    p_community uuid, p_coin text, p_first date, p_end date, p_now timestamptz)
RETURNS TABLE (day date, kind text, account text, unit text, programme_id uuid, programme text,
               code text, debit bigint, credit bigint, postings bigint, is_final boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_zone text; v_from timestamptz; v_until timestamptz;
BEGIN
    SELECT c.time_zone INTO v_zone FROM accounts.community c WHERE c.community_id = p_community;
    v_from := p_first::timestamp AT TIME ZONE v_zone;
    v_until := p_end::timestamp AT TIME ZONE v_zone;
    RETURN QUERY
    WITH moved AS MATERIALIZED (
        SELECT l.account_id, (l.posted_at AT TIME ZONE v_zone)::date AS day, t.kind,
               coalesce(-sum(l.amount) FILTER (WHERE l.amount < 0), 0) AS out,
               coalesce(sum(l.amount) FILTER (WHERE l.amount > 0), 0) AS got,
               count(*) AS postings
          FROM ledger.posting l
          JOIN ledger.transfer t ON t.community_id = l.community_id AND t.id = l.transfer_id
         WHERE l.community_id = p_community AND t.coin = p_coin
           AND l.posted_at >= v_from AND l.posted_at < v_until
         GROUP BY l.account_id, 2, t.kind
    ), named AS (
        SELECT m.day, m.kind, a.kind AS account, a.unit,
               coalesce(w.programme_id, b.id, r.id, s.programme_id, f.programme_id) AS programme_id,
               CASE a.unit WHEN 'euro' THEN m.got ELSE m.out END AS debit,
               CASE a.unit WHEN 'euro' THEN m.out ELSE m.got END AS credit,
               m.postings
          FROM moved m
          JOIN ledger.account a ON a.community_id = p_community AND a.id = m.account_id
          LEFT JOIN wallet.pot w ON w.community_id = p_community AND w.id = a.id
          LEFT JOIN disbursement.programme b
            ON b.community_id = p_community AND b.account_id = a.id
          LEFT JOIN disbursement.programme r
            ON r.community_id = p_community AND r.reserved_account_id = a.id
          LEFT JOIN merchant.discount s
            ON s.community_id = p_community AND s.account_id = a.id
          LEFT JOIN disbursement.batch f
            ON f.community_id = p_community AND f.commitment_account_id = a.id
    )
    SELECT n.day, n.kind, n.account, n.unit, n.programme_id, g.name,
           coalesce(own.code, general.code, n.account),
           sum(n.debit)::bigint, sum(n.credit)::bigint, sum(n.postings)::bigint,
           ((n.day + 1)::timestamp AT TIME ZONE v_zone) + interval '1 minute' <= p_now
      FROM named n
      LEFT JOIN disbursement.programme g
        ON g.community_id = p_community AND g.id = n.programme_id
      LEFT JOIN disbursement.journal_code own
        ON own.community_id = p_community AND own.coin = p_coin AND own.account = n.account
       AND own.programme_id = n.programme_id
      LEFT JOIN disbursement.journal_code general
        ON general.community_id = p_community AND general.coin = p_coin
       AND general.account = n.account AND general.programme_id IS NULL
     GROUP BY n.day, n.kind, n.account, n.unit, n.programme_id, g.name, own.code, general.code
     ORDER BY n.day, n.kind, n.unit DESC, n.account, g.name, n.programme_id;
END
$$;
REVOKE ALL ON FUNCTION disbursement.journal FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.journal TO wijkmunt_disbursement;
GRANT SELECT, INSERT ON disbursement.journal_code TO wijkmunt_disbursement;
GRANT UPDATE (code, set_by, set_at) ON disbursement.journal_code TO wijkmunt_disbursement;

-- What a programme did from one day to before another, of the community's calendar: one row per figure,
-- and of what was spent also one per category of merchants. `largest` is the most that one person has in
-- it, without a sign: with it and the number of people the service leaves out what would tell of
-- somebody; who has nothing in it, because all was given back, is not counted. No row at all before
-- the days are over.
CREATE FUNCTION disbursement.statistics(
    p_community uuid, p_programme uuid, p_first date, p_end date, p_now timestamptz)
RETURNS TABLE (figure text, category text, people bigint, amount bigint, largest bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_from timestamptz; v_until timestamptz;
BEGIN
    SELECT p_first::timestamp AT TIME ZONE c.time_zone, p_end::timestamp AT TIME ZONE c.time_zone
      INTO v_from, v_until
      FROM accounts.community c WHERE c.community_id = p_community;
    -- A transaction that began before the end may commit a moment after it, and none takes a minute.
    IF v_until + interval '1 minute' > p_now THEN RETURN; END IF;
    RETURN QUERY
    WITH moved AS MATERIALIZED (
        SELECT w.wallet_id,
               CASE f.figure WHEN 'credited' THEN l.amount ELSE -l.amount END AS amount, f.figure,
               CASE f.figure WHEN 'spent' THEN coalesce((
                   SELECT m.category_code FROM merchant.merchant m
                    WHERE m.community_id = p_community AND m.account_id = ANY (t.accounts)
                    LIMIT 1), '') END AS category
          FROM wallet.pot w
          JOIN ledger.posting l ON l.community_id = w.community_id AND l.account_id = w.id
          JOIN ledger.transfer t ON t.community_id = l.community_id AND t.id = l.transfer_id
         CROSS JOIN LATERAL ledger.counts_as(p_community, t.kind, t.related_id) AS c (kind)
         -- A credit that was corrected went back; so did one that ended or was recalled.
         CROSS JOIN LATERAL (
               SELECT CASE WHEN c.kind IN ('payment', 'refund') THEN 'spent'
                           WHEN c.kind IN ('expiry', 'recall') THEN 'returned'
                           WHEN c.kind NOT IN ('disbursement', 'landing') THEN NULL
                           WHEN t.kind = 'correction' THEN 'returned'
                           ELSE 'credited' END) AS f (figure)
         WHERE w.community_id = p_community AND w.programme_id = p_programme
           AND l.posted_at >= v_from AND l.posted_at < v_until AND f.figure IS NOT NULL
    ), share AS (
        SELECT m.figure, NULL AS category, m.wallet_id, sum(m.amount) AS amount
          FROM moved m GROUP BY m.figure, m.wallet_id
        UNION ALL
        SELECT m.figure, m.category, m.wallet_id, sum(m.amount)
          FROM moved m WHERE m.figure = 'spent' GROUP BY m.figure, m.category, m.wallet_id
    )
    SELECT 'funded', NULL, 0::bigint, coalesce(sum(l.amount), 0)::bigint, 0::bigint
      FROM disbursement.programme g
      JOIN ledger.posting l ON l.community_id = g.community_id AND l.account_id = g.account_id
      JOIN ledger.transfer t ON t.community_id = l.community_id AND t.id = l.transfer_id
     WHERE g.community_id = p_community AND g.id = p_programme AND t.kind = 'funding'
       AND l.posted_at >= v_from AND l.posted_at < v_until
    UNION ALL
    SELECT s.figure, s.category, count(*), sum(s.amount)::bigint, max(abs(s.amount))::bigint
      FROM share s WHERE s.amount <> 0 GROUP BY s.figure, s.category;
END
$$;
REVOKE ALL ON FUNCTION disbursement.statistics FROM PUBLIC;

-- What sponsors see counts corrections like the figures above. Only this condition changes.
DO $$
DECLARE
    v_old CONSTANT text := $old$t.kind IN ('payment', 'refund')$old$;
    v_new CONSTANT text :=
        $new$ledger.counts_as(p_community, t.kind, t.related_id) IN ('payment', 'refund')$new$;
    v_text CONSTANT text := pg_get_functiondef('disbursement.spending'::regproc);
BEGIN
    IF strpos(v_text, v_old) = 0 THEN
        RAISE EXCEPTION 'disbursement.spending does not say which transfers it counts';
    END IF;
    EXECUTE replace(v_text, v_old, v_new);
END
$$;
GRANT EXECUTE ON FUNCTION disbursement.statistics TO wijkmunt_disbursement;
