import Foundation
import LocalStack
import Synchronization
import TestSupport
import Testing

/// The command line towards a service that has too much to do.
@Suite struct BusyServiceTests {
    private static let program = PackageRoot.path(
        (ProcessInfo.processInfo.environment["WIJKMUNT_BUILD_DIRECTORY"] ?? ".build/debug")
            + "/wijkmunt"
    )

    /// Runs a command that needs no token against these answers, the last of which stays.
    private func ask(
        _ answers: [WebhookReceiver.Answer]
    ) async throws -> (run: FinishedProgram, requests: Int) {
        let rest = Mutex(answers)
        let service = try WebhookReceiver { _ in
            rest.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        }
        defer { service.stop() }
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "wijkmunt-busy-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let urls = ["accounts", "wallet", "merchant", "disbursement"]
            .map { "\"\($0)\":\"\(service.url)\"" }.joined(separator: ",")
        let profile = """
            {"kind":"phone","clientId":"01957c5e-6f00-7a10-8b20-0c30d040e052","keyFile":"a.key",\
            "urls":{\(urls)},"createdAt":"2026-03-02T10:15:00Z","roles":[]}
            """
        try Data(profile.utf8).write(to: folder.appending(path: "a.json"))
        let run = try await Command(
            program: Self.program,
            arguments: ["locality", "reasons", "--profile-dir", folder.path],
            directory: PackageRoot.directory.path
        ).run()
        return (run, service.received.count)
    }

    @Test func `a service that is busy is asked again when it says, and the user is told`()
        async throws
    {
        let busy = WebhookReceiver.Answer(503, headers: ["Retry-After": "1"])
        let much = WebhookReceiver.Answer(429, headers: ["Retry-After": "2"])
        let (run, requests) = try await ask([busy, much, .init(404)])
        #expect(requests == 3 && run.status == .exited(1))
        #expect(run.errors.contains("the service is busy (503); asking again in 1 s"))
        #expect(run.errors.contains("the service is busy (429); asking again in 2 s"))
        #expect(run.errors.contains("the service answered 404"))
    }

    @Test(arguments: [["Retry-After": "3600"], [:]])
    func `nobody waits longer than a minute, or without being asked to`(
        headers: [String: String]
    ) async throws {
        let (run, requests) = try await ask([.init(503, headers: headers)])
        #expect(requests == 1 && run.status == .exited(1))
        #expect(run.errors.contains("the service answered 503"))
        #expect(run.errors.contains("ask again in 3600 s") == !headers.isEmpty)
    }
}
