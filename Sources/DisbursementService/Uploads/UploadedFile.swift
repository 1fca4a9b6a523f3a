import API
import Crypto
import FoundationEssentials
import NIOCore
import Postgres
import ServiceKit

/// A file whose parts are all there, as a stream: one part at a time is in memory. Whoever reads says
/// after each part how far it is, and stops when another has taken over.
///
/// Ends with 422 when the bytes are not those of the digest.
struct UploadedFile: AsyncSequence, Sendable {
    let upload: Upload
    let community: UUID
    /// The batch that the file is read into.
    let batch: UUID
    let keys: DataKeys
    let database: Database

    /// What a part is sealed for, so that it opens nowhere else.
    static func place(of upload: UUID, _ community: UUID, at start: Int) -> String {
        "upload/\(community)/\(upload)/\(start)"
    }

    func makeAsyncIterator() -> Iterator { Iterator(file: self) }

    struct Iterator: AsyncIteratorProtocol {
        let file: UploadedFile
        private var part = ByteBuffer()
        /// Where the next part begins.
        private var start = 0
        private var hash = SHA256()

        // What is given at a time, so that lines are stored while the others are read.
        private static let pieceBytes = 65_536

        init(file: UploadedFile) {
            self.file = file
        }

        mutating func next() async throws -> ByteBuffer? {
            if part.readableBytes == 0 {
                guard start < file.upload.size else {
                    try requireDigest()
                    return nil
                }
                try await openPart()
            }
            return part.readSlice(length: Swift.min(part.readableBytes, Self.pieceBytes))
        }

        private mutating func openPart() async throws {
            let id = file.upload.id.uuid
            let keeping = UploadQueries.keepReading(
                id,
                file.community,
                into: file.batch,
                at: start
            )
            guard try await file.database.execute(keeping) == 1 else {
                throw Problem.unavailable("Another instance reads this file now.")
            }
            let query = UploadQueries.part(at: start, of: id, file.community)
            let sealed = try await file.database.query(query) {
                try $0.first?.decode([UInt8].self)
            }
            // Parts leave no gap, so this one was taken away meanwhile.
            guard let sealed else { throw Problem.notFound("upload") }
            let place = UploadedFile.place(of: id, file.community, at: start)
            let bytes = try file.keys.open(sealed, purpose: .upload, of: place)
            hash.update(data: bytes)
            start += bytes.count
            part = ByteBuffer(bytes: bytes)
        }

        private func requireDigest() throws {
            let digits = hash.finalize().map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
            guard digits.joined() == file.upload.sha256 else {
                throw Problem(.uploadDamaged, "The bytes are not those that were announced.")
            }
        }
    }
}
