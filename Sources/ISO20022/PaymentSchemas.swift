/// The schemas of ISO 20022 that an operator has put into a directory, one for each message that is
/// read: `pain.001.001.03.xsd` and `pain.001.001.09.xsd`. They are read once.
package struct PaymentSchemas: Sendable {
    /// Why a directory cannot be used.
    package struct Unusable: Error, Sendable, CustomStringConvertible {
        /// Names the file.
        package let description: String
    }

    /// By the message that each is of.
    private let files: [PaymentMessageType: [UInt8]]

    /// Reads and compiles both, so that what is wrong is known before the first file comes.
    package init(directory: String) throws(Unusable) {
        var files: [PaymentMessageType: [UInt8]] = [:]
        for type in PaymentMessageType.allCases {
            let path = "\(directory)/\(type.rawValue).xsd"
            let bytes: [UInt8]
            do throws(FileBytes.Unreadable) { bytes = try FileBytes.all(of: path) } catch {
                throw Unusable(description: "\(path) cannot be read: \(error.reason)")
            }
            let schema: CompiledSchema
            do throws(CompiledSchema.Unusable) { schema = try CompiledSchema(bytes) } catch {
                let messages = error.messages.joined(separator: "; ")
                throw Unusable(description: "\(path) is no schema: \(messages)")
            }
            guard schema.targetNamespace == type.namespace else {
                throw Unusable(description: "\(path) is the schema of another message")
            }
            files[type] = bytes
        }
        self.files = files
    }

    /// What validates one file of this type.
    func run(for type: PaymentMessageType) -> SchemaRun {
        // Compiled anew for each file, which takes milliseconds: nothing is shared between threads.
        guard let bytes = files[type], let schema = try? CompiledSchema(bytes),
            let run = SchemaRun(schema)
        else { preconditionFailure("libxml2 has no memory for a schema that it had before") }
        return run
    }
}
