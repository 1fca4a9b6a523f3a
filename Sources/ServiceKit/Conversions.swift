package import API
import Domain
package import FoundationEssentials
package import Postgres

// Between the API's types, the domain's and the database's; nowhere else.

extension Timestamp {
    /// The same moment for the database.
    package init(_ instant: Instant) {
        self.init(microseconds: instant.microseconds)
    }
}

extension Instant {
    /// The same moment for the API.
    package init(_ timestamp: Timestamp) {
        self.init(microseconds: timestamp.microseconds)
    }
}

extension Amount {
    /// Minor units of a coin as decimal text with the coin's digits.
    package init(minorUnits: Int64, coin: String, digits: Int) {
        self.init(value: DecimalText.text(minorUnits, digits: digits), coin: coin)
    }

    /// Positive minor units of this amount; throws 400 `invalid-amount` naming the member.
    package func minorUnits(digits: Int, at pointer: String = "/amount/value") throws -> Int64 {
        do {
            let units = try DecimalText.minorUnits(value, digits: digits)
            guard units > 0 else { throw Self.invalid(pointer, "must be more than zero") }
            return units
        } catch let refusal as DecimalText.Refusal {
            switch refusal {
            case .malformed: throw Self.invalid(pointer, "must be a plain decimal number")
            case .digits(let expected):
                throw Self.invalid(pointer, "must have exactly \(expected) decimals")
            case .outOfRange: throw Self.invalid(pointer, "is too large")
            }
        }
    }

    private static func invalid(_ pointer: String, _ detail: String) -> Problem {
        Problem(
            .invalidAmount,
            "The amount is not one of this coin.",
            errors: [RequestError(pointer: pointer, detail: detail)]
        )
    }
}

extension SignedAmount {
    /// Signed minor units of a coin as decimal text.
    package init(minorUnits: Int64, coin: String, digits: Int) {
        self.init(value: DecimalText.text(minorUnits, digits: digits), coin: coin)
    }
}

extension EuroAmount {
    /// Cents as decimal text.
    package init(cents: Int64) {
        self.init(value: DecimalText.text(cents, digits: 2))
    }
}

/// What a service must know of a coin to read and write its amounts.
package struct CoinDigits: Sendable {
    package let code: String
    package let digits: Int

    /// A coin whose digits were read together with something else.
    package init(code: String, digits: Int) {
        self.code = code
        self.digits = digits
    }

    /// The coin of a community; throws 422 `unknown-coin`.
    package static func find(
        _ code: String,
        community: UUID,
        _ connection: Connection
    ) throws -> CoinDigits {
        let row = try connection.query(
            """
            SELECT digits FROM accounts.coin
             WHERE community_id = \(community) AND code = \(code)
            """
        ).first
        guard let row else { throw unknownCoin }
        let digits: Int16 = try row.decode(Int16.self)
        return CoinDigits(code: code, digits: Int(digits))
    }

    /// Digits of every coin that is pegged to the euro, as `coin_peg_is_euro` demands of all.
    package static let pegged = 2

    /// 422 for a coin that the community does not have.
    package static let unknownCoin = Problem(.unknownCoin, "The community has no such coin.")

    /// An amount of this coin for the API.
    package func amount(_ minorUnits: Int64) -> Amount {
        Amount(minorUnits: minorUnits, coin: code, digits: digits)
    }
}
