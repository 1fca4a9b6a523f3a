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
        case .accountExpired:
            self.init(.accountNotOpen, "The time of one of the pots is over.")
        case .dailySpendingLimit:
            self.init(.dailyLimit, "This wallet may not spend that much in one day.")
        case .dailyReceivingLimit:
            self.init(.dailyLimit, "The receiving wallet may not receive that much in one day.")
        case .reversalExceeds:
            self.init(.refundExceeds, "That much is not left to give back.")
        case .holdEnded, .aboveHold, .linkedTransferRefused, .conflict, .forbidden,
            .unknownAccount, .mixedCoins, .unbalanced:
            // A service that proposes such a thing has a defect; nothing was posted.
            self.init(.internalError, "Something broke here. Quote the request id.")
        }
    }
}
