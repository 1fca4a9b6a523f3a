import CLibXML2

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

extension XMLFailure.Kind {
    init(libxml2 error: xmlError) {
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
        case .endTooSoon: "houdt het bestand of een tag te vroeg op"
        case .tagsDoNotMatch: "hoort een eindtag niet bij zijn begintag"
        case .notUTF8: "staat een teken dat niet is toegestaan of geen UTF-8 is"
        case .entity: "wordt een entiteit gebruikt die niet bestaat"
        case .contentAfterEnd: "houdt het document te vroeg op of volgt er nog iets"
        case .namespacePrefix: "wordt een namespace-voorvoegsel gebruikt dat niet is vastgelegd"
        case .other(let code): "klopt de XML niet (libxml2-fout \(code))"
        }
    }
}
