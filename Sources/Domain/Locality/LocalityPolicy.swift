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
    /// The shop's verified place is inside the geofence.
    case shopInGeofence
    /// The payer's claim is inside the geofence.
    case payerInGeofence(Mode)
    /// The claim is within so many metres of the shop, given its accuracy.
    case payerNearShop(metres: Int)
    /// The fix is at most so many seconds old.
    case freshFix(seconds: Int)
    /// The accuracy radius (68 %) is at most so many metres.
    case accurateFix(metres: Int)
    /// The phone did not flag the position as mocked.
    case noMock

    /// The stable name used in the API and in verdicts.
    package var name: String {
        switch self {
        case .borderless: "borderless"
        case .shopInGeofence: "shopInGeofence"
        case .payerInGeofence: "payerInGeofence"
        case .payerNearShop: "payerNearShop"
        case .freshFix: "freshFix"
        case .accurateFix: "accurateFix"
        case .noMock: "noMock"
        }
    }

    /// Whether judging it needs the payer's position claim.
    package var needsClaim: Bool {
        switch self {
        case .borderless, .shopInGeofence: false
        case .payerInGeofence, .payerNearShop, .freshFix, .accurateFix, .noMock: true
        }
    }

    /// Whether a less accurate fix passes more easily.
    var favoursInaccuracy: Bool {
        switch self {
        case .payerNearShop, .payerInGeofence(.possible): true
        case .borderless, .shopInGeofence, .payerInGeofence, .freshFix, .accurateFix, .noMock:
            false
        }
    }

    /// Whether it bounds the accuracy radius.
    var limitsAccuracy: Bool {
        if case .accurateFix = self { true } else { false }
    }

    /// Whether judging it needs a geofence.
    package var needsGeofence: Bool {
        switch self {
        case .shopInGeofence, .payerInGeofence: true
        case .borderless, .payerNearShop, .freshFix, .accurateFix, .noMock: false
        }
    }
}

/// The rules of a coin from some moment on.
package struct LocalityPolicy: Hashable, Sendable {
    /// Why rules make no policy.
    package enum Refusal: String, Error, Sendable, CaseIterable {
        case noRules
        /// `borderless` beside other rules says two things at once.
        case borderlessNotAlone
        case ruleTwice
        case geofenceMissing
        /// A geofence that no rule asks about.
        case geofenceUnused
        /// A rule gives the payer the benefit of the accuracy, and nothing limits it: a fix of
        /// 100 km would be near every shop.
        case accuracyUnlimited
    }

    /// Counts up from 1 per coin.
    package let version: Int
    package let rules: [LocalityRule]

    /// Makes a policy; throws ``Refusal`` when the rules contradict each other.
    package init(version: Int, rules: [LocalityRule], hasGeofence: Bool) throws(Refusal) {
        if rules.isEmpty { throw .noRules }
        if rules.contains(.borderless) && rules.count > 1 { throw .borderlessNotAlone }
        if Set(rules.map(\.name)).count < rules.count { throw .ruleTwice }
        let needsGeofence = rules.contains(where: \.needsGeofence)
        if needsGeofence && !hasGeofence { throw .geofenceMissing }
        if hasGeofence && !needsGeofence { throw .geofenceUnused }
        if rules.contains(where: \.favoursInaccuracy), !rules.contains(where: \.limitsAccuracy) {
            throw .accuracyUnlimited
        }
        self.version = version
        self.rules = rules
    }

    /// Whether the payer must send a position claim.
    package var needsClaim: Bool { rules.contains(where: \.needsClaim) }
}
