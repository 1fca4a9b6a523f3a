import ISO20022
import Testing

/// What a reader of lines notes of them.
private struct NotedLine: Equatable {
    var number = 0
    var payment = 0
    var numberInPayment = 0
    var isRefused = false
    var refusal: StatusReason?
    var amount: Int64?
    var kind: CreditorKind?
    var account: String?

    init(_ line: borrowing PaymentLine) {
        number = line.number
        payment = line.payment
        numberInPayment = line.numberInPayment
        isRefused = line.isRefused
        refusal = line.refusal
        amount = line.amountMinorUnits
        kind = line.creditorKind
        account = line.creditorAccount.map { String(decoding: $0, as: UTF8.self) }
    }
}

@Suite struct PaymentLineTests {
    private func read(
        _ fixture: PaymentFileFixture,
        limits: PaymentFileLimits = PaymentFileLimits()
    ) -> (lines: [NotedLine], refused: [RefusedPayment], report: PaymentFileReport) {
        var lines: [NotedLine] = []
        var refused: [RefusedPayment] = []
        let reader = PaymentFileReader(
            limits: limits,
            line: { lines.append(NotedLine($0)) },
            refusedPayment: { refused.append($0) }
        )
        reader.feed(Array(fixture.xml.utf8))
        let report = reader.finish()
        return (lines, refused, report)
    }

    @Test func `lines pass by with their numbers and their verdicts`() {
        let fixture = PaymentFileFixture(
            payments: [[.init()], [.init(amount: "1"), .init(currency: "USD")]]
        )
        let file = read(fixture)
        #expect(file.lines.map(\.number) == [1, 2, 3])
        #expect(file.lines.map(\.payment) == [1, 2, 2])
        #expect(file.lines.map(\.numberInPayment) == [1, 1, 2])
        #expect(file.lines.map(\.amount) == [1_250, 100, 1_250])
        #expect(file.lines.map(\.isRefused) == [false, false, true])
        #expect(file.lines.map(\.refusal) == [nil, nil, .AM03])
        #expect(file.lines.map(\.account) == Array(repeating: "NL57INGB0004418702", count: 3))
        #expect(file.refused == [])
        #expect(file.report.refusedTransactionCount == 1)
        #expect(file.report.refusedPaymentCount == 0)
        #expect(!file.report.isFileRefused)
        #expect(file.report.findings.map(\.transaction) == [3])
        #expect(file.report.findings.map(\.payment) == [2])
    }

    @Test func `a block that turns out wrong takes its lines back`() {
        let early = read(PaymentFileFixture(executionDate: "2020-01-01"))
        #expect(early.lines.map(\.isRefused) == [true])
        #expect(early.lines.map(\.refusal) == [nil])
        #expect(early.refused.map(\.lines) == [1..<2])
        #expect(early.refused.map(\.refusal) == [.CH04])
        let late = read(PaymentFileFixture(paymentCount: "3", payments: [[.init(), .init()]]))
        #expect(late.lines.map(\.isRefused) == [false, false])
        #expect(late.refused.map(\.payment) == [1] && late.refused.map(\.lines) == [1..<3])
        #expect(late.refused.map(\.refusal) == [.AM20])
        #expect(late.report.refusedPaymentCount == 1 && !late.report.isFileRefused)
        let whole = read(PaymentFileFixture(groupSum: "1.00"))
        #expect(whole.report.isFileRefused && whole.refused == [])
    }

    @Test(arguments: CreditorKind.allCases.filter { $0 != .iban })
    func `a creditor is named by one of the schemes`(kind: CreditorKind) {
        var line = PaymentFileFixture.Line()
        line.account =
            "<Othr><Id>7F3K-22</Id><SchmeNm><Prtry>\(kind.scheme ?? "")</Prtry></SchmeNm></Othr>"
        let fixture = PaymentFileFixture(payments: [[line]])
        let file = read(fixture)
        #expect(file.lines.map(\.kind) == [kind])
        #expect(file.lines.map(\.account) == ["7F3K-22"])
        #expect(ReadFile(fixture).transfers.first?.creditorAccount.kind == kind)
        var limits = PaymentFileLimits()
        limits.creditors = [.iban]
        let strict = read(fixture, limits: limits)
        #expect(strict.lines.map(\.refusal) == [.AC03])
        #expect(strict.lines.map(\.kind) == [nil])
    }

    @Test func `an account in lower case is brought to the electronic form`() {
        let line = PaymentFileFixture.Line(account: "<IBAN>nl57ingb0004418702</IBAN>")
        #expect(
            read(PaymentFileFixture(payments: [[line]])).lines.map(\.account)
                == ["NL57INGB0004418702"]
        )
    }

    @Test func `what the content says makes the hash, and nothing else`() {
        let fixture = PaymentFileFixture(payments: [[.init(), .init(name: "Zoë")]])
        let hash = ReadFile(fixture).report.contentHash
        #expect(hash.count == 32)
        #expect(ReadFile(Array(fixture.xml.utf8), pieces: 3).report.contentHash == hash)
        #expect(ReadFile(fixture.xml.replacing("\n", with: "")).report.contentHash == hash)
        #expect(ReadFile(fixture.xml.replacing("\n", with: "\r\n ")).report.contentHash == hash)
        var prefixed = fixture
        prefixed.prefix = "ns2"
        #expect(ReadFile(prefixed).report.contentHash == hash)
        for (old, new) in [
            ("12.50", "12.51"), ("EUR", "USD"), ("WIJKSTAD-1", "WIJKSTAD-2"), ("BENE", "BENF"),
            ("de Wilde", "deWilde"), ("pain.001.001.03", "pain.001.001.09"), ("<Purp>", "x<Purp>"),
            ("<Purp><Cd>BENE</Cd></Purp>", "<Purp><Prtry>BENE</Prtry></Purp>"),
        ] {
            #expect(ReadFile(fixture.xml.replacing(old, with: new)).report.contentHash != hash)
        }
    }

    @Test func `broken files have a hash of their own`() {
        let xml = PaymentFileFixture().xml
        let files = [
            "", "x", "y", String(xml.dropLast(30)), String(xml.dropLast(31)), xml + "<x/>",
            xml + "<y/>", String(repeating: " ", count: 40_000) + "&x;1",
            String(repeating: " ", count: 40_000) + "&x;2",
        ]
        let hashes = files.map { ReadFile($0).report.contentHash }
        #expect(Set(hashes).count == files.count)
        #expect(files.map { ReadFile(Array($0.utf8), pieces: 5).report.contentHash } == hashes)
    }
}
