import API
import FoundationEssentials
package import Postgres

/// What people make, and then change step by step: each step is done once and stands in the audit trail.
package protocol RecordedResource: Codable, Sendable {
    /// Where it is found, such as `/v1/recalls/…`.
    var place: String { get }

    /// What the audit trail keeps of a step; from `nil` when it is made.
    func auditEntry(from before: Self?) -> AuditEntry
}

extension Call where Who == Caller {
    /// Makes a resource once per `Idempotency-Key`, and records it.
    package func make<Made: RecordedResource>(
        _ idempotency: Idempotency,
        fingerprint: [UInt8],
        _ act: @escaping @Sendable (Connection) throws -> Made
    ) async throws -> Reply {
        try await once(idempotency, fingerprint: fingerprint) { connection in
            try made(act(connection), from: nil, connection)
        }
    }

    /// Changes what `find` gives once per `Idempotency-Key`, and records how it was and is.
    ///
    /// An act throws 404 itself where there is nothing to change.
    package func change<Changed: RecordedResource>(
        _ idempotency: Idempotency,
        fingerprint: [UInt8],
        _ find: SQL,
        _ decode: @escaping @Sendable (Rows) throws -> [Changed],
        _ act: @escaping @Sendable (Connection) throws -> Void
    ) async throws -> Reply {
        try await once(idempotency, fingerprint: fingerprint) { connection in
            let before = try decode(connection.query(find)).first
            try act(connection)
            return try made(decode(connection.query(find))[0], from: before, connection)
        }
    }

    private func made<Made: RecordedResource>(
        _ resource: Made,
        from before: Made?,
        _ connection: Connection
    ) throws -> Reply {
        try record(resource.auditEntry(from: before), connection)
        return .created(resource, at: resource.place)
    }
}
