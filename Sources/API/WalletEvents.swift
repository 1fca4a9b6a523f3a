/// Something that happened to a wallet, as its holder's app hears it.
package struct WalletEvent: Codable, Hashable, Sendable {
    /// The event.
    package var id: Identifier
    /// What happened, such as `wallet.credited`.
    package var type: String
    /// When.
    package var timestamp: Instant
    /// To what.
    package var data: WalletEventData

    /// Creates it from its members.
    package init(id: Identifier, type: String, timestamp: Instant, data: WalletEventData) {
        self.id = id
        self.type = type
        self.timestamp = timestamp
        self.data = data
    }
}

/// What an event of a wallet is about; of a credit what a bank tells in an entry of camt.054.
package struct WalletEventData: Codable, Hashable, Sendable {
    /// Counts the events of a wallet without gaps.
    package var nr: Int
    /// The wallet.
    package var walletId: Identifier
    /// The pot; absent where the whole wallet is meant.
    package var potId: Identifier?
    /// The programme of the pot; absent of free coins.
    package var programmeId: Identifier?
    /// Its name; absent of free coins.
    package var programmeName: String?
    /// What the event is about where nothing moved; absent otherwise.
    package var subjectId: Identifier?
    /// The transfer that moved the coins; absent where nothing moved.
    package var transferId: Identifier?
    /// Its kind, such as `disbursement`; absent where nothing moved.
    package var kind: String?
    /// What whoever made the transfer wrote; absent without.
    package var reference: String?
    /// What the payer called the credit in its file (`EndToEndId`); absent without.
    package var endToEndId: String?
    /// How much, without a sign; absent where no amount is meant.
    package var amount: Amount?
    /// When what is announced will happen; absent where it has.
    package var dueAt: Instant?

    /// Creates it from its members.
    package init(
        nr: Int,
        walletId: Identifier,
        potId: Identifier? = nil,
        programmeId: Identifier? = nil,
        programmeName: String? = nil,
        subjectId: Identifier? = nil,
        transferId: Identifier? = nil,
        kind: String? = nil,
        reference: String? = nil,
        endToEndId: String? = nil,
        amount: Amount? = nil,
        dueAt: Instant? = nil
    ) {
        self.nr = nr
        self.walletId = walletId
        self.potId = potId
        self.programmeId = programmeId
        self.programmeName = programmeName
        self.subjectId = subjectId
        self.transferId = transferId
        self.kind = kind
        self.reference = reference
        self.endToEndId = endToEndId
        self.amount = amount
        self.dueAt = dueAt
    }
}

extension Operation {
    /// Watch what happens to a wallet.
    package static let streamWalletEvents = Operation(
        id: "streamWalletEvents",
        method: .get,
        path: "/v1/wallets/{walletId}/events",
        access: .anyOf([.walletRead]),
        produces: MediaType.events
    )
}
