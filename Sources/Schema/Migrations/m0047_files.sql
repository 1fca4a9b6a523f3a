-- Notifications of the account of a programme, and files that may be handed in once more.

-- What was booked on the account of a programme, for its notifications (camt.054). What an approved
-- batch may pay is set apart within the programme's money and is no entry; the rest of what the ledger
-- posted on the account is, so that the entries of a period are what the money of the programme changed by.

-- Batches of which lines may have been paid, or have returned, from one moment to before another.
CREATE FUNCTION disbursement.moved_batches(
    p_community uuid, p_programme uuid, p_from timestamptz, p_until timestamptz)
RETURNS TABLE (id uuid, message_id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT b.id, b.message_id
      FROM disbursement.batch b
     WHERE b.community_id = p_community AND b.programme_id = p_programme
       -- Every set of lines is paid out of it.
       AND (EXISTS (SELECT FROM ledger.posting l
                     WHERE l.community_id = b.community_id
                       AND l.account_id = b.commitment_account_id
                       AND l.posted_at >= p_from AND l.posted_at < p_until)
            OR EXISTS (SELECT FROM disbursement.batch_tally t
                        WHERE t.community_id = b.community_id AND t.batch_id = b.id
                          AND t.state = 'returned' AND t.count > 0)
               AND EXISTS (SELECT FROM disbursement.instruction i
                            WHERE i.community_id = b.community_id AND i.batch_id = b.id
                              AND i.returned_at >= p_from AND i.returned_at < p_until))
     ORDER BY b.id
$$;

-- What all entries come to.
CREATE FUNCTION disbursement.booked_totals(
    p_community uuid, p_programme uuid, p_from timestamptz, p_until timestamptz,
    OUT credit_count bigint, OUT credits bigint, OUT debit_count bigint, OUT debits bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*) FILTER (WHERE l.amount > 0),
           coalesce(sum(l.amount) FILTER (WHERE l.amount > 0), 0)::bigint,
           count(*) FILTER (WHERE l.amount < 0),
           coalesce(-sum(l.amount) FILTER (WHERE l.amount < 0), 0)::bigint
      FROM disbursement.programme g
      JOIN ledger.posting l ON l.community_id = g.community_id AND l.account_id = g.account_id
      JOIN ledger.transfer t ON t.community_id = l.community_id AND t.id = l.transfer_id
     WHERE g.community_id = p_community AND g.id = p_programme
       AND l.posted_at >= p_from AND l.posted_at < p_until AND t.kind <> 'commitment'
$$;

-- What was booked without a line of a file, after a place on the account and before a moment: what
-- standing instructions paid, what recalls took, and all other kinds of transfer.
CREATE FUNCTION disbursement.booked_without_file(
    p_community uuid, p_programme uuid, p_after_at timestamptz, p_after_seq bigint,
    p_until timestamptz, p_limit integer)
RETURNS TABLE (posted_at timestamptz, seq bigint, transfer_id uuid, kind text, amount bigint,
               reference text, standing_id uuid, grant_id uuid, person text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.posted_at, l.seq, t.id, t.kind, l.amount, t.reference, s.id, r.grant_id, y.name
      FROM disbursement.programme g
      JOIN ledger.posting l ON l.community_id = g.community_id AND l.account_id = g.account_id
      JOIN ledger.transfer t ON t.community_id = l.community_id AND t.id = l.transfer_id
      LEFT JOIN disbursement.standing_payment m
        ON m.community_id = t.community_id AND m.transfer_id = t.id
      LEFT JOIN disbursement.standing_instruction s
        ON s.community_id = m.community_id AND s.id = m.instruction_id
      LEFT JOIN disbursement.recall r
        ON r.community_id = t.community_id AND r.id = t.id AND t.kind = 'recall'
      LEFT JOIN accounts.party y
        ON y.community_id = t.community_id AND y.id = coalesce(s.party_id, r.party_id)
     WHERE g.community_id = p_community AND g.id = p_programme
       AND l.posted_at >= p_after_at AND (l.posted_at, l.seq) > (p_after_at, p_after_seq)
       AND l.posted_at < p_until
       AND t.kind NOT IN ('commitment', 'reservation', 'reservation-return')
       AND (t.kind <> 'disbursement' OR m.transfer_id IS NOT NULL)
     ORDER BY l.posted_at, l.seq LIMIT p_limit
$$;
REVOKE ALL ON FUNCTION disbursement.moved_batches, disbursement.booked_totals,
    disbursement.booked_without_file FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.moved_batches, disbursement.booked_totals,
    disbursement.booked_without_file TO wijkmunt_disbursement;

-- The file of a batch that was refused or cancelled may be handed in once more, when somebody says so: the
-- batch stays what it is and pays nothing for ever, but no longer answers for its content. Of one content
-- there is at most one batch that does.
ALTER TABLE disbursement.batch
    ADD COLUMN released_at timestamptz,
    ADD COLUMN released_by uuid,
    ADD COLUMN release_reason text,
    -- The batch of the same content that was released last when this one came.
    ADD COLUMN repeats_batch_id uuid,
    ADD CONSTRAINT batch_released_whole CHECK (
        num_nulls(released_at, released_by, release_reason) IN (0, 3)
        AND (released_at IS NULL OR state IN ('refused', 'cancelled'))),
    DROP CONSTRAINT batch_file_once;
CREATE UNIQUE INDEX batch_file_once ON disbursement.batch (community_id, content_hash)
    WHERE released_at IS NULL;
CREATE INDEX batch_released ON disbursement.batch (community_id, content_hash, released_at)
    WHERE released_at IS NOT NULL;

-- What was released stays released; of whom, when and why is said once.
CREATE FUNCTION disbursement.guard_release() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the file of batch % was released', OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER batch_release_stands BEFORE UPDATE ON disbursement.batch
    FOR EACH ROW WHEN (OLD.released_at IS NOT NULL
        AND (OLD.released_at, OLD.released_by, OLD.release_reason)
            IS DISTINCT FROM (NEW.released_at, NEW.released_by, NEW.release_reason))
    EXECUTE FUNCTION disbursement.guard_release();
REVOKE ALL ON FUNCTION disbursement.guard_release FROM PUBLIC;
