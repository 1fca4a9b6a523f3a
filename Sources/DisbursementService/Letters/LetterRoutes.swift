import API
import Domain
import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import PDF
import Postgres
import QRCodes
import ServiceKit

/// Letters with activation codes for those whose coins wait, over HTTP: pages to print, or text.
struct LetterRoutes {
    let database: Database
    let lookup: LookupKey
    /// Where activation codes are handed in.
    let enrolmentAddress: String

    func add(to routes: Routes) {
        routes.on(.createLetters, createLetters)
        routes.on(.createLetterTexts, createLetterTexts)
    }

    @Sendable private func createLetters(_ call: Call<Caller>) async throws -> Reply {
        let language = Self.language(of: call)
        let document = try LetterDocument()
        for letter in try await letters(call) {
            let code = try QRMatrix(letter.qrPayload)
            document.add(
                letter.text(in: language).split(
                    separator: "\n",
                    omittingEmptySubsequences: false
                ).map(String.init),
                code: (0..<code.width).map { row in (0..<code.width).map { code[$0, row] } }
            )
        }
        return Self.reply(try document.bytes(), MediaType.pdf, name: "letters.pdf")
    }

    @Sendable private func createLetterTexts(_ call: Call<Caller>) async throws -> Reply {
        let language = Self.language(of: call)
        // A form feed ends a page (U+000C).
        let text = try await letters(call).map { "\($0.text(in: language))\n\n\($0.qrPayload)\n" }
            .joined(separator: "\u{C}")
        return Self.reply(Array(text.utf8), MediaType.text + "; charset=utf-8", name: "letters.txt")
    }

    private func letters(_ call: Call<Caller>) async throws -> [Domain.ActivationLetter] {
        let write = WriteLetters(
            batch: try call.id("batchId"),
            community: try call.caller.requireCommunity(),
            line: call.query("line").flatMap { Int32($0) },
            address: enrolmentAddress,
            lookup: lookup,
            client: call.caller.client,
            clock: call.clock
        )
        let batch = Identifier(write.batch)
        return try await database.transaction { connection in
            let (letters, people) = try write(connection)
            let entry = AuditEntry(
                .batch,
                batch,
                to: ["lettersTo": AuditValue.texts(people.map(\.description))]
            )
            try call.record(entry, connection)
            return letters
        }
    }

    private static func language(of call: Call<Caller>) -> Domain.ActivationLetter.Language {
        call.query("language").flatMap(Domain.ActivationLetter.Language.init) ?? .dutch
    }

    private static func reply(_ bytes: [UInt8], _ type: String, name: String) -> Reply {
        Reply(
            status: .ok,
            contentType: type,
            body: bytes,
            headers: [.contentDisposition: "attachment; filename=\"\(name)\""]
        )
    }
}
