import API
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// The phones of people: one's own, and those of somebody at the counter.
struct DeviceRoutes {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.listDevices, listDevices)
        routes.on(.nameDevice, nameDevice)
        routes.on(.revokeDevice, revokeDevice)
        routes.on(.listDevicesOfPerson, listDevicesOfPerson)
        routes.on(.revokeDeviceOfPerson, revokeDeviceOfPerson)
    }

    @Sendable private func listDevices(_ call: Call<Caller>) async throws -> Reply {
        try await list(call, of: owner(call, call.caller.party))
    }

    @Sendable private func nameDevice(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(DeviceName.self)
        let id = try call.id("deviceId")
        let owner = try owner(call, call.caller.party)
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let renamed = try DeviceQueries.devices(
                connection.query(DeviceQueries.rename(id, to: body.value.name, of: owner))
            )
            guard let device = renamed.first else { throw Problem.notFound("device") }
            try call.record(device.namingEntry(of: Identifier(owner.party)), connection)
            return .created(device, at: "/v1/devices")
        }
    }

    @Sendable private func revokeDevice(_ call: Call<Caller>) async throws -> Reply {
        try await revoke(call, of: owner(call, call.caller.party), seenAt: "/v1/devices")
    }

    @Sendable private func listDevicesOfPerson(_ call: Call<Caller>) async throws -> Reply {
        let owner = try owner(call, call.id("personId"))
        let known = try await database.query(
            PersonQueries.person(owner.party, of: owner.community)
        ) { !$0.isEmpty }
        guard known else { throw Problem.notFound("person") }
        return try await list(call, of: owner)
    }

    @Sendable private func revokeDeviceOfPerson(_ call: Call<Caller>) async throws -> Reply {
        let person = try call.id("personId")
        return try await revoke(
            call,
            of: owner(call, person),
            seenAt: "/v1/people/\(Identifier(person))/devices"
        )
    }

    private func owner(_ call: Call<Caller>, _ party: UUID) throws -> DeviceQueries.Owner {
        DeviceQueries.Owner(
            party: party,
            community: try call.caller.requireCommunity(),
            asking: call.caller.client
        )
    }

    private func list(_ call: Call<Caller>, of owner: DeviceQueries.Owner) async throws -> Reply {
        let limit = call.limit
        let found = try await database.query(
            DeviceQueries.page(of: owner, after: Cursor.id(of: call), limit: limit),
            DeviceQueries.devices
        )
        return .page(Cursor.page(found, limit: limit, id: \.id), of: call.request.uri)
    }

    private func revoke(
        _ call: Call<Caller>,
        of owner: DeviceQueries.Owner,
        seenAt location: String
    ) async throws -> Reply {
        let body = try await call.body(ClientRevocation.self)
        let revoke = RevokeDevice(
            owner: owner,
            order: RevocationOrder(
                id: try call.id("deviceId"),
                community: owner.community,
                reason: body.value.reason,
                now: call.clock.now(),
                client: call.caller.client
            )
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let device = try revoke(connection)
            try call.record(
                device.revocationEntry(of: Identifier(owner.party), because: revoke.order.reason),
                connection
            )
            return .created(device, at: location)
        }
    }
}
