import Domain
import FoundationEssentials
import ISO20022

/// The payment file of the story, read beforehand to know whom it pays.
struct BenefitsFile: Sendable {
    /// One line of it.
    struct Line: Sendable {
        let name: String
        let iban: String
        let minorUnits: Int64

        /// The amount as decimal text.
        var amount: String { DecimalText.text(minorUnits, digits: 2) }
    }

    let path: String
    let lines: [Line]

    /// Reads the file; throws when it could not be paid out.
    init(path: String) throws {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("\(path) cannot be read; name its directory with --examples")
        }
        var lines: [Line] = []
        let reader = PaymentFileReader { event in
            guard case .creditTransfer(let transfer) = event,
                case .iban(let iban) = transfer.creditorAccount
            else { return }
            lines.append(
                Line(
                    name: transfer.creditorName,
                    iban: iban.canonical,
                    minorUnits: transfer.amountMinorUnits
                )
            )
        }
        reader.feed(bytes)
        guard reader.finish().verdict == .acceptable, lines.count >= 5 else {
            throw CommandFailure("\(path) is not a payment file for the story")
        }
        self.path = path
        self.lines = lines
    }

    /// What lines amount to together.
    static func total(_ lines: some Sequence<Line>) -> String {
        DecimalText.text(lines.reduce(0) { $0 + $1.minorUnits }, digits: 2)
    }
}
