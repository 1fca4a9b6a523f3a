import Testing

/// How our Swift sources look.
@Suite struct SourceTests {
    /// A file is one idea; longer ones have two.
    private static let mostLines = 300

    /// An enumeration is one idea however many cases it has, and stands in one file.
    private static let enumerations = ["Sources/API/ProblemType.swift"]

    @Test func `no source file is longer than it can be read`() {
        let files = Repository.sources + Repository.tests
        for file in files
        where file.lines.count > Self.mostLines + 1 && !Self.enumerations.contains(file.path) {
            Issue.record("\(file.path) has \(file.lines.count - 1) lines")
        }
        #expect(Repository.sources.count > 100, "the sources were not found")
        #expect(Repository.tests.count > 50, "the tests were not found")
    }

    @Test func `package is the widest access`() {
        let access = #/^\s*(@\S+ )*((final|static|nonisolated) )*(public|open) /#
        for file in Repository.sources {
            for (number, line) in file.lines.enumerated() where line.contains(access) {
                Issue.record("\(file.path):\(number + 1): \(line)")
            }
        }
    }

    @Test func `files and types have names that say what they hold`() {
        let vague = ["Utils", "Utilities", "Helper", "Helpers", "Extensions", "Misc", "Manager"]
        for file in Repository.sources {
            let name = file.path.split(separator: "/").last?.dropLast(".swift".count) ?? ""
            #expect(!vague.contains { name.hasSuffix($0) }, "\(file.path)")
        }
    }

    @Test func `no file leaves work for later or names a machine`() {
        // In pieces, so that this file may pass.
        let unfinished = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]
        let machines = ["/wo" + "rk/", "/ro" + "ot/", "/tmp/pl" + "an", "sub" + "agent"]
        for file in Repository.files {
            for (number, line) in file.lines.enumerated() {
                for word in unfinished + machines where line.contains(word) {
                    Issue.record("\(file.path):\(number + 1): \(word)")
                }
            }
        }
    }

    @Test func `what other targets may use is explained`() {
        for file in Repository.sources {
            for line in undocumented(in: file.lines) {
                Issue.record("\(file.path):\(line + 1): \(file.lines[line])")
            }
        }
    }
}

/// Types, functions and subscripts of `package` access without a documentation comment. Stored
/// properties and initialisers are explained by their type, and what a protocol asks by the
/// protocol: an extension that states a conformance, operators and subscripts need none.
private func undocumented(in lines: [Substring]) -> [Int] {
    let modifiers = #"(?:(?:@\w+(?:\([^)]*\))?|nonisolated|final|static|indirect|mutating) )*"#
    let declaration = try? Regex(
        #"^\s*"# + modifiers + "package " + modifiers
            + #"(?:struct|enum|class|actor|protocol|typealias|func) \w+"#
    )
    guard let declaration else { return [] }
    return lines.indices.filter { index in
        guard lines[index].contains(declaration) else { return false }
        return !isDocumented(index, in: lines) && !isConformance(enclosing(index, in: lines))
    }
}

private func isDocumented(_ index: Int, in lines: [Substring]) -> Bool {
    var above = index - 1
    while above >= 0, lines[above].trimmed.hasPrefix("@") { above -= 1 }
    return above >= 0 && lines[above].trimmed.hasPrefix("///")
}

/// The line that opens the block around a line.
private func enclosing(_ index: Int, in lines: [Substring]) -> Substring {
    let depth = lines[index].indentation
    return lines[..<index].last { !$0.trimmed.isEmpty && $0.indentation < depth } ?? ""
}

private func isConformance(_ line: Substring) -> Bool {
    line.contains(#/^\s*(package )?extension [\w.]+(<.*>)?: /#)
}

extension Substring {
    fileprivate var indentation: Int { prefix { $0 == " " }.count }
    fileprivate var trimmed: Substring { drop { $0 == " " } }
}
