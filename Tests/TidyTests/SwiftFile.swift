extension Repository.TextFile {
    /// Whether it is part of what we deliver.
    var isSource: Bool {
        ["Sources/", "Benchmarks/", "openapi/"].contains { path.hasPrefix($0) }
    }

    /// The target that a Swift file is compiled in.
    var target: String? {
        let parts = path.split(separator: "/")
        if parts.first == "openapi" { return "OpenAPIDocuments" }
        if parts.first == "Benchmarks" { return "Benchmarks" }
        let isOfTarget = parts.count > 2 && ["Sources", "Tests"].contains(parts[0])
        return isOfTarget ? String(parts[1]) : nil
    }

    /// The modules that a Swift file names in its import statements.
    var imports: Set<String> {
        let statement =
            #/^\s*(?:@\S+ )*(?:package |internal |private |fileprivate )?import (?:(?:struct|enum|class|protocol|func|let|var|typealias) )?(\w+)/#
        return Set(lines.compactMap { $0.firstMatch(of: statement).map { String($0.1) } })
    }
}
