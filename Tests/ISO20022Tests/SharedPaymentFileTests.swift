import FoundationEssentials
import ISO20022
import Testing

/// Files of other people's programs, read in place.
@Suite(.enabled(if: SharedTestData.isThere, "shared test data is not there"))
struct SharedPaymentFileTests {
    /// Verdict and refusal codes of a file; no codes means acceptable.
    struct Expectation: Sendable, CustomTestStringConvertible {
        let file: String
        let refusals: Set<StatusReason>
        let transactions: Int
        var testDescription: String { file }
    }

    static let expectations = [
        Expectation(
            file: "samples/go-moov-invalid-pain-v11.xml",
            refusals: [.FF01],
            transactions: 0
        ),
        Expectation(
            file: "samples/iso-mdr-example-ABC-Corporation-v03.xml",
            refusals: [.AM03, .AC03],
            transactions: 3
        ),
        Expectation(
            file: "samples/java-hbci4java-00100103.xml",
            refusals: [.FF01],
            transactions: 0
        ),
        Expectation(file: "samples/nl-abnamro-pain.001.001.03.xml", refusals: [], transactions: 1),
        // Its date is fine; the account number of the published example fails modulo 97.
        Expectation(file: "samples/nl-irp-minimal.xml", refusals: [.AC03], transactions: 1),
        Expectation(file: "samples/php-sepaxml-pain.001.001.03.xml", refusals: [], transactions: 1),
        Expectation(file: "samples/php-sepaxml-pain.001.001.09.xml", refusals: [], transactions: 1),
        Expectation(file: "samples/py-pain001-v03.xml", refusals: [.AC03, .AM19], transactions: 4),
        Expectation(file: "samples/py-pain001-v09.xml", refusals: [.AC03, .AM19], transactions: 5),
        Expectation(file: "samples/ruby-sepaking-v03.xml", refusals: [], transactions: 2),
        Expectation(
            file: "samples/ts-iso20022js-sepa-v03-multi-pmtinf.xml",
            refusals: [.AC03, .AM19, .AM10],
            transactions: 2
        ),
        Expectation(file: "samples/ts-iso20022js-sepa-v03.xml", refusals: [.AC03], transactions: 1),
        Expectation(
            file: "samples/ts-swift-v03-notsepa.xml",
            refusals: [.AM03, .AC03],
            transactions: 1
        ),
        Expectation(
            file: "generated/municipal-shape-v03-12pmtinf-notprovided.xml",
            refusals: [],
            transactions: 12
        ),
        Expectation(file: "generated/pain001-v03-6tx.xml", refusals: [], transactions: 6),
        Expectation(
            file: "generated/pyiso20022-v03-2pmtinf-5tx-SSBE-prefixed.xml",
            refusals: [],
            transactions: 5
        ),
        Expectation(
            file: "generated/sepaxml-v03-1000tx-batch.xml",
            refusals: [],
            transactions: 1_000
        ),
        Expectation(file: "generated/sepaxml-v03-25tx-single.xml", refusals: [], transactions: 25),
        Expectation(file: "generated/sepaxml-v09-25tx-batch.xml", refusals: [], transactions: 25),
    ]

    @Test(arguments: expectations)
    func `a published or generated file gets its verdict`(expected: Expectation) throws {
        let file = ReadFile(try SharedTestData.bytes(expected.file))
        #expect(Set(file.refusalCodes) == expected.refusals)
        #expect(
            file.report.verdict == (expected.refusals.isEmpty ? .acceptable : .refused)
        )
        #expect(file.report.transactionCount == expected.transactions)
        if file.report.verdict == .acceptable {
            #expect(file.transfers.count == expected.transactions)
        }
    }

    @Test func `every sample and generated file has an expectation`() throws {
        let present = try ["samples", "generated"].flatMap { folder in
            try SharedTestData.names(in: folder).map { "\(folder)/\($0)" }
        }
        #expect(Set(present) == Set(Self.expectations.map(\.file)))
    }

    @Test func `every row of the list of faults is found`() throws {
        let rows = String(
            decoding: try SharedTestData.bytes("invalid-cases.csv"),
            as: UTF8.self
        ).split(whereSeparator: \.isNewline).dropFirst()
        #expect(rows.count > 30)
        for row in rows {
            let cells = row.split(separator: ",", omittingEmptySubsequences: false)
            let (name, status) = (String(cells[0]), String(cells[3]))
            let file = ReadFile(try SharedTestData.bytes("invalid/" + name))
            let reasons = cells[4].split(separator: "/").compactMap {
                StatusReason(rawValue: String($0))
            }
            let comment = Comment(rawValue: name)
            if name.contains("duplicate-message-replay") || status == "accept" {
                // A replay shows only next to its original; see the test of the check.
                #expect(file.report.verdict == .acceptable, comment)
            } else if name.contains("charset-emoji") || name.contains("utf16") {
                // Both may be accepted or refused: names do not decide who is paid, and UTF-16 says
                // of itself that it is that.
                #expect(file.report.verdict == .acceptable, comment)
                #expect(file.remarkCodes == [.RR10], comment)
            } else if status == "ACWC" {
                #expect(file.report.verdict == .acceptable, comment)
                #expect(Set(file.remarkCodes) == Set(reasons), comment)
            } else {
                #expect(file.report.verdict == .refused, comment)
                #expect(Set(file.refusalCodes) == Set(reasons), comment)
            }
        }
    }

    @Test(arguments: [1, 7, 4_096])
    func `the size of the pieces changes nothing in any shared file`(pieces: Int) throws {
        for folder in ["samples", "generated", "invalid"] {
            for name in try SharedTestData.names(in: folder) {
                let bytes = try SharedTestData.bytes("\(folder)/\(name)")
                guard pieces > 1 || bytes.count < 50_000 else { continue }
                #expect(ReadFile(bytes, pieces: pieces) == ReadFile(bytes), Comment(rawValue: name))
            }
        }
    }

    @Test func `all status reasons are in the external code set`() throws {
        struct CodeSet: Decodable { let codes: [String: String] }
        let bytes = try SharedTestData.bytes("codesets/external_status_reason_code.json")
        let known = try JSONDecoder().decode(CodeSet.self, from: Data(bytes)).codes
        for reason in StatusReason.allCases {
            #expect(known[reason.rawValue] != nil, Comment(rawValue: reason.rawValue))
        }
    }

    @Test func `files that the schema finds valid break no rule of structure here`() throws {
        for name in try SharedTestData.names(in: "samples") {
            let bytes = try SharedTestData.bytes("samples/" + name)
            let read = ReadFile(bytes)
            guard let type = read.report.messageType,
                SchemaValidation.validate(
                    xml: bytes,
                    schemaFile: SharedTestData.path("xsd/\(type).xsd")
                ).isEmpty
            else { continue }
            #expect(!read.refusalCodes.contains(.FF01), Comment(rawValue: name))
        }
    }
}
