import Foundation
import LocalStack
import TestSupport
import Testing

/// What the documents tell their readers to type does what they say; and the day of a whole town adds
/// up. Each runs a stack of its own with the programs as they were built.
@Suite struct DocumentWalkTests {
    @Test(arguments: [
        "README.md", "docs/clerks-guide.md", "docs/shopkeepers-guide.md",
        "docs/residents-guide.md", "docs/integrators-guide.md",
    ])
    func `every command of a document can be typed as it stands`(document: String) async throws {
        let walk = try await script("walk", [document])
        #expect(walk.status == .exited(0), "\(walk.errors)")
        #expect(walk.output.contains("do what they say"))
    }

    @Test func `the books of a market day balance, and its verdicts are judged again`()
        async throws
    {
        let day = try await script("market-day", ["--shops", "4", "--residents", "12"])
        #expect(day.status == .exited(0), "\(day.errors)")
        #expect(day.output.contains("The books balance, and every verdict stands."))
    }

    @Test func `a market day with too few shops or a wrong option is not played`() async throws {
        #expect(try await script("market-day", ["--shops", "3"]).status == .exited(1))
        #expect(try await script("market-day", ["--stalls", "4"]).status == .exited(1))
    }

    private func script(_ name: String, _ arguments: [String]) async throws -> FinishedProgram {
        var environment = ["WIJKMUNT_PROGRAMS": TestStack.programs]
        if let data = PackageRoot.sharedData { environment["WIJKMUNT_SHARED_DATA"] = data.path }
        return try await Command(
            program: PackageRoot.path("scripts/\(name)"),
            arguments: arguments,
            environment: environment,
            directory: PackageRoot.directory.path
        ).run()
    }
}
