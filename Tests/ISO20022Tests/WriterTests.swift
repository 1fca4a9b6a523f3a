import ISO20022
import Testing

@Suite struct WriterTests {
    private func settlement(count: Int = 3) throws -> SettlementFile {
        let iban = try #require(IBAN("NL57INGB0004418702"))
        let names = ["Bakker & Zn", "Café Zoë <b>", "Wijkwinkel 💶"]
        let transfers = (0..<count).map { number in
            SettlementFile.Transfer(
                endToEndID: "RED-\(number)",
                amountMinorUnits: Int64(number) * 100 + 5,
                creditorName: names[number % 3],
                creditorIBAN: iban,
                remittance: "Inwisseling \"\(number)\"",
                uetr: "0d0f9b1e-2c3d-4a5b-8c6d-0123456789ab"
            )
        }
        return try SettlementFile(
            messageID: "SETTLE-2026-11-22",
            paymentID: "SETTLE-1",
            createdAtMicroseconds: 1_795_340_000_000_000,
            executionDate: try #require(CalendarDate(year: 2026, month: 11, day: 24)),
            debtorName: "Stichting Reserve Wijkmunt",
            debtorIBAN: try #require(IBAN("NL91ABNA0417164300")),
            transfers: transfers
        )
    }

    @Test func `a settlement file is read back as it was meant`() throws {
        let file = ReadFile(try settlement().xml)
        #expect(file.report.findings == [])
        #expect(file.report.messageType == "pain.001.001.09")
        #expect(file.report.controlSumMinorUnits == 315)
        #expect(file.report.header?.createdAt == "2026-11-22T09:33:20Z")
        #expect(
            file.transfers.map(\.creditorName) == ["Bakker + Zn", "Cafe Zoe .b.", "Wijkwinkel ."]
        )
        #expect(file.transfers.map(\.endToEndID) == ["RED-0", "RED-1", "RED-2"])
        #expect(file.transfers.first?.uetr == "0d0f9b1e-2c3d-4a5b-8c6d-0123456789ab")
        #expect(file.transfers.first?.remittance == "Inwisseling .0.")
    }

    @Test func `impossible settlements are not written`() throws {
        let iban = try #require(IBAN("NL57INGB0004418702"))
        func fault(
            messageID: String = "M",
            id: String = "E",
            amount: Int64 = 1,
            name: String = "N",
            remittance: String? = nil,
            uetr: String? = nil
        ) throws -> SettlementFile.Fault? {
            let date = try #require(CalendarDate(year: 2026, month: 11, day: 24))
            let transfer = SettlementFile.Transfer(
                endToEndID: id,
                amountMinorUnits: amount,
                creditorName: name,
                creditorIBAN: iban,
                remittance: remittance,
                uetr: uetr
            )
            do throws(SettlementFile.Fault) {
                _ = try SettlementFile(
                    messageID: messageID,
                    paymentID: "P",
                    createdAtMicroseconds: 0,
                    executionDate: date,
                    debtorName: "D",
                    debtorIBAN: iban,
                    transfers: [transfer]
                )
                return nil
            } catch { return error }
        }
        #expect(try fault() == nil)
        #expect(try fault(messageID: "") == .identifier(element: "MsgId"))
        #expect(try fault(id: "a//b") == .identifier(element: "EndToEndId"))
        #expect(try fault(id: "é") == .identifier(element: "EndToEndId"))
        #expect(try fault(amount: 0) == .amount(transfer: 0))
        #expect(try fault(amount: 1 << 53) == .amount(transfer: 0))
        #expect(try fault(name: " ") == .name(element: "Cdtr"))
        #expect(
            try fault(remittance: String(repeating: "x", count: 141)) == .remittance(transfer: 0)
        )
        #expect(try fault(uetr: "no") == .uetr(transfer: 0))
    }

    private func statusReport(_ version: PaymentStatusReport.Version) -> PaymentStatusReport {
        PaymentStatusReport(
            version: version,
            messageID: "STATUS-1",
            createdAtMicroseconds: 0,
            original: .init(
                messageID: "WIJKSTAD-<1>",
                messageType: "pain.001.001.03",
                createdAt: "2026-11-20T16:05:12",
                count: 3,
                controlSumMinorUnits: 3_750
            ),
            groupStatus: .PART,
            reasons: [.init(code: .AM19, text: "Telt 3 & niet 4")],
            payments: [
                .init(
                    id: "BLOCK-1",
                    count: 3,
                    controlSumMinorUnits: 3_750,
                    status: .PART,
                    transactions: [
                        .init(
                            instructionID: "I-1",
                            endToEndID: "NOTPROVIDED",
                            status: .ACCC,
                            amountMinorUnits: 1_250
                        ),
                        .init(
                            endToEndID: nil,
                            status: .RJCT,
                            reasons: [
                                .init(code: .AC03, text: String(repeating: "lang é", count: 60))
                            ]
                        ),
                        .init(endToEndID: "E-3", status: .PDNG),
                    ]
                )
            ]
        )
    }

    @Test func `version 03 has no status for credited to the creditor`() {
        #expect(statusReport(.pain00200103).xml.contains("<TxSts>ACSC</TxSts>"))
        #expect(statusReport(.pain00200110).xml.contains("<TxSts>ACCC</TxSts>"))
        #expect(statusReport(.pain00200103).xml.contains("WIJKSTAD-&lt;1&gt;"))
    }

    @Test(.enabled(if: SharedTestData.isThere, "shared test data is not there"))
    func `what is written is valid by the schemas`() throws {
        for version in PaymentStatusReport.Version.allCases {
            let schema = SharedTestData.path("xsd/\(version.rawValue).xsd")
            #expect(
                SchemaValidation.validate(xml: statusReport(version).xml, schemaFile: schema) == []
            )
            for status in PaymentStatusReport.GroupStatus.allCases {
                let report = PaymentStatusReport(
                    version: version,
                    messageID: "S",
                    createdAtMicroseconds: 0,
                    original: .init(messageID: "M", messageType: "pain.001.001.03"),
                    groupStatus: status,
                    payments: PaymentStatusReport.TransactionStatus.allCases.map { status in
                        .init(id: "P", transactions: [.init(endToEndID: "E", status: status)])
                    }
                )
                #expect(SchemaValidation.validate(xml: report.xml, schemaFile: schema) == [])
            }
        }
        let schema = SharedTestData.path("xsd/pain.001.001.09.xsd")
        #expect(
            SchemaValidation.validate(xml: try settlement(count: 500).xml, schemaFile: schema)
                == []
        )
    }

    @Test(.enabled(if: SharedTestData.isThere, "shared test data is not there"))
    func `schema validation reports what is wrong`() {
        let schema = SharedTestData.path("xsd/pain.001.001.03.xsd")
        let fixture = PaymentFileFixture()
        #expect(SchemaValidation.validate(xml: fixture.xml, schemaFile: schema) == [])
        let long = PaymentFileFixture(messageID: String(repeating: "x", count: 36))
        #expect(
            SchemaValidation.validate(xml: long.xml, schemaFile: schema)
                .contains { $0.contains("MsgId") }
        )
        #expect(
            SchemaValidation.validate(xml: "<x", schemaFile: schema)
                == ["document is not well-formed XML"]
        )
        #expect(
            SchemaValidation.validate(xml: fixture.xml, schemaFile: "/nowhere.xsd").first?
                .hasPrefix("schema cannot be read") == true
        )
    }
}
