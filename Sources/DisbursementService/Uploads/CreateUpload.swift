import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Begins a file that is going to come in parts.
struct CreateUpload: Sendable {
    let creation: UploadCreation
    let id: UUID
    let programme: UUID
    let community: UUID
    let client: UUID
    let now: Instant

    private static let mostOpen = 10
    /// A day, in microseconds.
    private static let lifetime: Int64 = 24 * 60 * 60 * 1_000_000

    func callAsFunction(_ connection: Connection) throws -> Upload {
        _ = try connection.query(UploadQueries.lock(client: client, community))
        let open = try UploadQueries.openCount(of: client, community, connection)
        guard open < Self.mostOpen else {
            throw Problem(.tooManyUploads, "A client has at most \(Self.mostOpen) open uploads.")
        }
        let end = Instant(microseconds: now.microseconds + Self.lifetime)
        guard
            let upload = try connection.query(UploadQueries.insert(self, until: end)).first
                .map(UploadQueries.decode)
        else { throw Problem.notFound("programme") }
        return upload
    }
}
