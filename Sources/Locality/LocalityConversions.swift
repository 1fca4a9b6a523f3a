package import API
package import Domain

// Rules and verdicts as the API and the stored policies write them, and as the domain has them.

extension Domain.LocalityRule {
    /// The rule that a client set; the document has checked its numbers.
    package init(_ rule: API.LocalityRule) {
        self =
            switch rule {
            case .borderless: .borderless
            case .shopInGeofence: .shopInGeofence
            case .payerInGeofence(let mode):
                switch mode {
                case .centre: .payerInGeofence(.centre)
                case .confident: .payerInGeofence(.confident)
                case .possible: .payerInGeofence(.possible)
                }
            case .payerNearShop(let metres): .payerNearShop(metres: metres)
            case .freshFix(let seconds): .freshFix(seconds: seconds)
            case .accurateFix(let metres): .accurateFix(metres: metres)
            case .noMock: .noMock
            case .terminalChallenge(let seconds): .terminalChallenge(seconds: seconds)
            case .plausibleTravel(let speed): .plausibleTravel(kilometresPerHour: speed)
            }
    }
}

extension API.LocalityRule {
    /// The rule as clients see it.
    package init(_ rule: Domain.LocalityRule) {
        self =
            switch rule {
            case .borderless: .borderless
            case .shopInGeofence: .shopInGeofence
            case .payerInGeofence(let mode):
                switch mode {
                case .centre: .payerInGeofence(mode: .centre)
                case .confident: .payerInGeofence(mode: .confident)
                case .possible: .payerInGeofence(mode: .possible)
                }
            case .payerNearShop(let metres): .payerNearShop(withinMetres: metres)
            case .freshFix(let seconds): .freshFix(maxAgeSeconds: seconds)
            case .accurateFix(let metres): .accurateFix(maxAccuracyMetres: metres)
            case .noMock: .noMock
            case .terminalChallenge(let seconds): .terminalChallenge(maxAgeSeconds: seconds)
            case .plausibleTravel(let speed): .plausibleTravel(maxKilometresPerHour: speed)
            }
    }
}

extension RuleVerdict {
    /// The outcome of a rule as it is answered and kept.
    package init(_ outcome: Domain.LocalityVerdict.RuleOutcome) {
        self.init(
            rule: API.LocalityRule(outcome.rule).name,
            outcome: VerdictOutcome(outcome.outcome),
            reason: outcome.reason?.rawValue
        )
    }
}

extension VerdictOutcome {
    /// The outcome as it is answered and kept.
    package init(_ outcome: Domain.LocalityVerdict.Outcome) {
        self =
            switch outcome {
            case .accepted: .accepted
            case .refused: .refused
            case .unsure: .unsure
            }
    }
}

extension LocalityReason {
    /// All reasons that there are, in the order of the domain.
    package static let all = LocalityRefusal.allCases.map { refusal in
        LocalityReason(
            code: refusal.rawValue,
            texts: LocalityReasonTexts(
                nl: refusal.text(in: .dutch),
                en: refusal.text(in: .english)
            )
        )
    }
}

extension PositionClaim {
    /// The claim in the code of a payer's phone that was made at a moment.
    package init(_ place: PayerCode.Place, madeAt: Instant) {
        self.init(
            longitude: place.longitude,
            latitude: place.latitude,
            accuracyMetres: Double(place.accuracyMetres),
            fixedAt: Instant(
                microseconds: madeAt.microseconds - Int64(place.ageSeconds) * 1_000_000
            ),
            mock: place.isMock
        )
    }
}
