import Logging
import Postgres
import Synchronization
import Testing

@testable import ServiceKit

/// What is logged of an answer that breaks off.
@Suite struct BrokenAnswerTests {
    @Test func `what breaks an answer that was begun is logged once, and still breaks it`()
        async throws
    {
        let log = Log()
        let logger = Logger(label: "test") { _ in log }
        #expect(try await logger.tellingFaults { 7 } == 7)
        await #expect(throws: CancellationError.self) {
            try await logger.tellingFaults { throw CancellationError() }
        }
        #expect(log.lines.isEmpty)
        await #expect(throws: PostgresError.self) {
            try await logger.tellingFaults { throw PostgresError.closed }
        }
        #expect(log.lines == ["error: an answer broke off: database closed"])
    }
}

/// Keeps what it is told.
private final class Log: LogHandler {
    private let kept = Mutex<[String]>([])
    var lines: [String] { kept.withLock { $0 } }

    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        let error = event.metadata?["error"].map { ": \($0)" } ?? ""
        kept.withLock { $0.append("\(event.level): \(event.message)\(error)") }
    }
}
