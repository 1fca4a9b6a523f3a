-- Payment files that come in parts, so that a line that breaks costs one part and not the file.
--
-- Parts are rows, sealed by the service, because files hold IBANs. Any instance can take the next part
-- or read them all; what has arrived survives every one of them.

-- A file on its way. It becomes a batch once, and is forgotten with its parts when its time is over.
CREATE TABLE disbursement.upload (
    community_id uuid NOT NULL,
    id uuid NOT NULL,
    programme_id uuid NOT NULL,
    -- Who sends it; nobody else sees it.
    client_id uuid NOT NULL,
    file_name text,
    -- As it would stand in Content-Type.
    media_type text NOT NULL,
    size bigint NOT NULL,
    -- Of the whole file, told beforehand.
    sha256 bytea NOT NULL,
    state text NOT NULL DEFAULT 'open',
    -- Where the next part begins.
    received bigint NOT NULL DEFAULT 0,
    part_count integer NOT NULL DEFAULT 0,
    -- The batch that its bytes are being read into, until when nobody else does, and how far.
    reader_id uuid,
    read_until timestamptz,
    read_bytes bigint NOT NULL DEFAULT 0,
    -- What it became.
    batch_id uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, programme_id) REFERENCES disbursement.programme,
    FOREIGN KEY (community_id, batch_id) REFERENCES disbursement.batch,
    CONSTRAINT upload_state_known CHECK (state IN ('open', 'submitted', 'abandoned')),
    CONSTRAINT upload_submitted_whole CHECK ((state = 'submitted') = (batch_id IS NOT NULL)),
    CONSTRAINT upload_size_bounded CHECK (size BETWEEN 1 AND 999292928),
    CONSTRAINT upload_received_within CHECK (received BETWEEN 0 AND size),
    CONSTRAINT upload_read_within CHECK (read_bytes BETWEEN 0 AND size),
    CONSTRAINT upload_few_parts CHECK (part_count BETWEEN 0 AND 16000),
    CONSTRAINT upload_digest_whole CHECK (octet_length(sha256) = 32),
    CONSTRAINT upload_reader_whole CHECK ((reader_id IS NULL) = (read_until IS NULL)),
    CONSTRAINT upload_expires CHECK (expires_at > created_at)
);
CREATE INDEX upload_by_client ON disbursement.upload (community_id, client_id, id);
CREATE INDEX upload_by_end ON disbursement.upload (expires_at);
CREATE INDEX upload_by_batch ON disbursement.upload (community_id, batch_id);

-- The bytes from one place on, sealed for that place.
CREATE TABLE disbursement.upload_part (
    community_id uuid NOT NULL,
    upload_id uuid NOT NULL,
    start bigint NOT NULL,
    length integer NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (community_id, upload_id, start),
    FOREIGN KEY (community_id, upload_id) REFERENCES disbursement.upload ON DELETE CASCADE,
    CONSTRAINT upload_part_start_not_negative CHECK (start >= 0),
    CONSTRAINT upload_part_length_bounded CHECK (length BETWEEN 1 AND 2097152)
);
-- What is sealed cannot be compressed.
ALTER TABLE disbursement.upload_part ALTER COLUMN sealed SET STORAGE EXTERNAL;

SELECT public.isolate('disbursement.upload'), public.isolate('disbursement.upload_part');
GRANT SELECT, INSERT, DELETE ON disbursement.upload, disbursement.upload_part
    TO wijkmunt_disbursement;
GRANT UPDATE (state, received, part_count, reader_id, read_until, read_bytes, batch_id)
    ON disbursement.upload TO wijkmunt_disbursement;

-- Files also come by a directory, in the name of a client that may submit them.
GRANT SELECT (community_id, id, party_id, roles, revoked_at) ON accounts.client
    TO wijkmunt_disbursement;

-- Whoever watches a file is told that it got further.
CREATE FUNCTION disbursement.tell_upload() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('disbursement_upload', NEW.id::text);
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION disbursement.tell_upload FROM PUBLIC;
CREATE TRIGGER upload_told AFTER UPDATE ON disbursement.upload
    FOR EACH ROW EXECUTE FUNCTION disbursement.tell_upload();
