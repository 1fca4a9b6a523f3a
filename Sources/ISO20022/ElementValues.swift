/// The texts of one section of a bank's message by element path.
struct ElementValues {
    struct Value: Equatable {
        var text: String
        let line: Int
        /// The `Ccy` attribute.
        let currency: String?
    }

    /// Source line of the section's start tag.
    let line: Int
    private var values: [String: Value] = [:]

    init(line: Int) {
        self.line = line
    }

    subscript(path: String) -> Value? { values[path] }

    func text(_ path: String) -> String? { values[path]?.text }

    /// The line of an element, or of the section when the element is absent.
    func line(of path: String) -> Int { values[path]?.line ?? line }

    /// The first value stays when an element comes twice; texts that may repeat are joined.
    mutating func add(_ value: Value, at path: String, joining: Bool, limit: Int) {
        guard var existing = values[path] else {
            values[path] = value
            return
        }
        guard joining, existing.text.utf8.count + value.text.utf8.count < limit else { return }
        existing.text += " " + value.text
        values[path] = existing
    }
}
