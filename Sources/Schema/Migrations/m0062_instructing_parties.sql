-- A message id is told apart among the files of the party that hands them in, as ISO 20022 has it: an
-- institution numbers its own files, and knows nothing of the numbers of another.

-- The party that the submitter works for, or the community when nobody knows.
ALTER TABLE disbursement.batch ADD submitted_for uuid;
ALTER TABLE disbursement.batch DISABLE TRIGGER USER;
UPDATE disbursement.batch b
   SET submitted_for = coalesce((SELECT k.party_id FROM accounts.client k
                                  WHERE k.community_id = b.community_id AND k.id = b.submitted_by),
                                b.community_id);
ALTER TABLE disbursement.batch ENABLE TRIGGER USER;
ALTER TABLE disbursement.batch ALTER submitted_for SET NOT NULL;

-- Whoever writes the row does not choose.
CREATE FUNCTION disbursement.name_submitting_party() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.submitted_for := coalesce((SELECT k.party_id FROM accounts.client k
                                    WHERE k.community_id = NEW.community_id
                                      AND k.id = NEW.submitted_by), NEW.community_id);
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION disbursement.name_submitting_party FROM PUBLIC;
CREATE TRIGGER batch_names_party BEFORE INSERT OR UPDATE OF submitted_by, submitted_for
    ON disbursement.batch
    FOR EACH ROW EXECUTE FUNCTION disbursement.name_submitting_party();

-- A message id is used up by a file that was accepted; a refused file may come again, mended.
DROP INDEX disbursement.batch_message_once;
CREATE UNIQUE INDEX batch_message_once ON disbursement.batch (community_id, submitted_for, message_id)
    WHERE state NOT IN ('receiving', 'refused', 'cancelled');

-- Whether a file with these bytes was handed in by anybody, or one with this message id by the party that
-- hands in this batch: also for programmes that the caller does not see.
DROP FUNCTION disbursement.is_file_known(uuid, bytea, text);
CREATE FUNCTION disbursement.is_file_known(
    p_community uuid, p_batch uuid, p_hash bytea, p_message text)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM disbursement.batch b
                    WHERE b.community_id = p_community AND b.content_hash = p_hash
                      AND b.released_at IS NULL)
        OR EXISTS (SELECT FROM disbursement.batch m
                     JOIN disbursement.batch b ON b.community_id = m.community_id
                      AND b.submitted_for = m.submitted_for AND b.message_id = p_message
                    WHERE m.community_id = p_community AND m.id = p_batch
                      AND b.state NOT IN ('receiving', 'refused', 'cancelled'))
$$;
REVOKE ALL ON FUNCTION disbursement.is_file_known FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disbursement.is_file_known TO wijkmunt_disbursement;
