package import API
import Crypto
import Foundation

extension TestCommunity {
    /// A clerk announces a file that is going to come in parts.
    package func beginUpload(
        of bytes: [UInt8],
        to programme: Identifier,
        by sender: TestClient? = nil,
        mediaType: String = MediaType.xml,
        sha256: String? = nil
    ) async throws -> TestAnswer {
        let digest = SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return try await (sender ?? clerk).call(
            .createUpload,
            ["programmeId": "\(programme)"],
            body: UploadCreation(
                mediaType: mediaType,
                size: bytes.count,
                sha256: sha256 ?? digest.joined(),
                fileName: "in-delen.xml"
            )
        )
    }

    /// Sends the bytes from one place on, up to another.
    package func append(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        to upload: Identifier,
        by sender: TestClient? = nil
    ) async throws -> TestAnswer {
        try await (sender ?? clerk).send(
            .appendToUpload,
            ["uploadId": "\(upload)"],
            query: "offset=\(range.lowerBound)",
            bytes: Data(bytes[range])
        )
    }

    /// A file that arrived in one part and waits to be submitted.
    package func uploaded(
        _ bytes: [UInt8],
        to programme: Identifier,
        by sender: TestClient? = nil
    ) async throws -> Upload {
        let upload = try await beginUpload(of: bytes, to: programme, by: sender)
            .decode(Upload.self)
        return try await append(bytes, 0..<bytes.count, to: upload.id, by: sender)
            .decode(Upload.self)
    }

    /// Has the parts read into a batch.
    package func submit(
        upload: Identifier,
        by sender: TestClient? = nil,
        key: String? = nil
    ) async throws -> TestAnswer {
        try await (sender ?? clerk).call(.submitUpload, ["uploadId": "\(upload)"], key: key)
    }
}
