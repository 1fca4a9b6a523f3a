extension Operation {
    /// List own wallets.
    package static let listWallets = Operation(
        id: "listWallets",
        method: .get,
        path: "/v1/wallets",
        access: .anyOf([.walletRead])
    )

    /// Read a wallet.
    package static let getWallet = Operation(
        id: "getWallet",
        method: .get,
        path: "/v1/wallets/{walletId}",
        access: .anyOf([.walletRead])
    )

    /// List statement lines.
    package static let listStatementLines = Operation(
        id: "listStatementLines",
        method: .get,
        path: "/v1/wallets/{walletId}/statement-lines",
        access: .anyOf([.walletRead])
    )

    /// Transfer to another wallet.
    package static let createTransfer = Operation(
        id: "createTransfer",
        method: .post,
        path: "/v1/transfers",
        access: .anyOf([.transfersCreate]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Read a transfer.
    package static let getTransfer = Operation(
        id: "getTransfer",
        method: .get,
        path: "/v1/transfers/{transferId}",
        access: .anyOf([.walletRead])
    )

    /// Look up an alias.
    package static let getWalletAlias = Operation(
        id: "getWalletAlias",
        method: .get,
        path: "/v1/wallet-aliases/{alias}",
        access: .anyOf([.walletRead])
    )

    /// Read circulation and reserve.
    package static let getCirculation = Operation(
        id: "getCirculation",
        method: .get,
        path: "/v1/coins/{coinCode}/circulation",
        access: .anyOf([.communityRead])
    )
}

/// The operations of the wallet service.
package enum WalletOperations {
    /// All of them, those of every service included.
    package static let all: [Operation] =
        [
            .listWallets, .getWallet, .listStatementLines, .createTransfer, .getTransfer,
            .getWalletAlias, .getCirculation,
        ] + EveryServiceOperations.all
}
