-- The audit trail: who changed rights, policies, what makes money, or what is known of people.

CREATE SCHEMA audit;

-- Values of people are kept as hashes under a salt of their own. Erasing a person takes the salt
-- away, and then the hashes say nothing any more.
CREATE TABLE audit.subject (
    community_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    salt bytea NOT NULL,
    PRIMARY KEY (community_id, subject_id),
    CONSTRAINT subject_salt_length CHECK (length(salt) = 32)
);

-- Every event is a link: head = SHA-256(head of the one before || SHA-256(content)).
CREATE TABLE audit.event (
    community_id uuid NOT NULL,
    nr bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    -- Which login role wrote it; the database knows.
    service text NOT NULL,
    operation text NOT NULL,
    client_id uuid NOT NULL,
    party_id uuid NOT NULL,
    on_behalf_of uuid,
    object_kind text NOT NULL,
    object_id text NOT NULL,
    -- Whom the values are about, when about somebody.
    subject_id uuid,
    before jsonb,
    after jsonb,
    request_id uuid NOT NULL,
    head bytea NOT NULL,
    PRIMARY KEY (community_id, nr),
    CONSTRAINT event_values_are_objects CHECK (
        coalesce(jsonb_typeof(before), 'object') = 'object'
        AND coalesce(jsonb_typeof(after), 'object') = 'object')
);
CREATE INDEX event_by_object ON audit.event (community_id, object_id, nr);
CREATE INDEX event_by_time ON audit.event (community_id, recorded_at);
CREATE INDEX event_by_subject ON audit.event (community_id, subject_id, nr)
    WHERE subject_id IS NOT NULL;

-- Where the chain of a community ends.
CREATE TABLE audit.chain (
    community_id uuid PRIMARY KEY,
    nr bigint NOT NULL,
    head bytea NOT NULL
) WITH (fillfactor = 50);

CREATE FUNCTION audit.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is immutable: % on %', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER event_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.event
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER chain_is_kept BEFORE DELETE OR TRUNCATE ON audit.chain
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

-- What the chain covers of an event, in PostgreSQL's binary form of a row.
CREATE FUNCTION audit.content(
    community_id uuid, nr bigint, recorded_at timestamptz, service text, operation text,
    client_id uuid, party_id uuid, on_behalf_of uuid, object_kind text, object_id text,
    subject_id uuid, before jsonb, after jsonb, request_id uuid) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT record_send(ROW (community_id, nr, recorded_at, service, operation, client_id, party_id,
                            on_behalf_of, object_kind, object_id, subject_id, before, after,
                            request_id))
$$;

-- The members of an object, those that are {"personal": …} as hashes; without a salt as nothing.
CREATE FUNCTION audit.masked(p_values jsonb, p_salt bytea) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_object_agg(m.key, CASE
               WHEN jsonb_typeof(m.value) = 'object' AND m.value ? 'personal'
               THEN jsonb_build_object('hash', encode(
                        sha256(p_salt || convert_to(m.value ->> 'personal', 'UTF8')), 'hex'))
               ELSE m.value END)
      FROM jsonb_each(p_values) AS m
$$;

-- Adds an event in the transaction of the act that it is about. Acts of a community that are
-- recorded commit one after the other, so an act calls this last.
CREATE FUNCTION audit.append(
    p_community uuid, p_operation text, p_client uuid, p_party uuid, p_on_behalf_of uuid,
    p_object_kind text, p_object_id text, p_subject uuid, p_before jsonb, p_after jsonb,
    p_request uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_service CONSTANT text := replace(session_user, 'wijkmunt_', '');
    v_nr bigint; v_head bytea; v_salt bytea; v_before jsonb; v_after jsonb; v_at timestamptz;
BEGIN
    INSERT INTO audit.chain (community_id, nr, head) VALUES (p_community, 0, '')
        ON CONFLICT DO NOTHING;
    SELECT c.nr + 1, c.head INTO STRICT v_nr, v_head
      FROM audit.chain c WHERE c.community_id = p_community FOR UPDATE;
    IF p_subject IS NOT NULL THEN
        INSERT INTO audit.subject (community_id, subject_id, salt)
        VALUES (p_community, p_subject,
                uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
            ON CONFLICT DO NOTHING;
        SELECT s.salt INTO v_salt FROM audit.subject s
         WHERE s.community_id = p_community AND s.subject_id = p_subject;
    END IF;
    v_before := audit.masked(p_before, v_salt);
    v_after := audit.masked(p_after, v_salt);
    v_at := clock_timestamp();
    v_head := sha256(v_head || sha256(audit.content(
        p_community, v_nr, v_at, v_service, p_operation, p_client, p_party, p_on_behalf_of,
        p_object_kind, p_object_id, p_subject, v_before, v_after, p_request)));
    INSERT INTO audit.event (community_id, nr, recorded_at, service, operation, client_id,
                             party_id, on_behalf_of, object_kind, object_id, subject_id, before,
                             after, request_id, head)
    VALUES (p_community, v_nr, v_at, v_service, p_operation, p_client, p_party, p_on_behalf_of,
            p_object_kind, p_object_id, p_subject, v_before, v_after, p_request, v_head);
    UPDATE audit.chain c SET nr = v_nr, head = v_head WHERE c.community_id = p_community;
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
GRANT USAGE ON SCHEMA audit
    TO wijkmunt_accounts, wijkmunt_wallet, wijkmunt_merchant, wijkmunt_disbursement,
       wijkmunt_audit;
GRANT EXECUTE ON FUNCTION audit.append
    TO wijkmunt_accounts, wijkmunt_wallet, wijkmunt_merchant, wijkmunt_disbursement;
GRANT EXECUTE ON FUNCTION audit.content TO wijkmunt_audit;
GRANT SELECT ON audit.event, audit.chain TO wijkmunt_accounts, wijkmunt_audit;
