import CLibXML2

/// Validates a document against an XML schema on disk, for tests and demonstrations.
///
/// The network stays off and no schema is included from elsewhere: a schema with imports or
/// includes is refused.
package enum SchemaValidation {
    /// - Returns: what is wrong, in libxml2's words; empty when the document is valid.
    package static func validate(xml: String, schemaFile: String) -> [String] {
        validate(xml: Array(xml.utf8), schemaFile: schemaFile)
    }

    /// - Returns: what is wrong, in libxml2's words; empty when the document is valid.
    package static func validate(xml: [UInt8], schemaFile: String) -> [String] {
        xmlInitParser()
        let log = MessageLog()
        let schemaBytes: [UInt8]
        do throws(FileBytes.Unreadable) { schemaBytes = try read(schemaFile) } catch {
            return ["schema cannot be read: \(error.reason)"]
        }
        guard let schemaDocument = document(schemaBytes) else { return ["schema is not XML"] }
        defer { xmlFreeDoc(schemaDocument) }
        guard standsAlone(schemaDocument) else { return ["schema includes other schemas"] }
        guard let schema = compile(schemaDocument, log) else {
            return log.messages.isEmpty ? ["schema cannot be compiled"] : log.messages
        }
        defer { xmlSchemaFree(schema) }
        guard let document = document(xml) else { return ["document is not well-formed XML"] }
        defer { xmlFreeDoc(document) }
        guard let validation = xmlSchemaNewValidCtxt(schema) else { return ["out of memory"] }
        defer { xmlSchemaFreeValidCtxt(validation) }
        xmlSchemaSetValidStructuredErrors(
            validation,
            MessageLog.record,
            Unmanaged.passUnretained(log).toOpaque()
        )
        let result = xmlSchemaValidateDoc(validation, document)
        if result != 0, log.messages.isEmpty { return ["validation failed (\(result))"] }
        return log.messages
    }

    private static func read(_ path: String) throws(FileBytes.Unreadable) -> [UInt8] {
        let file = try FileBytes(path: path)
        var all: [UInt8] = []
        while true {
            let piece = try file.next()
            if piece.isEmpty { return all }
            all += piece
        }
    }

    private static func document(_ bytes: [UInt8]) -> xmlDocPtr? {
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

    private static func compile(_ document: xmlDocPtr, _ log: MessageLog) -> xmlSchemaPtr? {
        guard let context = xmlSchemaNewDocParserCtxt(document) else { return nil }
        defer { xmlSchemaFreeParserCtxt(context) }
        xmlSchemaSetParserStructuredErrors(
            context,
            MessageLog.record,
            Unmanaged.passUnretained(log).toOpaque()
        )
        return xmlSchemaParse(context)
    }
}

/// Collects libxml2's messages.
private final class MessageLog {
    var messages: [String] = []

    static let record: xmlStructuredErrorFunc = { user, error in
        guard let user, let error else { return }
        let text = error.pointee.message.map { String(cString: $0) } ?? "unknown"
        let line = text.split(separator: "\n").joined(separator: " ")
        Unmanaged<MessageLog>.fromOpaque(user).takeUnretainedValue().messages
            .append("line \(error.pointee.line): \(line)")
    }
}
