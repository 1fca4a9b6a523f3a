import LocalStack
import Logging
import Postgres
import Schema
import TestSupport

/// A small ledger with a bit of everything, in databases of their own that tests may damage.
enum AuditSample {
    private static let making = Task {
        let stack = try await TestStack.shared
        try await stack.cluster.createDatabase(template)
        try await stack.cluster.withOwner(database: template) { database in
            _ = try await Migrator.migrate(database) { _ in }
            try await run(script, database)
        }
        return stack
    }

    private static let template = "auditsample"

    /// Copies the sample, runs a script on the copy as its owner, and lends it.
    static func withCopy<T: Sendable>(
        _ name: String,
        damagedBy script: String?,
        role: String,
        _ body: (Database) async throws -> T
    ) async throws -> T {
        let stack = try await making.value
        try await stack.cluster.withOwner(database: "postgres") { database in
            _ = try await database.execute(
                "CREATE DATABASE \(rawSQL: name) TEMPLATE \(rawSQL: template)"
            )
        }
        if let script {
            // Neither triggers nor foreign keys stand in the way of a corruption.
            try await stack.cluster.withOwner(database: name) { database in
                try await run("SET session_replication_role = replica; \(script)", database)
            }
        }
        var configuration = try stack.databaseConfiguration(role: role)
        configuration.database = name
        configuration.statementTimeoutMilliseconds = 0
        configuration.tenant = .everyCommunity
        let database = Database(configuration: configuration, logger: Logger(label: role))
        do {
            let value = try await body(database)
            await database.shutDown()
            return value
        } catch {
            await database.shutDown()
            throw error
        }
    }

    private static func run(_ script: String, _ database: Database) async throws {
        try await database.transaction { try $0.executeScript(script) }
    }

    /// Two pots A and B, a programme P, a merchant M; 100.00 is issued and moves around.
    private static let script = """
        ALTER TABLE ledger.transfer DISABLE TRIGGER transfer_of_booked_funding;
        CREATE FUNCTION public.act(p_kind text, p_nr int, p_from text, p_to text, p_amount bigint,
                                   p_related int DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE v text[];
        BEGIN
            SELECT p.verdicts INTO STRICT v FROM ledger.post(
                public.id('c0'), ARRAY[public.id('e' || p_nr)], ARRAY[p_kind], ARRAY['bread'],
                ARRAY[public.id('e' || p_related)], ARRAY[NULL::uuid], ARRAY[public.id('f1')],
                ARRAY[public.id('f2')], ARRAY[false], ARRAY[1, 1],
                ARRAY[public.id(p_from), public.id(p_to)], ARRAY[-p_amount, p_amount]) AS p;
            IF v <> '{posted}' THEN RAISE EXCEPTION 'act % is %', p_nr, v; END IF;
        END
        $$;
        CREATE FUNCTION public.id(p_name text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
            SELECT ('01930000-0000-7000-8000-0000000000' || p_name)::uuid
        $$;
        SELECT set_config('wijkmunt.community', public.id('c0')::text, true);
        SET LOCAL SESSION AUTHORIZATION wijkmunt_accounts;
        SELECT ledger.open_coin(public.id('c0'), 'proef');
        SELECT audit.append(public.id('c0'), 'act', public.id('f1'), public.id('f2'), NULL, 'coin',
                            'proef' || n, public.id('f2'), NULL,
                            jsonb_build_object('n', n, 'name', '{"personal": "x"}'::jsonb),
                            public.id('f3'))
          FROM generate_series(1, 4) AS n;
        SET LOCAL SESSION AUTHORIZATION wijkmunt_disbursement;
        SELECT ledger.open_accounts(public.id('c0'), ARRAY[public.id('d0')], 'proef', 'programme');
        SELECT ledger.open_accounts(public.id('c0'), ARRAY[public.id('a1'), public.id('a2')],
                                    'proef', 'pot');
        SELECT p.verdicts FROM ledger.coin k CROSS JOIN LATERAL ledger.post(
            k.community_id, ARRAY[public.id('e0')], ARRAY['funding'], ARRAY[NULL],
            ARRAY[NULL::uuid], ARRAY[NULL::uuid], ARRAY[NULL::uuid], ARRAY[NULL::uuid],
            ARRAY[false], ARRAY[1, 1, 1, 1],
            ARRAY[k.bank_account_id, k.reserve_account_id, k.issuance_account_id,
                  public.id('d0')],
            ARRAY[-10000, 10000, -10000, 10000]::bigint[]) AS p;
        SELECT public.act('disbursement', 1, 'd0', 'a1', 3000),
               public.act('disbursement', 2, 'd0', 'a2', 3000);
        SET LOCAL SESSION AUTHORIZATION wijkmunt_merchant;
        SELECT ledger.open_accounts(public.id('c0'), ARRAY[public.id('b0')], 'proef', 'merchant');
        SELECT public.act('payment', 3, 'a1', 'b0', 1000),
               public.act('payment', 4, 'a2', 'b0', 900);
        SELECT public.act('refund', 5, 'b0', 'a1', 400, 3);
        SELECT ledger.place_hold(public.id('c0'), public.id('91'), 'payment',
                                 ARRAY[public.id('a2')], public.id('b0'), 300,
                                 now() + interval '1 day', public.id('f1'), public.id('f2'));
        SET LOCAL SESSION AUTHORIZATION wijkmunt_wallet;
        SELECT public.act('transfer', 6, 'a1', 'a2', 500);
        SELECT public.act('transfer', 7, 'a2', 'a1', 200);
        SELECT public.act('transfer', 8, 'a1', 'a2', 100);
        INSERT INTO wallet.idempotency_record (community_id, client_id, operation, key,
                                               fingerprint, outcome, result_id, request_id)
        VALUES (public.id('c0'), public.id('f1'), 'createTransfer', 'one', '', 'posted',
                public.id('e6'), public.id('f3'));
        RESET SESSION AUTHORIZATION;
        SET LOCAL session_replication_role = replica;
        INSERT INTO disbursement.programme (community_id, id, name, coin, account_id,
                                            reserved_account_id, created_at)
        VALUES (public.id('c0'), public.id('d1'), 'P', 'proef', public.id('d0'), public.id('d2'),
                now());
        INSERT INTO wallet.pot (community_id, id, wallet_id, coin, programme_id)
        SELECT public.id('c0'), public.id(name), public.id(name), 'proef', public.id('d1')
          FROM unnest('{a1,a2}'::text[]) AS name;
        INSERT INTO disbursement.batch (community_id, id, programme_id, state, content_hash, count,
                                        total, submitted_by, submitted_for, submitted_at,
                                        approved_by, approved_at, done_at)
        VALUES (public.id('c0'), public.id('d3'), public.id('d1'), 'done', '', 2, 6000,
                public.id('f1'), public.id('c0'), now(), public.id('f2'), now(), now());
        INSERT INTO disbursement.instruction (community_id, batch_id, nr, id, source_line,
            payment_id, end_to_end_id, creditor_name, creditor_masked, creditor_kind, alias, amount)
        SELECT public.id('c0'), public.id('d3'), nr, public.id('e' || nr), nr, 'p', 'e', '', '',
               'alias', 'x', 3000
          FROM generate_series(1, 2) AS nr;
        INSERT INTO disbursement.credit (community_id, batch_id, nr, wallet_id, credited_at)
        SELECT public.id('c0'), public.id('d3'), nr, public.id('a' || nr), now()
          FROM generate_series(1, 2) AS nr;
        INSERT INTO disbursement.line_moment (community_id, moment, batch_id, first_nr, last_nr)
        VALUES (public.id('c0'), disbursement.moment_of(public.id('e1')), public.id('d3'), 1, 2);
        """
}
