import API
import Foundation
import ISO20022
import Postgres
import TestSupport
import Testing

/// The books of a merchant over a period, in four forms that say the same.
@Suite struct MerchantStatementTests {
    private func cents(_ text: some StringProtocol) -> Int {
        Int(String(text).replacing(".", with: "")) ?? .min
    }

    private func year(_ community: TestCommunity) -> String { "\(community.days.year)" }

    private func read(
        _ operation: API.Operation,
        _ period: String,
        of merchant: Identifier,
        by client: TestClient
    ) async throws -> TestAnswer {
        try await client.call(operation, ["merchantId": "\(merchant)", "period": period])
    }

    /// The fields of a CSV whose texts have no commas, without its header.
    private func fields(_ answer: TestAnswer) -> [[Substring]] {
        answer.text.split(separator: "\r\n").dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
    }

    @Test func `all forms of a statement add up to the same`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let asked = try await shop.till.call(
            .requestPayment,
            body: PaymentRequest(
                amount: community.amount("12.10"),
                reference: "=bon 1",
                vat: [
                    VATPart(rateBasisPoints: 2100, amount: community.amount("1.74")),
                    VATPart(rateBasisPoints: 900, amount: community.amount("0.17")),
                ]
            )
        ).decode(Payment.self)
        #expect(asked.vat?.map(\.rateBasisPoints) == [2100, 900])
        let paid = try await resident.pay(asked).decode(Payment.self)
        #expect(paid.vat == asked.vat)
        _ = try await shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(merchantId: shop.merchant, amount: community.amount("2.10"))
        ).decode(Redemption.self)

        let sum = try await read(
            .getMerchantStatement,
            year(community),
            of: shop.merchant,
            by: shop.owner
        )
        .decode(MerchantStatement.self)
        #expect(sum.opening.value == "0.00" && sum.closing.value == "10.00")
        #expect(sum.movement.value == "10.00" && sum.count == 2 && !sum.isComplete)

        let csv = try await read(
            .getMerchantStatementCSV,
            year(community),
            of: shop.merchant,
            by: shop.owner
        )
        #expect(csv.headers["content-type"] == "text/csv")
        let rows = fields(csv)
        #expect(rows.map { $0[3] } == ["opening", "payment", "redemption", "closing"])
        #expect(rows.map { $0[5] } == ["0.00", "12.10", "10.00", "10.00"])
        #expect(rows[1][12] == "'=bon 1" && rows[1][13] == "21.00%=1.74 9.00%=0.17")
        #expect(rows[1][8] == "\(asked.id)" && rows[1][10] == "kassa 1")

        let camt = try await read(
            .getMerchantStatementCamt053,
            year(community),
            of: shop.merchant,
            by: shop.owner
        )
        #expect(camt.text.contains("<NbOfNtries>2</NbOfNtries>"))
        #expect(camt.text.contains("<Rate>21.00</Rate><TtlAmt Ccy=\"EUR\">1.74</TtlAmt>"))
        if let shared = PackageRoot.sharedData {
            let schema = shared.appending(path: "iso20022/xsd/camt.053.001.08.xsd").path
            #expect(SchemaValidation.validate(xml: Array(camt.body), schemaFile: schema) == [])
        } else {
            print("skipped: the schema of camt.053.001.08 is not there")
        }

        let pdf = try await read(
            .getMerchantStatementPDF,
            year(community),
            of: shop.merchant,
            by: shop.owner
        )
        #expect(pdf.headers["content-type"] == "application/pdf")
        // libharu writes slash and percent as octal escapes (ISO 32000-1, 7.3.4.2).
        let text = String(decoding: pdf.body, as: UTF8.self)
            .replacing("\\057", with: "/").replacing("\\045", with: "%")
        #expect(text.hasPrefix("%PDF-1.") && text.contains("(1 / 1)"))
        #expect(text.contains("(Closing balance)") && text.contains("(of which VAT 21.00%)"))
    }

    @Test func `a statement of many pages has every posting once`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        #expect(try await resident.pay(try await shop.request("20.00")).status == 201)
        let count = 510
        try await withThrowingTaskGroup { group in
            for _ in 0..<6 {
                group.addTask {
                    for _ in 0..<(count / 6) {
                        _ = try await shop.owner.call(
                            .requestRedemption,
                            body: RedemptionRequest(
                                merchantId: shop.merchant,
                                amount: community.amount("0.01")
                            )
                        ).decode(Redemption.self)
                    }
                }
            }
            try await group.waitForAll()
        }
        let csv = try await read(
            .getMerchantStatementCSV,
            year(community),
            of: shop.merchant,
            by: shop.owner
        )
        let rows = fields(csv)
        #expect(rows.count == count + 3)
        let numbers = rows.dropFirst().dropLast().map { Int($0[0]) }
        #expect(numbers == (1...(count + 1)).map { $0 })
        var balance = cents(rows[0][5])
        for row in rows.dropFirst().dropLast() {
            balance += cents(row[4])
            #expect(cents(row[5]) == balance)
        }
        #expect(rows.last.map { cents($0[5]) } == balance && balance == 1490)
        let camt = try await read(
            .getMerchantStatementCamt053,
            year(community),
            of: shop.merchant,
            by: shop.owner
        )
        #expect(camt.text.split(separator: "<Ntry>").count == count + 2)
    }

    @Test(arguments: [
        // The weeks in which the clocks of Amsterdam change have 167 and 169 hours.
        ("2026-W13", "2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("2025-W43", "2025-10-19T22:00:00Z", "2025-10-26T23:00:00Z"),
        ("2026-W01", "2025-12-28T23:00:00Z", "2026-01-04T23:00:00Z"),
        ("2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("2026-07", "2026-06-30T22:00:00Z", "2026-07-31T22:00:00Z"),
        ("2025", "2024-12-31T23:00:00Z", "2025-12-31T23:00:00Z"),
    ])
    func `days begin as they do in the zone of the community`(
        period: String,
        from: String,
        until: String
    ) async throws {
        let cast = try await Cast.shared
        let statement = try await read(
            .getMerchantStatement,
            period,
            of: cast.shop.merchant,
            by: cast.shop.owner
        ).decode(MerchantStatement.self)
        #expect(statement.fromAt.description == from && statement.untilAt.description == until)
        #expect(statement.isComplete && statement.count == 0)
    }

    @Test func `a period that is none, or has not begun, is not found`() async throws {
        let cast = try await Cast.shared
        for period in ["2026-13", "2026-W54", "vandaag", "9000", "2026-02-30"] {
            for operation in [
                API.Operation.getMerchantStatement, .getMerchantStatementCSV,
                .getMerchantStatementPDF, .getMerchantStatementCamt053,
            ] {
                let answer = try await read(
                    operation,
                    period,
                    of: cast.shop.merchant,
                    by: cast.shop.owner
                )
                #expect(answer.problemType == .notFound, "\(period)")
            }
        }
    }

    @Test func `the books of a merchant that stopped are still there`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        #expect(try await resident.pay(try await shop.request("3.00")).status == 201)
        _ = try await shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(merchantId: shop.merchant)
        ).decode(Redemption.self)
        let owner = try await OpenedDatabase.shared.owner
        _ = try await owner.execute(
            """
            UPDATE ledger.account SET state = 'closed'
             WHERE community_id = \(community.id.uuid)
               AND id = (SELECT account_id FROM merchant.merchant
                          WHERE community_id = \(community.id.uuid)
                            AND id = \(shop.merchant.uuid))
            """
        )
        let revoked = try await community.administrator.call(
            .revokeClient,
            ["clientId": "\(shop.owner.id)"],
            body: ClientRevocation(reason: "gestopt")
        )
        #expect(revoked.status == 201)
        let csv = try await read(
            .getMerchantStatementCSV,
            year(community),
            of: shop.merchant,
            by: community.administrator
        )
        #expect(fields(csv).map { $0[5] } == ["0.00", "3.00", "0.00", "0.00"])
    }

    @Test func `VAT that does not fit in the payment is refused`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        func ask(_ vat: [(Int, String)]) async throws -> TestAnswer {
            try await shop.till.call(
                .requestPayment,
                body: PaymentRequest(
                    amount: community.amount("10.00"),
                    vat: vat.map {
                        VATPart(rateBasisPoints: $0, amount: community.amount($1))
                    }
                )
            )
        }
        #expect(try await ask([(2100, "5.00"), (900, "5.00")]).status == 201)
        let wrongs: [[(Int, String)]] = [
            [(2100, "5.00"), (900, "5.01")], [(2100, "1.00"), (2100, "1.00")],
            [(10_001, "1.00")], [(-1, "1.00")], [],
            (0...8).map { ($0, "0.10") },
        ]
        for wrong in wrongs {
            #expect(try await ask(wrong).problemType == .invalidRequest)
        }
        #expect(try await ask([(2100, "1.0")]).problemType == .invalidAmount)
    }
}
