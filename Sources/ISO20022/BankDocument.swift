/// Follows the elements of a bank's message and keeps the texts of the sections it is in: the few
/// that are asked for, each short.
final class BankDocument: XMLFileDocument {
    /// A group, entry or transaction that is open, by its depth.
    private struct Section {
        let kind: BankSection
        let depth: Int
        var values: ElementValues
    }

    private let limits: PaymentFileLimits
    private let handler: (BankMessageEvent) -> Void
    weak var parser: XMLPushParser?

    private(set) var refusal: BankMessageRefusal?
    private(set) var type: BankMessageType?
    private(set) var count = 0
    private var names: [String] = []
    private var currency: String?
    private var text: [UInt8] = []
    private var sections: [Section] = []
    private var answers = AnswerSections()
    private var movements = MovementSections()

    // A text of the file that is kept is never longer; references have 35, remittance lines 140.
    private static let keptBytes = 1_000

    init(limits: PaymentFileLimits, handler: @escaping (BankMessageEvent) -> Void) {
        (self.limits, self.handler) = (limits, handler)
    }

    /// `MsgId` of the message itself.
    var messageID: String? { answers.messageID ?? movements.messageID }

    var hasGivenUp: Bool { refusal != nil }

    func abandon(_ problem: FormatProblem, line: Int) {
        let words = problem.explanation
        refuse(words.english, words.dutch, line: line)
    }

    private func refuse(_ english: String, _ dutch: String, line: Int) {
        guard refusal == nil else { return }
        refusal = BankMessageRefusal(line: line, text: english, textDutch: dutch)
        parser?.stop()
    }

    // MARK: Events of the parser

    func elementStarted(_ element: XMLElement) {
        guard refusal == nil else { return }
        guard names.count < limits.depth else {
            return abandon(.tooDeep(limit: limits.depth), line: element.line)
        }
        text.removeAll(keepingCapacity: true)
        currency = element.attributes.value(of: "Ccy").map { String(decoding: $0, as: UTF8.self) }
        switch names.count {
        case 0: startRoot(element)
        case 1 where element.name.text != type?.messageElement:
            return refuse(
                "The message below Document is not the one that its namespace names.",
                "Het bericht onder Document is niet wat de namespace zegt.",
                line: element.line
            )
        default: startSection(element)
        }
        names.append(element.name.text)
    }

    func textFound(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard refusal == nil else { return }
        let useful = text.isEmpty ? bytes.drop { $0.isXMLSpace } : bytes[...]
        guard text.count + useful.count <= limits.textBytes else {
            return abandon(.textTooLong(limit: limits.textBytes), line: parser?.line ?? 1)
        }
        text.append(contentsOf: useful)
    }

    func elementEnded(line: Int) {
        guard refusal == nil, !names.isEmpty else { return }
        keepText(line: line)
        names.removeLast()
        guard let section = sections.last, section.depth == names.count else { return }
        sections.removeLast()
        close(section)
    }

    func documentTypeFound(line: Int) { abandon(.documentType, line: line) }
    func bytesSkipped(_ bytes: UnsafeRawBufferPointer) {}
    func attributesTooLarge(line: Int) { abandon(.attributesTooLarge, line: line) }
    func parserFailed(_ failure: XMLFailure) {
        abandon(.notWellFormed(failure), line: failure.line)
    }

    // MARK: Sections

    private func startRoot(_ root: XMLElement) {
        guard root.name.text == "Document" else {
            return abandon(.otherRoot(root.name.text), line: root.line)
        }
        type = BankMessageType.allCases.first { $0.namespace == root.namespace?.text }
        guard type == nil else { return }
        let known = BankMessageType.allCases.map(\.rawValue).joined(separator: ", ")
        refuse(
            "The namespace of Document is none of \(known).",
            "De namespace van Document is geen van \(known).",
            line: root.line
        )
    }

    private func startSection(_ element: XMLElement) {
        guard let kind = BankSection(element.name.text, below: names.last, in: sections.last?.kind)
        else { return }
        sections.append(
            Section(
                kind: kind,
                depth: names.count,
                values: ElementValues(line: element.line)
            )
        )
        if kind == .transaction { tell(movements.transactionBegins()) }
    }

    private func keepText(line: Int) {
        defer { text.removeAll(keepingCapacity: true) }
        guard !text.isEmpty, let index = sections.indices.last else { return }
        let path = names.dropFirst(sections[index].depth + 1).joined(separator: "/")
        guard sections[index].kind.asksFor(path) else { return }
        while text.last?.isXMLSpace == true { text.removeLast() }
        sections[index].values.add(
            ElementValues.Value(
                text: String(decoding: text.prefix(Self.keptBytes), as: UTF8.self),
                line: line,
                currency: currency
            ),
            at: path,
            joining: path == "RmtInf/Ustrd",
            limit: Self.keptBytes
        )
    }

    private func close(_ section: Section) {
        let values = section.values
        switch section.kind {
        case .header:
            answers.messageID = values.text("MsgId")
            movements.messageID = values.text("MsgId")
        case .originalGroup: tell(answers.group(values))
        case .originalPayment: tell(answers.payment(values))
        case .originalTransfer:
            tell(answers.transfer(values, below: sections.last?.values))
        case .statement: break
        case .entry:
            for movement in movements.entryEnds(values, of: sections.last?.values) {
                tell(movement)
            }
        case .transaction:
            tell(
                movements.transactionEnds(
                    values,
                    of: sections.last?.values,
                    in: sections.dropLast().last?.values
                )
            )
        }
    }

    private func tell(_ answer: PaymentAnswer?) {
        if let answer { tell(.answer(answer)) }
    }

    private func tell(_ movement: AccountMovement?) {
        if let movement { tell(.movement(movement)) }
    }

    private func tell(_ event: BankMessageEvent) {
        guard refusal == nil else { return }
        guard count < limits.transactions else {
            return abandon(.tooManyTransactions(limit: limits.transactions), line: 1)
        }
        count += 1
        handler(event)
    }
}
