import ISO20022
import Testing

@Suite struct BankMessageReaderTests {
    @Test(arguments: ["pain.002.001.03", "pain.002.001.10"])
    func `a status report tells of the file, the block and each transfer`(_ type: String) throws {
        let file = ReadBankMessage(
            Self.document(
                type,
                """
                <CstmrPmtStsRpt><GrpHdr><MsgId>S-1</MsgId></GrpHdr>
                <OrgnlGrpInfAndSts><OrgnlMsgId> M-1 </OrgnlMsgId><GrpSts>PART</GrpSts>
                </OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>P-1</OrgnlPmtInfId>
                <PmtInfSts>PART</PmtInfSts>
                <TxInfAndSts><OrgnlEndToEndId>E-1</OrgnlEndToEndId><TxSts>RJCT</TxSts>
                <StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf>
                <OrgnlTxRef><Amt><InstdAmt Ccy="EUR">12.5</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>
                <TxInfAndSts><OrgnlEndToEndId>E-2</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>
                </OrgnlPmtInfAndSts></CstmrPmtStsRpt>
                """
            )
        )
        #expect(file.report.refusal == nil && file.report.type?.rawValue == type)
        #expect(file.report.messageID == "S-1" && file.report.count == 4)
        #expect(file.answers.map(\.scope) == [.message, .transfer, .transfer, .payment])
        #expect(file.answers.allSatisfy { $0.originalMessageID == "M-1" })
        #expect(file.answers.map(\.status) == ["PART", "RJCT", "ACSC", "PART"])
        #expect(file.answers[1].amountMinorUnits == 1250 && file.answers[1].reason == "AC04")
        #expect(file.answers[1].originalPaymentID == "P-1")
        #expect(file.answers[2].originalEndToEndID == "E-2" && file.answers[2].reason == nil)
    }

    @Test(arguments: [
        ("camt.053.001.02", "BkToCstmrStmt", "Stmt", "<Sts>BOOK</Sts>"),
        ("camt.053.001.08", "BkToCstmrStmt", "Stmt", "<Sts><Cd>BOOK</Cd></Sts>"),
        ("camt.054.001.02", "BkToCstmrDbtCdtNtfctn", "Ntfctn", "<Sts>BOOK</Sts>"),
        ("camt.054.001.08", "BkToCstmrDbtCdtNtfctn", "Ntfctn", "<Sts><Cd>BOOK</Cd></Sts>"),
    ])
    func `a statement tells of each transaction and of entries without any`(
        _ form: (type: String, message: String, part: String, booked: String)
    ) throws {
        let file = ReadBankMessage(
            Self.document(
                form.type,
                """
                <\(form.message)><GrpHdr><MsgId>C-1</MsgId></GrpHdr><\(form.part)><Id>2026-1</Id>
                <Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></Acct>
                <Ntry><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>\(form.booked)
                <BookgDt><Dt>2026-12-01</Dt></BookgDt><NtryDtls>
                <TxDtls><Refs><EndToEndId>E-1</EndToEndId></Refs>
                <AmtDtls><TxAmt><Amt Ccy="EUR">10.00</Amt></TxAmt></AmtDtls></TxDtls>
                <TxDtls><Refs><EndToEndId>E-2</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>
                <Ntry><Amt Ccy="EUR">5</Amt><CdtDbtInd>CRDT</CdtDbtInd>\(form.booked)<NtryDtls>
                <TxDtls><Refs><EndToEndId>E-3</EndToEndId></Refs>
                <RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>
                <RmtInf><Ustrd>a</Ustrd><Ustrd>b</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
                <Ntry><Amt Ccy="EUR">7.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>\(form.booked)
                <NtryDtls><Btch><PmtInfId>P-9</PmtInfId></Btch></NtryDtls></Ntry>
                </\(form.part)></\(form.message)>
                """
            )
        )
        #expect(file.report.refusal == nil && file.report.messageID == "C-1")
        #expect(file.movements.map(\.endToEndID) == ["E-1", "E-2", "E-3", nil])
        #expect(file.movements.map(\.amountMinorUnits) == [1000, nil, 500, 700])
        #expect(file.movements.map(\.isCredit) == [false, false, true, false])
        #expect(file.movements.allSatisfy { $0.isBooked && $0.statementID == "2026-1" })
        #expect(file.movements.allSatisfy { $0.accountIBAN == "NL91ABNA0417164300" })
        #expect(file.movements[0].bookedOn == "2026-12-01")
        #expect(file.movements[2].returnReason == "AC04" && file.movements[2].remittance == "a b")
        #expect(file.movements[3].originalPaymentID == "P-9")
    }

    @Test(arguments: [
        "", "<a/>", "<Document/>", "<Document xmlns=\"urn:other\"/>",
        "<!DOCTYPE Document><Document/>",
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\"/>",
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><Other/></Document>",
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>",
    ])
    func `what is no answer of a bank is refused`(_ text: String) {
        let file = ReadBankMessage(text)
        #expect(file.report.refusal != nil && file.report.count == 0)
    }

    @Test func `the same is told however the bytes arrive, and limits hold`() {
        let text = Self.document(
            "camt.053.001.08",
            "<BkToCstmrStmt><Stmt>"
                + String(repeating: "<Ntry><Amt Ccy=\"EUR\">1.00</Amt></Ntry>", count: 2_000)
                + "</Stmt></BkToCstmrStmt>"
        )
        let whole = ReadBankMessage(text)
        let bytewise = ReadBankMessage(text, pieces: 1)
        #expect(whole.movements.count == 2_000 && whole.movements == bytewise.movements)
        var limits = BankMessageLimits()
        limits.lines = 1_999
        #expect(ReadBankMessage(text, limits: limits).report.refusal != nil)
        limits = BankMessageLimits()
        limits.bytes = 1_000
        #expect(ReadBankMessage(text, limits: limits).report.refusal != nil)
    }

    @Test(
        .enabled(if: SharedTestData.isThere, "there are no reference files"),
        arguments: [
            ("nl-abnamro-example-camt.xml", false), ("nl-vng-huishoudboekje-CAMT_RABO.xml", false),
            ("php-genkgo-camt053.v8.xml", false), ("php-genkgo-camt054.v2.xml", false),
            ("py-pain001-pain002_sample.xml", true),
            ("ts-goldman_sachs-pain_002_v3_payment_accepted.xml", true),
            ("ts-nordea-pain_002_v3_txn_reject.xml", true),
        ]
    )
    func `answers of real banks are read`(_ sample: (name: String, isStatus: Bool)) throws {
        let bytes = try SharedTestData.bytes("samples-pain002-camt/\(sample.name)")
        let file = ReadBankMessage(bytes)
        #expect(file.report.refusal == nil)
        #expect(sample.isStatus ? file.answers.count > 0 : file.movements.count > 0)
        let amounts = file.movements.filter { $0.amountMinorUnits != nil }
        #expect(amounts.allSatisfy { $0.currency != nil })
    }

    private static func document(_ type: String, _ content: String) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:\(type)">\(content)</Document>
        """
    }
}

/// A bank's message that was read.
private struct ReadBankMessage {
    let report: BankMessageReport
    let events: [BankMessageEvent]

    init(_ text: String, pieces: Int = 65_536, limits: BankMessageLimits = .init()) {
        self.init(Array(text.utf8), pieces: pieces, limits: limits)
    }

    init(_ bytes: [UInt8], pieces: Int = 65_536, limits: BankMessageLimits = .init()) {
        var events: [BankMessageEvent] = []
        let reader = BankMessageReader(limits: limits) { events.append($0) }
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            reader.feed(bytes[start..<min(start + pieces, bytes.count)])
        }
        report = reader.finish()
        self.events = events
    }

    var answers: [PaymentAnswer] {
        events.compactMap { if case .answer(let answer) = $0 { answer } else { nil } }
    }

    var movements: [AccountMovement] {
        events.compactMap { if case .movement(let movement) = $0 { movement } else { nil } }
    }
}
