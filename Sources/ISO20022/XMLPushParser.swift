import CLibXML2

/// What the push parser tells while it is fed. What an element points to lives for the call only.
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
    /// The schema that was asked for has something against the innermost element that is open.
    func schemaViolated(_ fault: SchemaFault, line: Int)
}

/// libxml2's SAX2 push parser; with `XMLElement`, the only file that touches its pointers.
///
/// Network access stays off, no entity is ever substituted, and the receiver hears of a DOCTYPE
/// before anything in it is read, in time to `stop`. It is fed UTF-8 whatever the document says
/// of itself: who feeds it has seen to that.
final class XMLPushParser {
    private let context: xmlParserCtxtPtr
    private let bridge: UnsafeMutablePointer<ParserBridge>

    init(limits: PaymentFileLimits, receiver: any XMLEventReceiver) {
        Self.initialise
        let bridge = UnsafeMutablePointer<ParserBridge>.allocate(capacity: 1)
        bridge.initialize(to: ParserBridge(limits: limits, receiver: receiver))
        var handler = ParserBridge.handler
        guard let context = xmlCreatePushParserCtxt(&handler, bridge, nil, 0, nil)
        else { preconditionFailure("libxml2 has no memory for a parser") }
        xmlCtxtUseOptions(
            context,
            Int32(XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue)
        )
        bridge.pointee.context = context
        self.context = context
        self.bridge = bridge
    }

    deinit {
        // A receiver that was told about a DOCTYPE may have caused a document to exist.
        if let document = context.pointee.myDoc { xmlFreeDoc(document) }
        xmlFreeParserCtxt(context)
        bridge.pointee.validation?.release()
        bridge.deinitialize(count: 1)
        bridge.deallocate()
    }

    /// Bytes taken in and not yet understood: an unfinished tag, comment or piece of text.
    var pendingBytes: Int {
        guard let input = context.pointee.input else { return 0 }
        return input.pointee.end - input.pointee.cur
    }

    /// The line reached, from 1.
    var line: Int { bridge.pointee.line }

    /// The one pointer that the parser will use for this name.
    func intern(_ name: String) -> XMLName? {
        xmlDictLookup(context.pointee.dict, name, Int32(name.utf8.count)).map(XMLName.init)
    }

    func feed(_ bytes: UnsafeRawBufferPointer) {
        _ = xmlParseChunk(
            context,
            bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
            Int32(bytes.count),
            0
        )
    }

    /// Tells that there is nothing more; an unfinished document fails now.
    func finish() {
        _ = xmlParseChunk(context, nil, 0, 1)
        if context.pointee.wellFormed == 0 { ParserBridge.failUnlessTold(bridge) }
    }

    /// Validates from the element on whose start the receiver is being told.
    func validate(by run: SchemaRun) {
        let bridge = bridge
        run.violated = { bridge.pointee.receiver.schemaViolated($0, line: bridge.pointee.line) }
        bridge.pointee.validation?.release()
        bridge.pointee.validation = Unmanaged.passRetained(run)
    }

    /// No event follows.
    func stop() {
        xmlStopParser(context)
    }

    // libxml2 wants its one-time set-up before several threads use it; a static runs once.
    private static let initialise: Void = xmlInitParser()
}

/// Turns libxml2's callbacks into calls of the receiver.
///
/// A struct behind a pointer, not an object: these calls come a hundred times per credit transfer,
/// and counting references in them would cost more than parsing does.
private struct ParserBridge {
    let mostAttributes: Int
    let mostAttributeBytes: Int
    // The document that receives owns the feeder that owns the parser that owns this.
    unowned(unsafe) let receiver: any XMLEventReceiver
    var context: xmlParserCtxtPtr?
    /// Hears all that the receiver hears; owned by the parser.
    var validation: Unmanaged<SchemaRun>?
    private var failed = false

    init(limits: PaymentFileLimits, receiver: any XMLEventReceiver) {
        mostAttributes = limits.attributes
        mostAttributeBytes = limits.attributeBytes
        self.receiver = receiver
    }

    var line: Int { Int(context?.pointee.input?.pointee.line ?? 1) }

    static var handler: xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElementNs = {
            user,
            name,
            prefix,
            uri,
            namespaceCount,
            namespaces,
            attributeCount,
            defaultedCount,
            attributes in
            guard let bridge = ParserBridge.at(user), let name else { return }
            bridge.pointee.start(
                XMLElement(
                    name: XMLName(pointer: name),
                    namespace: uri.map(XMLName.init),
                    attributes: XMLAttributes(
                        start: attributes,
                        count: Int(attributeCount)
                    ),
                    line: bridge.pointee.line
                ),
                namespaces: UnsafeBufferPointer(start: namespaces, count: Int(namespaceCount) * 2)
            )
            // It may be there only since a moment ago.
            bridge.pointee.validation?.takeUnretainedValue().start(
                name,
                prefix,
                uri,
                namespaceCount,
                namespaces,
                attributeCount,
                defaultedCount,
                attributes
            )
        }
        handler.endElementNs = { user, name, prefix, uri in
            guard let bridge = ParserBridge.at(user) else { return }
            bridge.pointee.validation?.takeUnretainedValue().end(name, prefix, uri)
            bridge.pointee.receiver.elementEnded(line: bridge.pointee.line)
        }
        handler.characters = { user, text, count in
            guard let bridge = ParserBridge.at(user) else { return }
            bridge.pointee.receiver.textFound(.init(start: text, count: Int(count)))
            bridge.pointee.validation?.takeUnretainedValue().text(text, count)
        }
        // The same function for white space spares libxml2 a look at what it is.
        handler.ignorableWhitespace = handler.characters
        handler.cdataBlock = handler.characters
        handler.internalSubset = { user, _, _, _ in
            guard let bridge = ParserBridge.at(user) else { return }
            bridge.pointee.receiver.documentTypeFound(line: bridge.pointee.line)
        }
        handler.serror = { user, error in
            guard let bridge = ParserBridge.at(user), let error else { return }
            ParserBridge.fail(bridge, error.pointee)
        }
        return handler
    }

    private static func at(_ user: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<Self>? {
        user?.assumingMemoryBound(to: Self.self)
    }

    private func start(
        _ element: XMLElement,
        namespaces: UnsafeBufferPointer<UnsafePointer<xmlChar>?>
    ) {
        if namespaces.isEmpty, element.attributes.isEmpty {
            return receiver.elementStarted(element)
        }
        var isTooLarge =
            namespaces.count / 2 > mostAttributes || element.attributes.count > mostAttributes
        for case let pointer? in namespaces
        where xmlStrlen(pointer) > mostAttributeBytes {
            isTooLarge = true
        }
        if !isTooLarge {
            isTooLarge = element.attributes.all.contains { $0.value.count > mostAttributeBytes }
        }
        guard !isTooLarge else { return receiver.attributesTooLarge(line: element.line) }
        receiver.elementStarted(element)
    }

    /// Through the pointer, because the receiver may ask for the line or stop the parser meanwhile.
    static func fail(_ bridge: UnsafeMutablePointer<Self>, _ error: xmlError) {
        // Warnings, such as a relative namespace, leave the document well-formed.
        guard error.level.rawValue >= XML_ERR_ERROR.rawValue,
            error.code != Int32(XML_ERR_USER_STOP.rawValue)
        else { return }
        fail(
            bridge,
            XMLFailure(
                line: max(1, Int(error.line)),
                column: max(1, Int(error.int2)),
                kind: .init(libxml2: error)
            )
        )
    }

    static func failUnlessTold(_ bridge: UnsafeMutablePointer<Self>) {
        let line = bridge.pointee.line
        fail(bridge, XMLFailure(line: line, column: 1, kind: .other(code: 0)))
    }

    private static func fail(_ bridge: UnsafeMutablePointer<Self>, _ failure: XMLFailure) {
        guard !bridge.pointee.failed else { return }
        bridge.pointee.failed = true
        bridge.pointee.receiver.parserFailed(failure)
    }
}
