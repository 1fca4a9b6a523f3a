import API

/// Which operations the audit trail records, and why the others change nothing of that kind.
///
/// Written out by hand: an operation that is new fails until somebody has decided about it.
enum AuditCoverage {
    /// They change rights, policies, what makes money, or what is known of people.
    static let recorded: Set<String> = [
        "createCommunity", "createCoin", "importGeofence", "setLocalityPolicy",
        "registerInstitution", "registerClient", "revokeClient", "revokeTokens", "revokeParty",
        "registerPerson", "linkIban", "verifyIban", "linkClientNumber", "confirmClientNumber",
        "withdrawClientNumber", "createActivationCode", "enrol",
        "createPrintRun", "linkCard", "setCardPin", "blockCard", "returnCard", "replaceCard",
        "nameDevice", "revokeDevice", "revokeDeviceOfPerson", "giveMandate", "revokeMandate",
        "chooseWalletAlias", "erasePerson", "createTargetGroup", "addToTargetGroup",
        "removeFromTargetGroup", "createDiscount", "fundDiscount", "endDiscount", "sponsorDiscount",
        "setWalletClass", "putWalletIntoClass", "addDepreciationPolicy", "createCorrection",
        "registerMerchant", "registerShop", "verifyShopPlace", "registerTerminal",
        "setOpeningTimes", "requestShopMove", "decideShopMove", "suspendShop", "reinstateShop",
        "requestMerchantIban", "setProgrammeLocalityPolicy", "setFileSettings",
        "verifyMerchantIban", "closeShift", "registerWebhook", "rotateWebhookSecret",
        "disableWebhook", "enableWebhook", "replayWebhook", "setRedemptionPolicy",
        "setRedemptionSchedule", "createSettlement", "releaseSettlement", "confirmSettlement",
        "cancelSettlement", "importBankAnswer", "proposePayout", "decidePayout",
        "proposeProgrammeChange", "decideProgrammeChange",
        "extendPots", "setCreditRules", "importBankStatement", "assignBankCredit",
        "dismissBankCredit",
        "createProgramme", "fundProgramme", "submitBatch", "submitUpload", "createLetters",
        "createLetterTexts",
        "decideParkedLines", "approveBatch", "retryBatch",
        "cancelBatch", "cancelLines", "returnLines", "releaseFile",
        "setGrantRules", "recallGrant", "recallLines", "objectToRecall", "decideRecall",
        "withdrawRecall",
        "setJournalCode",
        "createStandingInstruction", "changeStandingInstruction", "decideStandingInstruction",
        "stopStandingInstruction", "reportDeparture", "decideDeparture", "endDeparture",
    ]

    /// What is not recorded there, and why not.
    static let reasons: [String: String] = [
        "createUpload": "announces bytes; what is made of them is recorded",
        "appendToUpload": "keeps bytes; what is made of them is recorded",
        "abandonUpload": "forgets bytes of which nothing was made",
        "issueToken": "gives what roles allow already, for ten minutes; an official's are recorded",
        "createTransfer": "moves coins; the ledger's own chain has who and what",
        "requestPayment": "asks for coins and moves none",
        "acceptPayment": "moves coins; the ledger's own chain has who and what",
        "acceptPaymentByCard": "moves coins; the ledger's own chain has who and what",
        "acceptPaymentByPayerCode": "moves coins; the ledger's own chain has who and what",
        "requestInvoice": "asks for coins and moves none",
        "proposePayment": "asks to be asked, and moves nothing",
        "decidePaymentProposal": "asks for coins and moves none",
        "refundPayment": "moves coins; the ledger's own chain has who and what",
        "correctPayment": "moves coins; the ledger's own chain has who and what",
        "capturePayment": "moves coins; the ledger's own chain has who and what",
        "voidPayment": "gives back what was held; the hold has who did, and no coin moves",
        "searchShops": "only asks",
        "searchLines": "only asks",
        "requestRedemption": "moves coins; the ledger's own chain has who and what",
        "openShift": "says who is at a till; gives no right that the mandate did not give",
        "makeClosing": "adds up what the ledger has; numbered, and never changed",
    ]
}
