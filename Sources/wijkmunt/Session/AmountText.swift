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
        let units: Int64
        do throws(DecimalText.Refusal) {
            units = try DecimalText.minorUnits(value, digits: digits)
        } catch .outOfRange {
            throw ValidationError("\(text) is more \(code) than any amount can be")
        } catch {
            let form =
                digits == 0
                ? "digits only, such as 12"
                : "digits, a point and at most \(counted(digits, "decimal")), such as 12.5"
            throw ValidationError("\(text) is not an amount of \(code): write \(form)")
        }
        guard units > 0 else { throw ValidationError("an amount is more than zero") }
        return Amount(value: value, coin: code)
    }
}
