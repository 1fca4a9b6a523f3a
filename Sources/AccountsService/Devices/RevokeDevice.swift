import API
import Postgres
import ServiceKit

/// Ends a phone of a person, as the holder or a counter wants it. The wallet is the person's and
/// stays as it is.
struct RevokeDevice: Sendable {
    let owner: DeviceQueries.Owner
    let order: RevocationOrder

    func callAsFunction(_ connection: Connection) throws -> Device {
        guard try device(connection) != nil else { throw Problem.notFound("device") }
        _ = try RevokeClient(order: order)(connection)
        guard let revoked = try device(connection) else { throw Problem.notFound("device") }
        return revoked
    }

    private func device(_ connection: Connection) throws -> Device? {
        try DeviceQueries.devices(
            connection.query(DeviceQueries.device(order.id, of: owner))
        ).first
    }
}
