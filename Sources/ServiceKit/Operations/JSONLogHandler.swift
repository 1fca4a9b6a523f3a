import API
import FoundationEssentials
import Glibc
package import Logging

/// One JSON object per line on standard error: `at`, `level`, `service`, `message`, metadata.
package struct JSONLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let label: String

    package init(label: String, level: Logger.Level) {
        self.label = label
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes the line; never throws and never blocks on a lock.
    package func log(event: LogEvent) {
        // One write per line keeps lines whole when several threads log.
        _ = line(for: event).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// The event as one line with its end; JSON writes line breaks in texts as `\n`.
    func line(for event: LogEvent) -> [UInt8] {
        var fields: [String: String] = [:]
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }) {
            fields[key] = value.description
        }
        fields["at"] = Clock.system.now().description
        fields["level"] = event.level.rawValue
        fields["service"] = label
        fields["message"] = event.message.description
        return WireJSON.bytes(fields) + [UInt8(ascii: "\n")]
    }
}
