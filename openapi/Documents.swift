/// The hand-written OpenAPI 3.1 documents of this folder, embedded as they are.
package enum OpenAPIDocuments {
    /// Parts that the services share.
    package static var common: [UInt8] { PackageResources.common_yaml }
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
        case .accounts: PackageResources.accounts_yaml
        case .wallet: PackageResources.wallet_yaml
        case .merchant: PackageResources.merchant_yaml
        case .disbursement: PackageResources.disbursement_yaml
        }
    }
}
