import CLibXML2

/// An XML schema (XSD) that libxml2 has compiled. The network stays off and nothing is included from
/// elsewhere: a schema with imports or includes is refused.
final class CompiledSchema {
    /// Why there is none, in libxml2's words.
    struct Unusable: Error {
        let messages: [String]
    }

    let pointer: xmlSchemaPtr
    // What is compiled goes on pointing into what it was compiled from.
    private let document: xmlDocPtr
    /// The namespace of the messages that it describes.
    let targetNamespace: String?

    init(_ bytes: [UInt8]) throws(Unusable) {
        xmlInitParser()
        guard let document = Self.document(bytes) else {
            throw Unusable(messages: ["schema is not XML"])
        }
        do throws(Unusable) {
            guard Self.standsAlone(document) else {
                throw Unusable(messages: ["schema includes other schemas"])
            }
            pointer = try Self.compiled(document)
        } catch {
            xmlFreeDoc(document)
            throw error
        }
        targetNamespace = Self.targetNamespace(of: document)
        self.document = document
    }

    deinit {
        xmlSchemaFree(pointer)
        xmlFreeDoc(document)
    }

    private static func compiled(_ document: xmlDocPtr) throws(Unusable) -> xmlSchemaPtr {
        let log = SchemaMessageLog()
        guard let context = xmlSchemaNewDocParserCtxt(document) else {
            throw Unusable(messages: ["out of memory"])
        }
        defer { xmlSchemaFreeParserCtxt(context) }
        xmlSchemaSetParserStructuredErrors(
            context,
            SchemaMessageLog.record,
            Unmanaged.passUnretained(log).toOpaque()
        )
        guard let schema = xmlSchemaParse(context) else {
            let messages = log.messages
            throw Unusable(messages: messages.isEmpty ? ["schema cannot be compiled"] : messages)
        }
        return schema
    }

    /// A document, without anything from the network; nil when it is not well-formed.
    static func document(_ bytes: [UInt8]) -> xmlDocPtr? {
        let options =
            XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        return bytes.withUnsafeBytes { buffer in
            xmlReadMemory(
                buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(buffer.count),
                nil,
                nil,
                Int32(options)
            )
        }
    }

    private static func targetNamespace(of schema: xmlDocPtr) -> String? {
        var property = xmlDocGetRootElement(schema)?.pointee.properties
        while let found = property {
            if String(cString: found.pointee.name) == "targetNamespace" {
                return found.pointee.children?.pointee.content.map { String(cString: $0) }
            }
            property = found.pointee.next
        }
        return nil
    }

    private static func standsAlone(_ schema: xmlDocPtr) -> Bool {
        var child = xmlDocGetRootElement(schema)?.pointee.children
        while let node = child {
            if node.pointee.type == XML_ELEMENT_NODE,
                ["import", "include", "redefine"].contains(String(cString: node.pointee.name))
            {
                return false
            }
            child = node.pointee.next
        }
        return true
    }
}

/// Collects libxml2's messages.
final class SchemaMessageLog {
    var messages: [String] = []

    static let record: xmlStructuredErrorFunc = { user, error in
        guard let user, let error else { return }
        let text = error.pointee.message.map { String(cString: $0) } ?? "unknown"
        let line = text.split(separator: "\n").joined(separator: " ")
        Unmanaged<SchemaMessageLog>.fromOpaque(user).takeUnretainedValue().messages
            .append("line \(error.pointee.line): \(line)")
    }
}
