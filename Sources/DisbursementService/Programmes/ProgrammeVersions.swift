import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// What was set for a programme, once: the newest version counts, all are kept.
protocol ProgrammeVersion: Codable, Sendable {
    var programmeId: Identifier { get }
    /// Counted from 1 per programme.
    var version: Int { get }
}

extension CreditRules: ProgrammeVersion {}
extension FileSettings: ProgrammeVersion {}
extension ProgrammeLocalityPolicy: ProgrammeVersion {}

/// What is set for programmes in versions has one shape: each is made under the lock of its programme,
/// recorded beside the one before, and listed with the newest first.
struct ProgrammeVersions<Version: ProgrammeVersion>: Sendable {
    /// What they are called in paths: `/programmes/…/file-settings`.
    let path: String
    let audited: AuditObjectKind
    /// Those of a programme of a community before a version, the newest first; one more than the limit.
    let list:
        @Sendable (_ programme: UUID, _ community: UUID, _ before: Int32?, _ limit: Int) -> SQL
    let decode: @Sendable (Row) throws -> Version

    /// The last that was set; `nil` before the first.
    func newest(
        of programme: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Version? {
        try connection.query(list(programme, community, nil, 0)).first.map(decode)
    }

    /// Records one that was just made beside the one before, and answers it.
    func created(
        _ version: Version,
        after before: Version?,
        _ call: Call<Caller>,
        _ connection: Connection
    ) throws -> Reply {
        let name = "\(version.programmeId)/\(version.version)"
        try call.record(AuditEntry(audited, name, from: before, to: version), connection)
        return .created(version, at: "/v1/programmes/\(version.programmeId)/\(path)")
    }

    /// A page of those of a programme that the caller sees; throws 404 for another one.
    func page(of call: Call<Caller>, _ database: Database) async throws -> Reply {
        let (community, limit) = (try call.caller.requireCommunity(), call.limit)
        let programme = try call.id("programmeId")
        let known = ProgrammeQueries.one(
            programme,
            community: community,
            sponsor: call.caller.sponsor
        )
        let list = list(programme, community, try Cursor.number(of: call), limit)
        let read = try await database.transaction { connection in
            guard try !connection.query(known).isEmpty else {
                throw Problem.notFound("programme")
            }
            return try connection.query(list).map(decode)
        }
        let page = Cursor.page(read, limit: limit, next: { String($0.version) })
        return .page(page, of: call.request.uri)
    }
}
