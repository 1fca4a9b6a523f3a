package import API
package import FoundationEssentials
import Hummingbird

/// The place in a list: what the last item given is ordered by. Mostly a time-ordered id, newest
/// first.
package enum Cursor {
    /// The id to go on after; throws 400 for a cursor that is not ours.
    package static func id<Who>(of call: Call<Who>) throws -> UUID? {
        try call.query("cursor").map { text in
            guard let id = Identifier(text) else { throw foreign }
            return id.uuid
        }
    }

    /// The number to go on from, in a list whose items are counted from 1, such as versions or the
    /// lines of a file; throws 400 for a cursor that is not ours.
    package static func number<Who, Number: FixedWidthInteger>(
        of call: Call<Who>
    ) throws -> Number? {
        try call.query("cursor").map { text in
            guard let number = Number(text), number > 0, String(number) == text else {
                throw foreign
            }
            return number
        }
    }

    /// What the last item given was called, in a list in the order of names; throws 400 for a cursor
    /// that is not ours.
    package static func name<Who>(
        of call: Call<Who>,
        matching form: Regex<Substring>
    ) throws -> String? {
        try call.query("cursor").map { text in
            guard text.wholeMatch(of: form) != nil else { throw foreign }
            return text
        }
    }

    /// Refuses a cursor that is not ours.
    package static let foreign = Problem.invalid("?cursor", "is not a cursor of this list")

    /// A page of at most `limit` items out of up to `limit + 1` that were read.
    package static func page<Item: Codable & Sendable>(
        _ read: [Item],
        limit: Int,
        id: (Item) -> Identifier
    ) -> Page<Item> {
        page(read, limit: limit, next: { id($0).description })
    }

    /// The same where `next` says what goes on after, or before, an item.
    package static func page<Item>(
        _ read: [Item],
        limit: Int,
        next: (Item) -> String
    ) -> Page<Item> {
        let items = Array(read.prefix(limit))
        return Page(items: items, next: read.count > limit ? items.last.map(next) : nil)
    }
}
