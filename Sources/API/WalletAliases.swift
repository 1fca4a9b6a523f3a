/// Whom an alias stands for, so that a payer can check.
package struct WalletAlias: Codable, Hashable, Sendable {
    /// The alias.
    package var alias: String
    /// The wallet.
    package var walletId: Identifier
    /// The name of the holder, shortened to initials.
    package var displayName: String

    /// Creates it from its members.
    package init(alias: String, walletId: Identifier, displayName: String) {
        self.alias = alias
        self.walletId = walletId
        self.displayName = displayName
    }
}

/// The alias that a wallet is to have.
package struct WalletAliasChoice: Codable, Hashable, Sendable {
    /// The alias.
    package var alias: String

    /// Creates it from its members.
    package init(alias: String) {
        self.alias = alias
    }
}

/// The alias that a wallet has from now on.
package struct ChosenWalletAlias: Codable, Hashable, Sendable {
    /// The wallet.
    package var walletId: Identifier
    /// The alias.
    package var alias: String

    /// Creates it from its members.
    package init(walletId: Identifier, alias: String) {
        self.walletId = walletId
        self.alias = alias
    }
}
