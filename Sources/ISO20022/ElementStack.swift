/// The elements that are open, the outermost first.
struct ElementStack: ~Copyable {
    struct Frame {
        /// Number in the table of shapes; -1 below what is not looked at.
        let node: Int
        let name: XMLName
        /// Source line of the start tag.
        let line: Int
        /// Position among its kind, for blocks and lines; 0 for others.
        var ordinal = 0
        /// One bit for each child that has come.
        var seen: UInt64 = 0
        var lastChild = 0
    }

    private let frames: UnsafeMutablePointer<Frame>
    private let limit: Int
    private var depth = 0

    init(limit: Int) {
        self.limit = limit
        frames = .allocate(capacity: limit)
    }

    deinit { frames.deallocate() }

    var isEmpty: Bool { depth == 0 }
    var isFull: Bool { depth == limit }

    /// The innermost; only while the stack is not empty.
    var top: UnsafeMutablePointer<Frame> { frames + (depth - 1) }

    /// Only while the stack is not full.
    mutating func push(_ node: Int, _ element: XMLElement) {
        (frames + depth).initialize(
            to: Frame(node: node, name: element.name, line: element.line)
        )
        depth += 1
    }

    mutating func pop() { depth -= 1 }

    /// Such as `PmtInf[3]/CdtTrfTxInf[1]/Amt`, without Document and the message element.
    ///
    /// - Parameter name: an element below the innermost, where that is meant; else empty.
    func path(below name: String) -> String {
        let steps = (min(2, depth)..<depth).map { index in
            let frame = frames[index]
            return frame.ordinal > 0 ? "\(frame.name.text)[\(frame.ordinal)]" : frame.name.text
        }
        return (steps + (name.isEmpty ? [] : [name])).joined(separator: "/")
    }
}
