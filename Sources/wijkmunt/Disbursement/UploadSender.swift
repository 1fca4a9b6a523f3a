import API
import ArgumentParser
import Crypto
import Foundation
import NIOCore

/// Sends a file part by part, goes on where it stopped, and submits it when it is whole.
struct UploadSender: Sendable {
    let client: ServiceClient
    let path: String
    let line = ProgressLine()

    private static let partBytes = 1_048_576
    private static let mostFailures = 8
    private static let longestPause = 30

    /// Throws when there is no such file, or when it is a pipe, which cannot be read twice.
    init(client: ServiceClient, path: String) throws {
        guard try InputFile(path: path).size != nil else {
            throw CommandFailure("\(path) is a pipe; only a file can be sent in parts")
        }
        self.client = client
        self.path = path
    }

    /// What is announced before the first part.
    func announcement() throws -> UploadCreation {
        let file = try UploadFile(path: path)
        return UploadCreation(
            mediaType: file.mediaType,
            size: file.size,
            sha256: try digest(),
            fileName: file.name
        )
    }

    /// Throws unless the file is the one that was announced.
    func requireSame(as upload: Upload) throws {
        guard try UploadFile(path: path).size == upload.size, try digest() == upload.sha256 else {
            throw CommandFailure("\(path) is not the file that upload \(upload.id) began with")
        }
    }

    /// Sends what is missing. A connection that breaks is tried again for some minutes.
    func send(_ upload: Upload) async throws {
        defer { line.end() }
        var (upload, failures) = (upload, 0)
        while upload.state == .open, upload.offset < upload.size {
            line.update("sent \(upload.offset * 100 / upload.size) % of \(upload.size) bytes")
            do {
                upload = try await append(try part(at: upload.offset), to: upload)
                failures = 0
            } catch let refusal as Refusal where refusal.problemType == .uploadOffset {
                upload.offset = refusal.problem?.offset ?? upload.offset
                failures += 1
                guard failures <= Self.mostFailures else { throw refusal }
            } catch let failure as CommandFailure {
                failures += 1
                guard failures <= Self.mostFailures else {
                    note("what has arrived is kept until \(upload.expiresAt); go on with")
                    note("  wijkmunt upload resume \(upload.id) \(path)")
                    throw failure
                }
                line.update("the connection broke; trying again")
                try await Task.sleep(for: .seconds(min(1 << failures, Self.longestPause)))
            }
        }
    }

    /// Has the file read into a batch, and tells how far it is meanwhile.
    func submit(_ id: Identifier, key: String?) async throws -> Answer {
        defer { line.end() }
        return try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask {
                // Only to be looked at: the answer comes by the other request.
                try? await showReading(of: id)
                return nil
            }
            group.addTask { try await ask(id, key: key ?? "submit-\(id)") }
            defer { group.cancelAll() }
            while let answer = try await group.next() {
                if let answer { return answer }
            }
            throw CommandFailure("no answer to submitUpload")
        }
    }

    private func ask(_ id: Identifier, key: String) async throws -> Answer {
        while true {
            do {
                return try await client.answer(
                    .submitUpload,
                    path: ["uploadId": id.description],
                    idempotencyKey: key,
                    timeout: .minutes(30)
                )
            } catch let refusal as Refusal where refusal.problemType == .uploadBeingRead {
                try await Task.sleep(for: .seconds(2))
            }
        }
    }

    private func showReading(of id: Identifier) async throws {
        let path = ["uploadId": id.description]
        for try await event in try await client.events(.streamUploadEvents, path: path)
        where event.name == "upload" {
            let upload = try JSONDecoder().decode(Upload.self, from: Data(event.data.utf8))
            line.update("read \(upload.processed * 100 / upload.size) % of \(upload.size) bytes")
        }
    }

    private func append(_ part: [UInt8], to upload: Upload) async throws -> Upload {
        try await client.answer(
            .appendToUpload,
            path: ["uploadId": upload.id.description],
            query: [("offset", String(upload.offset))],
            body: .bytes(part)
        ).decode(Upload.self)
    }

    private func part(at place: Int) throws -> [UInt8] {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        try handle.seek(toOffset: UInt64(place))
        return Array(try handle.read(upToCount: Self.partBytes) ?? Data())
    }

    private func digest() throws -> String {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        var hash = SHA256()
        while let piece = try handle.read(upToCount: Self.partBytes), !piece.isEmpty {
            hash.update(data: piece)
        }
        let digits = hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return digits.joined()
    }
}
