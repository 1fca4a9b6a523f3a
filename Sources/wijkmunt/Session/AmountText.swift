import API
import ArgumentParser
import Domain

/// Which coin amounts on the command line are in.
struct CoinOptions: ParsableArguments {
    @Option(help: "The coin; the only one of the community by default.")
    var coin: String?

    /// The coin, asked from the accounts service.
    func resolve(_ session: Session) async throws -> Coin {
        if let coin {
            return try await session.client.call(.getCoin, path: ["coinCode": coin])
        }
        let coins: Page<Coin> = try await session.client.call(.listCoins)
        guard coins.items.count == 1, let only = coins.items.first else {
            let codes = coins.items.map(\.code).joined(separator: ", ")
            throw CommandFailure(
                codes.isEmpty
                    ? "the community has no coin yet" : "choose a coin with --coin: \(codes)"
            )
        }
        return only
    }
}

extension Coin {
    /// An amount as typed, `12.5` or `12`, with the digits that the services want.
    func amount(_ text: String) throws -> Amount {
        var value = text
        let decimals = text.split(separator: ".", omittingEmptySubsequences: false)
        if digits > 0, decimals.count <= 2 {
            let given = decimals.count == 2 ? decimals[1].count : 0
            if given < digits {
                value +=
                    (decimals.count == 2 ? "" : ".")
                    + String(repeating: "0", count: digits - given)
            }
        }
        do throws(DecimalText.Refusal) {
            _ = try DecimalText.minorUnits(value, digits: digits)
        } catch {
            throw ValidationError(
                "\(text) is not an amount of \(code): write digits, a point and at most "
                    + "\(digits) decimals, such as 12.50"
            )
        }
        return Amount(value: value, coin: code)
    }
}
