import API
import FoundationEssentials

/// The addresses of the services.
struct ServiceURLs: Codable, Hashable, Sendable {
    var accounts: String
    var wallet: String
    var merchant: String
    var disbursement: String

    /// Ports as `wijkmunt up` gives them: four in a row.
    init(firstPort: Int) {
        let all = (0..<4).map { "http://127.0.0.1:\(firstPort + $0)" }
        (accounts, wallet, merchant, disbursement) = (all[0], all[1], all[2], all[3])
    }

    init(accounts: String, wallet: String, merchant: String, disbursement: String) {
        self.accounts = accounts
        self.wallet = wallet
        self.merchant = merchant
        self.disbursement = disbursement
    }

    /// The service that has the operation.
    func base(of operation: API.Operation) -> String {
        if WalletOperations.all.contains(operation) && !isCommon(operation) { return wallet }
        if MerchantOperations.all.contains(operation) && !isCommon(operation) { return merchant }
        if DisbursementOperations.all.contains(operation) && !isCommon(operation) {
            return disbursement
        }
        return accounts
    }

    private func isCommon(_ operation: API.Operation) -> Bool {
        EveryServiceOperations.all.contains(operation)
    }
}

/// Who the command line tool is towards the services, as stored in `NAME.json`.
struct Profile: Codable, Hashable, Sendable {
    /// What the key stands for.
    enum Kind: String, Codable, Hashable, Sendable {
        case `operator`, organisation, phone, terminal, official
    }

    var kind: Kind
    var clientId: Identifier
    /// Relative to the file of the profile.
    var keyFile: String
    var urls: ServiceURLs
    var createdAt: Instant
    /// The roles of an organisation's client, or of an official; the other kinds have one of their own.
    var roles: [Role] = []
    var communityId: Identifier?
    var partyId: Identifier?
    var walletId: Identifier?
    var shopId: Identifier?
    var alias: String?

    /// What a token of this client can allow.
    var scopes: Set<Scope> {
        let roles: [Role] =
            switch kind {
            case .operator: [.operator]
            case .phone: [.resident]
            case .terminal: [.terminal]
            case .organisation, .official: self.roles
            }
        return Set(roles.flatMap(\.scopes))
    }

    /// Whether this client may call the operation, ownership aside.
    func mayCall(_ operation: API.Operation) -> Bool {
        switch operation.access {
        case .anonymous: true
        case .anyOf(let wanted): !scopes.isDisjoint(with: wanted)
        }
    }
}
