import Foundation
import LocalStack

/// What the processes of a stack have written, the database server included.
struct StackLogs {
    private let files: [String: String]

    init(of stack: LocalStack) throws {
        let folder = URL(filePath: stack.directory.logs)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        files = Dictionary(
            uniqueKeysWithValues: try names.map { name in
                let bytes = try Data(contentsOf: folder.appending(path: name))
                return (name, String(decoding: bytes, as: UTF8.self))
            }
        )
    }

    /// Whether anybody wrote this.
    func contains(_ text: String) -> Bool { files.values.contains { $0.contains(text) } }

    /// The lines with a text in them, each with the name of its file.
    func lines(with text: String) -> [String] {
        files.flatMap { name, log in
            log.split(separator: "\n").filter { $0.contains(text) }.map { "\(name): \($0)" }
        }
    }
}
