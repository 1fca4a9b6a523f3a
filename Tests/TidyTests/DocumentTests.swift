import Foundation
import Testing

/// What the documents promise to whoever follows them.
@Suite struct DocumentTests {
    private static let documents = Repository.files.filter { $0.path.hasSuffix(".md") }

    @Test func `the two commands stand at the top`() {
        let top = Repository.file("README.md").lines.prefix(30).joined(separator: "\n")
        #expect(top.contains("make demo"))
        #expect(top.contains("make test"))
    }

    @Test func `links lead somewhere`() {
        for document in Self.documents {
            let folder = document.path.split(separator: "/").dropLast().joined(separator: "/")
            for link in document.text.matches(of: #/\]\(([^)\s]+)\)/#).map(\.1) {
                if link.contains("://") || link.hasPrefix("mailto:") { continue }
                let parts = link.split(
                    separator: "#",
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                )
                let target = parts[0].isEmpty ? document.path : "\(folder)/\(parts[0])"
                let url = Repository.root.appending(path: target).standardizedFileURL
                guard FileManager.default.fileExists(atPath: url.path) else {
                    Issue.record("\(document.path) links to \(link), which is not there")
                    continue
                }
                if parts.count == 2, url.pathExtension == "md" {
                    let text = try? String(contentsOf: url, encoding: .utf8)
                    let isThere = anchors(in: text ?? "").contains(String(parts[1]))
                    #expect(isThere, "\(document.path) links to \(link), which is no heading")
                }
            }
        }
    }

    @Test func `decisions are numbered without gaps and say the same four things`() {
        let names = Repository.names(in: "docs/decisions").filter { $0.hasPrefix("0") }
        #expect(!names.isEmpty)
        for (index, name) in names.enumerated() {
            let file = Repository.file("docs/decisions/\(name)")
            let digits = String(String(10_000 + index + 1).dropFirst())
            #expect(name.hasPrefix("\(digits)-"), "\(name)")
            #expect(file.text.hasPrefix("# \(digits) "), "\(name)")
            let headings = file.lines.filter { $0.hasPrefix("## ") }
            #expect(
                headings == ["## Context", "## Decision", "## Alternatives", "## Consequence"],
                "\(name)"
            )
        }
    }

    @Test func `every setting that services read is documented`() throws {
        let documented = Repository.file("docs/configuration.md").text
        let groups: Set<Substring> = [
            "http", "database", "auth", "log", "cors", "retention", "secrets", "accounts",
            "wallet", "merchant", "disbursement", "limits",
        ]
        let key = #/"(([a-z]+)\.[a-zA-Z.]+)"/#
        let isSetting = #/^Sources\/(ServiceKit|\w+Service)\//#
        var keys: Set<String> = []
        for file in Repository.sources where file.path.contains(isSetting) {
            let found = file.text.matches(of: key).filter { groups.contains($0.2) }
            keys.formUnion(found.map { String($0.1) })
        }
        #expect(keys.count > 10, "the settings were not found")
        for key in keys {
            #expect(documented.contains("`\(key)`"), "\(key)")
        }
    }

    @Test func `the tests that the threat model names are there`() {
        let document = Repository.file("docs/security.md").text
        let names = document.matches(of: #/`([a-zA-Z][^`]* [^`]*)`/#)
            .map { $0.1.replacing("\n", with: " ").replacing(#/ +/#, with: " ") }
            .filter { !$0.hasPrefix("wijkmunt ") }
        #expect(names.count > 20, "the names were not found")
        let tests = Repository.tests.map(\.text).joined()
        for name in names {
            #expect(tests.contains("func `\(name)`("), "\(name)")
        }
    }

    @Test(arguments: ["accounts", "wallet", "merchant", "disbursement"])
    func `the residents' guide names what a resident's phone may call, and nothing else`(
        service: String
    ) throws {
        let contract = Repository.file("openapi/\(service).yaml").text
        let operation = #/\n +operationId: (\w+)(?s:.*?)\*\*Who may call:\*\* ([^\n]*)/#
        let ofPhones = contract.matches(of: operation)
            .filter { $0.2.contains(#/\bresident\b/#) }.map { String($0.1) }
        #expect(ofPhones.count > 5, "the operations were not found")
        let guide = Repository.file("docs/residents-guide.md").text
        let table = try #require(guide.split(separator: "## What the app calls").last)
        let rows = table.split(separator: "\n").filter { $0.hasPrefix("| ") }
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
        let column = try #require(rows.first?.firstIndex(of: service), "no column")
        let named = rows.flatMap { row in
            row[column].matches(of: #/`(\w+)`/#).map { String($0.1) }
        }
        let withoutToken = ["enrol", "issueToken", "getLocalityReasons", "getVerdictKeys"]
        #expect(Set(named).subtracting(withoutToken) == Set(ofPhones))
        #expect(named.allSatisfy { contract.contains("operationId: \($0)\n") })
    }

    @Test func `every package that we depend on is accounted for`() {
        let documented = Repository.file("docs/dependencies.md").text.lowercased()
        let manifest = Repository.file("Package.swift").text
        let packages = manifest.matches(of: #/url: "https:\/\/[^"]+\/([^"\/]+)"/#).map(\.1)
        #expect(!packages.isEmpty)
        for package in packages { #expect(documented.contains("`\(package.lowercased())`")) }
    }

    /// Headings as the usual renderers make anchors of them.
    private func anchors(in text: String) -> Set<String> {
        let headings = text.split(separator: "\n").filter { $0.hasPrefix("#") }
        return Set(
            headings.map { heading in
                heading.drop { $0 == "#" || $0 == " " }.lowercased()
                    .filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
                    .replacing(" ", with: "-")
            }
        )
    }
}
