import API
import FoundationEssentials
import Testing

@testable import ServiceKit

@Suite struct CursorTests {
    private let ids: [Identifier] = [
        "01957c5e-6f00-7a10-8b20-0c30d040e053", "01957c5e-6f00-7a10-8b20-0c30d040e052",
        "01957c5e-6f00-7a10-8b20-0c30d040e051",
    ]

    @Test func `a full page names the last item as the place to go on`() {
        let page = Cursor.page(ids, limit: 2) { $0 }
        #expect(page.items == Array(ids.prefix(2)))
        #expect(page.next == ids[1].description)
    }

    @Test func `the last page has no next, even when it is full`() {
        #expect(Cursor.page(ids, limit: 3) { $0 }.next == nil)
        #expect(Cursor.page([Identifier](), limit: 3) { $0 }.next == nil)
    }

    @Test func `a cursor is one that the documents allow`() throws {
        let cursor = try #require(Cursor.page(ids, limit: 1) { $0 }.next)
        #expect(PatternCache.matches(cursor, "^[A-Za-z0-9_-]+$"))
    }
}
