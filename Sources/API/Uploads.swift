/// How far a file in parts has come.
package enum UploadState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Parts are taken until it is whole, and it can be submitted then.
    case open
    /// It became a batch, or turned out to be one already.
    case submitted
    /// Its sender gave it up.
    case abandoned
}

/// A payment file that is going to come in parts.
package struct UploadCreation: Codable, Hashable, Sendable {
    /// What it is, as `Content-Type` would say when it came at once.
    package var mediaType: String
    /// How many bytes it has.
    package var size: Int
    /// The SHA-256 digest of its bytes, in hexadecimal.
    package var sha256: String
    /// Its name, as people know it.
    package var fileName: String?

    /// Creates it from its members.
    package init(mediaType: String, size: Int, sha256: String, fileName: String? = nil) {
        self.mediaType = mediaType
        self.size = size
        self.sha256 = sha256
        self.fileName = fileName
    }
}

/// A payment file that comes in parts.
package struct Upload: Codable, Hashable, Sendable {
    /// The upload.
    package var id: Identifier
    /// The programme that pays.
    package var programmeId: Identifier
    /// How far it has come.
    package var state: UploadState
    /// The name that its sender gave; null without.
    @Nullable package var fileName: String?
    /// What it is.
    package var mediaType: String
    /// How many bytes it has.
    package var size: Int
    /// The SHA-256 digest of its bytes, in hexadecimal.
    package var sha256: String
    /// How many of its bytes have arrived, which is where the next part begins.
    package var offset: Int
    /// How many of its bytes have been read and judged, once it is whole.
    package var processed: Int
    /// The batch that it became; null before.
    @Nullable package var batchId: Identifier?
    /// When it was begun.
    package var createdAt: Instant
    /// When it is forgotten, with what has arrived of it.
    package var expiresAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        programmeId: Identifier,
        state: UploadState,
        fileName: String?,
        mediaType: String,
        size: Int,
        sha256: String,
        offset: Int,
        processed: Int,
        batchId: Identifier?,
        createdAt: Instant,
        expiresAt: Instant
    ) {
        self.id = id
        self.programmeId = programmeId
        self.state = state
        self.fileName = fileName
        self.mediaType = mediaType
        self.size = size
        self.sha256 = sha256
        self.offset = offset
        self.processed = processed
        self.batchId = batchId
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
