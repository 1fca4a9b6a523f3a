import Foundation
import Postgres
import Testing

/// What triggers tell of, against the states that there can be.
@Suite struct EventTypeTests {
    @Test(arguments: [
        ("payment", "payment_state_known"), ("refund", "refund_state_known"),
        ("redemption", "redemption_state_known"),
    ])
    func `every state has an event that can be written and is explained`(
        subject: String,
        constraint: String
    ) async throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/webhooks.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let database = try await GrantsDatabase.shared
        let (states, form) = try await database.owner.query(
            """
            SELECT (SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c
                     WHERE c.conname = \(constraint)
                       AND c.conrelid = ('merchant.' || \(subject))::regclass),
                   (SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c
                     WHERE c.conname = 'event_type_form')
            """
        ) { try $0.one().decode(String.self, String.self) }
        let words = states.matches(of: #/'([a-z-]+)'/#).map { String($0.1) }
        #expect(words.count > 2)
        let pattern = try #require(form.firstMatch(of: #/'(.*)'/#)).1
        let allowed = try Regex(String(pattern))
        for word in words {
            let type = "\(subject).\(subject == "refund" && word == "posted" ? "made" : word)"
            // Otherwise the change that it tells of would fail.
            #expect(try allowed.wholeMatch(in: type) != nil, "\(type)")
            #expect(text.contains("\n| `\(type)` |"), "\(type) is not explained")
        }
    }
}
