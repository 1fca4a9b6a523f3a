/// A figure that a service adds to `/metrics`.
package struct Metric: Sendable {
    /// How a scraper reads it.
    package enum Kind: String, Sendable {
        /// Only grows while the process lives.
        case counter
        /// Goes up and down.
        case gauge
    }

    let name: String
    let kind: Kind
    let value: Int64

    /// A name in Prometheus' form: lower case with underscores, its unit at the end.
    package init(_ name: String, _ kind: Kind, _ value: some BinaryInteger) {
        self.name = name
        self.kind = kind
        self.value = Int64(clamping: value)
    }

    /// The lines for a scraper.
    var text: String { "# TYPE \(name) \(kind.rawValue)\n\(name) \(value)\n" }
}
