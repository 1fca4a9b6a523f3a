import API
package import Hummingbird
import NIOCore
import Postgres

/// A file that is written while it is sent, so that its size does not matter.
package protocol FilePieces: Sendable {
    /// The next piece, of moderate size; nil after the last one.
    mutating func next() async throws -> [UInt8]?
}

extension Call where Who == Caller {
    /// Answers with a file, piece by piece: the next one is made when the client has taken the one
    /// before. An error, or a token that is revoked meanwhile, ends the connection, so that nobody
    /// takes half a file for a whole one.
    package func file(_ pieces: some FilePieces, named name: String) -> Response {
        // The body is written when the handler has returned.
        let (tenant, isRevoked, logger) = (caller.tenant, isRevoked, context.logger)
        let body = ResponseBody { writer in
            var pieces = pieces
            while let piece = try await logger.tellingFaults({
                try await tenant.perform { try await pieces.next() }
            }) {
                guard !isRevoked() else { throw CancellationError() }
                try await writer.write(ByteBuffer(bytes: piece))
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: operation.produces,
                .contentDisposition: "attachment; filename=\"\(name)\"",
            ],
            body: body
        )
    }
}
