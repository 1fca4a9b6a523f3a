import API
import FoundationEssentials
import Postgres
import ServiceKit

/// A second person has looked, or has seen papers: the shop is where it says it is.
struct VerifyShopPlace: Sendable {
    let community: UUID
    let shop: UUID
    let client: UUID
    let now: Instant

    func callAsFunction(evidence: String, _ connection: Connection) throws -> Shop {
        guard let registrant = try ShopQueries.registrant(of: shop, community, connection) else {
            throw Problem.notFound("shop")
        }
        guard registrant != client else {
            throw Problem(
                .secondPersonRequired,
                "Somebody else than who registered the shop verifies it."
            )
        }
        try ShopQueries.verify(self, evidence: evidence, connection)
        let found = try ShopQueries.shops(
            connection.query(ShopQueries.find(shop, community))
        )
        guard let verified = found.first else { throw Problem.notFound("shop") }
        return verified
    }
}
