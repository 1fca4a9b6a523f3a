/// Follows the elements of a pain.001: checks their structure, keeps the texts that mean something
/// and closes the sections they belong to.
struct PaymentScan: ~Copyable {
    weak var parser: XMLPushParser?
    var digest = ContentDigest()
    /// Asked at every event, so it is kept beside the reason.
    private(set) var hasGivenUp = false
    private var fatal: Finding?

    private let limits: PaymentFileLimits
    private var sections: PaymentSections
    private var messageType: String?
    private var message = PaymentMessageType.pain00100103
    private var table = ShapeTable.table(for: .pain00100103)
    /// Those of the table, at hand.
    private var nodes: UnsafeBufferPointer<ShapeTable.Node>
    private var namespace: XMLName?
    /// The parser's names of the table's elements.
    private var names = UnsafeMutableBufferPointer<XMLName?>(start: nil, count: 0)
    private var stack: ElementStack
    /// Where the schema has said something last: of one text it says several things.
    private var lastViolation = ""
    private let text: UnsafeMutablePointer<UInt8>
    private var textCount = 0

    init(limits: PaymentFileLimits, sink: PaymentSink) {
        self.limits = limits
        sections = PaymentSections(limits: limits, form: .xml, sink: sink)
        nodes = table.nodes
        stack = ElementStack(limit: limits.depth)
        text = .allocate(capacity: limits.textBytes)
    }

    deinit {
        names.deallocate()
        text.deallocate()
    }

    mutating func abandon(_ problem: FormatProblem, line: Int) {
        guard !hasGivenUp else { return }
        hasGivenUp = true
        let words = problem.explanation
        fatal = Finding(level: .file, line: line, path: "Document", explanation: words)
        parser?.stop()
    }

    // MARK: Events

    mutating func start(_ element: XMLElement) {
        guard !hasGivenUp else { return }
        guard !stack.isFull else {
            return abandon(.tooDeep(limit: limits.depth), line: element.line)
        }
        if textCount > 0 { closeStrayText() }
        digest.begin(element, within: namespace)
        guard !stack.isEmpty else { return startRoot(element) }
        let node = self.node(of: element)
        stack.push(node, element)
        if node >= 0 { open(nodes[node], element) }
    }

    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !hasGivenUp else { return }
        var start = 0
        // White space in front carries nothing, and between elements it would only pile up.
        if textCount == 0 {
            while start < bytes.count, bytes[start].isXMLSpace { start += 1 }
        }
        let count = bytes.count - start
        guard count > 0, let base = bytes.baseAddress else { return }
        guard textCount + count <= limits.textBytes else {
            return abandon(.textTooLong(limit: limits.textBytes), line: parser?.line ?? 1)
        }
        (text + textCount).update(from: base + start, count: count)
        textCount += count
    }

    mutating func end(line: Int) {
        guard !hasGivenUp, !stack.isEmpty else { return }
        while textCount > 0, text[textCount - 1].isXMLSpace { textCount -= 1 }
        let found = UnsafeBufferPointer(start: text, count: textCount)
        if !found.isEmpty { digest.text(found) }
        let frame = stack.top.pointee
        if frame.node >= 0 {
            let node = nodes[frame.node]
            close(node, frame, found)
            guard !hasGivenUp else { return }
            switch node.role {
            case .other: break
            case .message: sections.checkGroupTotals()
            case .groupHeader: sections.closeHeader(message: message)
            case .payment: sections.closePayment()
            case .transfer: sections.closeLine()
            }
        }
        digest.end()
        textCount = 0
        stack.pop()
    }

    // MARK: Beginning

    private mutating func startRoot(_ root: XMLElement) {
        let uri = root.namespace?.text
        if let uri, uri.hasPrefix(PaymentMessageType.namespacePrefix) {
            let name = uri.dropFirst(PaymentMessageType.namespacePrefix.count)
            messageType = name.isEmpty || name.utf8.count > 35 ? nil : String(name)
        }
        let name = root.name.text
        guard name == "Document" else { return abandon(.otherRoot(name), line: root.line) }
        guard let uri else { return abandon(.noNamespace(root: name), line: root.line) }
        guard let known = PaymentMessageType.allCases.first(where: { $0.namespace == uri })
        else { return abandon(.otherNamespace(uri), line: root.line) }
        message = known
        namespace = root.namespace
        table = ShapeTable.table(for: known)
        nodes = table.nodes
        names = .allocate(capacity: nodes.count)
        _ = names.initialize(from: table.names.map { parser?.intern($0) })
        stack.push(ShapeTable.root, root)
        if let schemas = limits.schemas { parser?.validate(by: schemas.run(for: known)) }
    }

    /// The element's number in the table; -1 when it is not looked at or does not belong there.
    private mutating func node(of element: XMLElement) -> Int {
        let parent = stack.top
        guard parent.pointee.node >= 0, nodes[parent.pointee.node].hasShape else { return -1 }
        let shape = nodes[parent.pointee.node]
        guard element.namespace == namespace,
            let index = child(of: shape, element.name, from: parent.pointee.lastChild)
        else {
            report(.unexpected(element: element.name.text), element)
            return -1
        }
        let bit: UInt64 = 1 << UInt64(index)
        let child = nodes[shape.firstChild + index]
        if shape.kind == .choice, parent.pointee.seen != 0 {
            report(.unexpected(element: element.name.text), element)
        } else if parent.pointee.seen & bit != 0, !child.mayRepeat {
            report(.repeated(element: element.name.text), element)
        } else if index < parent.pointee.lastChild {
            report(.outOfOrder(element: element.name.text), element)
        }
        parent.pointee.seen |= bit
        parent.pointee.lastChild = max(parent.pointee.lastChild, index)
        return shape.firstChild + index
    }

    private func child(of shape: ShapeTable.Node, _ name: XMLName, from last: Int) -> Int? {
        for index in last..<max(last, shape.childCount)
        where names[shape.firstChild + index] == name { return index }
        for index in 0..<min(last, shape.childCount)
        where names[shape.firstChild + index] == name { return index }
        return nil
    }

    private mutating func open(_ node: ShapeTable.Node, _ element: XMLElement) {
        switch node.role {
        case .groupHeader: sections.beginHeader(line: element.line)
        case .payment: stack.top.pointee.ordinal = sections.beginPayment(line: element.line)
        case .transfer:
            guard sections.totals.count < limits.transactions else {
                let limit = limits.transactions
                return abandon(.tooManyTransactions(limit: limit), line: element.line)
            }
            stack.top.pointee.ordinal = sections.beginLine(line: element.line)
        case .other, .message: break
        }
        if node.field == .amount, let currency = element.attributes.value(of: "Ccy") {
            sections.keep(currency, as: .currency, line: element.line)
        }
    }

    // MARK: Ending

    private mutating func close(
        _ node: ShapeTable.Node,
        _ frame: ElementStack.Frame,
        _ found: UnsafeBufferPointer<UInt8>
    ) {
        switch node.kind {
        case .anything: break
        case .sequence:
            if !found.isEmpty { report(.strayText, line: frame.line) }
            if node.required & ~frame.seen != 0 { reportMissing(node, frame) }
        case .choice:
            if !found.isEmpty { report(.strayText, line: frame.line) }
            if frame.seen == 0, table.names[frame.node] != "Amt" {
                let choices = table.children(of: frame.node).map { table.names[$0] }
                report(.missingChoice(elements: choices), line: frame.line)
            }
        case .text:
            guard let length = length(of: found, line: frame.line) else { return }
            if length == 0 || length > node.limit { reportLength(length, node, frame) }
        case .code:
            let allowed = table.allowed[frame.node]
            if !allowed.contains(where: { found.elementsEqual($0.utf8) }) {
                let name = table.names[frame.node]
                report(.notOneOf(element: name, allowed: allowed), line: frame.line)
            }
        case .value: guard length(of: found, line: frame.line) != nil else { return }
        }
        if let field = node.field {
            let joins = node.mayRepeat && node.kind == .text
            sections.keep(found, as: field, line: frame.line, joining: joins)
        }
    }

    /// Characters; nil, and the end of reading, when the bytes are no UTF-8.
    private mutating func length(
        of bytes: UnsafeBufferPointer<UInt8>,
        line: Int
    ) -> Int? {
        if bytes.allSatisfy({ $0 < 0x80 }) { return bytes.count }
        guard let valid = String(validating: bytes, as: UTF8.self) else {
            let failure = XMLFailure(line: line, column: 1, kind: .notUTF8)
            abandon(.notWellFormed(failure), line: line)
            return nil
        }
        return valid.unicodeScalars.count
    }
}

// MARK: Findings

extension PaymentScan {
    private mutating func reportMissing(_ node: ShapeTable.Node, _ frame: ElementStack.Frame) {
        for index in 0..<node.childCount where node.required & ~frame.seen & (1 << index) != 0 {
            let name = table.names[node.firstChild + index]
            report(.missing(element: name), line: frame.line, below: name)
        }
    }

    private mutating func reportLength(
        _ length: Int,
        _ node: ShapeTable.Node,
        _ frame: ElementStack.Frame
    ) {
        let name = table.names[frame.node]
        let problem =
            length == 0
            ? FormatProblem.emptyText(element: name)
            : .textLength(element: name, limit: node.limit, found: length)
        report(problem, line: frame.line)
    }

    private mutating func report(_ problem: FormatProblem, _ element: XMLElement) {
        report(problem, line: element.line, below: element.name.text)
    }

    /// - Parameter name: an element below the one that is open, where that is meant.
    private mutating func report(_ problem: FormatProblem, line: Int, below name: String = "") {
        let path = stack.path(below: name)
        sections.report(problem.explanation, line: line) { path }
    }

    /// The schema, where one was asked for, does not allow what was found in the innermost element.
    mutating func violate(_ fault: SchemaFault, line: Int) {
        guard !hasGivenUp, !stack.isEmpty else { return }
        let path = stack.path(below: "")
        guard lastViolation != path else { return }
        lastViolation = path
        let problem = FormatProblem.schema(element: stack.top.pointee.name.text, fault)
        sections.reportFile(problem, line: line, path: path)
    }

    /// Text in front of an element.
    private mutating func closeStrayText() {
        while textCount > 0, text[textCount - 1].isXMLSpace { textCount -= 1 }
        digest.text(UnsafeBufferPointer(start: text, count: textCount))
        textCount = 0
        guard !stack.isEmpty else { return }
        let frame = stack.top.pointee
        if frame.node >= 0, nodes[frame.node].hasShape { report(.strayText, line: frame.line) }
    }

    /// What became of the file. Call once, at the end.
    mutating func report(encoding: TextEncoding) -> PaymentFileReport {
        let hash = digest.finish()
        if encoding != .utf8, !hasGivenUp {
            sections.report(PaymentProblem.otherEncoding(encoding).explanation, line: 1) { "" }
        }
        guard let fatal else {
            return PaymentFileReport(
                messageType: messageType,
                encoding: encoding,
                contentHash: hash,
                sections
            )
        }
        return PaymentFileReport(
            messageType: messageType,
            encoding: encoding,
            contentHash: hash,
            fatal: fatal
        )
    }
}
