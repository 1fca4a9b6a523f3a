/// One rule about place that a payment must satisfy.
package enum LocalityRule: Hashable, Sendable {
    /// How a claim's accuracy counts when asking whether it lies inside.
    package enum Mode: String, Sendable, CaseIterable {
        /// The centre is inside.
        case centre
        /// The whole accuracy circle is inside.
        case confident
        /// The accuracy circle touches the area.
        case possible
    }

    /// No locality at all; stands alone.
    case borderless
    /// The shop's verified place is inside the area.
    case shopInGeofence
    /// The payer's claim is inside the area.
    case payerInGeofence(Mode)
    /// The claim is within so many metres of the shop, given its accuracy.
    case payerNearShop(metres: Int)
    /// The payment answers a challenge of the shop's terminal that is at most so many seconds old.
    case terminalChallenge(seconds: Int)
    /// The fix is at most so many seconds old.
    case freshFix(seconds: Int)
    /// The accuracy radius (68 %) is at most so many metres.
    case accurateFix(metres: Int)
    /// The phone did not flag the position as mocked.
    case noMock
    /// The wallet came here from the place of its previous payment no faster than this.
    case plausibleTravel(kilometresPerHour: Int)

    /// The stable name used in the API and in verdicts.
    package var name: String {
        switch self {
        case .borderless: "borderless"
        case .shopInGeofence: "shopInGeofence"
        case .payerInGeofence: "payerInGeofence"
        case .payerNearShop: "payerNearShop"
        case .terminalChallenge: "terminalChallenge"
        case .freshFix: "freshFix"
        case .accurateFix: "accurateFix"
        case .noMock: "noMock"
        case .plausibleTravel: "plausibleTravel"
        }
    }

    /// Whether judging it needs the payer's position claim.
    package var needsClaim: Bool {
        switch self {
        case .borderless, .shopInGeofence, .terminalChallenge, .plausibleTravel: false
        case .payerInGeofence, .payerNearShop, .freshFix, .accurateFix, .noMock: true
        }
    }

    /// Whether judging it needs an area.
    package var needsGeofence: Bool {
        switch self {
        case .shopInGeofence, .payerInGeofence: true
        case .borderless, .payerNearShop, .terminalChallenge, .freshFix, .accurateFix, .noMock,
            .plausibleTravel:
            false
        }
    }

    /// Whether judging it needs the coarse place of the wallet's previous payment.
    package var needsTravel: Bool {
        if case .plausibleTravel = self { true } else { false }
    }

    /// Whether a less accurate fix passes more easily.
    var favoursInaccuracy: Bool {
        switch self {
        case .payerNearShop, .payerInGeofence(.possible): true
        case .borderless, .shopInGeofence, .payerInGeofence, .terminalChallenge, .freshFix,
            .accurateFix, .noMock, .plausibleTravel:
            false
        }
    }

    /// Whether it bounds the accuracy radius.
    var limitsAccuracy: Bool {
        if case .accurateFix = self { true } else { false }
    }
}
