import API
import FoundationEssentials
import ISO20022
import Postgres

/// A statement as camt.053.001.08, for whatever reads bank statements.
struct StatementCamt: Sendable {
    let frame: StatementFrame

    private var writer: AccountStatement {
        // A period that has ended gives the same bytes however often it is asked for.
        let created = frame.isComplete ? frame.until : frame.now
        let hex = Identifier(frame.merchant).description.replacing("-", with: "")
        return AccountStatement(
            .init(
                .init(
                    id: "\(frame.period)-\(hex.suffix(24))",
                    createdAtMicroseconds: created.microseconds,
                    spanMicroseconds: frame.from.microseconds..<frame.until.microseconds,
                    accountID: Identifier(frame.account).description.replacing("-", with: ""),
                    accountName: frame.coin,
                    ownerName: frame.name
                ),
                openingDay: frame.period.first,
                closingDay: max(frame.period.first, frame.lastDay),
                openingMinorUnits: frame.opening,
                closingMinorUnits: frame.closing,
                count: frame.count
            )
        )
    }

    var opening: String { writer.opening }

    var closing: String { writer.closing }

    /// What writes an entry.
    func lines() -> @Sendable (StatementEntry) -> String {
        let writer = writer
        return { entry in
            writer.entry(
                .init(
                    reference: "\(entry.seq)",
                    id: Identifier(entry.transfer).description.replacing("-", with: ""),
                    minorUnits: entry.amount,
                    bookedAtMicroseconds: entry.postedAt.microseconds,
                    kind: entry.kind,
                    remittance: entry.reference,
                    vat: zip(entry.vatRates, entry.vatAmounts).map { rate, amount in
                        .init(rateBasisPoints: Int(rate), minorUnits: amount)
                    }
                )
            )
        }
    }
}
