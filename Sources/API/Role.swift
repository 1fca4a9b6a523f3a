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
    /// Sets policies and reads what becomes of them.
    case boardMember = "board-member"
    /// Sees of its own programmes that they were spent, and how much.
    case programmeSponsor = "programme-sponsor"
    /// Asks for payments of a merchant and refunds them, by mandate.
    case cashier
    /// Reads the books of a merchant, its own or by mandate.
    case accountant
    /// Pays from the wallet of a ward, by mandate.
    case guardian
    /// Reads the wallet of somebody it helps, by mandate.
    case budgetCoach = "budget-coach"

    /// The scopes that the role gives, without repetition.
    package var scopes: [Scope] {
        switch self {
        case .operator:
            [.communitiesManage]
        case .communityAdministrator:
            [
                .communityRead, .coinsManage, .geofencesManage, .policiesManage, .partiesManage,
                .clientsManage, .merchantsManage, .shopsVerify, .auditRead,
                .transfersCorrect, .devicesRevoke, .mandatesManage, .groupsManage,
            ]
        case .counterEmployee:
            [
                .communityRead, .partiesManage, .devicesRevoke, .mandatesManage, .groupsManage,
            ]
        case .treasurer:
            [
                .communityRead, .programmesFund, .settlementsManage, .settlementsRead,
                .programmesRead, .auditRead, .journalRead, .journalManage,
            ]
        case .benefitsClerk:
            [
                .communityRead, .programmesManage, .programmesRead, .batchesSubmit, .batchesRead,
                .groupsManage, .discountsManage,
            ]
        case .benefitsApprover:
            [.communityRead, .programmesRead, .batchesApprove, .batchesRead]
        case .merchantOwner:
            [
                .communityRead, .merchantRead, .paymentsRead, .paymentsRefund, .shopsManage,
                .webhooksManage, .redemptionsRequest, .mandatesGive, .discountsManage,
                .discountsFund, .shiftsManage,
            ]
        case .terminal:
            [.communityRead, .paymentsRequest, .cardsAccept, .paymentsRead]
        case .resident:
            [
                .communityRead, .walletRead, .walletManage, .transfersCreate, .paymentsAccept,
                .paymentsRead, .devicesManage, .ownDataRead, .mandatesRead,
            ]
        case .auditor:
            [
                .communityRead, .auditRead, .programmesRead, .batchesRead, .settlementsRead,
                .journalRead,
            ]
        case .boardMember:
            [.communityRead, .policiesManage, .programmesRead]
        case .programmeSponsor:
            [.communityRead, .spendingRead]
        case .cashier:
            [
                .communityRead, .paymentsRequest, .paymentsRead, .paymentsRefund, .shiftsManage,
                .mandatesRead,
            ]
        case .accountant:
            [.communityRead, .merchantRead, .paymentsRead, .mandatesRead]
        case .guardian:
            [
                .communityRead, .walletRead, .transfersCreate, .paymentsAccept, .paymentsRead,
                .mandatesRead,
            ]
        case .budgetCoach:
            [.communityRead, .walletRead, .paymentsRead, .mandatesRead]
        }
    }

    /// Whether an administrator may give the role to software of an organisation; operators are
    /// installed, devices get theirs by enrolling, and cashiers by a mandate with limits. The office
    /// of a guardian, coach or accountant is registered as such, which lets it see nothing but its
    /// own until somebody gives it a mandate.
    package var isRegistrable: Bool {
        switch self {
        case .operator, .terminal, .resident, .cashier: false
        case .communityAdministrator, .counterEmployee, .treasurer, .benefitsClerk,
            .benefitsApprover, .merchantOwner, .auditor, .boardMember, .programmeSponsor,
            .accountant, .guardian, .budgetCoach:
            true
        }
    }
}
