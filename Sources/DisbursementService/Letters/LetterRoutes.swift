import API
import Crypto
import Domain
import Foundation
import HTTPTypes
import HummingbirdCore
import PDF
import Postgres
import QRCodes
import ServiceKit

/// Letters with activation codes for those whose coins wait, over HTTP: pages to print, or text.
struct LetterRoutes {
    private typealias Letter = Domain.ActivationLetter

    /// Seals the answers that it keeps.
    let idempotency: Idempotency
    let lookup: LookupKey
    /// Where activation codes are handed in.
    let enrolmentAddress: String

    func add(to routes: Routes) {
        routes.on(.createLetters, createLetters)
        routes.on(.createLetterTexts, createLetterTexts)
    }

    @Sendable private func createLetters(_ call: Call<Caller>) async throws -> Reply {
        try await write(call, as: MediaType.pdf, to: "letters.pdf", Self.pages)
    }

    @Sendable private func createLetterTexts(_ call: Call<Caller>) async throws -> Reply {
        try await write(call, as: MediaType.text + "; charset=utf-8", to: "letters.txt", Self.text)
    }

    /// Writes letters once per `Idempotency-Key`, and answers them as a file of that name.
    private func write(
        _ call: Call<Caller>,
        as type: String,
        to name: String,
        _ bytes: @escaping @Sendable ([Letter], Letter.Language) throws -> [UInt8]
    ) async throws -> Reply {
        let write = WriteLetters(
            batch: try call.id("batchId"),
            community: try call.caller.requireCommunity(),
            line: call.query("line").flatMap { Int32($0) },
            address: enrolmentAddress,
            lookup: lookup,
            client: call.caller.client,
            clock: call.clock
        )
        let language = call.query("language").flatMap(Letter.Language.init) ?? .dutch
        let batch = Identifier(write.batch)
        // Without a body the batch, the line and the language are the whole request.
        let request = "\(batch) \(write.line.map(String.init) ?? "") \(language.rawValue)"
        let fingerprint = Array(SHA256.hash(data: Data(request.utf8)))
        var reply = try await call.once(idempotency, fingerprint: fingerprint) { connection in
            let (letters, people) = try write(connection)
            let file = try bytes(letters, language)
            let entry = AuditEntry(
                .batch,
                batch,
                to: ["lettersTo": AuditValue.texts(people.map(\.description))]
            )
            try call.record(entry, connection)
            // By its batch the kept answer is found when one of these people is erased.
            return Reply(
                status: .ok,
                contentType: type,
                body: file,
                headers: [.location: "/v1/batches/\(batch)"]
            )
        }
        reply.headers[.location] = nil
        if reply.status == .ok {
            reply.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        }
        return reply
    }

    /// A page for each letter.
    @Sendable private static func pages(
        _ letters: [Letter],
        in language: Letter.Language
    ) throws -> [UInt8] {
        let document = try LetterDocument()
        for letter in letters {
            let code = try QRMatrix(letter.qrPayload)
            document.add(
                letter.text(in: language).split(
                    separator: "\n",
                    omittingEmptySubsequences: false
                ).map(String.init),
                code: (0..<code.width).map { row in (0..<code.width).map { code[$0, row] } }
            )
        }
        return try document.bytes()
    }

    /// A form feed ends a page (U+000C).
    @Sendable private static func text(
        _ letters: [Letter],
        in language: Letter.Language
    ) -> [UInt8] {
        let pages = letters.map { "\($0.text(in: language))\n\n\($0.qrPayload)\n" }
        return Array(pages.joined(separator: "\u{C}").utf8)
    }
}
