import Foundation

/// What the figures were taken on.
struct MachineDescription: Codable, Sendable {
    var cores = ProcessInfo.processInfo.processorCount
    var processor: String
    var memoryMebibytes = Int(ProcessInfo.processInfo.physicalMemory >> 20)
    var kernel: String
    /// The load average of the last minute before the first round.
    var loadBefore: Double
    var postgres: [String: String]

    init(postgres: [String: String]) {
        func text(_ path: String) -> String {
            (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        }
        processor =
            text("/proc/cpuinfo").split(separator: "\n")
            .first { $0.hasPrefix("model name") }?
            .split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "unknown"
        kernel = text("/proc/sys/kernel/osrelease").trimmingCharacters(in: .whitespacesAndNewlines)
        loadBefore = text("/proc/loadavg").split(separator: " ").first.flatMap { Double($0) } ?? 0
        self.postgres = postgres
    }
}
