/// Finds the number of a line in its file from the path that a finding has.
///
/// Paths count credit transfers within their block (`PmtInf[3]/CdtTrfTxInf[1]/Amt`), people count
/// them through the file.
struct LineNumbering: Sendable {
    /// How many lines precede each block; one entry per block with lines, ascending.
    private var blocks: [(block: Int, preceding: Int)] = []

    /// Notes the line with the number `nr`, the `line`th of its block; lines come in the order of
    /// the file.
    mutating func note(_ nr: Int, block: Int, line: Int) {
        guard block != blocks.last?.block else { return }
        blocks.append((block, nr - line))
    }

    /// The line a path is about; nil when it is about a block or the file.
    func nr(at path: String) -> Int? {
        guard let place = Self.place(in: path), let found = entry(ofBlock: place.block) else {
            return nil
        }
        return found.preceding + place.line
    }

    /// The first line of the block that a path is about; nil for the file, or a block without lines.
    func firstLine(ofBlockAt path: String) -> Int? {
        guard let step = path.split(separator: "/", maxSplits: 1).first,
            let block = Self.ordinal(step, of: "PmtInf"), let found = entry(ofBlock: block)
        else { return nil }
        return found.preceding + 1
    }

    private func entry(ofBlock block: Int) -> (block: Int, preceding: Int)? {
        var low = 0
        var high = blocks.count
        while low < high {
            let middle = (low + high) / 2
            if blocks[middle].block < block { low = middle + 1 } else { high = middle }
        }
        return low < blocks.count && blocks[low].block == block ? blocks[low] : nil
    }

    private static func place(in path: String) -> (block: Int, line: Int)? {
        let steps = path.split(separator: "/", maxSplits: 2)
        guard steps.count >= 2, let block = ordinal(steps[0], of: "PmtInf"),
            let line = ordinal(steps[1], of: "CdtTrfTxInf")
        else { return nil }
        return (block, line)
    }

    private static func ordinal(_ step: Substring, of name: String) -> Int? {
        guard step.hasPrefix(name + "["), step.hasSuffix("]") else { return nil }
        return Int(step.dropFirst(name.count + 1).dropLast())
    }
}
