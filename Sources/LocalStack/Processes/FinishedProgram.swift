import Foundation

/// What a program that ran to its end has left.
package struct FinishedProgram: Sendable {
    /// How it ended.
    package let status: ExitStatus
    /// What it wrote on its standard output.
    package let output: String
    /// What it wrote on its standard error.
    package let errors: String
}

extension Command {
    /// Runs the program, without input, until it ends; a cancelled task ends it by SIGTERM.
    ///
    /// Throws `LocalStackError` when it cannot be started and `CancellationError`.
    package func run() async throws -> FinishedProgram {
        // Files, because a full pipe would stop a talkative program.
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "wijkmunt-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: directory,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(at: directory) }
        let files = ["output", "errors"].map { directory.appending(path: $0) }
        for file in files { try Data().write(to: file) }
        let child = try await ChildProcess.start(
            self,
            output: FileHandle(forWritingTo: files[0]),
            errors: FileHandle(forWritingTo: files[1])
        )
        guard let status = await child.exitUnlessCancelled() else {
            _ = await child.stop()
            throw CancellationError()
        }
        let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return FinishedProgram(status: status, output: texts[0], errors: texts[1])
    }
}
