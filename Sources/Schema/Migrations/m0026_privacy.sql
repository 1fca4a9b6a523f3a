-- What a person may ask: to see all that is kept of them, and to be forgotten. And what is forgotten
-- by itself when its time is over.

ALTER TABLE accounts.party
    ADD COLUMN erased_at timestamptz,
    DROP CONSTRAINT party_kind_known,
    -- Whoever was a person and is nobody any more: found by no look-up of people.
    ADD CONSTRAINT party_kind_known CHECK (kind IN ('person', 'institution', 'merchant', 'erased')),
    ADD CONSTRAINT party_erased_whole CHECK ((kind = 'erased') = (erased_at IS NOT NULL));

-- How moments and amounts stand in an export. Every coin has two digits.
CREATE FUNCTION accounts.instant(p_moment timestamptz) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT to_char(p_moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
CREATE FUNCTION accounts.decimal(p_minor_units bigint) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (p_minor_units::numeric / 100)::numeric(20, 2)::text
$$;

-- Each service's part of what is kept of a person: of its own tables, by the ids that the accounts
-- service knows anyway, and for the accounts service alone, which gives it to the counter and to the
-- person.

CREATE FUNCTION accounts.export_person(p_community uuid, p_party uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object(
        'name', p.name, 'ibanMasked', p.iban_masked, 'registeredAt', accounts.instant(p.created_at),
        'ibanLinkedAt', accounts.instant(p.iban_linked_at), 'ibanLinkedBy', p.iban_linked_by,
        'ibanVerifiedAt', accounts.instant(p.iban_verified_at),
        'ibanVerifiedBy', p.iban_verified_by, 'ibanEvidence', p.iban_evidence,
        'cards', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'id', c.id, 'lastFour', c.last_four, 'state', c.state,
                       'hasPin', c.pin_hash IS NOT NULL) ORDER BY c.id), '[]')
              FROM accounts.card c
             WHERE c.community_id = p_community AND c.party_id = p_party),
        'cardEvents', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'card', e.card_id, 'act', e.act, 'by', e.client_id, 'reason', e.reason,
                       'at', accounts.instant(e.happened_at)) ORDER BY e.id), '[]')
              FROM accounts.card_event e
             WHERE e.community_id = p_community AND e.party_id = p_party),
        'cardTries', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'card', t.card_id, 'payment', t.payment_id, 'outcome', t.outcome,
                       'at', accounts.instant(t.tried_at)) ORDER BY t.tried_at), '[]')
              FROM accounts.card_try t
             WHERE t.community_id = p_community AND t.party_id = p_party),
        'mandates', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'id', m.id, 'kind', m.kind, 'principal', m.principal_id,
                       'agent', m.agent_id, 'scopes', m.scopes,
                       'limitPerAct', accounts.decimal(m.limit_per_act),
                       'limitPerDay', accounts.decimal(m.limit_per_day), 'shops', m.shops,
                       'decision', m.decision, 'validFrom', accounts.instant(m.valid_from),
                       'validUntil', accounts.instant(m.valid_until),
                       'revokedAt', accounts.instant(m.revoked_at),
                       'revocationReason', m.revocation_reason) ORDER BY m.id), '[]')
              FROM accounts.mandate m
             WHERE m.community_id = p_community AND p_party IN (m.principal_id, m.agent_id)),
        'mandateUses', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'mandate', u.mandate_id, 'operation', u.operation, 'act', u.act_id,
                       'by', u.agent_id, 'amount', accounts.decimal(u.amount),
                       'at', accounts.instant(u.used_at)) ORDER BY u.used_at), '[]')
              FROM accounts.mandate_use u
             WHERE u.community_id = p_community AND p_party IN (u.principal_id, u.agent_id)),
        'devices', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'id', c.id, 'name', c.name, 'kind', c.kind, 'roles', c.roles,
                       'publicKey', encode(coalesce(c.public_key_x || c.public_key_y,
                                                    c.public_key), 'hex'),
                       'enrolledAt', accounts.instant(c.created_at),
                       'revokedAt', accounts.instant(c.revoked_at),
                       'revocationReason', c.revocation_reason) ORDER BY c.id), '[]')
              FROM accounts.client c
             WHERE c.community_id = p_community AND c.party_id = p_party),
        'tokenRevocations', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'device', r.client_id, 'reason', r.reason,
                       'at', accounts.instant(r.created_at)) ORDER BY r.created_at), '[]')
              FROM accounts.revocation r
              JOIN accounts.client c ON c.community_id = r.community_id AND c.id = r.client_id
             WHERE c.community_id = p_community AND c.party_id = p_party),
        'activationCodes', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'madeAt', accounts.instant(a.created_at),
                       'expiresAt', accounts.instant(a.expires_at),
                       'usedAt', accounts.instant(a.used_at)) ORDER BY a.created_at), '[]')
              FROM accounts.activation_code a
             WHERE a.community_id = p_community AND a.party_id = p_party),
        'rememberedRequests', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'operation', i.operation, 'at', accounts.instant(i.created_at))
                       ORDER BY i.created_at), '[]')
              FROM accounts.idempotency_record i
             -- What is in the answers is sealed; the addresses they were about are not.
             WHERE i.community_id = p_community
               AND (position(p_party::text IN i.location) > 0
                    OR i.client_id IN (SELECT c.id FROM accounts.client c
                                        WHERE c.community_id = p_community
                                          AND c.party_id = p_party))),
        'auditTrail', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'nr', e.nr, 'at', accounts.instant(e.recorded_at),
                       'operation', e.operation, 'by', e.client_id, 'objectKind', e.object_kind,
                       'objectId', e.object_id, 'before', e.before, 'after', e.after)
                       ORDER BY e.nr), '[]')
              FROM audit.event e
             WHERE e.community_id = p_community
               AND (e.subject_id = p_party OR e.party_id = p_party)))
      FROM accounts.party p
     WHERE p.community_id = p_community AND p.id = p_party AND p.kind = 'person'
$$;

CREATE FUNCTION wallet.export_person(p_community uuid, p_party uuid, p_clients uuid[])
RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object(
        'wallets', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'id', w.id, 'alias', w.alias, 'class', h.class,
                       'openedAt', accounts.instant(w.created_at),
                       'formerAliases', (
                           SELECT coalesce(jsonb_agg(r.alias ORDER BY r.retired_at), '[]')
                             FROM wallet.retired_alias r
                            WHERE r.community_id = w.community_id AND r.wallet_id = w.id),
                       'pots', (
                           SELECT coalesce(jsonb_agg(jsonb_build_object(
                                      'id', p.id, 'coin', p.coin, 'programme', p.programme_id,
                                      'posted', accounts.decimal(a.posted),
                                      'held', accounts.decimal(a.held),
                                      'expiresAt', accounts.instant(a.expires_at))
                                      ORDER BY p.id), '[]')
                             FROM wallet.pot p
                             JOIN ledger.account a
                               ON a.community_id = p.community_id AND a.id = p.id
                            WHERE p.community_id = w.community_id AND p.wallet_id = w.id),
                       'statement', (
                           SELECT coalesce(jsonb_agg(jsonb_build_object(
                                      'at', accounts.instant(s.posted_at), 'kind', t.kind,
                                      'coin', p.coin, 'pot', p.id,
                                      'amount', accounts.decimal(s.amount),
                                      'balanceAfter', accounts.decimal(s.balance_after),
                                      'reference', t.reference, 'transfer', t.id)
                                      ORDER BY s.posted_at, p.id, s.seq), '[]')
                             FROM wallet.pot p
                             JOIN ledger.posting s
                               ON s.community_id = p.community_id AND s.account_id = p.id
                             JOIN ledger.transfer t
                               ON t.community_id = s.community_id AND t.id = s.transfer_id
                            WHERE p.community_id = w.community_id AND p.wallet_id = w.id))
                       ORDER BY w.id), '[]')
              FROM wallet.wallet w
              LEFT JOIN ledger.holder h ON h.community_id = w.community_id AND h.id = w.id
             WHERE w.community_id = p_community AND w.party_id = p_party),
        'rememberedRequests', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'operation', i.operation, 'at', accounts.instant(i.created_at))
                       ORDER BY i.created_at), '[]')
              FROM wallet.idempotency_record i
             WHERE i.community_id = p_community AND i.client_id = ANY (p_clients)))
$$;

CREATE FUNCTION merchant.export_person(p_community uuid, p_party uuid, p_clients uuid[])
RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object(
        'payments', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'id', p.id, 'merchant', m.name, 'shop', s.name, 'address', s.address,
                       'amount', accounts.decimal(p.amount), 'coin', p.coin, 'state', p.state,
                       'reference', p.reference, 'acceptedAt', accounts.instant(p.accepted_at),
                       'device', p.payer_client_id, 'approval', p.approval,
                       'localityVerdict', p.verdict,
                       'refundedAt', accounts.instant(r.refunded_at), 'refundReason', r.reason)
                       ORDER BY p.id), '[]')
              FROM merchant.payment p
              JOIN merchant.merchant m ON m.community_id = p.community_id AND m.id = p.merchant_id
              JOIN merchant.shop s ON s.community_id = p.community_id AND s.id = p.shop_id
              LEFT JOIN merchant.refund r
                ON r.community_id = p.community_id AND r.payment_id = p.id
             WHERE p.community_id = p_community AND p.payer_party_id = p_party),
        'rememberedRequests', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'operation', i.operation, 'at', accounts.instant(i.created_at))
                       ORDER BY i.created_at), '[]')
              FROM merchant.idempotency_record i
             WHERE i.community_id = p_community AND i.client_id = ANY (p_clients)))
$$;
-- Lines of payment files are a person's by their IBAN, their alias, or the wallet they went to. Asked
-- so seldom that no index, which every credit would pay for, is worth it.
CREATE FUNCTION disbursement.export_person(
    p_community uuid, p_iban_hash bytea, p_aliases text[], p_wallets uuid[]) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object('credits', coalesce(jsonb_agg(jsonb_build_object(
               'programme', g.name, 'batch', b.id, 'line', i.nr,
               'submittedAt', accounts.instant(b.submitted_at), 'name', i.creditor_name,
               'account', i.creditor_masked, 'amount', accounts.decimal(i.amount),
               'coin', g.coin, 'remittance', i.remittance, 'endToEndId', i.end_to_end_id,
               'state', i.state, 'creditedAt', accounts.instant(i.credited_at))
               ORDER BY b.id, i.nr), '[]'))
      FROM disbursement.instruction i
      JOIN disbursement.batch b ON b.community_id = i.community_id AND b.id = i.batch_id
      JOIN disbursement.programme g ON g.community_id = b.community_id AND g.id = b.programme_id
     WHERE i.community_id = p_community AND b.state <> 'receiving'
       AND (i.iban_hash = p_iban_hash OR i.alias = ANY (p_aliases)
            OR i.wallet_id = ANY (p_wallets))
$$;
-- For `wallet.erase_person`, the only way for the accounts service to open accounts.
INSERT INTO ledger.opening_rule (role, kind) VALUES ('wijkmunt_accounts', 'pot');

-- Takes the name of a wallet away and closes its pots, and one of each coin that it never had, so
-- that nothing more arrives. 'erased', or 'balance' when coins are in it or held. Postings stay.
CREATE FUNCTION wallet.erase_person(p_community uuid, p_party uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_wallets uuid[]; v_pots uuid[]; v_coin text;
BEGIN
    SELECT array_agg(w.id) INTO v_wallets FROM (
        SELECT w.id FROM wallet.wallet w
         WHERE w.community_id = p_community AND w.party_id = p_party FOR UPDATE) AS w;
    IF v_wallets IS NULL THEN RETURN 'erased'; END IF;
    FOR v_coin IN SELECT c.code FROM accounts.coin c
                   WHERE c.community_id = p_community ORDER BY c.code LOOP
        PERFORM wallet.open_pots(p_community, v_wallets, v_coin, NULL);
    END LOOP;
    v_pots := ARRAY(SELECT p.id FROM wallet.pot p
                     WHERE p.community_id = p_community AND p.wallet_id = ANY (v_wallets));
    -- Whoever posts to them now is waited for, and seen.
    PERFORM FROM ledger.account a
     WHERE a.community_id = p_community AND a.id = ANY (v_pots) ORDER BY a.id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM ledger.account a
                WHERE a.community_id = p_community AND a.id = ANY (v_pots)
                  AND (a.posted <> 0 OR a.held <> 0)) THEN
        RETURN 'balance';
    END IF;
    UPDATE ledger.account a SET state = 'closed'
     WHERE a.community_id = p_community AND a.id = ANY (v_pots);
    UPDATE wallet.wallet w SET alias = NULL
     WHERE w.community_id = p_community AND w.id = ANY (v_wallets);
    DELETE FROM wallet.retired_alias r
     WHERE r.community_id = p_community AND r.wallet_id = ANY (v_wallets);
    RETURN 'erased';
END
$$;

-- Takes names, accounts and texts out of a person's lines, which keep a hash that is of nobody.
-- 'erased', or 'waiting' when a line may still be credited.
CREATE FUNCTION disbursement.erase_person(
    p_community uuid, p_iban_hash bytea, p_aliases text[], p_wallets uuid[]) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM disbursement.instruction i
          JOIN disbursement.batch b ON b.community_id = i.community_id AND b.id = i.batch_id
         WHERE i.community_id = p_community
           AND (i.iban_hash = p_iban_hash OR i.alias = ANY (p_aliases))
           AND (i.state = 'waiting'
                OR i.state = 'acceptable' AND b.state IN ('receiving', 'validated', 'approved')))
    THEN RETURN 'waiting'; END IF;
    UPDATE disbursement.instruction i
       SET creditor_name = '', creditor_masked = '', alias = NULL, remittance = NULL,
           iban_hash = uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
     WHERE i.community_id = p_community
       AND (i.iban_hash = p_iban_hash OR i.alias = ANY (p_aliases)
            OR i.wallet_id = ANY (p_wallets));
    RETURN 'erased';
END
$$;

-- Makes nobody of a person: no name, account, device name or key, code, reason or remembered answer,
-- and no salt, so that the hashes of the audit trail say nothing. Their devices are revoked before.
CREATE FUNCTION accounts.erase_person(p_community uuid, p_party uuid, p_at timestamptz)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE accounts.party p
       SET kind = 'erased', erased_at = p_at, name = 'Erased', iban_hash = NULL, iban_masked = NULL
     WHERE p.community_id = p_community AND p.id = p_party AND p.kind = 'person';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such person' USING ERRCODE = 'foreign_key_violation';
    END IF;
    DELETE FROM accounts.idempotency_record i
     WHERE i.community_id = p_community
       AND (position(p_party::text IN i.location) > 0
            OR i.client_id IN (SELECT c.id FROM accounts.client c
                                WHERE c.community_id = p_community AND c.party_id = p_party));
    -- A card in use ends, one that came back may be anybody's; what was typed about it goes.
    UPDATE accounts.card c
       SET state = 'replaced', pin_hash = NULL, most_wrong_pins = NULL, wrong_pins = 0
     WHERE c.community_id = p_community AND c.party_id = p_party;
    UPDATE accounts.card_event e SET reason = NULL
     WHERE e.community_id = p_community AND e.party_id = p_party;
    UPDATE accounts.mandate m
       SET decision = CASE WHEN m.decision IS NOT NULL THEN 'Erased' END,
           revocation_reason = CASE WHEN m.revoked_at IS NOT NULL THEN 'Erased' END
     WHERE m.community_id = p_community AND p_party IN (m.principal_id, m.agent_id);
    UPDATE accounts.revocation r SET reason = 'Erased'
      FROM accounts.client c
     WHERE c.community_id = p_community AND c.party_id = p_party
       AND r.community_id = c.community_id AND r.client_id = c.id;
    -- No point of the curve: nothing is verified with it.
    UPDATE accounts.client c
       SET name = 'Erased', revocation_reason = 'Erased',
           public_key_x = decode(repeat('00', 32), 'hex'),
           public_key_y = decode(repeat('00', 32), 'hex')
     WHERE c.community_id = p_community AND c.party_id = p_party;
    DELETE FROM accounts.activation_code a
     WHERE a.community_id = p_community AND a.party_id = p_party;
    DELETE FROM audit.subject s WHERE s.community_id = p_community AND s.subject_id = p_party;
END
$$;

-- What time takes away, up to p_limit rows at once; each answers how many.

-- Codes that enrolled somebody, were replaced, or ran out.
CREATE FUNCTION accounts.forget_codes(p_before timestamptz, p_limit integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (
        DELETE FROM accounts.activation_code a
         WHERE (a.community_id, a.code_hash) IN (
               SELECT community_id, code_hash FROM accounts.activation_code
                WHERE coalesce(used_at, expires_at) < p_before LIMIT p_limit)
        RETURNING 1)
    SELECT count(*) FROM gone
$$;
CREATE INDEX activation_code_by_end ON accounts.activation_code (coalesce(used_at, expires_at));

-- Names of phones that were revoked, and why. Their keys stay: they verify approvals.
CREATE FUNCTION accounts.forget_devices(p_before timestamptz, p_limit integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH due AS (
        SELECT community_id, id FROM accounts.client
         WHERE kind = 'phone' AND revoked_at < p_before
           AND (name <> 'Forgotten' OR revocation_reason <> 'Forgotten') LIMIT p_limit
    ), reasons AS (
        UPDATE accounts.revocation r SET reason = 'Forgotten'
          FROM due d WHERE r.community_id = d.community_id AND r.client_id = d.id
    ), gone AS (
        UPDATE accounts.client c SET name = 'Forgotten', revocation_reason = 'Forgotten'
          FROM due d WHERE c.community_id = d.community_id AND c.id = d.id
        RETURNING 1)
    SELECT count(*) FROM gone
$$;
CREATE INDEX client_by_revocation ON accounts.client (revoked_at) WHERE revoked_at IS NOT NULL;

-- Aliases that were given up long ago: until then nobody else gets them.
CREATE FUNCTION wallet.forget_aliases(p_limit integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (
        DELETE FROM wallet.retired_alias r WHERE r.ctid = ANY (ARRAY(
            SELECT o.ctid FROM wallet.retired_alias o
             WHERE o.retired_at < now() - interval '1 year' LIMIT p_limit))
        RETURNING 1)
    SELECT count(*) FROM gone
$$;

-- Names, accounts and texts of the lines of old batches; of a batch when none of its lines waits.
CREATE FUNCTION disbursement.forget_creditors(p_before timestamptz, p_limit integer)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_batch record; v_gone integer; v_total bigint := 0;
BEGIN
    WHILE v_total < p_limit LOOP
        SELECT b.community_id, b.id INTO v_batch
          FROM disbursement.batch b
         WHERE b.submitted_at < p_before AND coalesce(b.done_at, b.submitted_at) < p_before
           AND b.creditors_forgotten_at IS NULL AND b.state IN ('refused', 'cancelled', 'done')
           AND NOT EXISTS (SELECT FROM disbursement.instruction i
                            WHERE i.community_id = b.community_id AND i.batch_id = b.id
                              AND (i.state = 'waiting' OR i.credited_at >= p_before))
         ORDER BY b.submitted_at LIMIT 1 FOR UPDATE SKIP LOCKED;
        EXIT WHEN NOT FOUND;
        UPDATE disbursement.instruction i
           SET creditor_name = '', creditor_masked = '', alias = NULL, remittance = NULL,
               iban_hash = uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
         WHERE i.community_id = v_batch.community_id AND i.batch_id = v_batch.id
           AND i.nr IN (SELECT l.nr FROM disbursement.instruction l
                         WHERE l.community_id = v_batch.community_id
                           AND l.batch_id = v_batch.id
                           AND (l.creditor_name <> '' OR l.creditor_masked <> '')
                         LIMIT p_limit - v_total);
        GET DIAGNOSTICS v_gone = ROW_COUNT;
        IF v_total + v_gone < p_limit THEN
            UPDATE disbursement.batch b SET creditors_forgotten_at = now()
             WHERE b.community_id = v_batch.community_id AND b.id = v_batch.id;
        END IF;
        v_total := v_total + v_gone;
    END LOOP;
    RETURN v_total;
END
$$;
ALTER TABLE disbursement.batch ADD COLUMN creditors_forgotten_at timestamptz;
CREATE INDEX batch_with_creditors ON disbursement.batch (submitted_at)
    WHERE creditors_forgotten_at IS NULL;

REVOKE ALL ON FUNCTION accounts.instant, accounts.decimal, accounts.export_person,
    wallet.export_person, merchant.export_person, disbursement.export_person,
    accounts.erase_person, wallet.erase_person, disbursement.erase_person,
    accounts.forget_codes, accounts.forget_devices, wallet.forget_aliases,
    disbursement.forget_creditors FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.forget_aliases TO wijkmunt_wallet;
GRANT USAGE ON SCHEMA merchant, disbursement TO wijkmunt_accounts;
GRANT EXECUTE ON FUNCTION accounts.export_person, wallet.export_person, merchant.export_person,
    disbursement.export_person, accounts.erase_person, wallet.erase_person,
    disbursement.erase_person, accounts.forget_codes, accounts.forget_devices TO wijkmunt_accounts;
GRANT EXECUTE ON FUNCTION disbursement.forget_creditors TO wijkmunt_disbursement;
