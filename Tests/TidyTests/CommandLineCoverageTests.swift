import Foundation
import Testing

/// The command line tool covers the documents, and what people read covers the tool.
@Suite struct CommandLineCoverageTests {
    /// For machines: monitors, browsers and libraries ask them.
    private static let withoutCommand: Set<String> = [
        "getOpenAPI", "getLiveness", "getReadiness", "getMetrics", "getServerMetadata", "getKeySet",
    ]

    /// The commands themselves; the demonstration calls services past them.
    private static let commands = Repository.sources.filter {
        $0.path.hasPrefix("Sources/wijkmunt/") && !$0.path.hasPrefix("Sources/wijkmunt/Demo/")
    }

    /// Every word of letters and digits in them.
    private static let words = Set(
        commands.flatMap { $0.text.utf8.split { !Self.isOfName($0) } }.compactMap(String.init)
    )

    private static func isOfName(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    @Test(arguments: ["accounts", "wallet", "merchant", "disbursement"])
    func `every operation can be called from the command line`(service: String) throws {
        let text = Repository.file("openapi/\(service).yaml").text
        let operations = text.matches(of: #/\n +operationId: (\w+)/#).map { String($0.1) }
        #expect(operations.count > 5, "the operations were not found")
        for operation in operations where !Self.withoutCommand.contains(operation) {
            #expect(Self.words.contains(operation), "no command calls \(operation)")
        }
    }

    @Test func `every group of commands is in the README or in a guide`() throws {
        let main = Repository.file("Sources/wijkmunt/Wijkmunt.swift").text
        let types = main.matches(of: #/(\w+Command)\.self/#).map { String($0.1) }
        #expect(types.count > 30, "the commands were not found")
        let guides =
            ["README.md", "docs/shopkeepers-guide.md", "docs/integrators-guide.md"]
            + ["docs/clerks-guide.md", "docs/residents-guide.md"]
            + ["docs/operations.md", "docs/ledger.md"]
        let read = guides.map { Repository.file($0).text }.joined(separator: "\n")
        for type in types {
            let name = try #require(typedName(of: type), "\(type) has no name")
            #expect(read.contains("wijkmunt \(name)") || read.contains("make \(name)"), "\(name)")
        }
    }

    /// What is typed for a command.
    private func typedName(of type: String) -> String? {
        for file in Repository.sources where file.path.hasPrefix("Sources/wijkmunt/") {
            guard let place = file.text.range(of: "struct \(type): ") else { continue }
            let rest = file.text[place.upperBound...]
            return rest.firstMatch(of: #/commandName: "([a-z0-9-]+)"/#).map { String($0.1) }
        }
        return nil
    }
}
