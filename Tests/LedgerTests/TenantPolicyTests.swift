import FoundationEssentials
import Postgres
import Testing

/// Every table that has communities keeps them apart.
@Suite struct TenantPolicyTests {
    /// Tables without a community, and why nothing of one is in them.
    private static let shared: Set<String> = [
        // Ids that clients chose, until they expire; nothing is read from it.
        "accounts.used_assertion",
        // The key of nonces, the same for all.
        "accounts.nonce_key",
        // Wrong codes: whose community they were meant for nobody knows.
        "accounts.wrong_code",
        // The same rules for all.
        "ledger.opening_rule", "ledger.transfer_rule",
        "public.schema_migration",
    ]

    /// Functions with the owner's power that services call and that are not about one community:
    /// each takes on what is due, whosever it is, and answers a number.
    private static let upkeep: Set<String> = [
        "accounts.forget_codes", "accounts.forget_devices", "disbursement.forget_creditors",
        "ledger.depreciate", "ledger.expire_holds", "ledger.expire_pots", "ledger.open_months",
        "merchant.expire_holds", "merchant.forget_events", "wallet.forget_aliases",
        "disbursement.remind_of_expiry", "wallet.forget_events",
    ]

    /// Tables with a community and without both policies. Partitions are read through their parent:
    /// nobody has a right to one.
    private static let unisolated: SQL = """
        SELECT c.oid::regclass::text FROM pg_class c
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'community_id'
         WHERE c.relkind IN ('r', 'p') AND NOT a.attisdropped
           AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'
           AND NOT (c.relispartition AND c.relacl IS NULL)
           AND (NOT c.relrowsecurity
                OR (SELECT coalesce(string_agg(p.polname, ' ' ORDER BY p.polname), '')
                      FROM pg_policy p
                     WHERE p.polrelid = c.oid AND p.polname <> 'own_institution')
                   <> 'audit_reads_all own_community')
         ORDER BY 1
        """

    private func ask(_ sql: SQL) async throws -> [String] {
        try await GrantsDatabase.shared.owner.query(sql) { rows in
            try rows.map { try $0.decode(String.self) }
        }
    }

    @Test func `every table with a community is isolated`() async throws {
        for table in try await ask(Self.unisolated) {
            Issue.record("\(table): write SELECT public.isolate('\(table)') in your migration")
        }
    }

    @Test func `a table that somebody adds is missed until its migration isolates it`()
        async throws
    {
        struct Undone: Error {}
        let owner = try await GrantsDatabase.shared.owner
        await #expect(throws: Undone.self) {
            try await owner.transaction { connection in
                func missed() throws -> [String] {
                    try connection.query(Self.unisolated).map { try $0.decode(String.self) }
                }
                try connection.executeScript(
                    "CREATE TABLE accounts.newcomer (community_id uuid PRIMARY KEY)"
                )
                #expect(try missed() == ["accounts.newcomer"])
                try connection.executeScript("SELECT public.isolate('accounts.newcomer')")
                #expect(try missed() == [])
                throw Undone()
            }
        }
    }

    @Test func `tables without a community were decided on`() async throws {
        let found = try await ask(
            """
            SELECT c.oid::regclass::text FROM pg_class c
             WHERE c.relkind IN ('r', 'p', 'm', 'f') AND NOT c.relispartition
               AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'
               AND NOT EXISTS (SELECT FROM pg_attribute a
                                WHERE a.attrelid = c.oid AND a.attname = 'community_id'
                                  AND NOT a.attisdropped)
            """
        )
        let listed = Self.shared.map { $0.replacing("public.", with: "") }
        #expect(Set(found.map { $0.replacing("public.", with: "") }) == Set(listed))
    }

    @Test func `every policy says the same`() async throws {
        let said = try await ask(
            """
            SELECT DISTINCT concat_ws(' | ', polname, polcmd, polpermissive,
                   array_to_string(polroles::regrole[], ','), pg_get_expr(polqual, polrelid),
                   pg_get_expr(polwithcheck, polrelid)) FROM pg_policy
             WHERE polname <> 'own_institution'
            """
        )
        // One for the services, which holds for what they write as well, and one for the audit.
        #expect(said.count == 2, "\(said)")
    }

    @Test func `what hangs on a programme by itself is seen with it`() async throws {
        let said = try await ask(
            """
            SELECT concat_ws(' ', c.relname, p.polcmd, p.polpermissive,
                   array_to_string(p.polroles::regrole[], ','))
              FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
             WHERE p.polname = 'own_institution'
            """
        )
        let apart = [
            "batch", "credit_rule", "extension", "file_setting", "grant_rules",
            "programme", "programme_change", "programme_locality_policy", "recall",
            "standing_instruction", "upload",
        ]
        #expect(Set(said) == Set(apart.map { "\($0) * f wijkmunt_disbursement" }))
        let others = try await ask(
            """
            SELECT c.relname FROM pg_class c
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'programme_id'
             WHERE c.relnamespace = 'disbursement'::regnamespace AND c.relkind IN ('r', 'p')
               AND NOT a.attisdropped
            """
        ).filter { !apart.contains($0) }
        // Of treasurers and auditors the first three, of people the last.
        #expect(Set(others) == ["bank_credit", "funding", "journal_code", "notice"])
    }

    @Test func `functions with the owner's power are about the community they are given`()
        async throws
    {
        let others = try await ask(
            """
            SELECT n.nspname || '.' || p.proname
              FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE p.prosecdef AND n.nspname !~ '^pg_'
               -- A trigger is about the row that it was called for.
               AND p.prorettype <> 'trigger'::regtype
               AND p.proargnames[1] IS DISTINCT FROM 'p_community'
            """
        )
        #expect(Set(others) == Self.upkeep)
    }

    /// What might tell of a row before the policy has been asked cannot be the condition of an index.
    @Test func `no policy keeps a query from an index`() async throws {
        let leaking = try await ask(
            """
            SELECT DISTINCT i.indexrelid::regclass::text || ' ' || o.oprcode
              FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
             CROSS JOIN LATERAL unnest(i.indclass) AS k (opclass)
              JOIN pg_opclass s ON s.oid = k.opclass
              JOIN pg_amop a ON a.amopfamily = s.opcfamily
               AND a.amoplefttype = s.opcintype AND a.amoprighttype = s.opcintype
              JOIN pg_operator o ON o.oid = a.amopopr
              JOIN pg_proc p ON p.oid = o.oprcode
             WHERE NOT p.proleakproof
               -- Asked by a function with the owner's power only, merchant.find_shops.
               AND i.indexrelid <> 'merchant.shop_on_plane'::regclass
               AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'
            """
        )
        #expect(leaking == [])
    }

    @Test func `views look with the eyes of whoever asks, not with their owner's`() async throws {
        let views = try await ask(
            """
            SELECT c.oid::regclass::text FROM pg_class c
             WHERE (c.relkind = 'm' OR c.relkind = 'v'
                    AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false))
               AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'
            """
        )
        #expect(views == [])
    }

    @Test(arguments: [
        ("accounts", "SELECT * FROM ledger.account"), ("accounts", "DELETE FROM ledger.posting"),
        ("merchant", "UPDATE ledger.account SET posted = posted + 100"),
        ("disbursement", "UPDATE accounts.locality_policy SET rules = '[]'"),
        ("wallet", "SELECT * FROM merchant.payment"),
        ("merchant", "ALTER TABLE merchant.payment DISABLE ROW LEVEL SECURITY"),
        ("merchant", "DROP POLICY own_community ON merchant.payment"),
        ("merchant", "SELECT public.isolate('merchant.payment')"),
        ("merchant", "ALTER ROLE wijkmunt_merchant BYPASSRLS"),
    ])
    func `looking across communities adds no right`(role: String, statement: String) async throws {
        let database = try #require(try await GrantsDatabase.shared.roles[role])
        let error = await #expect(throws: PostgresError.self) {
            try await Tenant.everyCommunity.perform {
                try await database.execute("\(rawSQL: statement)")
            }
        }
        #expect(error?.sqlState == "42501")
    }

    @Test(arguments: DatabaseGrants.roles)
    func `no role makes a temporary table`(role: String) async throws {
        let database = try #require(try await GrantsDatabase.shared.roles[role])
        let error = await #expect(throws: PostgresError.self) {
            try await database.execute("CREATE TEMPORARY TABLE mine (id uuid)")
        }
        #expect(error?.sqlState == "42501")
    }
}
