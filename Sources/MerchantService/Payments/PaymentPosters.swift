import Ledger
import Logging
import Postgres
import ServiceKit

/// The groups in which payments are read and money is moved.
struct PaymentPosters: Sendable {
    let reader: AcceptPayment.Reader
    let acceptances: AcceptPayment.Poster
    let refunds: RefundPayment.Poster
    /// Those under a mandate, which is locked first, and those with a discount.
    let singleAcceptances: AcceptPayment.Poster
    /// Those under a mandate.
    let mandatedRefunds: RefundPayment.Poster

    init(database: Database, logger: Logger) {
        reader = AcceptPayment.Reader(
            database: database,
            bounds: .twoInFlight,
            logger: logger,
            lane: { $0.grouped.community },
            key: { $0.grouped.requestID },
            statement: { AcceptanceQueries.contexts($0, community: $1) },
            outcomes: { try AcceptanceQueries.contexts($0, $1) }
        )
        acceptances = AcceptPayment.Poster(
            database: database,
            bounds: .twoInFlight,
            logger: logger,
            lane: { $0.attempt.grouped.community },
            key: { $0.attempt.grouped.groupKey },
            touches: { [$0.wallet, $0.merchant] },
            statement: { AcceptanceQueries.accept($0, community: $1) },
            outcomes: { rows, _ in try AcceptanceQueries.outcomes(rows) }
        )
        refunds = RefundPayment.Poster(
            database: database,
            logger: logger,
            lane: { $0.grouped.community },
            key: { $0.grouped.groupKey },
            statement: { RefundPayment.statement($0, community: $1) },
            outcomes: { rows, _ in try RefundPayment.outcomes(rows) }
        )
        singleAcceptances = AcceptPayment.Poster(
            database: database,
            bounds: .oneByOne,
            logger: logger,
            lane: { $0.attempt.grouped.community },
            key: { $0.attempt.grouped.groupKey },
            statement: { accepted, community in
                accepted[0].attempt.grouped.mandate == nil
                    ? AcceptanceQueries.accept(accepted, community: community)
                    : AcceptanceQueries.acceptByMandate(accepted[0], community: community)
            },
            outcomes: { rows, _ in try AcceptanceQueries.outcomes(rows) }
        )
        mandatedRefunds = RefundPayment.Poster(
            database: database,
            bounds: .oneByOne,
            logger: logger,
            lane: { $0.grouped.community },
            key: { $0.grouped.groupKey },
            statement: { RefundPayment.statementByMandate($0[0], community: $1) },
            outcomes: { rows, _ in try RefundPayment.outcomes(rows) }
        )
    }
}
