import FoundationEssentials
import ISO20022
import Testing

@Suite struct AccountStatementTests {
    private func statement(opening: Int64 = 31_000, entries: [Int64]) throws -> String {
        let day = try #require(CalendarDate(year: 2026, month: 3, day: 2))
        let writer = AccountStatement(
            .init(
                .init(
                    id: "2026-03-02-7a108b200c30d040e0570001",
                    createdAtMicroseconds: 1_772_492_400_000_000,
                    spanMicroseconds: 1_772_406_000_000_000..<1_772_492_400_000_000,
                    accountID: "01957c5e6f007a108b200c30d040e057",
                    accountName: "oosterhof",
                    ownerName: "Café Zoë & Zn 💶"
                ),
                openingDay: day,
                closingDay: day,
                openingMinorUnits: opening,
                closingMinorUnits: opening + entries.reduce(0, +),
                count: Int64(entries.count)
            )
        )
        let lines = entries.enumerated().map { index, amount in
            writer.entry(
                .init(
                    reference: "\(index + 1)",
                    id: "01957c5e6f007a108b200c30d040e05b",
                    minorUnits: amount,
                    bookedAtMicroseconds: 1_772_449_500_000_000,
                    kind: amount > 0 ? "payment" : "redemption",
                    remittance: index == 0 ? "bon <1> & 💶" : nil,
                    vat: index == 0
                        ? [
                            .init(rateBasisPoints: 2100, minorUnits: 174),
                            .init(rateBasisPoints: 900, minorUnits: 21),
                        ] : []
                )
            )
        }
        return writer.opening + lines.joined() + writer.closing
    }

    @Test(.enabled(if: SharedTestData.isThere))
    func `a statement is valid against the schema of ISO 20022`() throws {
        for entries: [Int64] in [[], [1250, 99, -31_000], [-40_000]] {
            let errors = SchemaValidation.validate(
                xml: try statement(entries: entries),
                schemaFile: SharedTestData.path("xsd/camt.053.001.08.xsd")
            )
            #expect(errors == [])
        }
    }

    @Test func `amounts have no sign, and the side says which way`() throws {
        let xml = try statement(entries: [1250, -100])
        #expect(xml.contains("<Amt Ccy=\"EUR\">12.50</Amt><CdtDbtInd>CRDT</CdtDbtInd>"))
        #expect(xml.contains("<Amt Ccy=\"EUR\">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>"))
        #expect(xml.contains("<Rate>21.00</Rate><TtlAmt Ccy=\"EUR\">1.74</TtlAmt>"))
        #expect(xml.contains("<NbOfNtries>2</NbOfNtries>"))
    }

    @Test func `texts are of the basic Latin set`() throws {
        let xml = try statement(entries: [1250])
        #expect(xml.utf8.allSatisfy { $0 < 0x80 })
        #expect(xml.contains("<Nm>Cafe Zoe + Zn .</Nm>"))
        #expect(xml.contains("<Ustrd>bon .1. + .</Ustrd>"))
    }
}

@Suite struct StatementPeriodTests {
    @Test(arguments: [
        ("2026-03-02", "2026-03-02", "2026-03-03"), ("2026-12-31", "2026-12-31", "2027-01-01"),
        ("2026-02", "2026-02-01", "2026-03-01"), ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026", "2026-01-01", "2027-01-01"), ("2024-02", "2024-02-01", "2024-03-01"),
        // Weeks over the turn of the year, and the 53rd of a year that has it.
        ("2026-W01", "2025-12-29", "2026-01-05"), ("2026-W53", "2026-12-28", "2027-01-04"),
        ("2027-W01", "2027-01-04", "2027-01-11"), ("2020-W53", "2020-12-28", "2021-01-04"),
        // The weeks in which Europe's clocks change.
        ("2026-W13", "2026-03-23", "2026-03-30"), ("2026-W43", "2026-10-19", "2026-10-26"),
    ])
    func `a period is a day, a week, a month or a year`(
        text: String,
        first: String,
        end: String
    ) throws {
        let period = try #require(StatementPeriod(text))
        #expect(period.first.description == first)
        #expect(period.end.description == end)
    }

    @Test(arguments: [
        "", "2026-", "2026-13", "2026-00", "2026-02-30", "2026-W00", "2026-W54", "2025-W53",
        "26", "2026-W1", "2026-w10", "20260302", "2026-03-2", "1969", "9999", "2026-03-02T",
        "2026-W10-1", "２０２６",
    ])
    func `anything else is none`(text: String) {
        #expect(StatementPeriod(text) == nil)
    }
}
