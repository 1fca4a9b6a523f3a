import API

/// Which operations the audit trail records, and why the others change nothing of that kind.
///
/// Written out by hand: an operation that is new fails until somebody has decided about it.
enum AuditCoverage {
    /// They change rights, policies, what makes money, or what is known of people.
    static let recorded: Set<String> = [
        "createCommunity", "createCoin", "importGeofence", "setLocalityPolicy",
        "registerInstitution", "registerClient", "revokeClient", "revokeTokens", "revokeParty",
        "registerPerson", "linkIban", "verifyIban", "createActivationCode", "enrol",
        "createPrintRun", "linkCard", "setCardPin", "blockCard", "returnCard", "replaceCard",
        "nameDevice", "revokeDevice", "revokeDeviceOfPerson", "giveMandate", "revokeMandate",
        "chooseWalletAlias", "erasePerson",
        "setWalletClass", "putWalletIntoClass", "addDepreciationPolicy", "createCorrection",
        "registerMerchant", "registerShop", "verifyShopPlace", "registerTerminal",
        "createSettlement", "confirmSettlement",
        "createProgramme", "fundProgramme", "submitBatch", "approveBatch", "cancelBatch",
    ]

    /// What is not recorded there, and why not.
    static let reasons: [String: String] = [
        "issueToken": "gives what roles allow already, for ten minutes; an official's are recorded",
        "createTransfer": "moves coins; the ledger's own chain has who and what",
        "requestPayment": "asks for coins and moves none",
        "acceptPayment": "moves coins; the ledger's own chain has who and what",
        "acceptPaymentByCard": "moves coins; the ledger's own chain has who and what",
        "refundPayment": "moves coins; the ledger's own chain has who and what",
        "requestRedemption": "moves coins; the ledger's own chain has who and what",
    ]
}
