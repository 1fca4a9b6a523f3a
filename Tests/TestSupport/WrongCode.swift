/// Activation codes that nobody was given.
package enum WrongCode {
    /// Eleven random characters with the check symbol that fits them (Crockford, modulo 37).
    package static func wellFormed() -> String {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        while true {
            let digits = (0..<11).map { _ in Int.random(in: 0..<32) }
            let check = digits.reduce(UInt64(0)) { $0 << 5 | UInt64($1) } % 37
            if check < 32 { return String((digits + [Int(check)]).map { alphabet[$0] }) }
        }
    }

    /// The same code with the first two neighbours swapped that differ; nil when none do.
    package static func swapped(_ code: String) -> String? {
        var characters = Array(code.filter { $0 != "-" })
        let first = characters.indices.dropLast().first { characters[$0] != characters[$0 + 1] }
        guard let first else { return nil }
        characters.swapAt(first, first + 1)
        return String(characters)
    }

    /// The same code with one character that is not the right one.
    package static func mistyped(_ code: String) -> String {
        String(code.dropLast()) + (code.last == "A" ? "B" : "A")
    }
}
