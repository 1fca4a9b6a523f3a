import API
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// Makes a coin and opens its books. It cannot be spent in shops before it has a policy.
struct CreateCoin: Sendable {
    let creation: CoinCreation
    let community: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> Coin {
        // One minor unit is one euro cent, so that circulation and reserve compare as integers.
        guard creation.digits == 2 else {
            throw Problem.invalid("/digits", "a peg to the euro needs 2")
        }
        let coin = Coin(
            code: creation.code,
            name: creation.name,
            symbol: creation.symbol,
            digits: creation.digits,
            peg: creation.peg,
            locality: .unset,
            createdAt: now
        )
        guard try connection.execute(CoinQueries.insert(coin, community: community)) == 1 else {
            throw Problem(.coinExists, "The community has a coin with this code already.")
        }
        try Ledger.openCoin(coin.code, community: community, connection)
        return coin
    }
}
