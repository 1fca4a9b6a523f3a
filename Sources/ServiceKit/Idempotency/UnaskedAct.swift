package import API
package import FoundationEssentials
package import Postgres

/// An act that no request asked for, such as taking a file out of a directory; it counts as one
/// operation of the client in whose name it is done.
package struct UnaskedAct: Sendable {
    let operation: String
    let community: UUID
    let actor: AuditActor
    /// Stands in logs and in the trail where a request has its id.
    let id: Identifier

    package init(operation: String, community: UUID, actor: AuditActor, id: Identifier) {
        self.operation = operation
        self.community = community
        self.actor = actor
        self.id = id
    }

    /// Adds what was done to the audit trail, in the transaction of the act. Call it last.
    package func record(_ entry: AuditEntry, _ connection: Connection) throws {
        try entry.append(by: actor, doing: operation, in: community, request: id, connection)
    }
}

extension Idempotency {
    /// Performs an act once per key, as `Call.once` does for requests.
    package func perform(
        _ act: UnaskedAct,
        key: String,
        fingerprint: [UInt8],
        _ body: @escaping @Sendable (Connection) throws -> Reply
    ) async throws -> Reply {
        try await run(
            Claim(
                community: act.community,
                client: act.actor.client,
                operation: act.operation,
                key: key,
                fingerprint: fingerprint,
                requestID: act.id,
                keepsRefusals: true
            ),
            body
        )
    }
}
