import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Ends a mandate before its time; every service refuses its tokens within seconds.
struct RevokeMandate: Sendable {
    let order: RevocationOrder
    let caller: Caller

    func callAsFunction(_ connection: Connection) throws -> Mandate {
        let found = try MandateQueries.mandates(
            connection.query(MandateQueries.mandate(order.id, of: order.community)),
            at: order.now
        )
        guard let mandate = found.first,
            caller.may(.mandatesManage) || caller.party == mandate.principalId.uuid
        else { throw Problem.notFound("mandate") }
        // Again is no harm: the first moment stands.
        try connection.execute(MandateQueries.revoke(.itself, order))
        var revoked = mandate
        revoked.state = .revoked
        return revoked
    }
}
