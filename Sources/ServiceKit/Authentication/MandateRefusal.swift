package import API
package import FoundationEssentials
import HTTPTypes
package import Postgres

/// Why an act under a mandate is refused, in the words of `accounts.mandate_refusal`.
package enum MandateRefusal: String, Sendable {
    case ended = "mandate-ended"
    case otherShop = "mandate-other-shop"
    case aboveAct = "above-mandate"
    case aboveDay = "above-mandate-day"

    /// The refusal as the client is told.
    package var problem: Problem {
        switch self {
        case .ended:
            Problem(
                .unauthorized,
                "The mandate is no longer in force.",
                headers: [.wwwAuthenticate: "Bearer error=\"invalid_token\""]
            )
        case .otherShop: Problem(.outsideMandate, "The mandate is for other shops.")
        case .aboveAct:
            Problem(.outsideMandate, "The amount is more than one act may move.")
        case .aboveDay:
            Problem(.outsideMandate, "The amount is more than what is left for today.")
        }
    }
}

extension Caller {
    /// Records an act that moves no money under the caller's mandate, in the transaction of the
    /// act, before anything else is locked; throws when the mandate does not reach so far.
    /// Does nothing for who acts for themselves.
    package func useMandate(
        for operation: API.Operation,
        scope: Scope,
        act: UUID,
        shop: UUID,
        request: Identifier,
        _ connection: Connection
    ) throws {
        guard let mandate else { return }
        let community = try requireCommunity()
        let refusal = try connection.query(
            """
            SELECT accounts.mandate_refusal(\(community), \(mandate.id), \(client), \(party),
                                            \(scope.rawValue), \(shop), 0)
            """
        ).one().decode(String?.self)
        if let refusal {
            guard let known = MandateRefusal(rawValue: refusal) else {
                throw PostgresError.decoding("unknown refusal of a mandate")
            }
            throw known.problem
        }
        _ = try connection.query(
            """
            SELECT accounts.use_mandate(\(community), \(request.uuid), \(mandate.id), \(client),
                                        \(operation.id), \(act), 0)
            """
        )
    }
}
