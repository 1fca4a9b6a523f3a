extension QRMatrix {
    /// Lines of text for a terminal with light letters on a dark ground: two rows of modules in
    /// each, what is light drawn.
    package var halfBlocks: String {
        let columns = -Self.quietZone..<width + Self.quietZone
        let lines = stride(from: -Self.quietZone, to: width + Self.quietZone, by: 2).map { row in
            String(
                columns.map { column in
                    // Below the last row there is nothing, which is dark.
                    let isLastHalf = row + 1 >= width + Self.quietZone
                    return Self.block(
                        isUpperLight: !self[column, row],
                        isLowerLight: !isLastHalf && !self[column, row + 1]
                    )
                }
            )
        }
        return lines.joined(separator: "\n")
    }

    private static func block(isUpperLight: Bool, isLowerLight: Bool) -> Character {
        switch (isUpperLight, isLowerLight) {
        case (true, true): "█"
        case (true, false): "▀"
        case (false, true): "▄"
        case (false, false): " "
        }
    }
}
