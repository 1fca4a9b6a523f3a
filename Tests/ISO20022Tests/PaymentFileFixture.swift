import ISO20022

/// A small pain.001 of our own, of which a test bends one part.
struct PaymentFileFixture {
    struct Line {
        var endToEndID: String? = "NOTPROVIDED"
        var amount = "12.50"
        var currency: String? = "EUR"
        var name: String? = "M. de Wilde"
        var account = "<IBAN>NL57INGB0004418702</IBAN>"
        var remittance = "Bijzondere bijstand"
    }

    var version = PaymentMessageType.pain00100103
    var messageID = "WIJKSTAD-1"
    var createdAt = "2026-11-20T16:05:12"
    var groupCount: String?
    var groupSum: String?
    var paymentCount: String?
    var paymentSum: String?
    var executionDate = "2026-11-26"
    var paymentMethod = "TRF"
    /// One block for each element.
    var payments: [[Line]] = [[Line()]]
    var prefix = ""

    var xml: String {
        let p = prefix.isEmpty ? "" : prefix + ":"
        let declaration = prefix.isEmpty ? "xmlns" : "xmlns:\(prefix)"
        let count = groupCount ?? String(payments.joined().count)
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <\(p)Document \(declaration)="\(version.namespace)">
            <\(p)CstmrCdtTrfInitn>
            <GrpHdr><MsgId>\(messageID)</MsgId><CreDtTm>\(createdAt)</CreDtTm>
            <NbOfTxs>\(count)</NbOfTxs>\(element("CtrlSum", groupSum))
            <InitgPty><Nm>Gemeente Wijkstad</Nm></InitgPty></GrpHdr>\n
            """
        for (index, lines) in payments.enumerated() { text += payment(index + 1, lines) }
        text += "</\(p)CstmrCdtTrfInitn>\n</\(p)Document>\n"
        return prefix.isEmpty ? text : prefixed(text)
    }

    private func payment(_ number: Int, _ lines: [Line]) -> String {
        let date = version == .pain00100109 ? "<Dt>\(executionDate)</Dt>" : executionDate
        var text = """
            <PmtInf><PmtInfId>BLOCK-\(number)</PmtInfId><PmtMtd>\(paymentMethod)</PmtMtd>
            \(element("NbOfTxs", paymentCount))\(element("CtrlSum", paymentSum))
            <PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><CtgyPurp><Cd>SSBE</Cd></CtgyPurp></PmtTpInf>
            <ReqdExctnDt>\(date)</ReqdExctnDt>
            <Dbtr><Nm>Gemeente Wijkstad</Nm></Dbtr>
            <DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct>
            <DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>\n
            """
        for line in lines { text += transfer(line) }
        return text + "</PmtInf>\n"
    }

    private func transfer(_ line: Line) -> String {
        let currency = line.currency.map { " Ccy=\"\($0)\"" } ?? ""
        let creditor = line.name.map { "<Cdtr><Nm>\($0)</Nm></Cdtr>" } ?? ""
        let account = line.account.isEmpty ? "" : "<CdtrAcct><Id>\(line.account)</Id></CdtrAcct>"
        return """
            <CdtTrfTxInf><PmtId>\(element("EndToEndId", line.endToEndID))</PmtId>
            <Amt><InstdAmt\(currency)>\(line.amount)</InstdAmt></Amt>
            \(creditor)\(account)
            <Purp><Cd>BENE</Cd></Purp>
            <RmtInf><Ustrd>\(line.remittance)</Ustrd></RmtInf></CdtTrfTxInf>\n
            """
    }

    private func element(_ name: String, _ text: String?) -> String {
        text.map { "<\(name)>\($0)</\(name)>" } ?? ""
    }

    private func prefixed(_ text: String) -> String {
        var result = ""
        var previous: Character = " "
        var isInTag = false
        for character in text {
            let begins = previous == "<" || (previous == "/" && isInTag)
            if previous == "<" { isInTag = true }
            if begins, character.isLetter { result += prefix + ":" }
            if character != "/" { isInTag = false }
            result.append(character)
            previous = character
        }
        let doubled = "\(prefix):\(prefix):"
        return result.split(separator: doubled, omittingEmptySubsequences: false)
            .joined(separator: prefix + ":")
    }
}

/// What a reader told about one file.
struct ReadFile: Equatable {
    var events: [PaymentFileEvent] = []
    var report: PaymentFileReport

    init(_ bytes: [UInt8], pieces: Int = .max, limits: PaymentFileLimits = PaymentFileLimits()) {
        var events: [PaymentFileEvent] = []
        let reader = PaymentFileReader(limits: limits) { events.append($0) }
        var rest = bytes[...]
        while !rest.isEmpty {
            reader.feed(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        report = reader.finish()
        self.events = events
    }

    init(_ xml: String, limits: PaymentFileLimits = PaymentFileLimits()) {
        self.init(Array(xml.utf8), limits: limits)
    }

    init(_ fixture: PaymentFileFixture) { self.init(fixture.xml) }

    var transfers: [CreditTransfer] {
        events.compactMap { if case .creditTransfer(let transfer) = $0 { transfer } else { nil } }
    }

    var refusals: [Finding] { report.findings.filter { $0.severity == .refusal } }
    var refusalCodes: [StatusReason] { refusals.map(\.code) }
    var remarkCodes: [StatusReason] {
        report.findings.filter { $0.severity == .remark }.map(\.code)
    }
}
