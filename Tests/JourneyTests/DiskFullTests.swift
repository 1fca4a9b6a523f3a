import Foundation
import Glibc
import LocalStack
import Postgres
import TestSupport
import Testing

/// Files of the database that cannot grow, as on a full disk: the kernel's limit on the size of a
/// file (RLIMIT_FSIZE) needs no rights and no second disk.
@Suite(.serialized, .timeLimit(.minutes(3))) struct DiskFullTests {
    /// A segment of the log fits, and half a page beyond: PostgreSQL then reports a short write,
    /// the way it sees a full disk.
    private static let limit = (16 << 20) + 4096
    /// Sets limits of processes that run already; part of util-linux, which `setpriv` is too.
    private static let program = "/usr/bin/prlimit"

    @Test(.enabled(if: access(program, X_OK) == 0, "prlimit (util-linux) is not installed"))
    func `a full disk refuses transfers until there is room, and loses none`() async throws {
        try await TestStack.withOwn { stack in
            let community = try await TestCommunity.make(on: stack)
            let payer = try await community.payer(with: "50.00")
            #expect(await payer.send(100)?.status == 201)
            try await stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
                try await fill(owner)
                let server = try await processes(owner)
                try limitFiles(of: server, to: "\(Self.limit)")
                // Every record needs more room than there is left.
                for _ in 0..<6 { _ = await payer.send(100, attempts: 2) }
                #expect(payer.history.counts.unknown == 6)
                try limitFiles(of: server, to: "unlimited")
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

    /// Idempotency records up to the limit: four to a page, so large that no other one fits beside
    /// them, and just small enough not to be stored apart.
    private func fill(_ owner: Database) async throws {
        try await owner.execute(
            """
            INSERT INTO wallet.idempotency_record (community_id, client_id, operation, key,
                fingerprint, outcome, request_id, created_at)
            SELECT gen_random_uuid(), gen_random_uuid(), 'filler', 'filler',
                   decode(repeat(md5(random()::text), 119), 'hex'), 'posted', gen_random_uuid(),
                   now()
              FROM generate_series(1, 16 * 1024 * 1024 / 2048 + 64)
            """
        )
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
    private func limitFiles(of processes: [pid_t], to limit: String) throws {
        for process in processes {
            var owner = stat()
            guard stat("/proc/\(process)", &owner) == 0 else { continue }
            let change = ["--pid", "\(process)", "--fsize=\(limit):unlimited"]
            let user = ["--reuid", "\(owner.st_uid)", "--regid", "\(owner.st_gid)"]
            let isOurs = owner.st_uid == geteuid()
            let setting = try Process.run(
                URL(filePath: isOurs ? Self.program : "/usr/bin/setpriv"),
                arguments: isOurs ? change : user + ["--clear-groups", Self.program] + change
            )
            setting.waitUntilExit()
            // A session may have ended meanwhile.
            #expect(setting.terminationStatus == 0 || kill(process, 0) != 0)
        }
    }
}
