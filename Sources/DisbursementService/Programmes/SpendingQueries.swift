import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of what was spent of a programme. The database leaves out what is not told.
enum SpendingQueries {
    static func spending(of programme: UUID, community: UUID) -> SQL {
        """
        SELECT fewest_people, spent, shops, shop_names, shop_spent
          FROM disbursement.spending(\(community), \(programme))
        """
    }

    static func spending(_ row: Row, of programme: Programme) throws -> ProgrammeSpending {
        let (fewest, spent, shops, names, amounts) = try row.decode(
            Int32.self,
            Int64?.self,
            [UUID]?.self,
            [String]?.self,
            [Int64]?.self
        )
        let coin = CoinDigits(code: programme.coin, digits: CoinDigits.pegged)
        let told = zip(shops ?? [], zip(names ?? [], amounts ?? [])).map { shop, spending in
            ShopSpending(
                shop: NamedReference(id: Identifier(shop), name: spending.0),
                spent: coin.amount(spending.1)
            )
        }
        return ProgrammeSpending(
            programmeId: programme.id,
            paid: programme.budget.paid,
            spent: spent.map(coin.amount),
            transparency: programme.transparency,
            shops: programme.transparency == .shops ? told : nil,
            fewestPeople: Int(fewest)
        )
    }
}
