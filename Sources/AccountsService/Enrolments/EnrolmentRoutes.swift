import API
import Domain
import FoundationEssentials
import HTTPTypes
import NIOCore
import Postgres
import ServiceKit

/// Phones and tills that enrol with an activation code.
struct EnrolmentRoutes {
    let database: Database
    let idempotency: Idempotency
    let lookup: LookupKey
    let wrongCodes: WrongCodes

    func add(to routes: Routes) {
        // The code tells which community it is of.
        routes.onAnonymous(.enrol) { call in
            try await Tenant.acrossCommunities { try await enrol(call) }
        }
    }

    @Sendable private func enrol(_ call: Call<Anyone>) async throws -> Reply {
        let body = try await call.body(EnrolmentRequest.self)
        // First of all, and without the database: most wrong codes are typing mistakes.
        guard let code = Domain.ActivationCode(typed: body.value.activationCode) else {
            throw EnrolmentRefusal.codeMistyped.problem
        }
        let key = try ClientKey(body.value.publicKey, at: "/publicKey")
        let hash = lookup.hash(code.characters, kind: .activationCode)
        try await wrongCodes.find(
            hash,
            from: call.context.clientAddress.map { String($0.block) } ?? "unknown",
            at: call.clock.now()
        )
        let enrol = EnrolDevice(
            request: body.value,
            key: key,
            codeHash: hash,
            client: call.clock.newID(),
            wallet: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(
            idempotency,
            as: Self.credential(hash),
            fingerprint: body.fingerprint
        ) { connection in
            // No Location: an enrolment has no address where it could be read.
            let enrolment = try enrol(connection)
            try call.record(
                enrolment.auditEntry(of: body.value),
                by: AuditActor(client: enrolment.clientId, party: enrolment.partyId),
                in: enrolment.communityId.uuid,
                connection
            )
            return .json(enrolment, status: .created)
        }
    }

    /// Stands in for the client that does not exist yet: the first 16 bytes of the hash.
    private static func credential(_ hash: [UInt8]) -> UUID {
        hash.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
