import CLibXML2

/// What the push parser tells while it is fed.
protocol XMLEventReceiver: AnyObject {
    func elementStarted(_ element: XMLElement)
    /// Text may come in several pieces.
    func textFound(_ bytes: UnsafeBufferPointer<UInt8>)
    func elementEnded(line: Int)
    /// A DOCTYPE begins; nothing in it has been read yet.
    func documentTypeFound(line: Int)
    /// An element has more or longer attributes than the limits allow.
    func attributesTooLarge(line: Int)
    func parserFailed(_ failure: XMLFailure)
}

struct XMLElement {
    let name: String
    let namespace: String?
    let attributes: [(name: String, value: String)]
    let line: Int
}

/// Why and where libxml2 gave up.
struct XMLFailure: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case endTooSoon, tagsDoNotMatch, notUTF8, entity, contentAfterEnd, namespacePrefix
        /// libxml2's own number of the error.
        case other(code: Int)
    }

    let line: Int
    let column: Int
    let kind: Kind
}

/// libxml2's SAX2 push parser; the only file that touches its pointers.
///
/// Network access stays off, no entity is ever substituted, and the receiver hears of a DOCTYPE
/// before anything in it is read, in time to `stop`.
final class XMLPushParser {
    private let context: xmlParserCtxtPtr
    private let bridge: ParserBridge

    init(limits: PaymentFileLimits, receiver: any XMLEventReceiver) {
        Self.initialise
        let bridge = ParserBridge(limits: limits, receiver: receiver)
        var handler = ParserBridge.handler
        guard
            let context = xmlCreatePushParserCtxt(
                &handler,
                Unmanaged.passUnretained(bridge).toOpaque(),
                nil,
                0,
                nil
            )
        else { preconditionFailure("libxml2 has no memory for a parser") }
        xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue))
        bridge.context = context
        self.context = context
        self.bridge = bridge
    }

    deinit {
        // A receiver that was told about a DOCTYPE may have caused a document to exist.
        if let document = context.pointee.myDoc { xmlFreeDoc(document) }
        xmlFreeParserCtxt(context)
    }

    /// Bytes taken in and not yet understood: an unfinished tag, comment or piece of text.
    var pendingBytes: Int {
        guard let input = context.pointee.input else { return 0 }
        return input.pointee.end - input.pointee.cur
    }

    /// The line reached, from 1.
    var line: Int { bridge.line }

    func feed(_ bytes: UnsafeBufferPointer<UInt8>) {
        bytes.withMemoryRebound(to: CChar.self) { characters in
            _ = xmlParseChunk(context, characters.baseAddress, Int32(characters.count), 0)
        }
    }

    /// Tells that there is nothing more; an unfinished document fails now.
    func finish() {
        _ = xmlParseChunk(context, nil, 0, 1)
        if context.pointee.wellFormed == 0 { bridge.failUnlessTold() }
    }

    /// No event follows.
    func stop() {
        xmlStopParser(context)
    }

    // libxml2 wants its one-time set-up before several threads use it; a static runs once.
    private static let initialise: Void = xmlInitParser()
}

/// Turns libxml2's callbacks into calls of the receiver.
private final class ParserBridge {
    let limits: PaymentFileLimits
    unowned let receiver: any XMLEventReceiver
    var context: xmlParserCtxtPtr?
    private var failed = false
    // libxml2 interns namespaces, so that an equal pointer means an equal string.
    private var lastNamespace: (pointer: UnsafePointer<xmlChar>, text: String)?

    init(limits: PaymentFileLimits, receiver: any XMLEventReceiver) {
        (self.limits, self.receiver) = (limits, receiver)
    }

    var line: Int { Int(context?.pointee.input?.pointee.line ?? 1) }

    static var handler: xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElementNs = {
            user,
            name,
            _,
            uri,
            namespaceCount,
            namespaces,
            attributeCount,
            _,
            attributes in
            ParserBridge.from(user)?.start(
                name: name,
                uri: uri,
                namespaces: UnsafeBufferPointer(start: namespaces, count: Int(namespaceCount) * 2),
                attributes: UnsafeBufferPointer(start: attributes, count: Int(attributeCount) * 5)
            )
        }
        handler.endElementNs = { user, _, _, _ in
            guard let bridge = ParserBridge.from(user) else { return }
            bridge.receiver.elementEnded(line: bridge.line)
        }
        handler.characters = { user, text, count in
            ParserBridge.from(user)?.text(text, count)
        }
        handler.cdataBlock = { user, text, count in
            ParserBridge.from(user)?.text(text, count)
        }
        handler.internalSubset = { user, _, _, _ in
            guard let bridge = ParserBridge.from(user) else { return }
            bridge.receiver.documentTypeFound(line: bridge.line)
        }
        handler.serror = { user, error in
            guard let error else { return }
            ParserBridge.from(user)?.fail(error.pointee)
        }
        return handler
    }

    private static func from(_ user: UnsafeMutableRawPointer?) -> ParserBridge? {
        user.map { Unmanaged<ParserBridge>.fromOpaque($0).takeUnretainedValue() }
    }

    private func start(
        name: UnsafePointer<xmlChar>?,
        uri: UnsafePointer<xmlChar>?,
        namespaces: UnsafeBufferPointer<UnsafePointer<xmlChar>?>,
        attributes: UnsafeBufferPointer<UnsafePointer<xmlChar>?>
    ) {
        guard let name else { return }
        var found: [(name: String, value: String)] = []
        var isTooLarge =
            namespaces.count / 2 > limits.attributes || attributes.count / 5 > limits.attributes
        for case let pointer? in namespaces
        where xmlStrlen(pointer) > limits.attributeBytes {
            isTooLarge = true
        }
        for index in stride(from: 0, to: attributes.count, by: 5) where !isTooLarge {
            guard let name = attributes[index], let start = attributes[index + 3],
                let end = attributes[index + 4]
            else { continue }
            isTooLarge = end - start > limits.attributeBytes
            if attributes[index + 2] == nil, !isTooLarge {
                let value = UnsafeBufferPointer(start: start, count: end - start)
                found.append((String(cString: name), String(decoding: value, as: UTF8.self)))
            }
        }
        guard !isTooLarge else { return receiver.attributesTooLarge(line: line) }
        receiver.elementStarted(
            XMLElement(
                name: String(cString: name),
                namespace: namespace(uri),
                attributes: found,
                line: line
            )
        )
    }

    private func namespace(_ uri: UnsafePointer<xmlChar>?) -> String? {
        guard let uri else { return nil }
        if let lastNamespace, lastNamespace.pointer == uri { return lastNamespace.text }
        let text = String(cString: uri)
        lastNamespace = (uri, text)
        return text
    }

    private func text(_ text: UnsafePointer<xmlChar>?, _ count: Int32) {
        receiver.textFound(UnsafeBufferPointer(start: text, count: Int(count)))
    }

    private func fail(_ error: xmlError) {
        // Warnings, such as a relative namespace, leave the document well-formed.
        guard error.level.rawValue >= XML_ERR_ERROR.rawValue, !failed,
            error.code != Int32(XML_ERR_USER_STOP.rawValue)
        else { return }
        failed = true
        receiver.parserFailed(
            XMLFailure(
                line: max(1, Int(error.line)),
                column: max(1, Int(error.int2)),
                kind: .init(libxml2: error)
            )
        )
    }

    func failUnlessTold() {
        guard !failed else { return }
        failed = true
        receiver.parserFailed(XMLFailure(line: line, column: 1, kind: .other(code: 0)))
    }
}

extension XMLFailure.Kind {
    fileprivate init(libxml2 error: xmlError) {
        guard error.domain != Int32(XML_FROM_NAMESPACE.rawValue) else {
            self = .namespacePrefix
            return
        }
        switch xmlParserErrors(rawValue: UInt32(bitPattern: error.code)) {
        case XML_ERR_TAG_NOT_FINISHED, XML_ERR_DOCUMENT_EMPTY, XML_ERR_GT_REQUIRED:
            self = .endTooSoon
        case XML_ERR_TAG_NAME_MISMATCH: self = .tagsDoNotMatch
        case XML_ERR_INVALID_ENCODING, XML_ERR_INVALID_CHAR, XML_ERR_UNKNOWN_ENCODING:
            self = .notUTF8
        case XML_ERR_UNDECLARED_ENTITY, XML_WAR_UNDECLARED_ENTITY: self = .entity
        case XML_ERR_DOCUMENT_END: self = .contentAfterEnd
        default: self = .other(code: Int(error.code))
        }
    }

    var english: String {
        switch self {
        case .endTooSoon: "the file or a tag ends too soon"
        case .tagsDoNotMatch: "an end tag does not match its start tag"
        case .notUTF8: "there is a character that is not allowed or not UTF-8"
        case .entity: "an entity is used that does not exist"
        case .contentAfterEnd: "the document ends too soon or something follows it"
        case .namespacePrefix: "a namespace prefix is used that is not declared"
        case .other(let code): "the XML is malformed (libxml2 error \(code))"
        }
    }

    var dutch: String {
        switch self {
        case .endTooSoon: "het bestand of een tag houdt te vroeg op"
        case .tagsDoNotMatch: "een eindtag hoort niet bij zijn begintag"
        case .notUTF8: "staat een teken dat niet mag of geen UTF-8 is"
        case .entity: "wordt een entiteit gebruikt die niet bestaat"
        case .contentAfterEnd: "houdt het document te vroeg op of volgt er nog iets"
        case .namespacePrefix: "wordt een namespace-voorvoegsel gebruikt dat niet is vastgelegd"
        case .other(let code): "klopt de XML niet (libxml2-fout \(code))"
        }
    }
}
