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
    let attempts: WrongCodeLimit

    func add(to routes: Routes) {
        routes.onAnonymous(.enrol, enrol)
    }

    @Sendable private func enrol(_ call: Call<Anyone>) async throws -> Reply {
        let body = try await call.body(EnrolmentRequest.self)
        let key = try ClientKey(body.value.publicKey, at: "/publicKey")
        let hash = try await knownCode(body.value.activationCode, call)
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
            .json(try enrol(connection), status: .created)
        }
    }

    /// The hash of a code that was once issued. Whatever else comes is counted, and stores nothing.
    /// The limit is on wrong codes alone: nobody can keep holders of right ones out, though all may
    /// come from one address.
    private func knownCode(_ typed: String, _ call: Call<Anyone>) async throws -> [UInt8] {
        let address = call.context.remoteAddress?.ipAddress ?? "unknown"
        if let code = Domain.ActivationCode(typed: typed) {
            let hash = lookup.hash(code.characters, kind: .activationCode)
            let isKnown = try await database.query(ActivationCodeQueries.known(hash: hash)) {
                !$0.isEmpty
            }
            if isKnown { return hash }
        }
        try attempts.check(address, at: call.clock.now())
        attempts.countWrongCode(from: address, at: call.clock.now())
        throw EnrolmentRefusal.codeInvalid.problem
    }

    /// Stands in for the client that does not exist yet: the first 16 bytes of the hash.
    private static func credential(_ hash: [UInt8]) -> UUID {
        hash.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
