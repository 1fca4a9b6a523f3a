/// A name shortened so far that a payer recognises whom they know, and learns nobody's name.
enum Initials {
    /// The first letter of each of the first four words: `Jan de Vries` is `J. D. V.`
    static func text(of name: String) -> String {
        name.split(separator: " ").prefix(4).map { "\($0.prefix(1).uppercased())." }
            .joined(separator: " ")
    }
}
