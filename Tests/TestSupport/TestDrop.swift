package import API
import Foundation
package import LocalStack

/// A directory that instances of the disbursement service watch, for a test.
package final class TestDrop: Sendable {
    package let path: String
    /// In whose name its files are handed in.
    package let client: TestClient
    private let settingsFile: String

    /// What lies beside a file that was taken.
    package struct Result: Decodable, Sendable {
        package let fileName: String?
        package let outcome: String
        package let reason: String?
        package let batch: Batch?
    }

    /// Makes it, with its line of the configuration.
    package init(for programme: Identifier, by client: TestClient, of community: TestCommunity)
        throws
    {
        self.client = client
        path =
            FileManager.default.temporaryDirectory
            .appending(path: "wijkmunt-drop-\(UUID().uuidString)").path
        settingsFile = path + ".json"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let settings = [
            [
                "directory": path, "communityId": "\(community.id)",
                "programmeId": "\(programme)", "clientId": "\(client.id)",
            ]
        ]
        try JSONSerialization.data(withJSONObject: settings)
            .write(to: URL(filePath: settingsFile))
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        try? FileManager.default.removeItem(atPath: settingsFile)
    }

    /// Starts another disbursement service, which watches it.
    package func watcher(of stack: LocalStack) async throws -> ServiceProcess {
        let own: [String: Any] = ["dropsFile": settingsFile, "dropSeconds": 1]
        return try await SecondInstance.start(
            .disbursement,
            of: stack,
            programs: TestStack.programs,
            change: { $0["disbursement"] = own }
        )
    }

    /// Puts a file there as software should: under a hidden name, and then renamed.
    package func put(_ bytes: some Collection<UInt8>, as name: String) throws {
        let hidden = "\(path)/.\(UUID().uuidString)"
        try Data(bytes).write(to: URL(filePath: hidden))
        guard rename(hidden, "\(path)/\(name)") == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// The names in `done`; none before it is there.
    package var done: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path + "/done")) ?? []
    }

    /// All results that there are.
    package func results() throws -> [Result] {
        try done.filter { $0.hasSuffix(".result.json") && !$0.hasPrefix(".") }.map { name in
            let data = try Data(contentsOf: URL(filePath: "\(path)/done/\(name)"))
            return try JSONDecoder().decode(Result.self, from: data)
        }
    }

    /// The result of the file with this name, once the file is put away too.
    package func result(of name: String) async throws -> Result {
        try await eventually("\(name) is taken") {
            let isAway = done.contains { $0.hasSuffix("-\(name)") }
            return isAway ? try results().first { $0.fileName == name } : nil
        }
    }
}
