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

    /// Choose the alias of a wallet.
    package static let chooseWalletAlias = Operation(
        id: "chooseWalletAlias",
        method: .post,
        path: "/v1/wallets/{walletId}/aliases",
        access: .anyOf([.walletManage]),
        body: .json,
        idempotent: true,
        success: 201
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

    /// Make or change a class of wallets.
    package static let setWalletClass = Operation(
        id: "setWalletClass",
        method: .post,
        path: "/v1/wallet-classes",
        access: .anyOf([.policiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List classes of wallets.
    package static let listWalletClasses = Operation(
        id: "listWalletClasses",
        method: .get,
        path: "/v1/wallet-classes",
        access: .anyOf([.policiesManage])
    )

    /// Put a wallet into a class.
    package static let putWalletIntoClass = Operation(
        id: "putWalletIntoClass",
        method: .post,
        path: "/v1/wallet-classes/{className}/wallets",
        access: .anyOf([.policiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Give a coin or a programme a depreciation policy.
    package static let addDepreciationPolicy = Operation(
        id: "addDepreciationPolicy",
        method: .post,
        path: "/v1/coins/{coinCode}/depreciation-policies",
        access: .anyOf([.policiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List depreciation policies of a coin.
    package static let listDepreciationPolicies = Operation(
        id: "listDepreciationPolicies",
        method: .get,
        path: "/v1/coins/{coinCode}/depreciation-policies",
        access: .anyOf([.communityRead])
    )

    /// Correct a transfer.
    package static let createCorrection = Operation(
        id: "createCorrection",
        method: .post,
        path: "/v1/corrections",
        access: .anyOf([.transfersCorrect]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Read a correction.
    package static let getCorrection = Operation(
        id: "getCorrection",
        method: .get,
        path: "/v1/corrections/{correctionId}",
        access: .anyOf([.transfersCorrect])
    )
}

/// The operations of the wallet service.
package enum WalletOperations {
    /// All of them, those of every service included.
    package static let all: [Operation] =
        [
            .listWallets, .getWallet, .listStatementLines, .createTransfer, .getTransfer,
            .getWalletAlias, .chooseWalletAlias, .getCirculation, .setWalletClass,
            .listWalletClasses,
            .putWalletIntoClass, .addDepreciationPolicy, .listDepreciationPolicies,
            .createCorrection, .getCorrection, .listWalletHolds, .streamWalletEvents,
        ] + EveryServiceOperations.all
}
