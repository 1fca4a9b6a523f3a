/// What a client may be in its community; the token endpoint grants the intersection of the
/// scopes that were requested and those of its roles.
package enum Role: String, CaseIterable, Codable, Hashable, Sendable {
    /// Runs the installation.
    case `operator`
    /// Sets up a community: coins, areas, policies, parties.
    case communityAdministrator = "community-administrator"
    /// Registers people at a counter.
    case counterEmployee = "counter-employee"
    /// Funds programmes and settles redemptions.
    case treasurer
    /// Makes programmes and submits payment files.
    case benefitsClerk = "benefits-clerk"
    /// Approves payment files; never its own.
    case benefitsApprover = "benefits-approver"
    /// Runs shops, refunds payments and redeems.
    case merchantOwner = "merchant-owner"
    /// Asks for payments at one shop.
    case terminal
    /// Holds a wallet and pays.
    case resident
    /// Looks and changes nothing.
    case auditor

    /// The scopes that the role gives, without repetition.
    package var scopes: [Scope] {
        switch self {
        case .operator:
            [.communitiesManage]
        case .communityAdministrator:
            [
                .communityRead, .coinsManage, .geofencesManage, .policiesManage, .partiesManage,
                .clientsManage, .merchantsManage, .shopsVerify, .auditRead,
                .transfersCorrect, .devicesRevoke,
            ]
        case .counterEmployee:
            [.communityRead, .partiesManage, .devicesRevoke]
        case .treasurer:
            [
                .communityRead, .programmesFund, .settlementsManage, .settlementsRead,
                .programmesRead, .auditRead,
            ]
        case .benefitsClerk:
            [.communityRead, .programmesManage, .programmesRead, .batchesSubmit, .batchesRead]
        case .benefitsApprover:
            [.communityRead, .programmesRead, .batchesApprove, .batchesRead]
        case .merchantOwner:
            [
                .communityRead, .merchantRead, .paymentsRead, .paymentsRefund, .shopsManage,
                .redemptionsRequest,
            ]
        case .terminal:
            [.communityRead, .paymentsRequest, .paymentsRead]
        case .resident:
            [
                .communityRead, .walletRead, .walletManage, .transfersCreate, .paymentsAccept,
                .paymentsRead, .devicesManage,
            ]
        case .auditor:
            [.communityRead, .auditRead, .programmesRead, .batchesRead, .settlementsRead]
        }
    }

    /// Whether an administrator may give the role to software of an organisation; operators are
    /// installed, and devices get theirs by enrolling.
    package var isRegistrable: Bool {
        switch self {
        case .operator, .terminal, .resident: false
        case .communityAdministrator, .counterEmployee, .treasurer, .benefitsClerk,
            .benefitsApprover, .merchantOwner, .auditor:
            true
        }
    }
}
