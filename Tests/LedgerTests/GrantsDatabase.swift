import LedgerModel
import LocalStack
import Logging
import Postgres
import TestSupport

/// A database of its own, with the schema and nothing in it: what a role turns out to be able to do
/// harms nobody.
struct GrantsDatabase: Sendable {
    /// A column of a table.
    struct Column: Sendable {
        let table, name, type: String
        let isFirst: Bool
    }

    let owner: Database
    /// One connection per login role.
    let roles: [String: Database]

    private static let opening = Task { try await open(on: TestStack.shared) }

    static var shared: GrantsDatabase {
        get async throws { try await opening.value }
    }

    private static func open(on stack: LocalStack) async throws -> GrantsDatabase {
        let name = "grants"
        let ledger = try await EmptyLedger.open(name, on: stack)
        await ledger.shutDown()
        func connect(_ configuration: DatabaseConfiguration) -> Database {
            var configuration = configuration
            configuration.database = name
            configuration.connections = 1
            return Database(
                configuration: configuration,
                logger: Logger(label: "grants") { _ in SwiftLogNoOpLogHandler() }
            )
        }
        var roles: [String: Database] = [:]
        for role in DatabaseGrants.roles {
            roles[role] = connect(try stack.databaseConfiguration(role: "wijkmunt_\(role)"))
        }
        return GrantsDatabase(
            owner: connect(stack.cluster.ownerConfiguration(database: name)),
            roles: roles
        )
    }

    /// Every column of every table; of the parts of a table only the first. A view that looks with the
    /// eyes of whoever asks has nothing of its own, and gives what the tables behind it give.
    func columns() async throws -> [Column] {
        try await owner.query(
            """
            SELECT n.nspname || '.' || quote_ident(c.relname), quote_ident(a.attname),
                   format_type(a.atttypid, a.atttypmod),
                   a.attnum = min(a.attnum) OVER (PARTITION BY c.oid)
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_attribute a ON a.attrelid = c.oid
             WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
               AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0
               AND NOT (c.relkind = 'v'
                        AND coalesce('security_invoker=true' = ANY (c.reloptions), false))
               AND NOT a.attisdropped AND (NOT c.relispartition OR a.attnum = 1)
             ORDER BY 1, a.attnum
            """
        ) { rows in
            try rows.map {
                let (table, name, type, isFirst) = try $0.decode(
                    String.self,
                    String.self,
                    String.self,
                    Bool.self
                )
                return Column(table: table, name: name, type: type, isFirst: isFirst)
            }
        }
    }
}

/// What the catalog of the database tells about rights, as lines of text.
enum GrantsCatalog {
    /// `schema.table role RIGHT column …`; a table that nobody may touch alone, parts of tables only
    /// when somebody may.
    static let tables: SQL = """
        WITH thing AS (
            SELECT c.oid, n.nspname || '.' || c.relname AS name, c.relowner, c.relacl,
                   c.relispartition
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
               AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        ), granted AS (
            SELECT t.oid, a.grantee, a.privilege_type AS privilege, NULL AS columns
              FROM thing t CROSS JOIN LATERAL aclexplode(t.relacl) AS a
             WHERE a.grantee <> t.relowner
            UNION ALL
            SELECT t.oid, a.grantee, a.privilege_type,
                   string_agg(c.attname, ' ' ORDER BY c.attname COLLATE "C")
              FROM thing t JOIN pg_attribute c ON c.attrelid = t.oid AND NOT c.attisdropped
             CROSS JOIN LATERAL aclexplode(c.attacl) AS a
             WHERE a.grantee <> t.relowner
             GROUP BY t.oid, a.grantee, a.privilege_type
        )
        SELECT concat_ws(' ', t.name, CASE WHEN g.grantee = 0 THEN 'PUBLIC'
                              ELSE replace(r.rolname, 'wijkmunt_', '') END, g.privilege, g.columns)
          FROM thing t LEFT JOIN granted g ON g.oid = t.oid
          LEFT JOIN pg_roles r ON r.oid = g.grantee
         WHERE g.oid IS NOT NULL OR NOT t.relispartition
        """

    /// `schema.function role …`, the roles in alphabetical order.
    static let functions: SQL = """
        SELECT concat_ws(' ', n.nspname || '.' || p.proname, string_agg(
                   CASE WHEN a.grantee = 0 THEN 'PUBLIC'
                        ELSE replace(r.rolname, 'wijkmunt_', '') END, ' ' ORDER BY r.rolname)
                   FILTER (WHERE a.grantee <> p.proowner))
          FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
          LEFT JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
            ON true
          LEFT JOIN pg_roles r ON r.oid = a.grantee
         WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
         GROUP BY p.oid, n.nspname
        """

    /// `role RIGHT` on the database that is asked.
    static let database: SQL = """
        SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC'
                    ELSE replace(a.grantee::regrole::text, 'wijkmunt_', '') END
               || ' ' || a.privilege_type
          FROM pg_database d
         CROSS JOIN LATERAL aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) AS a
         WHERE d.datname = current_database() AND a.grantee <> d.datdba
        """

    /// `schema role …`, in alphabetical order; what is more than looking says so.
    static let schemas: SQL = """
        SELECT concat_ws(' ', n.nspname, string_agg(
                   CASE WHEN a.grantee = 0 THEN 'PUBLIC'
                        ELSE replace(r.rolname, 'wijkmunt_', '') END
                   || CASE a.privilege_type WHEN 'USAGE' THEN '' ELSE ':' || a.privilege_type END,
                   ' ' ORDER BY r.rolname) FILTER (WHERE a.grantee <> n.nspowner))
          FROM pg_namespace n
          LEFT JOIN LATERAL aclexplode(n.nspacl) AS a ON true
          LEFT JOIN pg_roles r ON r.oid = a.grantee
         WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
         GROUP BY n.oid
        """

    /// Everything that would be more than a grant to look or to write.
    static let powers: SQL = """
        SELECT 'in advance: ' || d.oid FROM pg_default_acl d
        UNION ALL
        SELECT 'to pass on: ' || c.oid::regclass
          FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS a
         WHERE a.is_grantable AND a.grantee <> c.relowner
        UNION ALL
        SELECT 'to pass on: ' || c.attrelid::regclass || '.' || c.attname
          FROM pg_attribute c CROSS JOIN LATERAL aclexplode(c.attacl) AS a WHERE a.is_grantable
        UNION ALL
        SELECT 'to pass on: ' || p.oid::regprocedure
          FROM pg_proc p CROSS JOIN LATERAL aclexplode(p.proacl) AS a
         WHERE a.is_grantable AND a.grantee <> p.proowner
        UNION ALL
        SELECT 'membership: ' || r.rolname
          FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
         WHERE r.rolname ~ '^wijkmunt_' AND r.rolname <> 'wijkmunt_owner'
        UNION ALL
        SELECT 'power: ' || r.rolname FROM pg_roles r
         WHERE r.rolname ~ '^wijkmunt_' AND r.rolname <> 'wijkmunt_owner'
           AND (r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolbypassrls
                OR r.rolreplication)
        UNION ALL
        SELECT 'owner: ' || r.rolname || ' ' || d.classid::regclass || ' ' || d.objid
          FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
         WHERE d.refclassid = 'pg_authid'::regclass AND d.deptype = 'o'
           AND r.rolname ~ '^wijkmunt_' AND r.rolname <> 'wijkmunt_owner'
        """

    /// Every function of ours as `ALTER FUNCTION` names it.
    static let signatures: SQL = """
        SELECT p.oid::regprocedure::text FROM pg_proc p
          JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        """
}
