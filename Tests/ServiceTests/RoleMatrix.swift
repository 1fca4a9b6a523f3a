import API
import Testing

/// Who may call what: one row per documented operation.
///
/// Written out by hand, because the scopes of operations and of roles are what it is held against.
enum RoleMatrix {
    /// How far a right reaches.
    enum Reach: Sendable {
        /// What belongs to the caller.
        case own
        /// Everything in the caller's community.
        case community
        /// Everything in the installation.
        case everywhere
    }

    /// One operation and who may call it.
    struct Row: Sendable, CustomTestStringConvertible {
        let operation: String
        /// Whoever is missing may not; `nil` where nobody needs a token.
        let reach: [Role: Reach]?

        var testDescription: String { operation }

        static func anybody(_ operation: String) -> Row {
            Row(operation: operation, reach: nil)
        }

        static func only(
            _ operation: String,
            _ community: Set<Role> = [],
            own: Set<Role> = [],
            everywhere: Set<Role> = []
        ) -> Row {
            var reach: [Role: Reach] = [:]
            for role in community { reach[role] = .community }
            for role in own { reach[role] = .own }
            for role in everywhere { reach[role] = .everywhere }
            precondition(reach.count == community.count + own.count + everywhere.count)
            return Row(operation: operation, reach: reach)
        }
    }

    static let rows = everyService + accounts + wallet + merchant + disbursement
    /// Those that need a token.
    static let guarded = rows.filter { $0.reach != nil }

    /// Everybody in a community, by name: a role that is new has to be put where it belongs.
    static let members: Set<Role> = [
        .communityAdministrator, .counterEmployee, .treasurer, .benefitsClerk, .benefitsApprover,
        .merchantOwner, .terminal, .resident, .auditor, .boardMember, .programmeSponsor, .cashier,
        .accountant, .guardian, .budgetCoach,
    ]
    /// Those who set policies.
    private static let board: Set<Role> = [.communityAdministrator, .boardMember]
    /// Those who act for others, and those for whom.
    private static let mandated: Set<Role> = [
        .merchantOwner, .resident, .cashier, .accountant, .guardian, .budgetCoach,
    ]
    private static let paymentReaders: Set<Role> = [
        .merchantOwner, .terminal, .resident, .cashier, .accountant, .guardian, .budgetCoach,
    ]
    private static let payers: Set<Role> = [.resident, .guardian]
    private static let walletReaders: Set<Role> = [.resident, .guardian, .budgetCoach]
    static let programmeReaders = benefits.union([.treasurer, .boardMember])
    static let counters: Set<Role> = [.communityAdministrator, .counterEmployee]
    private static let groupKeepers = counters.union([.benefitsClerk])
    static let benefits: Set<Role> = [.benefitsClerk, .benefitsApprover, .auditor]

    private static let everyService: [Row] = [
        .anybody("getOpenAPI"),
        .anybody("getLiveness"),
        .anybody("getReadiness"),
        .anybody("getMetrics"),
    ]

    private static let accounts: [Row] = [
        .anybody("getServerMetadata"),
        .anybody("getKeySet"),
        .anybody("issueToken"),
        .anybody("enrol"),
        .only("createCommunity", everywhere: [.operator]),
        .only("listCommunities", everywhere: [.operator]),
        .only("getCommunity", members, everywhere: [.operator]),
        .only("createCoin", [.communityAdministrator]),
        .only("listCoins", members),
        .only("getCoin", members),
        .only("importGeofence", [.communityAdministrator]),
        .only("listGeofences", members),
        .only("getGeofence", members),
        .only("getGeofenceArea", members),
        .only("setLocalityPolicy", board),
        .only("listLocalityPolicies", members),
        .only("registerInstitution", counters),
        .only("listInstitutions", members),
        .only("registerClient", [.communityAdministrator]),
        .only("listClients", [.communityAdministrator]),
        .only("revokeClient", [.communityAdministrator]),
        .only("revokeTokens", [.communityAdministrator]),
        .only("revokeParty", [.communityAdministrator]),
        .only("registerPerson", counters),
        .only("listPeople", counters),
        .only("getPerson", counters),
        .only("linkIban", counters),
        .only("verifyIban", counters),
        .only("linkClientNumber", counters),
        .only("listClientNumbers", counters),
        .only("confirmClientNumber", counters),
        .only("withdrawClientNumber", counters),
        .only("createActivationCode", counters),
        .only("createPrintRun", counters),
        .only("listCards", counters),
        .only("getCard", counters),
        .only("linkCard", counters),
        .only("setCardPin", counters),
        .only("blockCard", counters),
        .only("returnCard", counters),
        .only("replaceCard", counters),
        .only("listDevices", own: [.resident]),
        .only("nameDevice", own: [.resident]),
        .only("revokeDevice", own: [.resident]),
        .only("listDevicesOfPerson", counters),
        .only("revokeDeviceOfPerson", counters),
        .only("giveMandate", counters, own: [.merchantOwner]),
        .only("listMandates", counters, own: mandated),
        .only("revokeMandate", counters, own: [.merchantOwner]),
        .only("listMandateUses", counters, own: mandated),
        .only("listAuditEvents", [.communityAdministrator, .treasurer, .auditor]),
        .only("getAuditHead", [.communityAdministrator, .treasurer, .auditor]),
        .only("getPersonExport", counters, own: [.resident]),
        .only("getPersonExportPage", counters, own: [.resident]),
        .only("erasePerson", counters),
        .only("createTargetGroup", groupKeepers),
        .only("listTargetGroups", groupKeepers),
        .only("addToTargetGroup", groupKeepers),
        .only("removeFromTargetGroup", groupKeepers),
    ]

    private static let wallet: [Row] = [
        .only("listWallets", own: walletReaders),
        .only("getWallet", own: walletReaders),
        .only("listStatementLines", own: walletReaders),
        .only("listWalletHolds", own: walletReaders),
        .only("streamWalletEvents", own: walletReaders),
        .only("createTransfer", own: payers),
        .only("getTransfer", own: walletReaders),
        .only("getWalletAlias", walletReaders),
        .only("chooseWalletAlias", own: [.resident]),
        .only("getCirculation", members),
        .only("setWalletClass", board),
        .only("listWalletClasses", board),
        .only("putWalletIntoClass", board),
        .only("addDepreciationPolicy", board),
        .only("listDepreciationPolicies", members),
        .only("createCorrection", [.communityAdministrator]),
        .only("getCorrection", [.communityAdministrator]),
    ]

    private static let merchant: [Row] = [
        .only("registerMerchant", [.communityAdministrator]),
        .only("listMerchants", [.communityAdministrator]),
        .only("getMerchant", [.communityAdministrator], own: [.merchantOwner, .accountant]),
        .only("getMerchantBalance", [.communityAdministrator], own: [.merchantOwner, .accountant]),
        .only("registerShop", [.communityAdministrator], own: [.merchantOwner]),
        .only("listShops", members),
        .only("getShop", members),
        .only("verifyShopPlace", [.communityAdministrator]),
        .only("suspendShop", [.communityAdministrator]),
        .only("listShopSuspensions", [.communityAdministrator], own: [.merchantOwner]),
        .only("reinstateShop", [.communityAdministrator]),
        .only("setOpeningTimes", [.communityAdministrator], own: [.merchantOwner]),
        .only("requestShopMove", [.communityAdministrator], own: [.merchantOwner]),
        .only("listShopMoves", [.communityAdministrator], own: [.merchantOwner]),
        .only("decideShopMove", [.communityAdministrator]),
        .anybody("getLocalityReasons"),
        .anybody("getVerdictKeys"),
        .only("getLocalityVerdict", own: paymentReaders),
        .only("registerTerminal", [.communityAdministrator], own: [.merchantOwner]),
        .only("requestPayment", own: [.terminal, .cashier]),
        .only("listPayments", own: paymentReaders),
        .only("getPayment", own: paymentReaders),
        .only("streamPaymentEvents", own: paymentReaders),
        .only("acceptPayment", payers),
        .only("acceptPaymentByCard", own: [.terminal]),
        .only("acceptPaymentByPayerCode", own: [.terminal]),
        .only("requestInvoice", own: [.terminal, .cashier]),
        .only("getPaymentQrCodePng", own: [.terminal, .cashier]),
        .only("getPaymentQrCodeSvg", own: [.terminal, .cashier]),
        .only("getTerminalQrCodePng", [.communityAdministrator], own: [.merchantOwner]),
        .only("getTerminalQrCodeSvg", [.communityAdministrator], own: [.merchantOwner]),
        .only("proposePayment", own: payers),
        .only("listPaymentProposals", own: [.terminal, .cashier]),
        .only("getPaymentProposal", own: [.terminal, .cashier, .resident, .guardian]),
        .only("decidePaymentProposal", own: [.terminal, .cashier]),
        .only("refundPayment", own: [.merchantOwner, .cashier]),
        .only("listRefunds", own: paymentReaders),
        .only("correctPayment", own: [.merchantOwner, .terminal, .cashier]),
        .only("getPaymentQuote", own: payers),
        .only("getPaymentReceipt", own: walletReaders),
        .only("createDiscount", [.benefitsClerk], own: [.merchantOwner]),
        .only("listDiscounts", [.benefitsClerk], own: [.merchantOwner]),
        .only("fundDiscount", own: [.merchantOwner]),
        .only("endDiscount", [.benefitsClerk], own: [.merchantOwner]),
        .only("capturePayment", own: [.merchantOwner, .terminal, .cashier]),
        .only("voidPayment", own: [.merchantOwner, .terminal, .cashier]),
        .only("openShift", own: [.merchantOwner, .cashier]),
        .only("listShifts", own: [.merchantOwner, .cashier, .accountant]),
        .only("getShift", own: [.merchantOwner, .cashier, .accountant]),
        .only("closeShift", own: [.merchantOwner, .cashier]),
        .only("makeClosing", own: [.merchantOwner, .cashier]),
        .only("listClosings", own: [.merchantOwner, .cashier, .accountant]),
        .only("getClosing", own: [.merchantOwner, .cashier, .accountant]),
        .only(
            "getMerchantStatement",
            [.communityAdministrator],
            own: [.merchantOwner, .accountant]
        ),
        .only(
            "getMerchantStatementCSV",
            [.communityAdministrator],
            own: [.merchantOwner, .accountant]
        ),
        .only(
            "getMerchantStatementPDF",
            [.communityAdministrator],
            own: [.merchantOwner, .accountant]
        ),
        .only(
            "getMerchantStatementCamt053",
            [.communityAdministrator],
            own: [.merchantOwner, .accountant]
        ),
        .only("requestRedemption", own: [.merchantOwner]),
        .only("listRedemptions", [.treasurer, .auditor], own: [.merchantOwner, .accountant]),
        .only("getRedemption", [.treasurer, .auditor], own: [.merchantOwner, .accountant]),
        .only("registerWebhook", own: [.merchantOwner]),
        .only("listWebhooks", own: [.merchantOwner]),
        .only("getWebhook", own: [.merchantOwner]),
        .only("listWebhookDeliveries", own: [.merchantOwner]),
        .only("rotateWebhookSecret", own: [.merchantOwner]),
        .only("disableWebhook", own: [.merchantOwner]),
        .only("enableWebhook", own: [.merchantOwner]),
        .only("replayWebhook", own: [.merchantOwner]),
        .only("streamEvents", own: [.merchantOwner, .terminal, .cashier, .accountant]),
        .only("listShopPlaces", members),
        .only("searchShops", members),
        .only("createSettlement", [.treasurer]),
        .only("listSettlements", [.treasurer, .auditor]),
        .only("getSettlement", [.treasurer, .auditor]),
        .only("getSettlementFile", [.treasurer]),
        .only("confirmSettlement", [.treasurer]),
        .only("releaseSettlement", [.treasurer]),
        .only("cancelSettlement", [.treasurer]),
        .only("proposePayout", [.treasurer]),
        .only("listPayouts", [.treasurer, .auditor]),
        .only("getPayout", [.treasurer, .auditor]),
        .only("decidePayout", [.treasurer]),
        .only("getKeptCoins", [.treasurer, .auditor]),
        .only("importBankAnswer", [.treasurer]),
        .only("listBankAnswers", [.treasurer, .auditor]),
        .only("getBankAnswer", [.treasurer, .auditor]),
        .only("listBankAnswerLines", [.treasurer, .auditor]),
        .only("requestMerchantIban", [.communityAdministrator], own: [.merchantOwner]),
        .only(
            "listMerchantIbans",
            [.communityAdministrator, .counterEmployee],
            own: [.merchantOwner]
        ),
        .only("verifyMerchantIban", [.communityAdministrator, .counterEmployee]),
        .only("setRedemptionPolicy", board),
        .only("listRedemptionPolicies", members),
        .only("setRedemptionSchedule", own: [.merchantOwner]),
        .only("listRedemptionSchedules", own: [.merchantOwner, .accountant]),
    ]
}
