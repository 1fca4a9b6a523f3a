/// What was measured for one payment; coordinates stay with whoever measured.
package struct LocalityFacts: Sendable {
    /// What is known of the payer's position claim.
    package struct Claim: Sendable {
        /// Metres to the area's boundary: positive inside, negative outside, 0 on it.
        /// `nil` when the policy has no geofence.
        package let insideByMetres: Double?
        /// To the shop's point, or to the edge of its area; 0 within that.
        package let metresToShop: Double
        /// Radius of 68 % confidence, as phones report it.
        package let accuracyMetres: Double
        /// Negative when the phone's clock runs ahead.
        package let ageSeconds: Double
        package let isMock: Bool

        package init(
            insideByMetres: Double?,
            metresToShop: Double,
            accuracyMetres: Double,
            ageSeconds: Double,
            isMock: Bool
        ) {
            self.insideByMetres = insideByMetres
            self.metresToShop = metresToShop
            self.accuracyMetres = accuracyMetres
            self.ageSeconds = ageSeconds
            self.isMock = isMock
        }
    }

    /// How far the wallet has come since its previous payment.
    package struct Travel: Sendable {
        /// At least so many metres: the previous place is known as a coarse cell only.
        package let metres: Double
        package let seconds: Double

        package init(metres: Double, seconds: Double) {
            self.metres = metres
            self.seconds = seconds
        }
    }

    /// With the whole of its area, when it has one; `nil` when the policy has no geofence.
    package let shopIsInside: Bool?
    package let shopIsVerified: Bool
    /// Whether the shop is where it says it is at this moment; always, without opening times.
    package let shopIsOpen: Bool
    package let claim: Claim?
    /// The payer stands at the shop's terminal, with a card: the shop's place is the payer's.
    package let payerIsAtTerminal: Bool
    /// Since the terminal showed the challenge that was answered; `nil` when none was.
    package let challengeAgeSeconds: Double?
    /// `nil` when nothing is remembered of an earlier payment.
    package let travel: Travel?

    package init(
        shopIsInside: Bool?,
        shopIsVerified: Bool,
        shopIsOpen: Bool = true,
        claim: Claim?,
        payerIsAtTerminal: Bool = false,
        challengeAgeSeconds: Double? = nil,
        travel: Travel? = nil
    ) {
        self.shopIsInside = shopIsInside
        self.shopIsVerified = shopIsVerified
        self.shopIsOpen = shopIsOpen
        self.claim = claim
        self.payerIsAtTerminal = payerIsAtTerminal
        self.challengeAgeSeconds = challengeAgeSeconds
        self.travel = travel
    }
}
