import API
import Domain
import FoundationEssentials
import Geometry
import Locality
import Postgres
import ServiceKit

extension ShopPlace {
    /// A place as the database has it, in degrees; throws `PostgresError.decoding` off the earth.
    init(
        longitude: String,
        latitude: String,
        isVerified: Bool,
        radiusMetres: Int32? = nil,
        isOpen: Bool = true,
        hasHours: Bool = false
    ) throws {
        guard
            let coordinate = Coordinate(
                longitude: try ShopQueries.degrees(longitude),
                latitude: try ShopQueries.degrees(latitude)
            )
        else { throw PostgresError.decoding("a shop is not on earth") }
        self.init(
            coordinate: coordinate,
            radiusMetres: Double(radiusMetres ?? 0),
            isVerified: isVerified,
            isOpen: isOpen,
            hasHours: hasHours
        )
    }
}

/// Puts the question of a payment's place together and lets the policy decide.
struct JudgeLocality: Sendable {
    let page: LocalityBook.Page
    let shop: ShopPlace
    let now: Instant
    /// When the terminal showed what the payer answered.
    var challengedAt: Instant?
    /// Of the claim, as the payer signed it.
    var positionDigest: String?
    /// Where and when the wallet paid before.
    var previous: TravelTrace?

    /// The verdict on a claim; `nil` stands for no claim.
    func callAsFunction(_ claim: PositionClaim?) -> API.LocalityVerdict {
        withProgrammes(question(by: page).verdict(on: claim), claim)
    }

    /// The verdict on somebody who pays by card, at the terminal of the shop.
    func atTerminal() -> API.LocalityVerdict {
        withProgrammes(question(by: page).verdictAtTerminal(), nil)
    }

    /// The verdict on an invoice; `nil` when the policy does not permit any.
    func atDistance() -> API.LocalityVerdict? {
        question(by: page).verdictAtDistance().map { withProgrammes($0, nil) }
    }

    /// All programmes of the coin are judged, whether or not the payer has their money: the shop
    /// learns nothing of that from the verdict.
    private func withProgrammes(
        _ verdict: API.LocalityVerdict,
        _ claim: PositionClaim?
    ) -> API.LocalityVerdict {
        guard !page.programmes.isEmpty else { return verdict }
        var whole = verdict
        whole.programmes = page.programmes.map { programme in
            question(by: programme.page).verdict(of: programme.id, on: claim, beside: verdict)
        }
        return whole
    }

    private func question(by page: LocalityBook.Page) -> LocalityCase {
        var question = LocalityCase(
            policy: page.policy,
            area: page.geofence,
            geofences: page.geofences,
            shop: shop,
            moment: now
        )
        question.challengedAt = challengedAt
        question.positionDigest = positionDigest
        question.previous = previous.map { ($0.cell, $0.at) }
        return question
    }
}
