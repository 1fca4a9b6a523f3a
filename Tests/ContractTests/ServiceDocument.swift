import API
import OpenAPIDocuments
import Testing

@testable import ServiceKit

/// One service's document beside the operations that the service lists in Swift.
struct ServiceDocument: Sendable, CustomTestStringConvertible {
    let name: DocumentName
    let document: OpenAPIDocument
    let operations: [API.Operation]

    static let all = DocumentName.allCases.map(ServiceDocument.init)

    private init(_ name: DocumentName) {
        self.name = name
        document = OpenAPIDocument(name)
        operations =
            switch name {
            case .accounts: AccountsOperations.all
            case .wallet: WalletOperations.all
            case .merchant: MerchantOperations.all
            case .disbursement: DisbursementOperations.all
            }
    }

    var testDescription: String { name.rawValue }

    /// Every operation that the document describes.
    var documented: [DocumentedOperation] {
        let paths = document.root["paths"]?.members ?? [:]
        return paths.sorted { $0.key < $1.key }.flatMap { path, item in
            HTTPMethodName.allCases.compactMap { method in
                item[method.rawValue.lowercased()].map {
                    DocumentedOperation(
                        document: document,
                        path: path,
                        item: item,
                        method: method,
                        details: $0
                    )
                }
            }
        }
    }

    func operation(_ documented: DocumentedOperation) -> API.Operation? {
        operations.first { $0.id == documented.id }
    }
}

/// One operation as a document describes it.
struct DocumentedOperation {
    let document: OpenAPIDocument
    /// The key under `paths`.
    let path: String
    let item: JSONValue
    let method: HTTPMethodName
    let details: JSONValue

    var id: String { details["operationId"]?.string ?? "\(method.rawValue) \(path)" }

    /// The path from the root of the host: the nearest `servers` entry and the key.
    var fullPath: String {
        let servers = details["servers"] ?? item["servers"] ?? document.root["servers"]
        let url = servers?.elements.first?["url"]?.string ?? ""
        let afterScheme = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        let base = afterScheme.firstIndex(of: "/").map { afterScheme[$0...] } ?? ""
        return (base.hasSuffix("/") ? base.dropLast() : base) + path
    }

    var parameters: [JSONValue] {
        ((item["parameters"]?.elements ?? []) + (details["parameters"]?.elements ?? []))
            .map(document.resolve)
    }

    func parameterNames(in place: String) -> [String] {
        parameters.filter { $0["in"]?.string == place }.compactMap { $0["name"]?.string }
    }

    /// The alternatives of `security`, each a list of scopes.
    var scopes: [[String]]? {
        (details["security"] ?? document.root["security"])?.elements.map {
            $0["oauth2"]?.strings ?? []
        }
    }

    var responses: [String: JSONValue] {
        (details["responses"]?.members ?? [:]).mapValues(document.resolve)
    }

    var successes: [Int] { responses.keys.compactMap(Int.init).filter { $0 < 300 }.sorted() }

    var requestBody: JSONValue? { details["requestBody"].map(document.resolve) }

    var problemCodes: [String] { details["x-problems"]?.strings ?? [] }

    func response(_ status: Int) -> JSONValue? { responses[String(status)] }
}

extension JSONValue {
    /// The media types of a request body or a response.
    var content: [String: JSONValue] { self["content"]?.members ?? [:] }
}
