import Foundation
import ISO20022
import TestSupport
import Testing

/// XML that is validated against a schema while it is read.
@Suite struct PaymentSchemaTests {
    private func limits(_ directory: String) throws -> PaymentFileLimits {
        var limits = PaymentFileLimits()
        limits.schemas = try PaymentSchemas(directory: directory)
        return limits
    }

    private func read(
        _ bytes: [UInt8],
        _ limits: PaymentFileLimits,
        pieces: Int = .max
    ) -> PaymentFileReport {
        let reader = PaymentFileReader(limits: limits, line: { _ in }, refusedPayment: { _ in })
        var rest = bytes[...]
        while !rest.isEmpty {
            reader.feed(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        return reader.finish()
    }

    /// What the schema found, in the order of discovery.
    private func violations(_ report: PaymentFileReport) -> [Finding] {
        report.findings.filter { $0.text.contains("schema (XSD)") }
    }

    @Test(arguments: PaymentMessageType.allCases)
    func `what the schema does not allow refuses the file, with path and line`(
        version: PaymentMessageType
    ) throws {
        let folder = try TestSchemas.directory()
        defer { try? FileManager.default.removeItem(at: folder) }
        let limits = try limits(folder.path)
        var fixture = PaymentFileFixture(version: version)
        let good = read(Array(fixture.xml.utf8), limits)
        #expect(good.verdict == .acceptable && good.findings == [])
        fixture.messageID = "wijkstad 1"
        fixture.payments = [[.init()], [.init()], [.init()]]
        let bytes = Array(fixture.xml.utf8)
        let bad = read(bytes, limits)
        #expect(bad.verdict == .refused && bad.isFileRefused)
        #expect(bad.transactionCount == 3)
        let found = violations(bad)
        #expect(found.map(\.path) == ["GrpHdr/MsgId", "PmtInf[3]"])
        #expect(found.allSatisfy { $0.code == .FF01 && $0.level == .file && $0.line > 1 })
        #expect(found.allSatisfy { !$0.text.contains("wijkstad") })
        #expect(violations(read(bytes, PaymentFileLimits())) == [])
        for pieces in [1, 7] { #expect(read(bytes, limits, pieces: pieces) == bad) }
    }

    @Test func `a prefix, another encoding and a hint where a schema is make no difference`()
        throws
    {
        let folder = try TestSchemas.directory()
        defer { try? FileManager.default.removeItem(at: folder) }
        let limits = try limits(folder.path)
        let xml = PaymentFileFixture(prefix: "p").xml
        #expect(violations(read(Array(xml.utf8), limits)) == [])
        let hint =
            "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
            + "xsi:schemaLocation=\"urn:x file:///etc/passwd\" xmlns:p="
        let hinted = xml.replacing("xmlns:p=", with: hint)
        #expect(hinted != xml && violations(read(Array(hinted.utf8), limits)) == [])
        let wide = xml.replacing("UTF-8", with: "UTF-16").utf16
            .flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        #expect(violations(read([0xFF, 0xFE] + wide, limits)) == [])
    }

    @Test func `what cannot be used as schemas is said before any file comes`() throws {
        #expect(throws: PaymentSchemas.Unusable.self) { try PaymentSchemas(directory: "/nowhere") }
        let changes: [(String, String) -> String] = [
            { _, _ in "no schema" }, { _, _ in TestSchemas.text(of: "pain.001.001.09") },
            { $1.replacing("maxOccurs=\"2\"", with: "maxOccurs=\"x\"") },
            {
                let import_ = "<xs:import namespace=\"urn:x\" schemaLocation=\"x.xsd\"/><xs:element"
                return $1.replacing(
                    "<xs:element name=\"Document\"",
                    with: import_ + " name=\"Document\""
                )
            },
        ]
        for change in changes {
            let folder = try TestSchemas.directory(changing: change)
            defer { try? FileManager.default.removeItem(at: folder) }
            #expect(throws: PaymentSchemas.Unusable.self) {
                try PaymentSchemas(directory: folder.path)
            }
        }
    }

    @Test func `files are validated by several threads at once`() async throws {
        let folder = try TestSchemas.directory()
        defer { try? FileManager.default.removeItem(at: folder) }
        let limits = try limits(folder.path)
        let found = await withTaskGroup { group in
            for number in 0..<40 {
                let id = number % 2 == 0 ? "WIJKSTAD-\(number)" : "wijkstad \(number)"
                let bytes = Array(PaymentFileFixture(messageID: id).xml.utf8)
                group.addTask { (number, read(bytes, limits).verdict) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (number, verdict) in found {
            #expect(verdict == (number % 2 == 0 ? .acceptable : .refused))
        }
        #expect(found.count == 40)
    }

    @Test func `what one text breaks counts once, and findings beyond the limit are counted`()
        throws
    {
        let folder = try TestSchemas.directory()
        defer { try? FileManager.default.removeItem(at: folder) }
        var limits = try limits(folder.path)
        limits.findings = 1
        var fixture = PaymentFileFixture(messageID: "a message of many characters")
        fixture.payments = Array(repeating: [.init()], count: 500)
        let report = read(Array(fixture.xml.utf8), limits)
        #expect(report.findings.map(\.path) == ["GrpHdr/MsgId"])
        #expect(report.omittedFindings == 1)
        #expect(report.transactionCount == 500)
    }

    @Test(.enabled(if: SharedTestData.isThere, "shared test data is not there"))
    func `reading finds a file valid when the validation of the whole document does`() throws {
        let limits = try limits(SharedTestData.path("xsd"))
        var (valid, invalid) = (0, 0)
        for mutant in PaymentFileMutants.all(seed: 7) {
            let report = read(mutant.bytes, limits)
            // Of a file that is given up on the rest is not looked at.
            guard report.transactionCount > 0, report.encoding == .utf8 else { continue }
            let type = try #require(report.messageType)
            let whole = SchemaValidation.validate(
                xml: mutant.bytes,
                schemaFile: SharedTestData.path("xsd/\(type).xsd")
            )
            #expect(violations(report).isEmpty == whole.isEmpty, "\(mutant.name): \(whole)")
            if whole.isEmpty { valid += 1 } else { invalid += 1 }
        }
        #expect(valid > 0 && invalid > 0)
    }
}
