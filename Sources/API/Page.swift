/// One page of a list, newest first unless the operation says otherwise.
package struct Page<Item: Codable & Sendable>: Codable, Sendable {
    /// At most `limit` items.
    package var items: [Item]
    /// The cursor of the next page; null on the last one.
    @Nullable package var next: String?

    /// Creates a page.
    package init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}
