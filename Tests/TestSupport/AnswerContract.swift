import API
import OpenAPIDocuments
import ServiceKit

/// What the document of a service promises of the answers to one operation.
///
/// Every answer that a test gets is held against it, whatever the test is about.
struct AnswerContract: Sendable {
    private let operation: API.Operation
    /// By status, and then by media type; nil where the document gives no schema of JSON.
    private let answers: [String: [String: Schema?]]

    /// Problems of every address, which no operation lists: its URL or its head is too long.
    private static let anywhere: Set<Int> = [414, 431]

    private static let promised: [API.Operation: AnswerContract] = DocumentName.allCases.reduce(
        into: [:]
    ) { found, name in
        let document = OpenAPIDocument(name)
        for operation in operations(of: name) where found[operation] == nil {
            found[operation] = AnswerContract(operation, in: document)
        }
    }

    /// The promises of an operation, from the document of the service that has it.
    static func of(_ operation: API.Operation) -> AnswerContract {
        guard let contract = promised[operation] else {
            preconditionFailure("no document has \(operation.id)")
        }
        return contract
    }

    private static func operations(of name: DocumentName) -> [API.Operation] {
        switch name {
        case .accounts: AccountsOperations.all
        case .wallet: WalletOperations.all
        case .merchant: MerchantOperations.all
        case .disbursement: DisbursementOperations.all
        }
    }

    private init(_ operation: API.Operation, in document: OpenAPIDocument) {
        self.operation = operation
        let items = document.root["paths"]?.members.values.flatMap(\.members.values) ?? []
        let details = items.first { $0["operationId"] == .string(operation.id) }
        answers = (details?["responses"]?.members ?? [:]).mapValues { response in
            let content = document.resolve(response)["content"]?.members ?? [:]
            return content.reduce(into: [:]) { found, media in
                let isJSON = media.key.hasSuffix("json")
                let schema = isJSON ? media.value["schema"] : nil
                found[media.key] = .some(schema.map { Schema($0, in: document) })
            }
        }
    }

    /// Whether the document describes an answer of this status.
    func describes(_ status: Int) -> Bool { answers["\(status)"] != nil }

    /// Throws `BrokenPromise` when status, media type or body are none of those described.
    func judge(_ answer: TestAnswer) throws {
        if Self.anywhere.contains(answer.status), answer.problem != nil { return }
        guard let content = answers["\(answer.status)"] else {
            throw broken(answer, "the status is not described")
        }
        guard !content.isEmpty else { return }
        let type = answer.headers["content-type"]?.prefix { $0 != ";" }
        guard let type, let schema = content[String(type)] else {
            throw broken(answer, "the media type \(type ?? "none") is not described")
        }
        guard let schema else { return }
        let errors = schema.errors(in: try JSONText.parse(Array(answer.body)))
        guard errors.isEmpty else {
            let list = errors.map { "\($0.pointer) \($0.detail)" }.joined(separator: "; ")
            throw broken(answer, list)
        }
    }

    private func broken(_ answer: TestAnswer, _ what: String) -> BrokenPromise {
        BrokenPromise(
            description: "\(operation.id) answered \(answer.status), and \(what): "
                + answer.text.prefix(2000)
        )
    }
}

/// An answer that the document of its service does not describe.
package struct BrokenPromise: Error, CustomStringConvertible {
    package let description: String
}
