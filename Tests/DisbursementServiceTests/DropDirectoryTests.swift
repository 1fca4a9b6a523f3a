import Foundation
import Testing

@testable import DisbursementService

/// Directories in which anything may lie.
@Suite struct DropDirectoryTests {
    /// A folder that goes with its test.
    private final class Folder {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "wijkmunt-drop-\(UUID().uuidString)").path

        init() throws {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true
            )
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ text: String, to name: String) throws {
            try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
        }

        func append(_ text: String, to name: String) throws {
            let handle = try FileHandle(forWritingTo: URL(filePath: "\(path)/\(name)"))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(text.utf8))
            try handle.close()
        }
    }

    private func entry(_ name: String, in directory: DropDirectory) throws -> DropEntry {
        try #require(try directory.entries().first { $0.name == Array(name.utf8) })
    }

    @Test func `hidden files and directories are no entries, everything else is`() throws {
        let folder = try Folder()
        try folder.write("a", to: "a.xml")
        try folder.write("b", to: ".b.xml")
        try FileManager.default.createDirectory(
            atPath: folder.path + "/c.xml",
            withIntermediateDirectories: false
        )
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/d.xml",
            withDestinationPath: "a.xml"
        )
        let entries = try DropDirectory(path: folder.path).entries()
        #expect(Set(entries.map(\.name)) == [Array("a.xml".utf8), Array("d.xml".utf8)])
        #expect(entries.filter(\.isPlain).map(\.name) == [Array("a.xml".utf8)])
    }

    @Test func `a file with a second name is not plain`() throws {
        let folder = try Folder()
        try folder.write("a", to: "a.xml")
        try FileManager.default.linkItem(
            atPath: folder.path + "/a.xml",
            toPath: folder.path + "/b.xml"
        )
        #expect(try DropDirectory(path: folder.path).entries().allSatisfy { !$0.isPlain })
    }

    @Test func `no link is followed, not even one that was a file before`() throws {
        let folder = try Folder()
        try folder.write("secret", to: "other")
        try folder.write("a", to: "a.xml")
        let directory = try DropDirectory(path: folder.path)
        let seen = try entry("a.xml", in: directory)
        try FileManager.default.removeItem(atPath: folder.path + "/a.xml")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/a.xml",
            withDestinationPath: "other"
        )
        #expect(try directory.open(seen) == nil)
        #expect(try directory.open(entry("a.xml", in: directory)) == nil)
    }

    @Test func `a directory whose place for results is a link is refused`() throws {
        let (folder, other) = (try Folder(), try Folder())
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/done",
            withDestinationPath: other.path
        )
        #expect(throws: DropFailure.self) { try DropDirectory(path: folder.path) }
    }

    @Test func `a file that was changed since it was seen is not opened`() throws {
        let folder = try Folder()
        try folder.write("a", to: "a.xml")
        let directory = try DropDirectory(path: folder.path)
        let seen = try entry("a.xml", in: directory)
        try folder.append("b", to: "a.xml")
        #expect(try entry("a.xml", in: directory) != seen)
        #expect(try directory.open(seen) == nil)
    }

    @Test func `one process has a file at a time, until it lets go or ends`() throws {
        let folder = try Folder()
        try folder.write("a", to: "a.xml")
        // Each opens the directory for itself, as instances do.
        let (one, other) = (
            try DropDirectory(path: folder.path), try DropDirectory(path: folder.path)
        )
        let seen = try entry("a.xml", in: one)
        var held = try one.open(seen)
        #expect(held != nil)
        #expect(try other.open(seen) == nil)
        held = nil
        #expect(try other.open(seen) != nil)
        try one.finish(seen, as: "a.xml")
        #expect(try other.open(seen) == nil)
    }

    @Test func `a file that grows while it is read has no end`() async throws {
        let folder = try Folder()
        try folder.write("abc", to: "a.csv")
        let directory = try DropDirectory(path: folder.path)
        let file = try #require(try directory.open(entry("a.csv", in: directory)))
        var bytes = DroppedBytes(file: file).makeAsyncIterator()
        #expect(try await bytes.next() != nil)
        try folder.append("d", to: "a.csv")
        await #expect(throws: DroppedBytes.Changed.self) {
            while try await bytes.next() != nil {}
        }
    }

    @Test func `a result appears when it is complete, and replaces the one before`() throws {
        let folder = try Folder()
        let directory = try DropDirectory(path: folder.path)
        for text in ["first", "second"] {
            let file = try directory.write("a.json")
            try file.append(Array(text.utf8))
            let before = try? String(contentsOfFile: folder.path + "/done/a.json", encoding: .utf8)
            #expect(before == (text == "first" ? nil : "first"))
            try file.complete()
            let now = try String(contentsOfFile: folder.path + "/done/a.json", encoding: .utf8)
            #expect(now == text)
        }
        // What is not completed leaves nothing.
        _ = try directory.write("b.json")
        #expect(try directory.finishedNames(endingWith: ".json") == ["a.json"])
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/done")
        #expect(left == ["a.json"])
    }
}
