/// Finds the first line of each block of a file.
struct LineNumbering: Sendable {
    /// How many lines precede each block; one entry per block with lines, ascending.
    private var blocks: [(block: Int, preceding: Int)] = []

    /// Notes the line with the number `nr`, the `line`th of its block; lines come in the order of
    /// the file.
    mutating func note(_ nr: Int, block: Int, line: Int) {
        guard block != blocks.last?.block else { return }
        blocks.append((block, nr - line))
    }

    /// The block that a line is in, and its number in there. Traps for a line that was not noted.
    func place(of nr: Int) -> (block: Int, line: Int) {
        var low = 0
        var high = blocks.count
        while low < high {
            let middle = (low + high) / 2
            if blocks[middle].preceding < nr { low = middle + 1 } else { high = middle }
        }
        let found = blocks[low - 1]
        return (found.block, nr - found.preceding)
    }

    /// The first line of a block, counted through the file; nil for a block without lines.
    func firstLine(of block: Int) -> Int? {
        var low = 0
        var high = blocks.count
        while low < high {
            let middle = (low + high) / 2
            if blocks[middle].block < block { low = middle + 1 } else { high = middle }
        }
        return low < blocks.count && blocks[low].block == block ? blocks[low].preceding + 1 : nil
    }
}
