import COpenAPI

/// The hand-written OpenAPI 3.1 documents of this folder, embedded as they are.
package enum OpenAPIDocuments {
    /// Parts that the services share.
    package static var common: [UInt8] { bytes(of: openapi_common()) }

    fileprivate static func bytes(of file: openapi_file) -> [UInt8] {
        Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
    }
}

/// The services that have a document.
package enum DocumentName: String, CaseIterable, Sendable {
    case accounts
    case wallet
    case merchant
    case disbursement

    /// The YAML text.
    package var bytes: [UInt8] {
        switch self {
        case .accounts: OpenAPIDocuments.bytes(of: openapi_accounts())
        case .wallet: OpenAPIDocuments.bytes(of: openapi_wallet())
        case .merchant: OpenAPIDocuments.bytes(of: openapi_merchant())
        case .disbursement: OpenAPIDocuments.bytes(of: openapi_disbursement())
        }
    }
}
