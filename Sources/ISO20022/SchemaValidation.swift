import CLibXML2

/// Validates a whole document against an XML schema on disk, for tests and demonstrations.
package enum SchemaValidation {
    /// - Returns: what is wrong, in libxml2's words; empty when the document is valid.
    package static func validate(xml: String, schemaFile: String) -> [String] {
        validate(xml: Array(xml.utf8), schemaFile: schemaFile)
    }

    /// - Returns: what is wrong, in libxml2's words; empty when the document is valid.
    package static func validate(xml: [UInt8], schemaFile: String) -> [String] {
        let schema: CompiledSchema
        do throws(FileBytes.Unreadable) {
            let bytes = try FileBytes.all(of: schemaFile)
            do throws(CompiledSchema.Unusable) { schema = try CompiledSchema(bytes) } catch {
                return error.messages
            }
        } catch {
            return ["schema cannot be read: \(error.reason)"]
        }
        guard let document = CompiledSchema.document(xml) else {
            return ["document is not well-formed XML"]
        }
        defer { xmlFreeDoc(document) }
        guard let validation = xmlSchemaNewValidCtxt(schema.pointer) else {
            return ["out of memory"]
        }
        defer { xmlSchemaFreeValidCtxt(validation) }
        let log = SchemaMessageLog()
        xmlSchemaSetValidStructuredErrors(
            validation,
            SchemaMessageLog.record,
            Unmanaged.passUnretained(log).toOpaque()
        )
        let result = xmlSchemaValidateDoc(validation, document)
        if result != 0, log.messages.isEmpty { return ["validation failed (\(result))"] }
        return withExtendedLifetime(schema) { log.messages }
    }
}
