import Foundation
import Testing

/// The files of this package, as the tidy tests read them.
enum Repository {
    /// The directory of Package.swift.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A file with its place below the root.
    struct TextFile: Sendable, CustomTestStringConvertible {
        /// Such as `Sources/Domain/Money/Money.swift`.
        let path: String
        let text: String

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        var testDescription: String { path }
    }

    /// All text files that belong to the project; what is built, kept by git or made by
    /// `wijkmunt up` does not.
    static let files: [TextFile] = {
        let walker = FileManager.default.enumerator(
            at: root,
            includingPropertiesForKeys: [.isRegularFileKey]
        )
        var files: [TextFile] = []
        while let url = walker?.nextObject() as? URL {
            let path = String(url.path.dropFirst(root.path.count))
                .trimmingPrefix("/").description
            if isForeign(path) {
                walker?.skipDescendants()
            } else if let text = try? String(contentsOf: url, encoding: .utf8) {
                files.append(TextFile(path: path, text: text))
            }
        }
        return files.sorted { $0.path < $1.path }
    }()

    /// Our Swift sources, without the tests.
    static let sources = files.filter { file in
        ["Sources/", "Benchmarks/"].contains { file.path.hasPrefix($0) }
            && file.path.hasSuffix(".swift")
    }

    /// The Swift files of the tests.
    static let tests = files.filter {
        $0.path.hasPrefix("Tests/") && $0.path.hasSuffix(".swift")
    }

    /// One file by its path; an empty text when there is none.
    static func file(_ path: String) -> TextFile {
        files.first { $0.path == path } ?? TextFile(path: path, text: "")
    }

    /// The names in a folder.
    static func names(in folder: String) -> [String] {
        let url = root.appending(path: folder)
        return ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted()
    }

    private static func isForeign(_ path: String) -> Bool {
        [".git", ".wijkmunt", ".swiftpm", "Package.resolved"].contains(path)
            || path.hasPrefix(".build")
    }
}
