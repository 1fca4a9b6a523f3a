import API
import FoundationEssentials
import PDF
import ServiceKit

/// A statement to print.
struct StatementPDF: Sendable {
    /// Its pages are in memory together: 556 of them at most, some five megabytes.
    static let mostEntries = 20_000

    let frame: StatementFrame

    func callAsFunction(_ pages: StatementPages) async throws -> [UInt8] {
        var (pages, sums) = (pages, Sums())
        let document = try TableDocument(
            title: "Statement \(frame.period)",
            lines: [
                frame.name,
                "From \(frame.from) until \(frame.until), \(frame.timeZone)",
                "Account \(Identifier(frame.account)) in \(frame.coin)",
                frame.isComplete ? "Complete" : "Not complete: as of \(frame.now)",
                "Opening balance \(frame.text(frame.opening)), \(frame.count) postings",
            ],
            columns: Self.columns,
            rows: Int(frame.count)
        )
        while let page = try await pages.next() {
            for entry in page {
                sums.add(entry)
                document.add(row(entry))
            }
        }
        document.finish(totals: totals(sums))
        var bytes: [UInt8] = []
        try document.write { bytes += $0 }
        return bytes
    }

    private static let columns: [TableDocument.Column] = [
        .init("Time", at: 40, most: 19),
        .init("What", at: 122, most: 14),
        .init("Reference", at: 180, most: 26),
        .init("Shop, till", at: 298, most: 24),
        .init("VAT", at: 400, most: 13),
        .init("Amount", at: 500, isNumber: true, most: 18),
        .init("Balance", at: 555, isNumber: true, most: 18),
    ]

    private func row(_ entry: StatementEntry) -> [String] {
        let vat = entry.vat.reduce(0) { $0 + $1.minorUnits }
        return [
            entry.localTime, entry.kind, entry.reference ?? "",
            [entry.shop, entry.terminal].compactMap { $0 }.joined(separator: ", "),
            entry.vatAmounts.isEmpty ? "" : frame.text(vat),
            frame.text(entry.amount), frame.text(entry.balance),
        ]
    }

    private func totals(_ sums: Sums) -> [(name: String, value: String)] {
        [("Opening balance", frame.text(frame.opening))]
            + sums.kinds.sorted { $0.key < $1.key }.map { ($0.key, frame.text($0.value)) }
            + [("Closing balance", frame.text(frame.closing))]
            + sums.vat.sorted { $0.key < $1.key }.map { rate, amount in
                ("of which VAT \(frame.rateText(Int64(rate)))%", frame.text(amount))
            }
    }

    /// What the postings of each kind, and the VAT of each rate, add up to.
    private struct Sums {
        var kinds: [String: Int64] = [:]
        var vat: [Int32: Int64] = [:]

        mutating func add(_ entry: StatementEntry) {
            kinds[entry.kind, default: 0] += entry.amount
            for (rate, minorUnits) in entry.vat { vat[rate, default: 0] += minorUnits }
        }
    }
}
