package import API
import Foundation

extension TestBankFile {
    /// Euros as a statement has them.
    package struct Credit: Sendable {
        let amount: String
        let text: String
        let structured: String?
        let bankReference: String?
        let payer: String
        let isReversal: Bool
        let isBooked: Bool
        let day: String

        package init(
            _ amount: String,
            _ text: String,
            structured: String? = nil,
            bankReference: String? = UUID().uuidString,
            payer: String = "Gemeente Wijkstad",
            isReversal: Bool = false,
            isBooked: Bool = true,
            day: String = "2026-12-01"
        ) {
            (self.amount, self.text, self.structured) = (amount, text, structured)
            (self.bankReference, self.payer) = (bankReference, payer)
            (self.isReversal, self.isBooked, self.day) = (isReversal, isBooked, day)
        }
    }

    /// A camt.053.001.08, or a camt.054, of the account with this number.
    package static func credits(
        _ credits: [Credit],
        to account: Int,
        as message: String = "camt.053.001.08",
        id: String = UUID().uuidString
    ) -> String {
        let entries = credits.map { credit in
            """
            <Ntry><Amt Ccy="EUR">\(credit.amount)</Amt>
            <CdtDbtInd>\(credit.isReversal ? "DBIT" : "CRDT")</CdtDbtInd>
            \(credit.isReversal ? "<RvslInd>true</RvslInd>" : "")
            <Sts><Cd>\(credit.isBooked ? "BOOK" : "PDNG")</Cd></Sts>
            <BookgDt><Dt>\(credit.day)</Dt></BookgDt>
            \(credit.bankReference.map { "<AcctSvcrRef>\($0)</AcctSvcrRef>" } ?? "")
            <NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
            <RltdPties><Dbtr><Pty><Nm>\(credit.payer)</Nm></Pty></Dbtr></RltdPties>
            <RmtInf><Ustrd>\(credit.text)</Ustrd>\(credit.structured.map {
                "<Strd><CdtrRefInf><Ref>\($0)</Ref></CdtrRefInf></Strd>"
            } ?? "")</RmtInf></TxDtls></NtryDtls></Ntry>
            """
        }
        let isStatement = message.hasPrefix("camt.053")
        let (outer, inner) =
            isStatement
            ? ("BkToCstmrStmt", "Stmt") : ("BkToCstmrDbtCdtNtfctn", "Ntfctn")
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:\(message)"><\(outer)>
            <GrpHdr><MsgId>\(id)</MsgId><CreDtTm>2026-12-01T18:00:00Z</CreDtTm></GrpHdr>
            <\(inner)><Id>\(id)</Id><Acct><Id><IBAN>\(TestIBAN.number(account))</IBAN></Id></Acct>
            \(entries.joined(separator: "\n"))</\(inner)></\(outer)></Document>
            """
    }
}

extension TestCommunity {
    /// A programme whose euros arrive on the account with this number.
    package func programme(
        fundedThrough account: Int,
        reference: String? = nil
    ) async throws -> Programme {
        try await clerk.call(
            .createProgramme,
            body: ProgrammeCreation(
                name: "Energietoeslag",
                coin: Self.coin,
                fundingAccount: FundingAccount(
                    iban: TestIBAN.number(account),
                    reference: reference
                )
            )
        ).decode(Programme.self)
    }

    /// The treasurer imports a statement of the bank.
    package func importStatement(_ xml: String, key: String? = nil) async throws -> TestAnswer {
        try await treasurer.send(.importBankStatement, bytes: Data(xml.utf8), key: key)
    }

    /// What a statement told of, in the order of the file.
    package func credits(of statement: BankStatement) async throws -> [BankCredit] {
        try await treasurer.call(
            .listBankCredits,
            query: "bankStatementId=\(statement.id)&limit=250"
        ).decode(Page<BankCredit>.self).items.sorted { $0.sourceLine < $1.sourceLine }
    }

    /// Somebody says which programme a credit is for.
    package func assign(
        _ credit: Identifier,
        to programme: Identifier,
        by client: TestClient
    ) async throws -> TestAnswer {
        try await client.call(
            .assignBankCredit,
            ["bankCreditId": "\(credit)"],
            body: BankCreditAssignment(programmeId: programme)
        )
    }

    /// Somebody says that a credit is for no programme.
    package func dismiss(_ credit: Identifier, by client: TestClient) async throws -> TestAnswer {
        try await client.call(
            .dismissBankCredit,
            ["bankCreditId": "\(credit)"],
            body: BankCreditDismissal(reason: "kwijt-geraakt")
        )
    }
}
