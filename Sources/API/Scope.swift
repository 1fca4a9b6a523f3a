/// What a token allows: a noun and a verb, as in the `scope` claim.
package enum Scope: String, CaseIterable, Codable, Hashable, Sendable {
    /// Make communities and list them.
    case communitiesManage = "communities:manage"
    /// Read what everybody in the community may know.
    case communityRead = "community:read"
    /// Make coins.
    case coinsManage = "coins:manage"
    /// Import areas.
    case geofencesManage = "geofences:manage"
    /// Set where a coin may be spent, how it loses value, and what wallets may move in a day.
    case policiesManage = "policies:manage"
    /// Correct transfers.
    case transfersCorrect = "transfers:correct"
    /// Register people and institutions.
    case partiesManage = "parties:manage"
    /// Register and revoke clients, which gives and takes away roles.
    case clientsManage = "clients:manage"
    /// List, name and revoke the caller's own devices.
    case devicesManage = "devices:manage"
    /// List and revoke the devices of people.
    case devicesRevoke = "devices:revoke"
    /// Register merchants and their shops.
    case merchantsManage = "merchants:manage"
    /// Verify the place of a shop.
    case shopsVerify = "shops:verify"
    /// Read the audit trail.
    case auditRead = "audit:read"
    /// Book euros for a programme.
    case programmesFund = "programmes:fund"
    /// Make and confirm settlements.
    case settlementsManage = "settlements:manage"
    /// Read settlements and redemptions.
    case settlementsRead = "settlements:read"
    /// Make programmes.
    case programmesManage = "programmes:manage"
    /// Read programmes.
    case programmesRead = "programmes:read"
    /// Submit and cancel payment files.
    case batchesSubmit = "batches:submit"
    /// Approve and cancel payment files.
    case batchesApprove = "batches:approve"
    /// Read payment files and their outcome.
    case batchesRead = "batches:read"
    /// Read the caller's own merchant.
    case merchantRead = "merchant:read"
    /// Ask for payments.
    case paymentsRequest = "payments:request"
    /// Read payments that concern the caller.
    case paymentsRead = "payments:read"
    /// Refund payments of the caller's own merchant.
    case paymentsRefund = "payments:refund"
    /// Accept payments from the caller's own wallet.
    case paymentsAccept = "payments:accept"
    /// Manage shops of the caller's own merchant.
    case shopsManage = "shops:manage"
    /// Open and close shifts, and make closings, of the caller's own merchant.
    case shiftsManage = "shifts:manage"
    /// Have events of the caller's own merchant sent to its software.
    case webhooksManage = "webhooks:manage"
    /// Redeem for the caller's own merchant.
    case redemptionsRequest = "redemptions:request"
    /// Take cards, and codes of phones, for payments that the caller's own till asked for.
    case cardsAccept = "cards:accept"
    /// Read everything that is kept of the caller.
    case ownDataRead = "data:read"
    /// Read the caller's own wallets.
    case walletRead = "wallet:read"
    /// Choose the alias of the caller's own wallet, and object to what is taken from it.
    case walletManage = "wallet:manage"
    /// Transfer from the caller's own wallet.
    case transfersCreate = "transfers:create"
    /// Give and revoke mandates of everybody in the community.
    case mandatesManage = "mandates:manage"
    /// Give and revoke mandates of the caller's own merchant.
    case mandatesGive = "mandates:give"
    /// Read mandates that the caller gave or got.
    case mandatesRead = "mandates:read"
    /// Make groups of people that others add something for, and put people into them.
    case groupsManage = "groups:manage"
    /// Make and end discounts: of programmes, or of the caller's own merchant.
    case discountsManage = "discounts:manage"
    /// Set coins of the caller's own merchant aside for its discounts.
    case discountsFund = "discounts:fund"
    /// Read the journal of a coin, for bookkeeping.
    case journalRead = "journal:read"
    /// Say which codes of a bookkeeping stand in the journal.
    case journalManage = "journal:manage"
    /// Read how much of the caller's own programmes was spent.
    case spendingRead = "spending:read"
}
