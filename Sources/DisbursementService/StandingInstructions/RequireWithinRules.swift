import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// What a standing instruction says is what its programme pays, as far as that can be known before it is
/// paid. Each payment is judged again.
struct RequireWithinRules {
    let programme: UUID
    let community: UUID
    let purpose: StandingPurpose

    /// Throws 422 with everything that lies outside.
    ///
    /// - Parameter amount: in minor units.
    func callAsFunction(
        amount: Int64,
        from: CalendarDate,
        until: CalendarDate?,
        _ connection: Connection
    ) throws {
        guard let rule = try CreditRuleInForce.find(of: programme, community, connection) else {
            return
        }
        var errors: [RequestError] = []
        if let most = rule.mostPerCredit, amount > most {
            errors.append(
                RequestError(
                    pointer: "/amount",
                    detail: "is more than \(DecimalAmount.text(most)), the most of one credit"
                )
            )
        }
        // An association is no person.
        if purpose != .subsidy, let most = rule.mostPerPerson?.amount, amount > most {
            errors.append(
                RequestError(
                    pointer: "/amount",
                    detail: "is more than \(DecimalAmount.text(most)), the most of one person"
                )
            )
        }
        if let first = rule.paysFrom, from < first {
            errors.append(RequestError(pointer: "/fromOn", detail: "lies before \(first)"))
        }
        if let last = rule.paysUntil, until.map({ $0 > last }) ?? true {
            errors.append(
                RequestError(pointer: "/untilOn", detail: "does not end it by \(last)")
            )
        }
        guard errors.isEmpty else {
            throw Problem(
                .outsideCreditRules,
                "The programme does not pay so much, or not on these days.",
                errors: errors
            )
        }
    }
}
