package import API
import Foundation
import LocalStack
import Postgres

extension TestCommunity {
    /// A colleague verifies the bank account of a merchant as the administrator registered it.
    package func verifyIban(of merchant: Identifier) async throws {
        let requests = try await colleague.call(
            .listMerchantIbans,
            ["merchantId": "\(merchant)"]
        ).decode(Page<IbanRequest>.self).items
        guard let open = requests.first(where: { $0.state == .open }) else {
            throw MissingMember(name: "open request for a bank account")
        }
        let answer = try await colleague.call(
            .verifyMerchantIban,
            ["merchantId": "\(merchant)", "ibanRequestId": "\(open.id)"],
            body: IbanRequestVerification(
                iban: TestIBAN.number(900_001),
                evidence: "bankpas gezien"
            )
        )
        _ = try answer.decode(Merchant.self)
    }

    /// The treasurer puts what waits into a bank file.
    package func settle() async throws -> TestAnswer {
        try await treasurer.call(
            .createSettlement,
            body: SettlementCreation(
                coin: Self.coin,
                debtorName: "Stichting Oosterhof",
                debtorIban: TestIBAN.number(42),
                executionDate: "2026-12-01"
            )
        )
    }

    /// A second treasurer.
    package func secondTreasurer() async throws -> TestClient {
        try await administrator.register("Tweede kassier", [.treasurer], of: institution)
    }

    /// Puts what waits into a bank file, and a second treasurer releases it.
    package func settleAndRelease() async throws -> (Settlement, by: TestClient) {
        let settlement = try await settle().decode(Settlement.self)
        let second = try await secondTreasurer()
        let released = try await second.call(
            .releaseSettlement,
            ["settlementId": "\(settlement.id)"],
            body: SettlementRelease()
        ).decode(Settlement.self)
        return (released, second)
    }

    /// The treasurer imports a file of the bank.
    package func importAnswer(_ xml: String, key: String? = nil) async throws -> TestAnswer {
        try await treasurer.send(.importBankAnswer, bytes: Data(xml.utf8), key: key)
    }

    /// The treasurer asks for what a programme has left, or for what the coin has kept.
    package func proposePayout(
        _ value: String? = nil,
        from source: PayoutSource = .programme,
        of programme: Identifier? = nil,
        to account: Int = 43
    ) async throws -> TestAnswer {
        try await treasurer.call(
            .proposePayout,
            body: PayoutCreation(
                coin: Self.coin,
                source: source,
                programmeId: programme,
                amount: value.map { amount($0) },
                creditorName: "Gemeente Oosterhof",
                creditorIban: TestIBAN.number(account),
                reason: "de regeling is afgelopen"
            )
        )
    }

    /// Somebody approves a payout to an account.
    package func approve(
        payout: Identifier,
        to account: Int = 43,
        by approver: TestClient
    ) async throws -> TestAnswer {
        try await approver.call(
            .decidePayout,
            ["payoutId": "\(payout)"],
            body: PayoutDecision(approved: true, creditorIban: TestIBAN.number(account))
        )
    }
}

/// Files as a bank sends them.
package enum TestBankFile {
    /// One payment as a statement has it.
    package struct Movement: Sendable {
        let reference: String
        let amount: String
        let isCredit: Bool
        let reason: String?

        package init(
            _ reference: String,
            _ amount: String,
            isCredit: Bool = false,
            reason: String? = nil
        ) {
            (self.reference, self.amount) = (reference, amount)
            (self.isCredit, self.reason) = (isCredit, reason)
        }
    }

    /// A pain.002.001.10 about a file as a whole, and about single payments of it by their references.
    package static func status(
        of message: String,
        as group: String? = nil,
        lines: [(reference: String, status: String)] = [],
        id: String = "STATUS-1"
    ) -> String {
        let transfers = lines.map { line in
            """
            <TxInfAndSts><OrgnlEndToEndId>\(line.reference)</OrgnlEndToEndId>
            <TxSts>\(line.status)</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf>
            </TxInfAndSts>
            """
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
            <GrpHdr><MsgId>\(id)</MsgId><CreDtTm>2026-12-01T09:00:00Z</CreDtTm></GrpHdr>
            <OrgnlGrpInfAndSts><OrgnlMsgId>\(message)</OrgnlMsgId>
            <OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>
            \(group.map { "<GrpSts>\($0)</GrpSts>" } ?? "")</OrgnlGrpInfAndSts>
            <OrgnlPmtInfAndSts><OrgnlPmtInfId>\(message)</OrgnlPmtInfId>
            \(transfers.joined(separator: "\n"))</OrgnlPmtInfAndSts>
            </CstmrPmtStsRpt></Document>
            """
    }

    /// A camt.053.001.08 of the account that settlements are paid from, an entry per payment.
    package static func statement(_ movements: [Movement], id: String = "STATEMENT-1") -> String {
        let entries = movements.map { movement in
            entry(
                movement.amount,
                isCredit: movement.isCredit,
                details: """
                    <TxDtls><Refs><EndToEndId>\(movement.reference)</EndToEndId></Refs>
                    \(movement.reason.map {
                        "<RtrInf><Rsn><Cd>\($0)</Cd></Rsn></RtrInf>"
                    } ?? "")</TxDtls>
                    """
            )
        }
        return document(entries.joined(separator: "\n"), id)
    }

    /// A camt.053.001.08 with one booking for a whole file.
    package static func batchStatement(
        of message: String,
        _ amount: String,
        id: String = "STATEMENT-B"
    ) -> String {
        document(
            entry(
                amount,
                isCredit: false,
                details: "<Btch><PmtInfId>\(message)</PmtInfId></Btch>"
            ),
            id
        )
    }

    private static func entry(_ amount: String, isCredit: Bool, details: String) -> String {
        """
        <Ntry><Amt Ccy="EUR">\(amount)</Amt><CdtDbtInd>\(isCredit ? "CRDT" : "DBIT")</CdtDbtInd>
        <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-12-01</Dt></BookgDt>
        <NtryDtls>\(details)</NtryDtls></Ntry>
        """
    }

    private static func document(_ entries: String, _ id: String) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
        <GrpHdr><MsgId>\(id)</MsgId><CreDtTm>2026-12-01T18:00:00Z</CreDtTm></GrpHdr>
        <Stmt><Id>\(id)</Id><Acct><Id><IBAN>\(TestIBAN.number(42))</IBAN></Id></Acct>
        \(entries)</Stmt></BkToCstmrStmt></Document>
        """
    }
}

extension TestCommunity {
    /// So many periods pass for all pots that lose value, and what they lost is posted.
    package func loseValue(periods: Int32) async throws {
        try await stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
            try await owner.transaction { connection in
                let pots = try connection.query(
                    """
                    UPDATE ledger.account a
                       SET depreciated_periods = a.depreciated_periods - \(periods)
                      FROM ledger.depreciation d
                     WHERE a.community_id = \(id.uuid) AND d.community_id = a.community_id
                       AND d.id = a.depreciation_id AND d.starts_on < current_date
                    RETURNING a.id
                    """
                ).map { try $0.decode(UUID.self) }
                _ = try connection.query(
                    "SELECT ledger.depreciate_accounts(\(id.uuid), \(pots), clock_timestamp())"
                )
            }
        }
    }
}
