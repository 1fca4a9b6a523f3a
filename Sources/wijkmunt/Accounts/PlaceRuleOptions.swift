import API
import ArgumentParser

/// The rules of a locality policy, as options.
struct PlaceRuleOptions: ParsableArguments {
    @Option(help: "The name of an area for the geofence rules; may be given several times.")
    var geofence: [String] = []
    @Flag(help: "The shop's verified place is inside the area.") var shopInGeofence = false
    @Option(help: "The payer's position is inside: centre, confident or possible.")
    var payerInGeofence: GeofenceMode?
    @Option(help: "The payer is at most so many metres from the shop.") var payerNearShop: Int?
    @Option(help: "The payer's fix is at most so many seconds old.") var freshFix: Int?
    @Option(help: "The payer's fix is accurate to so many metres.") var accurateFix: Int?
    @Flag(help: "The payer's phone does not flag the fix as mock.") var noMock = false
    @Option(help: "The challenge of the till is at most so many seconds old.")
    var terminalChallenge: Int?
    @Option(help: "The wallet came from its previous payment at so many km/h at most.")
    var plausibleTravel: Int?
    @Flag(help: "The coin may be spent anywhere.") var borderless = false
    @Flag(help: "Shops may sell at a distance, to be fetched at the shop.")
    var distanceSelling = false
    @Option(help: "From when it holds; at once by default.") var validFrom: Instant?

    func validate() throws {
        if rules.isEmpty { throw ValidationError("Give at least one rule.") }
    }

    /// What the options say together.
    var setting: LocalityPolicySetting {
        LocalityPolicySetting(
            validFromAt: validFrom,
            geofence: geofence.count == 1 ? geofence.first : nil,
            geofences: geofence.count > 1 ? geofence : nil,
            rules: rules,
            distanceSelling: distanceSelling
        )
    }

    private var rules: [LocalityRule] {
        var rules: [LocalityRule] = borderless ? [.borderless] : []
        if shopInGeofence { rules.append(.shopInGeofence) }
        if let payerInGeofence { rules.append(.payerInGeofence(mode: payerInGeofence)) }
        if let payerNearShop { rules.append(.payerNearShop(withinMetres: payerNearShop)) }
        if let freshFix { rules.append(.freshFix(maxAgeSeconds: freshFix)) }
        if let accurateFix { rules.append(.accurateFix(maxAccuracyMetres: accurateFix)) }
        if noMock { rules.append(.noMock) }
        if let terminalChallenge {
            rules.append(.terminalChallenge(maxAgeSeconds: terminalChallenge))
        }
        if let plausibleTravel {
            rules.append(.plausibleTravel(maxKilometresPerHour: plausibleTravel))
        }
        return rules
    }
}

extension GeofenceMode: ExpressibleByArgument {}
