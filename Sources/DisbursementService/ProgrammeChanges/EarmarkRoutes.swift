import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/programmes/…/earmarks`: where the money of programmes may be spent, for everybody in the community.
struct EarmarkRoutes: Sendable {
    let database: Database

    func add(to routes: Routes) {
        routes.on(.listEarmarks, listEarmarks)
    }

    @Sendable private func listEarmarks(_ call: Call<Caller>) async throws -> Reply {
        let (community, limit) = (try call.caller.requireCommunity(), call.limit)
        let programme = try call.id("programmeId")
        let list = EarmarkQueries.list(
            of: programme,
            community,
            before: try Cursor.number(of: call),
            limit: limit
        )
        let read = try await database.transaction { connection in
            guard try EarmarkQueries.isProgramme(programme, community, connection) else {
                throw Problem.notFound("programme")
            }
            return try connection.query(list).map(EarmarkQueries.decode)
        }
        let page = Cursor.page(read, limit: limit, next: { String($0.version) })
        return .page(page, of: call.request.uri)
    }
}

/// The SQL of where the money of programmes may be spent.
enum EarmarkQueries {
    static func isProgramme(
        _ id: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Bool {
        try !connection.query(
            """
            SELECT FROM disbursement.programme
             WHERE community_id = \(community) AND id = \(id)
            """
        ).isEmpty
    }

    /// Newest first.
    static func list(
        of programme: UUID,
        _ community: UUID,
        before version: Int32?,
        limit: Int
    ) -> SQL {
        """
        SELECT programme_id, version, categories, shops, valid_from FROM wallet.earmark
         WHERE community_id = \(community) AND programme_id = \(programme)
           AND (\(version) IS NULL OR version < \(version))
         ORDER BY version DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func decode(_ row: Row) throws -> EarmarkVersion {
        let (programme, version, categories, shops, validFrom) = try row.decode(
            UUID.self,
            Int32.self,
            [String].self,
            [UUID].self,
            Timestamp.self
        )
        return EarmarkVersion(
            programmeId: Identifier(programme),
            version: Int(version),
            earmark: Earmark(categories: categories, shopIds: shops.map(Identifier.init)),
            validFromAt: Instant(validFrom)
        )
    }
}
