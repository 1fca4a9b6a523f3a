package import API
package import FoundationEssentials
package import Postgres

/// Who acts, as the audit trail names them.
package struct AuditActor: Sendable {
    let client: UUID
    let party: UUID
    let onBehalfOf: UUID?

    /// Somebody without a token, such as a device that enrols just now, or whoever put a file into a
    /// directory.
    package init(client: Identifier, party: Identifier) {
        self.client = client.uuid
        self.party = party.uuid
        onBehalfOf = nil
    }

    init(_ caller: Caller) {
        client = caller.client
        party = caller.actor
        onBehalfOf = caller.mandate.map { _ in caller.party }
    }
}

extension Call where Who == Caller {
    /// Adds what the caller did to the audit trail of their community, or of the one that is named,
    /// in the transaction of the act. Call it last: acts that are recorded commit in turn.
    package func record(
        _ entry: AuditEntry,
        in community: UUID? = nil,
        _ connection: Connection
    ) throws {
        try record(
            entry,
            by: AuditActor(caller),
            community: community ?? caller.requireCommunity(),
            connection
        )
    }
}

extension Call where Who == Anyone {
    /// The same for an act whose credential stood in for a token.
    package func record(
        _ entry: AuditEntry,
        by actor: AuditActor,
        in community: UUID,
        _ connection: Connection
    ) throws {
        try record(entry, by: actor, community: community, connection)
    }
}

extension Call {
    private func record(
        _ entry: AuditEntry,
        by actor: AuditActor,
        community: UUID,
        _ connection: Connection
    ) throws {
        try entry.append(
            by: actor,
            doing: operation.id,
            in: community,
            request: context.requestID,
            connection
        )
    }
}

extension AuditEntry {
    func append(
        by actor: AuditActor,
        doing operation: String,
        in community: UUID,
        request: Identifier,
        _ connection: Connection
    ) throws {
        _ = try connection.query(
            """
            SELECT audit.append(\(community), \(operation), \(actor.client), \(actor.party),
                                \(actor.onBehalfOf), \(kind.rawValue), \(object), \(subject),
                                \(beforeText.map(JSONB.init)), \(afterText.map(JSONB.init)),
                                \(request.uuid))
            """
        )
    }
}
