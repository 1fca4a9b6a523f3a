import Foundation
import Glibc
import LocalStack
import Postgres
import TestSupport
import Testing

/// Files of the database that cannot grow, as on a full disk: the kernel's limit on the size of a
/// file (RLIMIT_FSIZE) needs no rights and no second disk.
@Suite(.serialized, .timeLimit(.minutes(15))) struct DiskFullTests {
    /// More than a segment of the log, which must still fit.
    private static let tableSize = 17 << 20
    /// Sets limits of processes that run already; part of util-linux, which `setpriv` is too.
    private static let program = "/usr/bin/prlimit"

    @Test(.enabled(if: access(program, X_OK) == 0, "prlimit (util-linux) is not installed"))
    func `a full disk refuses transfers until there is room, and loses none`() async throws {
        try await TestStack.withOwn { stack in
            let community = try await TestCommunity.make(on: stack)
            let payer = try await community.payer(with: "50.00")
            #expect(await payer.send(100)?.status == 201)
            try await stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
                let size = try await fill(owner)
                let server = try await processes(owner)
                // Half a page more: PostgreSQL then sees a short write, as on a full disk.
                try await limitFiles(of: server, to: "\(size + 4096)")
                // Some find a gap that was left; soon every record needs more room than there is.
                for _ in 0..<100 where payer.history.counts.unknown < 5 {
                    await payer.send(1, attempts: 2)
                }
                #expect(payer.history.counts.unknown == 5)
                try await limitFiles(of: server, to: "unlimited")
            }
            let later = try await eventually("there is room again") {
                let answer = await payer.send(100, attempts: 1)
                return answer?.status == 201 ? true : nil
            }
            #expect(later)
            try await requireKept(payer.history, in: community)
            try await requireSoundBooks(of: stack)
        }
    }

    /// Makes the table of idempotency records large; its size in bytes. Four records to a page, so
    /// large that no other one fits beside them, and just small enough not to be stored apart.
    private func fill(_ owner: Database) async throws -> Int {
        try await owner.execute(
            """
            INSERT INTO wallet.idempotency_record (community_id, client_id, operation, key,
                fingerprint, outcome, request_id, created_at)
            SELECT gen_random_uuid(), gen_random_uuid(), 'filler', 'filler',
                   decode(repeat(md5(random()::text), 119), 'hex'), 'posted', gen_random_uuid(),
                   now()
              FROM generate_series(1, \(Self.tableSize / 2048))
            """
        )
        return try await owner.query(
            "SELECT pg_relation_size('wallet.idempotency_record')"
        ) { try $0.one().decode(Int.self) }
    }

    /// The sessions and their parent, from whom new ones inherit.
    private func processes(_ owner: Database) async throws -> [pid_t] {
        let sessions = try await owner.query("SELECT pid FROM pg_stat_activity") {
            try $0.map { try $0.decode(Int32.self) }
        }
        let parent = sessions.first.flatMap { Self.parent(of: $0) }
        return [parent].compactMap(\.self) + sessions
    }

    private static func parent(of process: pid_t) -> pid_t? {
        let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        // After the name in brackets: state, parent.
        return text?.split(separator: ")").last?.split(separator: " ").dropFirst().first
            .flatMap { pid_t($0) }
    }

    /// Only the soft limit, which whoever owns the process may raise again. Root without all its
    /// powers may not, so it becomes that user.
    private func limitFiles(of processes: [pid_t], to limit: String) async throws {
        for process in processes {
            var owner = stat()
            guard stat("/proc/\(process)", &owner) == 0 else { continue }
            let change = ["--pid", "\(process)", "--fsize=\(limit):unlimited"]
            let user = ["--reuid", "\(owner.st_uid)", "--regid", "\(owner.st_gid)"]
            let isOurs = owner.st_uid == geteuid()
            let setting = try await Command(
                program: isOurs ? Self.program : "/usr/bin/setpriv",
                arguments: isOurs ? change : user + ["--clear-groups", Self.program] + change
            ).run()
            // A session may have ended meanwhile.
            #expect(setting.status == .exited(0) || kill(process, 0) != 0, "\(setting.errors)")
        }
    }
}
