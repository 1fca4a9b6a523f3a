package import API
package import FoundationEssentials
import Hummingbird

/// The place in a list that is ordered by time-ordered ids, newest first: the last id given.
package enum Cursor {
    /// The id to go on after; throws 400 for a cursor that is not ours.
    package static func id<Who>(of call: Call<Who>) throws -> UUID? {
        guard let text = call.query("cursor") else { return nil }
        guard let id = Identifier(text) else {
            throw Problem.invalid("?cursor", "is not a cursor of this list")
        }
        return id.uuid
    }

    /// A page of at most `limit` items out of up to `limit + 1` that were read.
    package static func page<Item: Codable & Sendable>(
        _ read: [Item],
        limit: Int,
        id: (Item) -> Identifier
    ) -> Page<Item> {
        let items = Array(read.prefix(limit))
        return Page(
            items: items,
            next: read.count > limit ? items.last.map { id($0).description } : nil
        )
    }
}
