import ISO20022
import Testing

@Suite struct CreditNotificationTests {
    private func notification(
        _ kinds: [CreditNotification.Kind],
        of span: Range<Int64>? = nil,
        totals: CreditNotification.Totals? = nil
    ) -> String {
        let writer = CreditNotification(
            .init(
                id: "01957c5e6f007a108b200c30d040e057",
                createdAtMicroseconds: 1_772_492_400_000_000,
                spanMicroseconds: span,
                accountID: "01957c5e6f007a108b200c30d040e058",
                accountName: "oosterhof",
                ownerName: "Leefgeld & Zn 💶"
            ),
            totals: totals
        )
        let entries = kinds.enumerated().map { index, kind in
            writer.entry(
                .init(
                    reference: "\(index + 1)",
                    id: "01957c5e6f007a108b200c30d040e05b",
                    kind: kind,
                    minorUnits: 1_250,
                    bookedAtMicroseconds: 1_772_449_500_000_000,
                    references: .init(
                        messageID: index == 0 ? "M<1>" : nil,
                        paymentID: "P-1",
                        instructionID: index == 0 ? String(repeating: "i", count: 40) : nil,
                        endToEndID: index == 0 ? "NOTPROVIDED" : ""
                    ),
                    creditorName: index == 0 ? "Renée Dupré" : "",
                    remittance: index == 0 ? "Leefgeld <maart>" : nil
                )
            )
        }
        return writer.opening + entries.joined() + writer.closing
    }

    private static let kinds: [CreditNotification.Kind] = [
        .payment(arrivedAtMicroseconds: 1_772_449_600_000_000),
        .payment(arrivedAtMicroseconds: nil), .return, .recall,
        .other("expiry", isCredit: true), .other("payout", isCredit: false),
    ]
    private static let totals = CreditNotification.Totals(
        creditCount: 3,
        creditMinorUnits: 3_750,
        debitCount: 3,
        debitMinorUnits: 5_000
    )
    private static let march2: Range<Int64> = 1_772_406_000_000_000..<1_772_492_400_000_000

    @Test(.enabled(if: SharedTestData.isThere, "shared test data is not there"))
    func `a notification is valid against the schema of ISO 20022`() {
        let texts = [
            notification([]), notification(Self.kinds),
            notification(Self.kinds, of: Self.march2, totals: Self.totals),
        ]
        for text in texts {
            let errors = SchemaValidation.validate(
                xml: text,
                schemaFile: SharedTestData.path("xsd/camt.054.001.08.xsd")
            )
            #expect(errors == [])
        }
    }

    @Test func `a period says when it was and what its entries come to, with the sides apart`() {
        let text = notification(Self.kinds, of: Self.march2, totals: Self.totals)
        #expect(
            text.contains(
                "<FrToDt><FrDtTm>2026-03-01T23:00:00Z</FrDtTm>"
                    + "<ToDtTm>2026-03-02T23:00:00Z</ToDtTm></FrToDt>"
            )
        )
        #expect(
            text.contains(
                "<TtlNtries><NbOfNtries>6</NbOfNtries><TtlNetNtry><Amt>12.50</Amt>"
                    + "<CdtDbtInd>DBIT</CdtDbtInd></TtlNetNtry></TtlNtries>"
                    + "<TtlCdtNtries><NbOfNtries>3</NbOfNtries><Sum>37.50</Sum></TtlCdtNtries>"
                    + "<TtlDbtNtries><NbOfNtries>3</NbOfNtries><Sum>50.00</Sum></TtlDbtNtries>"
            )
        )
    }

    @Test func `what is written is read as a bank's notification is`() {
        var movements: [AccountMovement] = []
        let reader = BankMessageReader { event in
            if case .movement(let movement) = event { movements.append(movement) }
        }
        reader.feed(Array(notification(Self.kinds).utf8))
        let report = reader.finish()
        #expect(report.refusal == nil && report.type == .camt05400108 && report.count == 6)
        #expect(movements.map(\.isCredit) == [false, false, true, true, true, false])
        #expect(movements.allSatisfy { $0.isBooked && $0.amountMinorUnits == 1_250 })
        #expect(movements.map(\.returnReason) == [nil, nil, "BE06", "FOCR", nil, nil])
        #expect(movements.map(\.originalMessageID) == ["M<1>", nil, nil, nil, nil, nil])
        #expect(movements.map(\.endToEndID) == ["NOTPROVIDED", nil, nil, nil, nil, nil])
        #expect(movements.first?.remittance == "Leefgeld .maart.")
        #expect(
            movements.map(\.transactionCode) == [
                "PMNT-ICDT-BOOK", "PMNT-ICDT-BOOK", "PMNT-ICDT-RRTN", "PMNT-ICDT-RPCR",
                "", "",
            ]
        )
    }

    @Test func `it tells when a payment arrived, once it has`() {
        let text = notification(Self.kinds)
        #expect(text.split(separator: "<TxDtTm>").count == 2)
        #expect(text.contains("<Nm>Renee Dupre</Nm>"))
        #expect(text.contains("<InstrId>" + String(repeating: "i", count: 35) + "</InstrId>"))
    }
}
