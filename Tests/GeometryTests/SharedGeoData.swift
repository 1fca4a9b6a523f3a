import Foundation
import Testing

/// Files with known answers that are read in place; tests that need them are skipped without.
enum SharedGeoData {
    static let isPresent = FileManager.default.fileExists(
        atPath: folder.appending(path: "cases.csv").path
    )

    static let skipped: Comment =
        "the shared test data is absent: set WIJKMUNT_SHARED_DATA to its folder"

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }

    /// The records of a table by column name, each with its line; quoted text is not kept.
    static func table(_ name: String) throws -> [(line: Int, record: [String: String])] {
        let text = String(decoding: try bytes(name), as: UTF8.self)
        let lines = text.replacing(/"[^"]*"/, with: "quoted").split(whereSeparator: \.isNewline)
        let names = lines[0].split(separator: ",").map(String.init)
        return lines.enumerated().dropFirst().map { index, line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            let pairs = zip(names, fields.map(String.init))
            return (index + 1, Dictionary(uniqueKeysWithValues: pairs))
        }
    }

    static func number(_ record: [String: String], _ column: String) throws -> Double {
        try #require(record[column].flatMap(Double.init))
    }

    private static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["WIJKMUNT_SHARED_DATA"] {
            return URL(filePath: path).appending(path: "geo")
        }
        let package = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return package.appending(path: "../shared/data/geo").standardizedFileURL
    }()
}
