package import API
package import Domain
import FoundationEssentials

// Locality rules as the API and the stored policies write them, and as the domain judges them.

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
            }
    }
}

extension API.LocalityVerdict {
    /// The verdict as it is answered and kept, with what it was judged by.
    package init(
        _ verdict: Domain.LocalityVerdict,
        policyVersion: Int,
        geofenceVersion: Int?,
        judgedAt: Instant
    ) {
        self.init(
            outcome: VerdictOutcome(verdict.outcome),
            rules: verdict.rules.map { rule in
                RuleVerdict(
                    rule: API.LocalityRule(rule.rule).name,
                    outcome: VerdictOutcome(rule.outcome),
                    reason: rule.reason?.rawValue
                )
            },
            policyVersion: policyVersion,
            geofenceVersion: geofenceVersion,
            judgedAt: judgedAt
        )
    }
}

extension VerdictOutcome {
    fileprivate init(_ outcome: Domain.LocalityVerdict.Outcome) {
        self =
            switch outcome {
            case .accepted: .accepted
            case .refused: .refused
            case .unsure: .unsure
            }
    }
}

/// Stored JSON text of our own making, read back.
package enum StoredJSON {
    /// The value; a text that does not read is a fault.
    package static func decode<Value: Decodable>(
        _ text: String,
        as type: Value.Type = Value.self
    ) throws -> Value {
        try JSONParser.parse(Array(text.utf8), deepest: JSONText.deepest).decoded(as: type)
    }
}
