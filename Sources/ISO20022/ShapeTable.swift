/// What an element opens.
enum ElementRole: UInt8, Sendable {
    case other, message, groupHeader, payment, transfer
}

/// The shapes of a message as a table, for looking an element up without comparing texts.
///
/// An element is known by its number in the table. Its children stand side by side, so that a child
/// is found by comparing the parser's name with a few pointers, beginning where the last one was.
final class ShapeTable: @unchecked Sendable {
    enum Kind: Sendable {
        case anything, text, code, value, sequence, choice

        var mayHaveText: Bool { self != .sequence && self != .choice }
    }

    struct Node: Sendable {
        let kind: Kind
        let role: ElementRole
        let mayRepeat: Bool
        let field: PaymentField?
        /// Characters of a text.
        let limit: Int
        /// Number of the first child.
        var firstChild = 0
        var childCount = 0
        /// One bit for each child that must come.
        var required: UInt64 = 0

        /// Whether children are looked at at all.
        var hasShape: Bool { kind != .anything }
    }

    let names: [String]
    let allowed: [[String]]
    /// By number; kept for good, as tables are.
    let nodes: UnsafeBufferPointer<Node>

    /// The element at the top, Document.
    static let root = 0

    static func table(for type: PaymentMessageType) -> ShapeTable {
        switch type {
        case .pain00100103: table03
        case .pain00100109: table09
        }
    }

    private static let table03 = ShapeTable(PaymentMessageType.pain00100103.shape)
    private static let table09 = ShapeTable(PaymentMessageType.pain00100109.shape)

    private init(_ root: ElementShape) {
        var builder = Builder()
        builder.add(root)
        names = builder.names
        allowed = builder.allowed
        let kept = UnsafeMutableBufferPointer<Node>.allocate(capacity: builder.nodes.count)
        _ = kept.initialize(from: builder.nodes)
        nodes = UnsafeBufferPointer(kept)
    }

    func children(of node: Int) -> Range<Int> {
        nodes[node].firstChild..<nodes[node].firstChild + nodes[node].childCount
    }
}

extension ShapeTable {
    /// Numbers the shapes level by level, so that brothers are neighbours.
    private struct Builder {
        private struct Waiting {
            let shape: ElementShape
            let node: Int
            let section: ElementRole
            let path: [String]
        }

        var names: [String] = []
        var allowed: [[String]] = []
        var nodes: [Node] = []
        private var waiting: [Waiting] = []

        mutating func add(_ root: ElementShape) {
            append(root, section: .other, path: [])
            var next = 0
            while next < waiting.count {
                let parent = waiting[next]
                next += 1
                guard let children = parent.shape.children else { continue }
                nodes[parent.node].firstChild = nodes.count
                nodes[parent.node].childCount = children.count
                precondition(children.count <= 64, "one bit for each child")
                for (index, child) in children.enumerated() {
                    if child.isRequired { nodes[parent.node].required |= 1 << UInt64(index) }
                    append(child, section: parent.section, path: parent.path)
                }
            }
        }

        private mutating func append(
            _ shape: ElementShape,
            section: ElementRole,
            path: [String]
        ) {
            let role = ElementRole(shape.name)
            let below = role == .other ? path + [shape.name] : []
            let own = role == .other ? section : role
            nodes.append(
                Node(
                    kind: shape.content.kind,
                    role: role,
                    mayRepeat: shape.mayRepeat,
                    field: shape.content.kind.mayHaveText
                        ? PaymentField(role: own, path: below.joined(separator: "/")) : nil,
                    limit: shape.content.limit
                )
            )
            names.append(shape.name)
            if case .code(let codes) = shape.content {
                allowed.append(codes)
            } else {
                allowed.append([])
            }
            waiting.append(
                Waiting(shape: shape, node: nodes.count - 1, section: own, path: below)
            )
        }
    }
}

extension ElementRole {
    fileprivate init(_ name: String) {
        switch name {
        case "CstmrCdtTrfInitn": self = .message
        case "GrpHdr": self = .groupHeader
        case "PmtInf": self = .payment
        case "CdtTrfTxInf": self = .transfer
        default: self = .other
        }
    }
}

extension ElementShape.Content {
    fileprivate var kind: ShapeTable.Kind {
        switch self {
        case .text: .text
        case .code: .code
        case .value: .value
        case .sequence: .sequence
        case .choice: .choice
        case .anything: .anything
        }
    }

    fileprivate var limit: Int {
        if case .text(let limit) = self { limit } else { 0 }
    }
}
