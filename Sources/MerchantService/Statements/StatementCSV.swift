import API
import FoundationEssentials
import Postgres
import ServiceKit

/// A statement as comma-separated values (RFC 4180): one line per posting, between one with the
/// opening and one with the closing balance.
struct StatementCSV: Sendable {
    let frame: StatementFrame

    private static let columns = [
        "nr", "postedAt", "localTime", "kind", "amount", "balance", "coin", "transferId",
        "paymentId", "shop", "terminal", "cashierId", "reference", "vat",
    ]

    var opening: String {
        CSVLine.text(Self.columns) + balance("opening", frame.from, frame.opening)
    }

    var closing: String { balance("closing", frame.until, frame.closing) }

    func line(_ entry: StatementEntry) -> String {
        CSVLine.text([
            "\(entry.seq)", Instant(microseconds: entry.postedAt.microseconds).description,
            entry.localTime, entry.kind, frame.text(entry.amount), frame.text(entry.balance),
            frame.coin, Identifier(entry.transfer).description,
            entry.payment.map { Identifier($0).description } ?? "",
            CSVLine.harmless(entry.shop ?? ""), CSVLine.harmless(entry.terminal ?? ""),
            entry.cashier.map { Identifier($0).description } ?? "",
            CSVLine.harmless(entry.reference ?? ""), entry.vatText(frame),
        ])
    }

    private func balance(_ kind: String, _ at: Instant, _ minorUnits: Int64) -> String {
        let known = [
            "postedAt": at.description, "kind": kind, "balance": frame.text(minorUnits),
            "coin": frame.coin,
        ]
        return CSVLine.text(Self.columns.map { known[$0] ?? "" })
    }
}

extension StatementEntry {
    /// Such as `21.00%=2.17 9.00%=0.50`.
    func vatText(_ frame: StatementFrame) -> String {
        vat.map { rate, minorUnits in
            "\(frame.rateText(Int64(rate)))%=\(frame.text(minorUnits))"
        }.joined(separator: " ")
    }
}

extension StatementFrame {
    /// Percents times a hundred as percents.
    func rateText(_ basisPoints: Int64) -> String {
        let fraction = String(basisPoints % 100)
        return "\(basisPoints / 100)." + (fraction.count < 2 ? "0" : "") + fraction
    }
}
