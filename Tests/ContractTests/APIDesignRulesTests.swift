import API
import FoundationEssentials
import Testing

@testable import ServiceKit

@Suite struct APIDesignRulesTests {
    /// The standard's own cases, from WIJKMUNT_SHARED_DATA or next to the package.
    private static let folder: String? = {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let given = ProcessInfo.processInfo.environment["WIJKMUNT_SHARED_DATA"]
        let path = (given ?? "/\(root)/../shared/data") + "/adr-linter/testcases"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    private static let cases: [String] = {
        guard let folder else { return [] }
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }()

    @Test(arguments: ServiceDocument.all)
    func `our documents keep the design rules`(service: ServiceDocument) {
        #expect(APIDesignRules.findings(in: service.document.root) == [])
    }

    @Test(
        .enabled(if: folder != nil, "the design rules' cases are not on this machine"),
        arguments: cases
    )
    func `the checker finds what the standard's linter finds`(name: String) throws {
        let folder = try #require(Self.folder)
        let document = try Data(contentsOf: URL(filePath: "\(folder)/\(name)/openapi.json"))
        let expected = try String(
            contentsOf: URL(filePath: "\(folder)/\(name)/expected-output.txt"),
            encoding: .utf8
        )
        let root = try JSONDecoder().decode(JSONValue.self, from: document)
        #expect(APIDesignRules.findings(in: root) == Self.findings(in: expected))
    }

    @Test(.enabled(if: folder != nil, "the design rules' cases are not on this machine"))
    func `the cases show violations`() {
        #expect(Self.cases.count > 20)
    }

    /// The lines of the linter's report: position, severity, rule, message and place, in columns.
    private static func findings(in report: String) -> Set<APIDesignRules.Finding> {
        let found = report.split(separator: "\n").compactMap { line -> APIDesignRules.Finding? in
            let columns = line.split(separator: "  ").map { $0.trimmingSpaces() }
                .filter { !$0.isEmpty }
            guard columns.count >= 4, columns[1] == "error" else { return nil }
            return APIDesignRules.Finding(
                rule: columns[2],
                place: columns.count > 4 ? columns[4] : ""
            )
        }
        return Set(found)
    }
}
