import API
import Domain
import FoundationEssentials
import Geometry
import Postgres
import ServiceKit

/// Where a shop is, and whether somebody has verified it.
struct ShopPlace: Sendable {
    let coordinate: Coordinate
    let isVerified: Bool

    /// A place as the database has it, in degrees; throws `PostgresError.decoding` off the earth.
    init(longitude: String, latitude: String, isVerified: Bool) throws {
        guard
            let coordinate = Coordinate(
                longitude: try ShopQueries.degrees(longitude),
                latitude: try ShopQueries.degrees(latitude)
            )
        else { throw PostgresError.decoding("a shop is not on earth") }
        self.coordinate = coordinate
        self.isVerified = isVerified
    }
}

/// Measures the facts and lets the policy decide. Coordinates end here.
struct JudgeLocality: Sendable {
    let page: LocalityBook.Page
    let shop: ShopPlace
    let now: Instant

    /// The verdict on a claim; `nil` stands for no claim.
    func callAsFunction(_ claim: PositionClaim?) -> API.LocalityVerdict {
        verdict(claim: claim.flatMap(measure), atTerminal: false)
    }

    /// The verdict on somebody who pays by card, at the terminal of the shop.
    func atTerminal() -> API.LocalityVerdict { verdict(claim: nil, atTerminal: true) }

    private func verdict(claim: LocalityFacts.Claim?, atTerminal: Bool) -> API.LocalityVerdict {
        let facts = LocalityFacts(
            shopIsInside: page.geofence.map { $0.position(of: shop.coordinate).isWithin },
            shopIsVerified: shop.isVerified,
            claim: claim,
            payerIsAtTerminal: atTerminal
        )
        return API.LocalityVerdict(
            page.policy.judge(facts),
            policyVersion: page.policy.version,
            geofenceVersion: page.geofenceVersion,
            judgedAt: now
        )
    }

    private func measure(_ claim: PositionClaim) -> LocalityFacts.Claim? {
        guard
            let place = Coordinate(longitude: claim.longitude, latitude: claim.latitude)
        else { return nil }
        return LocalityFacts.Claim(
            insideByMetres: page.geofence?.signedDistanceMetres(of: place),
            metresToShop: Geodesic.distanceMetres(place, shop.coordinate),
            accuracyMetres: claim.accuracyMetres,
            ageSeconds: Double(now.microseconds - claim.fixedAt.microseconds) / 1_000_000,
            isMock: claim.mock
        )
    }
}
