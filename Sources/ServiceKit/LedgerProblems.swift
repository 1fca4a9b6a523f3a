import API
package import Domain

extension Problem {
    /// What a client is told of a ledger refusal; one table for all services.
    package init(_ refusal: LedgerRefusal) {
        switch refusal {
        case .insufficientFunds:
            self.init(.insufficientFunds, "There is not enough available for this.")
        case .aboveCeiling:
            self.init(.aboveCeiling, "The receiving account may not hold that much.")
        case .accountNotOpen:
            self.init(.accountNotOpen, "One of the accounts is frozen or closed.")
        case .amountOutOfRange:
            self.init(.invalidAmount, "The amount is too large.")
        case .conflict, .forbidden, .unknownAccount, .mixedCoins, .unbalanced:
            // A service that proposes such a thing has a defect; nothing was posted.
            self.init(.internalError, "Something broke here. Quote the request id.")
        }
    }
}
