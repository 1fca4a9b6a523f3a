/// One rule of a coin's locality policy, told apart in JSON by the member `rule`.
package enum LocalityRule: Hashable, Sendable {
    /// The coin may be spent anywhere; only alone in a policy.
    case borderless
    /// The shop's verified place is inside the geofence.
    case shopInGeofence
    /// The payer's claimed position is inside the geofence, judged in this mode.
    case payerInGeofence(mode: GeofenceMode)
    /// The payer's claimed position is at most this many metres (1 to 100,000) from the shop.
    case payerNearShop(withinMetres: Int)
    /// The payer's fix is at most this many seconds (1 to 86,400) old.
    case freshFix(maxAgeSeconds: Int)
    /// The payer's fix is accurate to at most this many metres (1 to 10,000).
    case accurateFix(maxAccuracyMetres: Int)
    /// The payer's phone does not flag the fix as mock.
    case noMock
    /// The payment answers a challenge of the shop's terminal that is at most this many seconds
    /// (1 to 3,600) old.
    case terminalChallenge(maxAgeSeconds: Int)
    /// The wallet came from the place of its previous payment no faster than this many kilometres
    /// an hour (1 to 2,000).
    case plausibleTravel(maxKilometresPerHour: Int)

    /// The value of the member `rule`.
    package var name: LocalityRuleName {
        switch self {
        case .borderless: .borderless
        case .shopInGeofence: .shopInGeofence
        case .payerInGeofence: .payerInGeofence
        case .payerNearShop: .payerNearShop
        case .freshFix: .freshFix
        case .accurateFix: .accurateFix
        case .noMock: .noMock
        case .terminalChallenge: .terminalChallenge
        case .plausibleTravel: .plausibleTravel
        }
    }
}

/// The names of the locality rules, as in policies and verdicts.
package enum LocalityRuleName: String, CaseIterable, Codable, Hashable, Sendable {
    /// Anywhere.
    case borderless
    /// The shop's place.
    case shopInGeofence
    /// The payer's place.
    case payerInGeofence
    /// The distance between the two.
    case payerNearShop
    /// The age of the payer's fix.
    case freshFix
    /// The accuracy of the payer's fix.
    case accurateFix
    /// No mock location.
    case noMock
    /// A fresh challenge of the shop's terminal.
    case terminalChallenge
    /// The speed since the wallet's previous payment.
    case plausibleTravel
}

/// How the accuracy circle of a position claim is held against a geofence.
package enum GeofenceMode: String, CaseIterable, Codable, Hashable, Sendable {
    /// Only the centre counts.
    case centre
    /// The whole circle must be inside.
    case confident
    /// It is enough that the circle touches the area.
    case possible
}

extension LocalityRule: Codable {
    private enum CodingKeys: String, CodingKey {
        case rule, mode, withinMetres, maxAgeSeconds, maxAccuracyMetres, maxKilometresPerHour
    }

    /// Reads a rule; throws `DecodingError` for an unknown `rule` or a missing parameter.
    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        switch try members.decode(LocalityRuleName.self, forKey: .rule) {
        case .borderless: self = .borderless
        case .shopInGeofence: self = .shopInGeofence
        case .payerInGeofence:
            self = .payerInGeofence(mode: try members.decode(GeofenceMode.self, forKey: .mode))
        case .payerNearShop:
            self = .payerNearShop(withinMetres: try members.decode(Int.self, forKey: .withinMetres))
        case .freshFix:
            self = .freshFix(maxAgeSeconds: try members.decode(Int.self, forKey: .maxAgeSeconds))
        case .accurateFix:
            self = .accurateFix(
                maxAccuracyMetres: try members.decode(Int.self, forKey: .maxAccuracyMetres)
            )
        case .noMock: self = .noMock
        case .terminalChallenge:
            self = .terminalChallenge(
                maxAgeSeconds: try members.decode(Int.self, forKey: .maxAgeSeconds)
            )
        case .plausibleTravel:
            self = .plausibleTravel(
                maxKilometresPerHour: try members.decode(Int.self, forKey: .maxKilometresPerHour)
            )
        }
    }

    /// Writes the rule's name and its parameter.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(name, forKey: .rule)
        switch self {
        case .borderless, .shopInGeofence, .noMock: break
        case .payerInGeofence(let mode): try members.encode(mode, forKey: .mode)
        case .payerNearShop(let metres): try members.encode(metres, forKey: .withinMetres)
        case .freshFix(let seconds), .terminalChallenge(let seconds):
            try members.encode(seconds, forKey: .maxAgeSeconds)
        case .accurateFix(let metres): try members.encode(metres, forKey: .maxAccuracyMetres)
        case .plausibleTravel(let speed): try members.encode(speed, forKey: .maxKilometresPerHour)
        }
    }
}
