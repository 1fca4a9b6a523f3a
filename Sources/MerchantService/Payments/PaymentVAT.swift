import API
import ServiceKit

/// The VAT in a payment as the shop's software told it: passed on, and believed as far as it fits in
/// the amount.
struct PaymentVAT: Sendable {
    /// Percents times a hundred, each once.
    let rates: [Int32]
    /// Minor units of the coin, in the same order.
    let amounts: [Int64]

    /// As the database has it; nil for none.
    init?(rates: [Int32]?, amounts: [Int64]?) {
        guard let rates, let amounts else { return nil }
        self.rates = rates
        self.amounts = amounts
    }

    /// Reads a breakdown; nil for none. Throws 400 when it does not fit the amount.
    init?(_ parts: [VATPart]?, in amount: Int64, of coin: CoinDigits) throws {
        guard let parts, !parts.isEmpty else { return nil }
        var left = amount
        var (rates, amounts): ([Int32], [Int64]) = ([], [])
        for (index, part) in parts.enumerated() {
            guard part.amount.coin == coin.code else {
                throw Problem.invalid("/vat/\(index)/amount/coin", "is another coin")
            }
            let units = try part.amount.minorUnits(
                digits: coin.digits,
                at: "/vat/\(index)/amount/value"
            )
            let rate = Int32(part.rateBasisPoints)
            guard !rates.contains(rate) else {
                throw Problem.invalid("/vat/\(index)/rateBasisPoints", "is given twice")
            }
            guard units <= left else {
                throw Problem.invalid("/vat", "adds up to more than the amount")
            }
            left -= units
            rates.append(rate)
            amounts.append(units)
        }
        self.rates = rates
        self.amounts = amounts
    }

    func parts(of coin: String, digits: Int) -> [VATPart] {
        zip(rates, amounts).map { rate, amount in
            VATPart(
                rateBasisPoints: Int(rate),
                amount: Amount(minorUnits: amount, coin: coin, digits: digits)
            )
        }
    }
}
