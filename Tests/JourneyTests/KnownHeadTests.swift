import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// Signed ends of audit trails, kept by somebody who trusts nobody here.
@Suite struct KnownHeadTests {
    @Test func `a signed head that was kept convicts whoever cuts the trail off`() async throws {
        try await TestStack.withOwn { stack in
            let community = try await TestCommunity.make(on: stack)
            let answer = try await community.administrator.call(.getAuditHead)
            let head = try answer.decode(AuditHead.self)
            let file = try Self.file(answer.text)
            let forged = try Self.file(answer.text.replacing("\(head.signature)", with: "a.b.c"))
            defer { for file in [file, forged] { try? FileManager.default.removeItem(at: file) } }
            let directory = stack.directory.path
            let sound = try await Self.audit(directory, file)
            #expect(sound.status == .exited(0), "\(sound.errors)")
            #expect(sound.output.contains("audit trail of \(head.nr) events"))
            #expect(try await Self.audit(directory, forged).status == .exited(1))

            try await stack.cluster.withOwner(database: LocalStack.databaseName) { database in
                try await database.transaction { try $0.executeScript(Self.cut) }
            }
            let cut = try await Self.audit(directory, file)
            #expect(cut.status == .exited(3), "\(cut.output)")
            #expect(cut.output.contains("audit-known-head"))
        }
    }

    /// The last event goes, and the chain agrees.
    private static let cut = """
        SET LOCAL session_replication_role = replica;
        DELETE FROM audit.event e USING audit.chain c
         WHERE c.community_id = e.community_id AND c.nr = e.nr;
        UPDATE audit.chain c SET nr = e.nr, head = e.head
          FROM audit.event e WHERE e.community_id = c.community_id AND e.nr = c.nr - 1
        """

    private static func file(_ text: String) throws -> URL {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json")
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file
    }

    private static func audit(_ directory: String, _ head: URL) async throws -> FinishedProgram {
        let programs =
            ProcessInfo.processInfo.environment["WIJKMUNT_BUILD_DIRECTORY"] ?? ".build/debug"
        return try await Command(
            program: PackageRoot.path("\(programs)/wijkmunt"),
            arguments: ["audit", "--directory", directory, "--known-head", head.path],
            directory: PackageRoot.directory.path
        ).run()
    }
}
