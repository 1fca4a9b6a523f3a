import API
import Domain
import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import ISO20022
import PDF
import Postgres
import ServiceKit

/// Letters about recalls, for those whose phone does not tell them: pages to print, or text. Nothing is kept
/// of them; they say what holds when they are asked for.
struct RecallLetterRoutes: Sendable {
    private typealias Found = RecallLetterQueries.Found

    let database: Database

    func add(to routes: Routes) {
        routes.on(.getRecallLetter, getRecallLetter)
        routes.on(.getRecallLetterText, getRecallLetterText)
        routes.on(.getRecallLetters, getRecallLetters)
        routes.on(.getRecallLetterTexts, getRecallLetterTexts)
    }

    @Sendable private func getRecallLetter(_ call: Call<Caller>) async throws -> Reply {
        try pages([try await letter(call)], call)
    }

    @Sendable private func getRecallLetterText(_ call: Call<Caller>) async throws -> Reply {
        texts([try await letter(call)], call)
    }

    @Sendable private func getRecallLetters(_ call: Call<Caller>) async throws -> Reply {
        let (letters, next) = try await letters(call)
        var reply = try pages(letters, call)
        reply.headers.append(contentsOf: next)
        return reply
    }

    @Sendable private func getRecallLetterTexts(_ call: Call<Caller>) async throws -> Reply {
        let (letters, next) = try await letters(call)
        var reply = texts(letters, call)
        reply.headers.append(contentsOf: next)
        return reply
    }

    private func letter(_ call: Call<Caller>) async throws -> Found {
        let sql = RecallLetterQueries.one(
            try call.id("recallId"),
            of: call.caller.grantee,
            try call.caller.requireCommunity()
        )
        let read = try await database.query(sql, RecallLetterQueries.letters)
        guard let found = read.first else { throw Problem.notFound("recall") }
        return found
    }

    /// At least one, and where to go on.
    private func letters(_ call: Call<Caller>) async throws -> ([Found], HTTPFields) {
        let limit = call.limit
        let sql = RecallLetterQueries.some(
            RecallLetterQueries.Filter(
                programme: call.queryID("programmeId"),
                state: call.query("state").flatMap(RecallState.init) ?? .announced,
                on: try call.query("day").map { try StandingDates.date($0, "?day").description }
            ),
            try call.caller.requireCommunity(),
            before: try Cursor.id(of: call),
            limit: limit
        )
        let read = try await database.query(sql, RecallLetterQueries.letters)
        let found = Array(read.prefix(limit))
        guard let last = found.last else {
            throw Problem(.noLettersDue, "No recall is that far, or was on that day.")
        }
        let next = "\(Identifier(last.recall))"
        return (found, read.count > limit ? Reply.next(next, of: call.request.uri) : [:])
    }

    private func lines(_ found: Found, _ call: Call<Caller>) -> [String] {
        let language = call.query("language").flatMap(RecallLetter.Language.init) ?? .dutch
        return found.letter.lines(in: language)
    }

    /// A page for each letter.
    private func pages(_ letters: [Found], _ call: Call<Caller>) throws -> Reply {
        let document = try LetterDocument()
        for letter in letters { document.add(lines(letter, call)) }
        return file(try document.bytes(), MediaType.pdf, named: "recalls.pdf")
    }

    /// A form feed ends a page (U+000C).
    private func texts(_ letters: [Found], _ call: Call<Caller>) -> Reply {
        let pages = letters.map { lines($0, call).joined(separator: "\n") + "\n" }
        return file(
            Array(pages.joined(separator: "\u{C}").utf8),
            MediaType.text + "; charset=utf-8",
            named: "recalls.txt"
        )
    }

    private func file(_ bytes: [UInt8], _ type: String, named name: String) -> Reply {
        Reply(
            status: .ok,
            contentType: type,
            body: bytes,
            headers: [.contentDisposition: "attachment; filename=\"\(name)\""]
        )
    }
}
