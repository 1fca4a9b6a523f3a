import CLibXML2

/// What a schema has against an element.
enum SchemaFault: Sendable, Equatable {
    /// An element is missing, is there too often, or does not belong where it is.
    case content
    case length
    /// A value that is not allowed: its form, its range, its decimals.
    case value
    case attribute
    case other

    fileprivate init(libxml2 code: Int32) {
        switch xmlParserErrors(rawValue: UInt32(bitPattern: code)) {
        case XML_SCHEMAV_ELEMENT_CONTENT, XML_SCHEMAV_MISSING, XML_SCHEMAV_CVC_COMPLEX_TYPE_2_1,
            XML_SCHEMAV_CVC_COMPLEX_TYPE_2_2, XML_SCHEMAV_CVC_COMPLEX_TYPE_2_3,
            XML_SCHEMAV_CVC_COMPLEX_TYPE_2_4, XML_SCHEMAV_CVC_TYPE_3_1_2:
            self = .content
        case XML_SCHEMAV_CVC_LENGTH_VALID, XML_SCHEMAV_CVC_MINLENGTH_VALID,
            XML_SCHEMAV_CVC_MAXLENGTH_VALID:
            self = .length
        case XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1, XML_SCHEMAV_CVC_MININCLUSIVE_VALID,
            XML_SCHEMAV_CVC_MAXINCLUSIVE_VALID, XML_SCHEMAV_CVC_MINEXCLUSIVE_VALID,
            XML_SCHEMAV_CVC_MAXEXCLUSIVE_VALID, XML_SCHEMAV_CVC_TOTALDIGITS_VALID,
            XML_SCHEMAV_CVC_FRACTIONDIGITS_VALID, XML_SCHEMAV_CVC_PATTERN_VALID,
            XML_SCHEMAV_CVC_ENUMERATION_VALID:
            self = .value
        case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1, XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2,
            XML_SCHEMAV_CVC_COMPLEX_TYPE_4:
            self = .attribute
        default: self = .other
        }
    }
}

/// Validates one document against a schema while it is parsed: hears what the parser hears, and keeps
/// no more of it than the elements that are open.
///
/// libxml2 hands out what it would hang between a parser and its receiver; here the parser calls that
/// itself, so that the document is parsed once.
final class SchemaRun {
    private let schema: CompiledSchema
    private let context: xmlSchemaValidCtxtPtr
    // libxml2 keeps the addresses of these two until it is unplugged.
    private let handler: UnsafeMutablePointer<UnsafeMutablePointer<xmlSAXHandler>?>
    private let receiver: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private let plug: xmlSchemaSAXPlugPtr
    /// Told while an event is passed on.
    var violated: (SchemaFault) -> Void = { _ in }

    /// Nil without memory.
    init?(_ schema: CompiledSchema) {
        guard let context = xmlSchemaNewValidCtxt(schema.pointer) else { return nil }
        handler = .allocate(capacity: 1)
        handler.initialize(to: nil)
        receiver = .allocate(capacity: 1)
        receiver.initialize(to: nil)
        guard let plug = xmlSchemaSAXPlug(context, handler, receiver) else {
            xmlSchemaFreeValidCtxt(context)
            handler.deallocate()
            receiver.deallocate()
            return nil
        }
        (self.schema, self.context, self.plug) = (schema, context, plug)
        xmlSchemaSetValidStructuredErrors(
            context,
            { user, error in
                guard let user, let error else { return }
                Unmanaged<SchemaRun>.fromOpaque(user).takeUnretainedValue()
                    .violated(SchemaFault(libxml2: error.pointee.code))
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
    }

    deinit {
        xmlSchemaSAXUnplug(plug)
        xmlSchemaFreeValidCtxt(context)
        handler.deallocate()
        receiver.deallocate()
    }

    /// An element begins; everything as the parser tells it.
    func start(
        _ name: UnsafePointer<xmlChar>?,
        _ prefix: UnsafePointer<xmlChar>?,
        _ uri: UnsafePointer<xmlChar>?,
        _ namespaceCount: Int32,
        _ namespaces: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?,
        _ attributeCount: Int32,
        _ defaultedCount: Int32,
        _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
    ) {
        handler.pointee?.pointee.startElementNs?(
            receiver.pointee,
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

    /// Text, in any number of pieces.
    func text(_ bytes: UnsafePointer<xmlChar>?, _ count: Int32) {
        handler.pointee?.pointee.characters?(receiver.pointee, bytes, count)
    }

    /// The innermost element ends.
    func end(
        _ name: UnsafePointer<xmlChar>?,
        _ prefix: UnsafePointer<xmlChar>?,
        _ uri: UnsafePointer<xmlChar>?
    ) {
        handler.pointee?.pointee.endElementNs?(receiver.pointee, name, prefix, uri)
    }
}

extension SchemaFault {
    /// What is wrong.
    var english: String {
        switch self {
        case .content: "an element is missing, too many, or in the wrong place"
        case .length: "the text is too long or too short"
        case .value: "the value is not allowed there"
        case .attribute: "an attribute is missing or does not belong there"
        case .other: "it breaks a rule of the schema"
        }
    }

    /// The same in Dutch.
    var dutch: String {
        switch self {
        case .content: "een element ontbreekt, is er te veel of staat verkeerd"
        case .length: "de tekst is te lang of te kort"
        case .value: "deze waarde mag daar niet"
        case .attribute: "een attribuut ontbreekt of hoort er niet"
        case .other: "het breekt een regel van het schema"
        }
    }
}
