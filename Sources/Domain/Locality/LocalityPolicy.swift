/// The rules of a coin, or of a programme, from some moment on.
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
    /// Whether what is picked up at a shop inside may be paid for from anywhere.
    package let allowsDistanceSelling: Bool

    /// Makes a policy; throws ``Refusal`` when the rules contradict each other. Distance selling
    /// asks about the geofence too.
    package init(
        version: Int,
        rules: [LocalityRule],
        hasGeofence: Bool,
        allowsDistanceSelling: Bool = false
    ) throws(Refusal) {
        if rules.isEmpty { throw .noRules }
        if rules.contains(.borderless) && rules.count > 1 { throw .borderlessNotAlone }
        if Set(rules.map(\.name)).count < rules.count { throw .ruleTwice }
        let needsGeofence = rules.contains(where: \.needsGeofence) || allowsDistanceSelling
        if needsGeofence && !hasGeofence { throw .geofenceMissing }
        if hasGeofence && !needsGeofence { throw .geofenceUnused }
        if rules.contains(where: \.favoursInaccuracy), !rules.contains(where: \.limitsAccuracy) {
            throw .accuracyUnlimited
        }
        self.version = version
        self.rules = rules
        self.allowsDistanceSelling = allowsDistanceSelling
    }

    /// Whether the payer must send a position claim.
    package var needsClaim: Bool { rules.contains(where: \.needsClaim) }

    /// Whether the place of the wallet's previous payment must be looked up.
    package var needsTravel: Bool { rules.contains(where: \.needsTravel) }
}
