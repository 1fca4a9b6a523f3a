import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of files that come in parts. Each belongs to one client, and to nobody else.
enum UploadQueries {
    /// Names an upload, and whose it must be.
    struct Key: Sendable {
        let id: UUID
        let community: UUID
        let client: UUID
    }

    private static let columns = """
        id, programme_id, state, file_name, media_type, size, encode(sha256, 'hex'), received,
        read_bytes, batch_id, created_at, expires_at
        """

    /// Held until the transaction ends: of two requests of one client one counts first.
    static func lock(client: UUID, _ community: UUID) -> SQL {
        let name = "disbursement/uploads/\(community)/\(client)"
        return "SELECT pg_advisory_xact_lock(hashtextextended(\(name), 0))"
    }

    static func openCount(
        of client: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Int {
        try connection.query(
            """
            SELECT count(*) FROM disbursement.upload
             WHERE community_id = \(community) AND client_id = \(client)
               AND state = 'open' AND expires_at > clock_timestamp()
            """
        ).one().decode(Int.self)
    }

    /// No row when there is no such programme.
    static func insert(_ act: CreateUpload, until end: Instant) -> SQL {
        """
        INSERT INTO disbursement.upload (community_id, id, programme_id, client_id, file_name,
                                         media_type, size, sha256, created_at, expires_at)
        SELECT p.community_id, \(act.id), p.id, \(act.client), \(act.creation.fileName),
               \(act.creation.mediaType), \(Int64(act.creation.size)),
               decode(\(act.creation.sha256), 'hex'), \(Timestamp(act.now)), \(Timestamp(end))
          FROM disbursement.programme p
         WHERE p.community_id = \(act.community) AND p.id = \(act.programme)
        RETURNING \(rawSQL: columns)
        """
    }

    static func one(_ key: Key) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM disbursement.upload
         WHERE community_id = \(key.community) AND id = \(key.id) AND client_id = \(key.client)
           AND expires_at > clock_timestamp()
        """
    }

    /// The upload as it stands until the transaction ends, and whether it is being read.
    static func locked(
        _ key: Key,
        _ connection: Connection
    ) throws -> (upload: Upload, isBeingRead: Bool)? {
        guard
            let row = try connection.query(
                """
                SELECT \(rawSQL: isBeingRead) FROM disbursement.upload
                 WHERE community_id = \(key.community) AND id = \(key.id)
                   AND client_id = \(key.client) FOR UPDATE
                """
            ).first,
            let upload = try connection.query(one(key)).first.map(decode)
        else { return nil }
        return (upload, try row.decode(Bool.self))
    }

    static func list(
        of client: UUID,
        _ community: UUID,
        after cursor: UUID?,
        limit: Int
    ) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM disbursement.upload
         WHERE community_id = \(community) AND client_id = \(client)
           AND expires_at > clock_timestamp()
           AND id < coalesce(\(cursor), 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    static func insertPart(_ sealed: [UInt8], length: Int, at start: Int, of key: Key) -> SQL {
        """
        INSERT INTO disbursement.upload_part (community_id, upload_id, start, length, sealed)
        VALUES (\(key.community), \(key.id), \(Int64(start)), \(Int32(length)), \(sealed))
        """
    }

    /// The bytes that begin at a place, sealed; nothing when none do.
    static func part(at start: Int, of upload: UUID, _ community: UUID) -> SQL {
        """
        SELECT sealed FROM disbursement.upload_part
         WHERE community_id = \(community) AND upload_id = \(upload) AND start = \(Int64(start))
        """
    }

    static func grow(_ key: Key, from start: Int, by length: Int) -> SQL {
        """
        UPDATE disbursement.upload
           SET received = received + \(Int64(length)), part_count = part_count + 1
         WHERE community_id = \(key.community) AND id = \(key.id) AND state = 'open'
           AND received = \(Int64(start))
        """
    }

    /// Whether somebody reads: their minute is not over, and their session of the database lives.
    private static let isBeingRead = """
        (coalesce(read_until > clock_timestamp(), false)
         AND EXISTS (SELECT FROM pg_catalog.pg_stat_activity a
                      WHERE a.pid = reader_pid AND a.backend_start = reader_session_at))
        """

    private static let noReader = """
        reader_id = NULL, read_until = NULL, reader_pid = NULL, reader_session_at = NULL
        """

    /// The session of the database that this is said in.
    private static let thisSession = """
        (reader_pid, reader_session_at) = (
            SELECT a.pid, a.backend_start FROM pg_catalog.pg_stat_activity a
             WHERE a.pid = pg_catalog.pg_backend_pid())
        """

    /// Takes the reading of a whole file for one batch, for a minute at a time; no row while another
    /// has it.
    static func beginReading(_ key: Key, into batch: UUID) -> SQL {
        """
        UPDATE disbursement.upload
           SET reader_id = \(batch), read_until = clock_timestamp() + interval '1 minute',
               read_bytes = 0, \(rawSQL: thisSession)
         WHERE community_id = \(key.community) AND id = \(key.id) AND client_id = \(key.client)
           AND state = 'open' AND received = size AND NOT \(rawSQL: isBeingRead)
        """
    }

    /// Says how far the reading is, which keeps it; no row when another has taken over.
    static func keepReading(_ upload: UUID, _ community: UUID, into batch: UUID, at place: Int)
        -> SQL
    {
        """
        UPDATE disbursement.upload
           SET read_until = clock_timestamp() + interval '1 minute',
               read_bytes = \(Int64(place)), \(rawSQL: thisSession)
         WHERE community_id = \(community) AND id = \(upload) AND reader_id = \(batch)
           AND state = 'open'
        """
    }

    /// Lets another one read.
    static func endReading(_ key: Key, into batch: UUID) -> SQL {
        """
        UPDATE disbursement.upload SET \(rawSQL: noReader)
         WHERE community_id = \(key.community) AND id = \(key.id) AND reader_id = \(batch)
        """
    }

    static func submit(_ key: Key, as batch: Identifier) -> SQL {
        """
        UPDATE disbursement.upload
           SET state = 'submitted', batch_id = \(batch.uuid), read_bytes = size,
               \(rawSQL: noReader)
         WHERE community_id = \(key.community) AND id = \(key.id) AND state = 'open'
        """
    }

    static func abandon(_ key: Key) -> SQL {
        """
        UPDATE disbursement.upload
           SET state = 'abandoned', \(rawSQL: noReader)
         WHERE community_id = \(key.community) AND id = \(key.id) AND state = 'open'
        """
    }

    static func forgetParts(of key: Key) -> SQL {
        """
        DELETE FROM disbursement.upload_part
         WHERE community_id = \(key.community) AND upload_id = \(key.id)
        """
    }

    /// Takes away one upload whose time is over, whosever it is, unless it is being read or
    /// another instance is about to take it away.
    static let forgetOne: SQL = """
        DELETE FROM disbursement.upload
         WHERE (community_id, id) = (SELECT community_id, id FROM disbursement.upload
                                      WHERE expires_at < clock_timestamp()
                                        AND coalesce(read_until < clock_timestamp(), true)
                                      LIMIT 1 FOR UPDATE SKIP LOCKED)
        """

    /// Takes away the parts of one upload that needs them no more, because a service was killed
    /// before it did, unless another instance is at it.
    static let forgetPartsOfOne: SQL = """
        DELETE FROM disbursement.upload_part
         WHERE (community_id, upload_id) = (
               SELECT u.community_id, u.id FROM disbursement.upload u
                WHERE u.state <> 'open'
                  AND EXISTS (SELECT FROM disbursement.upload_part p
                               WHERE p.community_id = u.community_id AND p.upload_id = u.id)
                LIMIT 1 FOR UPDATE SKIP LOCKED)
        """

    @Sendable static func decode(_ row: Row) throws -> Upload {
        let (
            id, programme, stateText, fileName, mediaType, size, digest, received, processed,
            batch, createdAt, expiresAt
        ) = try row.decode(
            UUID.self,
            UUID.self,
            String.self,
            String?.self,
            String.self,
            Int.self,
            String.self,
            Int.self,
            Int.self,
            UUID?.self,
            Timestamp.self,
            Timestamp.self
        )
        guard let state = UploadState(rawValue: stateText) else {
            throw PostgresError.decoding("unknown upload state")
        }
        return Upload(
            id: Identifier(id),
            programmeId: Identifier(programme),
            state: state,
            fileName: fileName,
            mediaType: mediaType,
            size: size,
            sha256: digest,
            offset: received,
            processed: processed,
            batchId: batch.map(Identifier.init),
            createdAt: Instant(createdAt),
            expiresAt: Instant(expiresAt)
        )
    }
}
