/// Follows the elements of a payment file: checks their structure and hands their texts to the
/// section they belong to.
final class PaymentDocument: XMLFileDocument {
    private struct Frame {
        let name: String
        let shape: ElementShape?
        let line: Int
        /// Position among its kind, for blocks and credit transfers.
        let ordinal: Int?
        let currency: String?
        /// One bit for each child of the shape that has come.
        var seen: UInt64 = 0
        var lastChild = 0
    }

    private let limits: PaymentFileLimits
    let sections: PaymentSections
    weak var parser: XMLPushParser?

    private(set) var fatal: LocatedProblem?
    private(set) var messageType: String?
    private var message: PaymentMessageType?
    private var frames: [Frame] = []
    private var text: [UInt8] = []

    init(limits: PaymentFileLimits, handler: @escaping (PaymentFileEvent) -> Void) {
        self.limits = limits
        sections = PaymentSections(limits: limits, handler: handler)
    }

    var hasGivenUp: Bool { fatal != nil }

    func abandon(_ problem: FormatProblem, line: Int) {
        guard fatal == nil else { return }
        fatal = LocatedProblem(explanation: problem.explanation, path: "Document", line: line)
        parser?.stop()
    }

    // MARK: Events of the parser

    func elementStarted(_ element: XMLElement) {
        guard fatal == nil else { return }
        guard frames.count < limits.depth else {
            return abandon(.tooDeep(limit: limits.depth), line: element.line)
        }
        reportStrayText()
        guard let parent = frames.indices.last else { return startRoot(element) }
        guard let shape = shape(of: element, below: parent) else { return push(element, nil) }
        switch (frames.count, element.name) {
        case (2, "GrpHdr"):
            sections.beginHeader(line: element.line)
            push(element, shape)
        case (2, "PmtInf"):
            push(element, shape, ordinal: sections.beginPayment(line: element.line))
        case (3, "CdtTrfTxInf"):
            guard sections.totals.count < limits.transactions else {
                return abandon(
                    .tooManyTransactions(limit: limits.transactions),
                    line: element.line
                )
            }
            sections.readPayment(path: path)
            push(element, shape, ordinal: sections.beginTransfer(line: element.line))
        default: push(element, shape)
        }
    }

    func textFound(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard fatal == nil else { return }
        // White space in front carries nothing, and between elements it would only pile up.
        let useful = text.isEmpty ? bytes.drop(while: Self.isSpace) : bytes[...]
        guard text.count + useful.count <= limits.textBytes else {
            return abandon(.textTooLong(limit: limits.textBytes), line: parser?.line ?? 1)
        }
        text.append(contentsOf: useful)
    }

    func elementEnded(line: Int) {
        guard fatal == nil, let frame = frames.last else { return }
        closeContent(of: frame)
        guard fatal == nil else { return }
        text.removeAll(keepingCapacity: true)
        if frame.shape != nil {
            switch (frames.count, frame.name) {
            case (2, "CstmrCdtTrfInitn"): sections.checkGroupTotals()
            case (3, "GrpHdr"): sections.closeHeader(message: message, path: path)
            case (3, "PmtInf"): sections.closePayment(path: path)
            case (4, "CdtTrfTxInf"): sections.closeTransfer(path: path)
            default: break
            }
        }
        frames.removeLast()
    }

    func documentTypeFound(line: Int) { abandon(.documentType, line: line) }
    func attributesTooLarge(line: Int) { abandon(.attributesTooLarge, line: line) }
    func parserFailed(_ failure: XMLFailure) {
        abandon(.notWellFormed(failure), line: failure.line)
    }

    // MARK: Structure

    private func startRoot(_ root: XMLElement) {
        if let namespace = root.namespace,
            namespace.hasPrefix(PaymentMessageType.namespacePrefix)
        {
            let name = namespace.dropFirst(PaymentMessageType.namespacePrefix.count)
            messageType = name.isEmpty || name.utf8.count > 35 ? nil : String(name)
        }
        guard root.name == "Document" else {
            return abandon(.otherRoot(root.name), line: root.line)
        }
        guard let namespace = root.namespace else {
            return abandon(.noNamespace(root: root.name), line: root.line)
        }
        message = PaymentMessageType.allCases.first { $0.namespace == namespace }
        guard let message else { return abandon(.otherNamespace(namespace), line: root.line) }
        push(root, message.shape)
    }

    private func push(_ element: XMLElement, _ shape: ElementShape?, ordinal: Int? = nil) {
        let currency = element.attributes.first { $0.name == "Ccy" }?.value
        frames.append(
            Frame(
                name: element.name,
                shape: shape,
                line: element.line,
                ordinal: ordinal,
                currency: currency
            )
        )
    }

    private func shape(of element: XMLElement, below parent: Int) -> ElementShape? {
        guard let parentShape = frames[parent].shape, let children = parentShape.children
        else { return nil }
        guard element.namespace == message?.namespace,
            let index = children.firstIndex(where: { $0.name == element.name })
        else {
            report(.unexpected(element: element.name), line: element.line, below: element.name)
            return nil
        }
        let bit: UInt64 = 1 << UInt64(index)
        let isRepeated = frames[parent].seen & bit != 0
        if case .choice = parentShape.content, frames[parent].seen != 0 {
            report(.unexpected(element: element.name), line: element.line, below: element.name)
        } else if isRepeated, !children[index].mayRepeat {
            report(.repeated(element: element.name), line: element.line, below: element.name)
        } else if index < frames[parent].lastChild {
            report(.outOfOrder(element: element.name), line: element.line, below: element.name)
        }
        frames[parent].seen |= bit
        frames[parent].lastChild = max(frames[parent].lastChild, index)
        return children[index]
    }

    private func closeContent(of frame: Frame) {
        guard let shape = frame.shape else { return }
        switch shape.content {
        case .anything: break
        case .sequence(let children):
            reportStrayText()
            for (index, child) in children.enumerated()
            where child.isRequired && frame.seen & (1 << UInt64(index)) == 0 {
                report(.missing(element: child.name), line: frame.line, below: child.name)
            }
        case .choice(let children):
            reportStrayText()
            if frame.seen == 0, frame.name != "Amt" {
                report(.missingChoice(elements: children.map(\.name)), line: frame.line)
            }
        case .text(let limit):
            guard let text = leafText(line: frame.line) else { return }
            let length = text.unicodeScalars.count
            if text.isEmpty { report(.emptyText(element: frame.name), line: frame.line) }
            if length > limit {
                report(
                    .textLength(element: frame.name, limit: limit, found: length),
                    line: frame.line
                )
            }
            keep(text, of: frame, joining: shape.mayRepeat)
        case .code(let allowed):
            guard let text = leafText(line: frame.line) else { return }
            if !allowed.contains(text) {
                report(.notOneOf(element: frame.name, allowed: allowed), line: frame.line)
            }
        case .value:
            guard let text = leafText(line: frame.line) else { return }
            keep(text, of: frame, joining: false)
        }
        if frame.name == "EqvtAmt" { keep("", of: frame, joining: false) }
    }

    private func leafText(line: Int) -> String? {
        while let last = text.last, Self.isSpace(last) { text.removeLast() }
        guard let valid = String(validating: text, as: UTF8.self) else {
            let failure = XMLFailure(line: line, column: 1, kind: .notUTF8)
            abandon(.notWellFormed(failure), line: line)
            return nil
        }
        return valid
    }

    private func keep(_ text: String, of frame: Frame, joining: Bool) {
        let value = ElementValues.Value(text: text, line: frame.line, currency: frame.currency)
        let key = frames.dropFirst(sections.depth).map(\.name).joined(separator: "/")
        sections.keep(value, at: key, joining: joining)
    }

    private func reportStrayText() {
        guard !text.isEmpty else { return }
        text.removeAll(keepingCapacity: true)
        if let frame = frames.last, frame.shape?.children != nil {
            report(.strayText, line: frame.line)
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    // MARK: Findings

    /// Where the reader is, without Document and the message element.
    private var path: String {
        frames.dropFirst(2).map { frame in
            frame.ordinal.map { "\(frame.name)[\($0)]" } ?? frame.name
        }.joined(separator: "/")
    }

    private func report(_ problem: FormatProblem, line: Int, below name: String = "") {
        sections.report(problem.explanation, line: line, path: path, below: name)
    }
}
