/// A class of wallets to make or change.
package struct WalletClassSetting: Codable, Hashable, Sendable {
    /// Names it within the community.
    package var name: String
    /// The most that a wallet of the class spends in one day; no limit when absent.
    package var dailySpending: EuroAmount?
    /// The most that it receives from other wallets in one day; no limit when absent.
    package var dailyReceiving: EuroAmount?

    /// Creates it from its members.
    package init(
        name: String,
        dailySpending: EuroAmount? = nil,
        dailyReceiving: EuroAmount? = nil
    ) {
        self.name = name
        self.dailySpending = dailySpending
        self.dailyReceiving = dailyReceiving
    }
}

/// A class of wallets under common daily limits.
package struct WalletClass: Codable, Hashable, Sendable {
    /// Names it within the community.
    package var name: String
    /// The most that a wallet of the class spends in one day; null without limit.
    @Nullable package var dailySpending: EuroAmount?
    /// The most that it receives from other wallets in one day; null without limit.
    @Nullable package var dailyReceiving: EuroAmount?
    /// Days begin at midnight in this zone of the tz database.
    package var timeZone: String
    /// How many wallets are in it.
    package var wallets: Int

    /// Creates it from its members.
    package init(
        name: String,
        dailySpending: EuroAmount?,
        dailyReceiving: EuroAmount?,
        timeZone: String,
        wallets: Int
    ) {
        self.name = name
        self.dailySpending = dailySpending
        self.dailyReceiving = dailyReceiving
        self.timeZone = timeZone
        self.wallets = wallets
    }
}

/// A wallet to put into a class; the one that it was in no longer counts.
package struct WalletClassMember: Codable, Hashable, Sendable {
    /// The wallet.
    package var walletId: Identifier

    /// Creates it from its member.
    package init(walletId: Identifier) { self.walletId = walletId }
}
