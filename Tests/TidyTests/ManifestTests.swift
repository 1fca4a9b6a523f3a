import Testing

/// `Package.swift` against the import statements: a target declares what it imports itself, and
/// nothing that only comes along with something else.
@Suite struct ManifestTests {
    /// Modules of the toolchain and the system, which nobody declares.
    private static let toolchain: Set<String> = [
        "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Musl",
        "Synchronization", "Testing",
    ]

    private static let manifest = Repository.file("Package.swift").text

    /// The names that the manifest gives to products of packages, such as `nioCore` to `NIOCore`.
    private static let products = Dictionary(
        uniqueKeysWithValues:
            manifest.matches(of: #/static var (\w+): Self \{\s*\.product\(name: "(\w+)"/#)
            .map { (String($0.1), String($0.2)) }
    )

    /// What every Swift target declares.
    private static let declared: [String: Set<String>] = {
        let targets = manifest.matches(
            of:
                #/\.(?:t|executableT|testT)arget\(\s*name: "(\w+)"(?:,\s*dependencies: \[([^\]]*)\])?/#
        )
        return Dictionary(
            uniqueKeysWithValues: targets.map { target in
                (String(target.1), modules(in: target.2 ?? ""))
            }
        )
    }()

    /// What the files of every Swift target import.
    private static let imported: [String: Set<String>] = {
        var imported: [String: Set<String>] = [:]
        for file in Repository.files where file.path.hasSuffix(".swift") {
            guard let target = file.target else { continue }
            imported[target, default: []].formUnion(file.imports.subtracting(toolchain))
        }
        return imported
    }()

    private static func modules(in list: Substring) -> Set<String> {
        Set(
            list.matches(of: #/"(\w+)"|\.(\w+)/#).map { entry in
                let name = String(entry.1 ?? entry.2 ?? "")
                return entry.1 == nil ? products[name] ?? "." + name : name
            }
        )
    }

    @Test func `the manifest names every target that has files`() {
        #expect(!Self.declared.isEmpty && !Self.products.isEmpty)
        let withFiles = Set(Self.imported.keys).union(["COpenAPI"])
        #expect(withFiles == Set(Self.declared.keys))
    }

    @Test func `every target declares exactly what it imports`() {
        for (target, declared) in Self.declared {
            let imported = Self.imported[target] ?? []
            let missing = imported.subtracting(declared).sorted()
            #expect(missing.isEmpty, "\(target) imports without declaring")
            let unused = declared.subtracting(imported).sorted()
            #expect(unused.isEmpty, "\(target) declares without importing")
        }
    }

    @Test func `every product that the manifest names is used by a target`() {
        let used = Self.declared.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        for product in Self.products.values {
            #expect(used.contains(product), "\(product)")
        }
    }
}
