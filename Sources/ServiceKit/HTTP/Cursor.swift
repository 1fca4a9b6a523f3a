package import API
package import FoundationEssentials
import Hummingbird

/// The place in a list: what the last item given is ordered by. Mostly a time-ordered id, newest
/// first.
package enum Cursor {
    /// The id to go on after; throws 400 for a cursor that is not ours.
    package static func id<Who>(of call: Call<Who>) throws -> UUID? {
        guard let text = call.query("cursor") else { return nil }
        guard let id = Identifier(text) else {
            throw Problem.invalid("?cursor", "is not a cursor of this list")
        }
        return id.uuid
    }

    /// The version to go on before, in a list of versions with the newest first; throws 400 for a
    /// cursor that is not ours.
    package static func version<Who>(of call: Call<Who>) throws -> Int32? {
        guard let text = call.query("cursor") else { return nil }
        guard let version = Int32(text) else {
            throw Problem.invalid("?cursor", "is not a cursor of this list")
        }
        return version
    }

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
