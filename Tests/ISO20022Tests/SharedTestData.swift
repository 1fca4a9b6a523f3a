import FoundationEssentials

/// The reference files that are read in place; tests that need them are skipped without them.
enum SharedTestData {
    /// The folder `iso20022`, from WIJKMUNT_SHARED_DATA or next to the package.
    static let folder: String? = {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let given = ProcessInfo.processInfo.environment["WIJKMUNT_SHARED_DATA"]
        let path = (given ?? "/\(root)/../shared/data") + "/iso20022"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    static var isThere: Bool { folder != nil }

    static func path(_ name: String) -> String { (folder ?? "") + "/" + name }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path(name))))
    }

    static func names(in subfolder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(subfolder)).sorted()
    }
}
