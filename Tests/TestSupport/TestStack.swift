package import Foundation
package import LocalStack
import Synchronization

/// The real thing for tests: PostgreSQL and all services as processes, started once per test run.
///
/// Tests keep out of each other's way by having a community each.
package enum TestStack {
    private static let starting = Task {
        let stack = try make()
        try await stack.start()
        // Its processes die with ours; its files would stay.
        leftovers.withLock { $0.append(stack.directory.path) }
        atexit { TestStack.removeLeftovers() }
        return stack
    }

    private static let leftovers = Mutex<[String]>([])

    private static func removeLeftovers() {
        for directory in leftovers.withLock({ $0 }) {
            try? FileManager.default.removeItem(atPath: directory)
        }
    }

    /// The running stack; the first caller starts it.
    package static var shared: LocalStack {
        get async throws { try await starting.value }
    }

    /// Runs a body with a stack of its own, for tests that kill parts of it or read its logs. More than
    /// eight of them at once wait, or a small machine does nothing but start processes.
    package static func withOwn(
        logLevel: String = "info",
        _ body: (LocalStack) async throws -> Void
    ) async throws {
        await places.take()
        defer { places.giveBack() }
        let stack = try make(logLevel: logLevel)
        let result: Result<Void, any Error>
        do {
            try await stack.start()
            result = .success(try await body(stack))
        } catch {
            result = .failure(error)
        }
        await stack.stop()
        try? FileManager.default.removeItem(atPath: stack.directory.path)
        try result.get()
    }

    private static let places = Places(8)

    private static func make(logLevel: String = "info") throws -> LocalStack {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "wijkmunt-test-\(UUID().uuidString.prefix(8))").path
        var options = LocalStack.Options(directory: directory, programs: programs)
        options.logLevel = logLevel
        return try LocalStack(options)
    }

    /// Where the services' executables are.
    package static var programs: String {
        PackageRoot.path(
            ProcessInfo.processInfo.environment["WIJKMUNT_BUILD_DIRECTORY"] ?? ".build/debug"
        )
    }
}

/// So many places; whoever finds none waits for the first that is given back.
private final class Places: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: count)) }

    func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free == 0 else {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func giveBack() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}

/// Files of the project and, where there is one, of the shared test data.
package enum PackageRoot {
    /// The folder with Package.swift.
    package static let directory = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The absolute path of a file of the project.
    package static func path(_ relative: String) -> String {
        relative.hasPrefix("/") ? relative : directory.appending(path: relative).path
    }

    /// The folder of real test data that stands beside a checkout; `nil` for a stranger's clone.
    package static let sharedData: URL? = {
        let given = ProcessInfo.processInfo.environment["WIJKMUNT_SHARED_DATA"]
        let place =
            given.map { URL(filePath: $0) }
            ?? directory.deletingLastPathComponent().appending(path: "shared/data")
        return FileManager.default.fileExists(atPath: place.path) ? place : nil
    }()

    /// Whether the shared data is there; tests that need it say so when they are skipped.
    package static var hasSharedData: Bool { sharedData != nil }
}
