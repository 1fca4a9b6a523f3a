import Domain
import Foundation
import Testing

/// EMVCo's form, on its own example and others'.
@Suite struct EMVCodeTests {
    private struct Vector: Decodable {
        let name: String
        let payload: String?
        let input: String?
        let crc: String?
        let tlv: [[String]]?
    }

    private static let vectors: [Vector]? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder =
            ProcessInfo.processInfo.environment["WIJKMUNT_SHARED_DATA"].map { URL(filePath: $0) }
            ?? root.appending(path: "../shared/data")
        guard let data = try? Data(contentsOf: folder.appending(path: "vectors/vectors.json"))
        else { return nil }
        return try? JSONDecoder().decode([Vector].self, from: data)
    }()

    @Test func `the checksum has its check value`() {
        #expect(CRC16.checksum("123456789".utf8) == 0x29B1)
        #expect(CRC16.checksum("".utf8) == 0xFFFF)
    }

    @Test(.enabled(if: EMVCodeTests.vectors != nil, "the shared vectors are not here"))
    func `known codes are read as they are, and printed again`() throws {
        let known = try #require(Self.vectors).filter { $0.name == "emv-mpm" }
        #expect(known.count >= 2)
        for vector in known {
            let payload = try #require(vector.payload)
            let code = try EMVCode(text: payload)
            let expected = try #require(vector.tlv).dropLast().map { EMVCode.Element($0[0], $0[1]) }
            #expect(code.elements == expected)
            #expect(code.text == payload)
        }
    }

    @Test func `a code with anything changed is refused`() throws {
        let code = try EMVCode([.init("59", "DE HALM"), .init("60", "OOSTERHOF")]).text
        #expect(try EMVCode(text: code)["59"] == "DE HALM")
        for (index, byte) in code.utf8.enumerated() {
            var altered = Array(code.utf8)
            altered[index] = byte == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            let text = String(decoding: altered, as: UTF8.self)
            #expect(throws: EMVCode.Refusal.self) { try EMVCode(text: text) }
        }
        for count in 0..<code.count {
            #expect(throws: EMVCode.Refusal.self) { try EMVCode(text: String(code.prefix(count))) }
        }
    }

    @Test func `limits are told apart`() {
        func refusal(_ elements: [EMVCode.Element]) -> EMVCode.Refusal? {
            do {
                _ = try EMVCode(elements)
                return nil
            } catch let refusal { return refusal }
        }
        #expect(refusal([.init("59", "")]) == .malformed)
        #expect(refusal([.init("5", "x")]) == .malformed)
        #expect(refusal([.init("59", String(repeating: "x", count: 100))]) == .malformed)
        #expect(refusal([.init("59", "x"), .init("59", "y")]) == .repeated)
        #expect(refusal([.init("63", "ABCD")]) == .repeated)
        let long = (80...86).map { EMVCode.Element("\($0)", String(repeating: "x", count: 90)) }
        #expect(refusal(long) == .tooLong)
    }
}
