import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Keeps the next part of a file, sealed, or finds that it has it already.
struct AppendPart: Sendable {
    let upload: UploadQueries.Key
    let start: Int
    let bytes: [UInt8]
    let keys: DataKeys
    let database: Database

    /// Of every part but the last, so that a file has few.
    private static let leastBytes = 65_536

    func callAsFunction() async throws -> Upload {
        let place = UploadedFile.place(of: upload.id, upload.community, at: start)
        let sealed = try keys.seal(bytes, purpose: .upload, of: place)
        return try await database.transaction { connection in
            guard let (found, _) = try UploadQueries.locked(upload, connection) else {
                throw Problem.notFound("upload")
            }
            guard found.state == .open else {
                throw Problem(.uploadNotOpen, "The upload takes no more parts.")
            }
            if start < found.offset, try isKept(at: place, connection) { return found }
            guard start == found.offset else {
                throw Problem(
                    .uploadOffset,
                    "The next part begins at \(found.offset).",
                    offset: found.offset
                )
            }
            try requireLength(in: found)
            let part = UploadQueries.insertPart(sealed, length: bytes.count, at: start, of: upload)
            try connection.execute(part)
            try connection.execute(UploadQueries.grow(upload, from: start, by: bytes.count))
            guard let grown = try UploadQueries.locked(upload, connection) else {
                throw Problem.notFound("upload")
            }
            return grown.upload
        }
    }

    /// Whether this part came before, when its answer got lost.
    private func isKept(at place: String, _ connection: Connection) throws -> Bool {
        let part = UploadQueries.part(at: start, of: upload.id, upload.community)
        guard let sealed = try connection.query(part).first?.decode([UInt8].self) else {
            return false
        }
        return try keys.open(sealed, purpose: .upload, of: place) == bytes
    }

    private func requireLength(in found: Upload) throws {
        guard start + bytes.count <= found.size else {
            throw Problem(
                .payloadTooLarge,
                "The file was announced with \(found.size) bytes."
            )
        }
        let isLast = start + bytes.count == found.size
        guard isLast && !bytes.isEmpty || bytes.count >= Self.leastBytes else {
            throw Problem(
                .invalidRequest,
                "Every part but the last has at least \(Self.leastBytes) bytes."
            )
        }
    }
}
