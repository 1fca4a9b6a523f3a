import ISO20022
import Testing

@Suite struct PaymentFileReaderTests {
    @Test(arguments: PaymentMessageType.allCases, ["", "ns2"])
    func `a good file is handed over as values`(version: PaymentMessageType, prefix: String) throws
    {
        var fixture = PaymentFileFixture()
        fixture.version = version
        fixture.prefix = prefix
        fixture.groupSum = "1212.5"
        fixture.payments = [[.init()], [.init(amount: "1200")]]
        let file = ReadFile(fixture)
        #expect(file.report.findings == [])
        #expect(file.report.verdict == .acceptable)
        #expect(file.report.messageType == version.rawValue)
        #expect(file.report.controlSumMinorUnits == 121_250)
        #expect(file.report.header?.messageID == "WIJKSTAD-1")
        #expect(file.report.header?.declaredControlSum == 121_250)
        let transfer = try #require(file.transfers.last)
        #expect(file.transfers.count == 2)
        #expect(transfer.position.path == "PmtInf[2]/CdtTrfTxInf[1]")
        #expect(transfer.position.paymentID == "BLOCK-2")
        #expect(transfer.endToEndID == "NOTPROVIDED")
        #expect(transfer.amountMinorUnits == 120_000)
        #expect(transfer.currency == "EUR")
        #expect(transfer.creditorName == "M. de Wilde")
        #expect(transfer.creditorAccount == .iban(try #require(IBAN("NL57INGB0004418702"))))
        #expect(transfer.categoryPurpose == "SSBE")
        #expect(transfer.purpose == "BENE")
        #expect(transfer.remittance == "Bijzondere bijstand")
        #expect(transfer.payment.requestedExecutionDate.description == "2026-11-26")
        #expect(transfer.payment.debtorName == "Gemeente Wijkstad")
        #expect(
            transfer.payment.debtorAccount == .iban(try #require(IBAN("NL91ABNA0417164300")))
        )
    }

    @Test func `lines are those of the source`() {
        let fixture = PaymentFileFixture()
        let lines = fixture.xml.split(separator: "\n", omittingEmptySubsequences: false)
        let expected = lines.firstIndex { $0.contains("<CdtTrfTxInf>") }.map { $0 + 1 }
        #expect(ReadFile(fixture).transfers.first?.position.line == expected)
    }

    @Test func `version 09 may give a date with time`() {
        var fixture = PaymentFileFixture()
        fixture.version = .pain00100109
        let xml = fixture.xml.split(separator: "<Dt>2026-11-26</Dt>").joined(
            separator: "<DtTm>2026-11-26T08:00:00+01:00</DtTm>"
        )
        let file = ReadFile(xml)
        #expect(file.report.verdict == .acceptable)
        #expect(
            file.transfers.first?.payment.requestedExecutionDate.description == "2026-11-26"
        )
    }

    @Test func `a wallet alias is a creditor, another identification is not`() {
        var line = PaymentFileFixture.Line()
        line.account =
            "<Othr><Id>W-7F3K</Id><SchmeNm><Prtry>WIJKMUNT-ALIAS</Prtry></SchmeNm></Othr>"
        let accepted = ReadFile(PaymentFileFixture(payments: [[line]]))
        #expect(accepted.transfers.first?.creditorAccount == .alias("W-7F3K"))
        line.account = "<Othr><Id>W-7F3K</Id></Othr>"
        #expect(ReadFile(PaymentFileFixture(payments: [[line]])).refusalCodes == [.AC03])
    }

    @Test(arguments: [
        (PaymentFileFixture.Line(amount: "0.00"), StatusReason.AM01),
        (.init(amount: "12.505"), .CH20),
        (.init(amount: "12,50"), .FF01),
        (.init(amount: "-1"), .FF01),
        (.init(amount: ""), .AM12),
        (.init(amount: "99999999999999999"), .AM02),
        (.init(currency: "USD"), .AM03),
        (.init(currency: nil), .AM11),
        (.init(name: nil), .BE22),
        (.init(account: ""), .AC03),
        (.init(account: "<IBAN>NL58INGB0004418702</IBAN>"), .AC03),
        (.init(account: "<IBAN>NL57 INGB 0004 4187 02</IBAN>"), .AC03),
        (.init(endToEndID: nil), .FF01),
        (.init(endToEndID: String(repeating: "x", count: 36)), .FF01),
        (.init(endToEndID: ""), .FF01),
        (.init(remittance: String(repeating: "x", count: 141)), .FF01),
    ])
    func `one wrong line is refused and its neighbour read`(
        line: PaymentFileFixture.Line,
        code: StatusReason
    ) {
        let file = ReadFile(PaymentFileFixture(payments: [[line, .init()]]))
        #expect(file.refusalCodes == [code])
        #expect(file.refusals.first?.level == .line)
        #expect(file.refusals.first?.path.hasPrefix("PmtInf[1]/CdtTrfTxInf[1]") == true)
        #expect(file.report.verdict == .refused)
        #expect(file.report.transactionCount == 2)
        #expect(file.transfers.map(\.position.path) == ["PmtInf[1]/CdtTrfTxInf[2]"])
    }

    @Test func `all problems are found at once`() {
        let file = ReadFile(
            PaymentFileFixture(
                groupCount: "9",
                groupSum: "1.00",
                paymentCount: "4",
                paymentSum: "2.00",
                executionDate: "2020-01-01",
                payments: [
                    [.init(currency: "USD", account: "<IBAN>NL00X</IBAN>"), .init(name: nil)]
                ]
            )
        )
        #expect(
            file.refusalCodes == [.CH04, .AM03, .AC03, .BE22, .AM20, .AM10, .AM19, .AM10]
        )
        #expect(
            file.refusals.map(\.level) == [
                .paymentInformation, .line, .line, .line, .paymentInformation,
                .paymentInformation, .file, .file,
            ]
        )
        #expect(file.refusals.last?.path == "GrpHdr/CtrlSum")
    }

    @Test func `sums compare as numbers`() {
        #expect(ReadFile(PaymentFileFixture(groupSum: "12.5")).report.verdict == .acceptable)
        #expect(ReadFile(PaymentFileFixture(groupSum: "12.50000")).report.verdict == .acceptable)
        #expect(ReadFile(PaymentFileFixture(groupSum: "12.501")).refusalCodes == [.AM10])
        #expect(ReadFile(PaymentFileFixture(groupSum: "12,50")).refusalCodes == [.FF01])
    }

    @Test func `amounts too large to add up are refused, not wrapped around`() {
        let lines = Array(
            repeating: PaymentFileFixture.Line(amount: "90071992547409.91"),
            count: 1_030
        )
        let file = ReadFile(PaymentFileFixture(groupSum: "1.00", payments: [lines]))
        #expect(file.refusalCodes == [.AM02, .AM02])
        #expect(file.report.controlSumMinorUnits > 0)
    }

    @Test func `an equivalent amount in another currency is not carried out`() {
        let amount = "<InstdAmt Ccy=\"EUR\">12.50</InstdAmt>"
        let other = "<EqvtAmt><Amt Ccy=\"EUR\">12.50</Amt><CcyOfTrf>USD</CcyOfTrf></EqvtAmt>"
        let parts = PaymentFileFixture().xml.split(separator: amount)
        #expect(ReadFile(parts.joined(separator: other)).refusalCodes == [.CH17])
        #expect(ReadFile(parts.joined(separator: amount + other)).refusalCodes == [.FF01])
        #expect(ReadFile(parts.joined(separator: "")).refusalCodes == [.AM12])
    }

    @Test func `lines of a refused block are not handed over as payable`() {
        let file = ReadFile(PaymentFileFixture(executionDate: "2020-01-01"))
        #expect(file.transfers.isEmpty)
        #expect(file.report.transactionCount == 1)
    }

    @Test(arguments: ["x", "", "-1", "1.0"])
    func `a number of payments that is no number is refused`(count: String) {
        #expect(ReadFile(PaymentFileFixture(groupCount: count)).refusalCodes == [.AM19])
    }

    @Test func `dates are judged against the file's own creation`() {
        #expect(
            ReadFile(PaymentFileFixture(executionDate: "2025-11-19")).report.verdict == .acceptable
        )
        #expect(ReadFile(PaymentFileFixture(executionDate: "2025-11-18")).refusalCodes == [.CH04])
        #expect(ReadFile(PaymentFileFixture(executionDate: "2026-02-30")).refusalCodes == [.DT01])
        #expect(ReadFile(PaymentFileFixture(createdAt: "yesterday")).refusalCodes == [.DT02])
        let christmas = ReadFile(PaymentFileFixture(executionDate: "2026-12-25"))
        #expect(christmas.report.verdict == .acceptable)
        #expect(christmas.remarkCodes == [.DT06])
        #expect(christmas.report.findings.first?.text.contains("2026-12-28") == true)
    }

    @Test func `accents pass silently and an emoji earns a remark`() {
        let accents = PaymentFileFixture.Line(name: "Dáel Muñiz-Yıldız", remittance: "€ 5 – ’t Hof")
        #expect(ReadFile(PaymentFileFixture(payments: [[accents]])).report.findings == [])
        let emoji = PaymentFileFixture.Line(remittance: "Bijstand 💶")
        let file = ReadFile(PaymentFileFixture(payments: [[emoji]]))
        #expect(file.report.verdict == .acceptable)
        #expect(file.remarkCodes == [.RR10])
    }

    @Test func `structure is checked without a schema`() {
        let good = PaymentFileFixture().xml
        func changed(_ from: String, _ to: String) -> [StatusReason] {
            let parts = good.split(separator: from, maxSplits: 1, omittingEmptySubsequences: false)
            #expect(parts.count == 2)
            return ReadFile(parts.joined(separator: to)).refusalCodes
        }
        #expect(changed("<MsgId>WIJKSTAD-1</MsgId>", "") == [.FF01])
        #expect(changed("<PmtInfId>BLOCK-1</PmtInfId>", "") == [.FF01])
        #expect(changed("<PmtMtd>TRF</PmtMtd>", "<PmtMtd>CHK</PmtMtd>") == [.FF01])
        #expect(changed("<Purp><Cd>BENE</Cd></Purp>", "<Purpose/>") == [.FF01])
        #expect(changed("<Purp><Cd>BENE</Cd></Purp>", "<Purp/>") == [.FF01])
        #expect(changed("<Purp>", "<Purp xmlns='urn:other'>") == [.FF01])
        #expect(changed("<ReqdExctnDt>2026-11-26</ReqdExctnDt>", "") == [.FF01])
        #expect(changed("<Dbtr><Nm>Gemeente Wijkstad</Nm></Dbtr>", "") == [.FF01])
        #expect(changed("<Amt>", "stray<Amt>") == [.FF01])
        #expect(
            changed("<PmtMtd>TRF</PmtMtd>", "<PmtMtd>TRF</PmtMtd><PmtMtd>TRF</PmtMtd>") == [.FF01]
        )
        #expect(ReadFile(PaymentFileFixture(payments: [[]])).refusalCodes == [.FF01])
        #expect(ReadFile(PaymentFileFixture(payments: [])).refusalCodes == [.FF01])
    }

    @Test func `repeated lists keep the first findings and count the rest`() {
        var limits = PaymentFileLimits()
        limits.findings = 5
        let lines = Array(repeating: PaymentFileFixture.Line(currency: "USD"), count: 20)
        let file = ReadFile(PaymentFileFixture(payments: [lines]).xml, limits: limits)
        #expect(file.report.findings.count == 5)
        #expect(file.report.omittedFindings == 15)
        // What refuses the block or the file is told, however many lines are refused before it.
        let wrong = PaymentFileFixture(groupCount: "7", paymentCount: "8", payments: [lines])
        let all = ReadFile(wrong.xml, limits: limits).report
        #expect(all.findings.map(\.level).suffix(2) == [.paymentInformation, .file])
        #expect(all.findings.count == 7 && all.omittedFindings == 15 && all.isFileRefused)
        let told = all.tellingOmissions.findings
        #expect(told.dropLast() == all.findings[...])
        #expect(told.last?.code == .NARR && told.last?.text.contains("15") == true)
        let short = ReadFile(PaymentFileFixture().xml).report
        #expect(short.tellingOmissions == short)
    }

    @Test func `the size of the pieces changes nothing`() {
        var wrong = PaymentFileFixture(
            groupCount: "7",
            payments: [[.init(), .init(name: "Zoë 💶")]]
        )
        wrong.payments.append([.init(amount: "1,00"), .init()])
        for xml in [PaymentFileFixture().xml, wrong.xml, String(wrong.xml.dropLast(200))] {
            let whole = ReadFile(Array(xml.utf8))
            for pieces in [1, 7, 4_096] {
                #expect(ReadFile(Array(xml.utf8), pieces: pieces) == whole)
            }
        }
    }

    @Test func `texts carry no names and no account numbers`() {
        let line = PaymentFileFixture.Line(
            amount: "1,5",
            name: "Geheimzinnig",
            account: "<IBAN>NL58INGB0004418702</IBAN>"
        )
        for finding in ReadFile(PaymentFileFixture(payments: [[line]])).report.findings {
            for text in [finding.text, finding.textDutch, finding.path] {
                #expect(!text.contains("Geheimzinnig") && !text.contains("0004418702"))
            }
        }
    }
}
