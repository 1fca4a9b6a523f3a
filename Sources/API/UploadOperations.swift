extension Operation {
    /// Begin to send a payment file in parts.
    package static let createUpload = Operation(
        id: "createUpload",
        method: .post,
        path: "/v1/programmes/{programmeId}/uploads",
        access: .anyOf([.batchesSubmit]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List files in parts.
    package static let listUploads = Operation(
        id: "listUploads",
        method: .get,
        path: "/v1/uploads",
        access: .anyOf([.batchesSubmit])
    )

    /// Read how far a file in parts has come.
    package static let getUpload = Operation(
        id: "getUpload",
        method: .get,
        path: "/v1/uploads/{uploadId}",
        access: .anyOf([.batchesSubmit])
    )

    /// Send the next part of a file.
    package static let appendToUpload = Operation(
        id: "appendToUpload",
        method: .post,
        path: "/v1/uploads/{uploadId}/parts",
        access: .anyOf([.batchesSubmit]),
        body: .bytes(maxBytes: 2_097_152)
    )

    /// Submit a file whose parts are all there.
    package static let submitUpload = Operation(
        id: "submitUpload",
        method: .post,
        path: "/v1/uploads/{uploadId}/batches",
        access: .anyOf([.batchesSubmit]),
        idempotent: true,
        success: 201
    )

    /// Give a file in parts up.
    package static let abandonUpload = Operation(
        id: "abandonUpload",
        method: .post,
        path: "/v1/uploads/{uploadId}/abandonments",
        access: .anyOf([.batchesSubmit]),
        idempotent: true,
        success: 201
    )

    /// Watch a file in parts.
    package static let streamUploadEvents = Operation(
        id: "streamUploadEvents",
        method: .get,
        path: "/v1/uploads/{uploadId}/events",
        access: .anyOf([.batchesSubmit]),
        produces: MediaType.events
    )
}

/// Those about files that come in parts.
enum UploadOperations {
    static let all: [Operation] = [
        .createUpload, .listUploads, .getUpload, .appendToUpload, .submitUpload, .abandonUpload,
        .streamUploadEvents,
    ]
}
