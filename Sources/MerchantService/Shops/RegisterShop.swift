import API
import FoundationEssentials
import Postgres
import ServiceKit

/// An outlet at a stated place; it counts for locality once somebody else has verified it.
struct RegisterShop: Sendable {
    let community: UUID
    let caller: Caller
    let id: UUID
    let now: Instant

    func callAsFunction(
        _ registration: ShopRegistration,
        _ connection: Connection
    ) throws -> Shop {
        let merchant = registration.merchantId.uuid
        guard caller.may(.merchantsManage) || caller.party == merchant,
            try MerchantQueries.account(of: merchant, community, connection) != nil
        else { throw Problem(.unknownMerchant, "There is no such merchant, or it is not yours.") }
        try OpeningTimesCheck.require(registration.openingTimes, at: "/openingTimes")
        try ShopQueries.insert(self, registration, connection)
        return Shop(
            id: Identifier(id),
            merchantId: registration.merchantId,
            name: registration.name,
            address: registration.address,
            place: Place(longitude: registration.longitude, latitude: registration.latitude),
            radiusMetres: registration.radiusMetres,
            openingTimes: registration.openingTimes,
            placeState: .unverified,
            verifiedAt: nil,
            createdAt: now
        )
    }
}
