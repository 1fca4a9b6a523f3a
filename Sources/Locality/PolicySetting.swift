package import API
import Domain

/// Why a policy is not set, as a client is told: where, and what is the matter.
package struct PolicySettingRefusal: Error, Hashable {
    /// A JSON pointer into the setting.
    package let pointer: String
    /// The matter.
    package let detail: String

    private init(_ pointer: String, _ detail: String) {
        self.pointer = pointer
        self.detail = detail
    }

    static let startsInThePast = Self("/validFromAt", "lies in the past")
    static let geofenceAndGeofences = Self("/geofences", "stands instead of geofence")
    static let geofenceTwice = Self("/geofences", "has a geofence twice")

    init(_ refusal: Domain.LocalityPolicy.Refusal) {
        switch refusal {
        case .noRules: self.init("/rules", "must have a rule")
        case .borderlessNotAlone: self.init("/rules", "borderless stands alone")
        case .ruleTwice: self.init("/rules", "has a rule twice")
        case .geofenceMissing: self.init("/geofence", "is needed by a rule")
        case .geofenceUnused: self.init("/geofence", "is not used by any rule")
        case .accuracyUnlimited: self.init("/rules", "need accurateFix beside this rule")
        }
    }
}

extension LocalityPolicySetting {
    /// A setting whose members go together.
    package struct Checked: Sendable {
        /// The one, or the several; in the order that was given.
        package let geofences: [String]
        /// From when it holds: never before the moment of setting.
        package let validFrom: Instant
    }

    // A start so little ago is meant as now: clocks differ.
    private static let startTolerance: Int64 = 30_000_000

    /// The setting of a coin or a programme, checked at the moment of setting; whether there are such
    /// geofences, the database tells.
    package func checked(at now: Instant) throws(PolicySettingRefusal) -> Checked {
        let start = validFromAt ?? now
        guard start.microseconds >= now.microseconds - Self.startTolerance else {
            throw .startsInThePast
        }
        let names = try geofenceNames()
        do throws(Domain.LocalityPolicy.Refusal) {
            _ = try Domain.LocalityPolicy(
                version: 1,
                rules: rules.map { Domain.LocalityRule($0) },
                hasGeofence: !names.isEmpty,
                allowsDistanceSelling: distanceSelling ?? false
            )
        } catch {
            throw PolicySettingRefusal(error)
        }
        return Checked(geofences: names, validFrom: max(start, now))
    }

    private func geofenceNames() throws(PolicySettingRefusal) -> [String] {
        guard let several = geofences else { return geofence.map { [$0] } ?? [] }
        guard geofence == nil else { throw .geofenceAndGeofences }
        guard Set(several).count == several.count else { throw .geofenceTwice }
        return several
    }
}
