extension Operation {
    /// Propose a payout.
    package static let proposePayout = Operation(
        id: "proposePayout",
        method: .post,
        path: "/v1/payouts",
        access: .anyOf([.settlementsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List payouts.
    package static let listPayouts = Operation(
        id: "listPayouts",
        method: .get,
        path: "/v1/payouts",
        access: .anyOf([.settlementsRead])
    )

    /// Read a payout.
    package static let getPayout = Operation(
        id: "getPayout",
        method: .get,
        path: "/v1/payouts/{payoutId}",
        access: .anyOf([.settlementsRead])
    )

    /// Decide about a payout.
    package static let decidePayout = Operation(
        id: "decidePayout",
        method: .post,
        path: "/v1/payouts/{payoutId}/decisions",
        access: .anyOf([.settlementsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Read what a coin has kept of redemptions.
    package static let getKeptCoins = Operation(
        id: "getKeptCoins",
        method: .get,
        path: "/v1/coins/{coinCode}/kept-coins",
        access: .anyOf([.settlementsRead])
    )
}

/// Euros out of coins that are in no wallet and no shop.
package enum PayoutOperations {
    /// All of them.
    package static let all: [Operation] = [
        .proposePayout, .listPayouts, .getPayout, .decidePayout, .getKeptCoins,
    ]
}
