import Foundation
import ServiceKit
import Testing

@Suite final class DataKeysTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func file(_ digit: String, count: Int = 64) throws -> String {
        let url = folder.appending(path: "\(UUID()).hex")
        try String(repeating: digit, count: count).write(
            to: url,
            atomically: true,
            encoding: .utf8
        )
        return url.path
    }

    private let iban = Array("NL91ABNA0417164300".utf8)

    @Test func `what was sealed opens in its place and nowhere else`() throws {
        let keys = try DataKeys(file: file("a"), retired: [])
        let sealed = try keys.seal(iban, purpose: .iban, of: "row 1")
        #expect(try keys.open(sealed, purpose: .iban, of: "row 1") == iban)
        #expect(DataKeys.isSealed(sealed) && !DataKeys.isSealed(Array("{}".utf8)))
        #expect(throws: DataKeys.Failure.damaged) {
            try keys.open(sealed, purpose: .iban, of: "row 2")
        }
        #expect(throws: DataKeys.Failure.damaged) {
            try keys.open(sealed, purpose: .answer, of: "row 1")
        }
        for place in sealed.indices {
            var changed = sealed
            changed[place] ^= 1
            #expect(throws: DataKeys.Failure.self) {
                try keys.open(changed, purpose: .iban, of: "row 1")
            }
        }
    }

    @Test func `the same text is never sealed the same`() throws {
        let keys = try DataKeys(file: file("a"), retired: [])
        let sealed = try (0..<20).map { _ in try keys.seal(iban, purpose: .iban, of: "row 1") }
        #expect(Set(sealed).count == 20)
        #expect(sealed.allSatisfy { Array($0.dropFirst().prefix(8)) == keys.currentID })
    }

    @Test func `a retired key opens and seals no more`() throws {
        let (first, second) = (try file("a"), try file("b"))
        let before = try DataKeys(file: first, retired: [])
        let after = try DataKeys(file: second, retired: [first])
        let sealed = try before.seal(iban, purpose: .iban, of: "row 1")
        #expect(try after.open(sealed, purpose: .iban, of: "row 1") == iban)
        let anew = try after.seal(iban, purpose: .iban, of: "row 1")
        #expect(throws: DataKeys.Failure.unknownKey) {
            try before.open(anew, purpose: .iban, of: "row 1")
        }
    }

    @Test func `a short key or another text is refused`() throws {
        let files = [try file("a", count: 62), try file("x"), "/nowhere"]
        for path in files {
            #expect(throws: ServiceConfiguration.Invalid.self) {
                try DataKeys(file: path, retired: [])
            }
        }
    }
}
