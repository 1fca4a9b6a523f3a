import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// Groups of people that others add something for. The counter puts people in and takes them out;
/// who is in one is in the audit trail only as far as the person's erasure can take it away.
struct TargetGroupRoutes {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.createTargetGroup, createTargetGroup)
        routes.on(.listTargetGroups, listTargetGroups)
        routes.on(.addToTargetGroup, addToTargetGroup)
        routes.on(.removeFromTargetGroup, removeFromTargetGroup)
    }

    @Sendable private func createTargetGroup(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(TargetGroupCreation.self)
        let community = try call.caller.requireCommunity()
        let group = TargetGroup(
            id: Identifier(call.clock.newID()),
            name: body.value.name,
            createdAt: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            try connection.execute(
                TargetGroupQueries.insert(group, community, by: call.caller.client)
            )
            try call.record(AuditEntry(.targetGroup, group.id, to: group), connection)
            return .created(group, at: "/v1/target-groups")
        }
    }

    @Sendable private func listTargetGroups(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let found = try await database.query(
            TargetGroupQueries.page(
                of: call.caller.requireCommunity(),
                before: Cursor.id(of: call),
                limit: limit
            ),
            TargetGroupQueries.groups
        )
        return .page(Cursor.page(found, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func addToTargetGroup(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(TargetGroupEntry.self)
        let (group, now) = (try call.id("groupId"), call.clock.now())
        let community = try call.caller.requireCommunity()
        if let until = body.value.validUntil, until <= now {
            throw Problem.invalid("/validUntil", "lies in the past")
        }
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            try TargetGroupQueries.require(group, community, connection)
            let isPerson = try !connection.query(
                """
                SELECT FROM accounts.party
                 WHERE community_id = \(community) AND id = \(body.value.personId.uuid)
                   AND kind = 'person'
                   FOR SHARE
                """
            ).isEmpty
            guard isPerson else { throw Problem(.unknownParty, "There is no such person.") }
            try connection.execute(
                TargetGroupQueries.put(
                    body.value,
                    into: group,
                    community,
                    by: call.caller.client,
                    at: now
                )
            )
            let member = TargetGroupMember(
                groupId: Identifier(group),
                personId: body.value.personId,
                validUntil: body.value.validUntil
            )
            try call.record(Self.entry(group, isMember: true, member.personId), connection)
            return .created(member, at: "/v1/target-groups")
        }
    }

    @Sendable private func removeFromTargetGroup(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(TargetGroupRemoval.self)
        let (group, person, now) = (try call.id("groupId"), body.value.personId, call.clock.now())
        let community = try call.caller.requireCommunity()
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            try TargetGroupQueries.require(group, community, connection)
            let removed = try connection.execute(
                """
                DELETE FROM accounts.target_group_member
                 WHERE community_id = \(community) AND group_id = \(group)
                   AND party_id = \(person.uuid)
                """
            )
            guard removed == 1 else { throw Problem(.unknownParty, "Nobody like that is in it.") }
            let member = TargetGroupMember(
                groupId: Identifier(group),
                personId: person,
                validUntil: now
            )
            try call.record(Self.entry(group, isMember: false, person), connection)
            return .created(member, at: "/v1/target-groups")
        }
    }

    /// Which group it was is a person's own affair, so that it goes when the person is erased.
    private static func entry(
        _ group: UUID,
        isMember: Bool,
        _ person: Identifier
    ) -> AuditEntry {
        let value = ["targetGroup": AuditValue.personal(Identifier(group).description)]
        return AuditEntry(
            .person,
            person,
            from: isMember ? nil : value,
            to: isMember ? value : ["targetGroup": .personal(nil)],
            about: person
        )
    }
}
