import API
import ArgumentParser

extension MerchantCommand {
    /// `wijkmunt merchant statement …`
    struct Statement: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The books of a merchant over a day, week, month or year."
        )
        @Argument(help: "Such as 2026-03-02, 2026-W10, 2026-03 or 2026.") var period: String
        @Option(help: "The merchant; the profile's own by default.") var merchant: Identifier?
        @Option(help: "summary, csv, pdf or camt-053.") var format = Format.summary
        @Option(help: "Write to this file.", completion: .file()) var to: String?
        @OptionGroup var session: SessionOptions

        enum Format: String, CaseIterable, ExpressibleByArgument {
            case summary, csv, pdf
            case camt053 = "camt-053"

            /// The operation that answers in this form.
            var operation: API.Operation {
                switch self {
                case .summary: .getMerchantStatement
                case .csv: .getMerchantStatementCSV
                case .pdf: .getMerchantStatementPDF
                case .camt053: .getMerchantStatementCamt053
                }
            }
        }

        func validate() throws {
            if format == .pdf, to == nil {
                throw ValidationError("A PDF is no text: say with --to where it goes.")
            }
        }

        func run() async throws {
            let session = try self.session.open(for: format.operation)
            let path = [
                "merchantId": try session.merchant(merchant).description, "period": period,
            ]
            let answer = try await session.client.answer(format.operation, path: path)
            if format == .summary, to == nil {
                return try session.output.show(answer.decode(MerchantStatement.self))
            }
            try answer.deliver(to: to)
        }
    }
}

/// VAT at one rate, typed as percents and an amount, such as `21=2.17`.
struct VATArgument: ExpressibleByArgument {
    let rateBasisPoints: Int
    let value: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
        let rate = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(rate.count), let whole = Int(rate[0]) else {
            return nil
        }
        var hundredths = 0
        if rate.count == 2 {
            guard rate[1].count <= 2, let given = Int(rate[1] + "00".dropFirst(rate[1].count))
            else { return nil }
            hundredths = given
        }
        guard (0...100).contains(whole), hundredths >= 0 else { return nil }
        rateBasisPoints = whole * 100 + hundredths
        value = String(parts[1])
    }
}

extension [VATArgument] {
    /// The parts in the words of the API; `nil` when none was given.
    func parts(of coin: Coin) throws -> [VATPart]? {
        guard !isEmpty else { return nil }
        return try map {
            VATPart(rateBasisPoints: $0.rateBasisPoints, amount: try coin.amount($0.value))
        }
    }
}
