/// The merchant service's operations about place, beside those of payments.
extension Operation {
    /// Read why places are refused.
    package static let getLocalityReasons = Operation(
        id: "getLocalityReasons",
        method: .get,
        path: "/v1/locality-reasons",
        access: .anonymous
    )

    /// Keys that verify verdicts.
    package static let getVerdictKeys = Operation(
        id: "getVerdictKeys",
        method: .get,
        path: "/v1/jwks",
        access: .anonymous
    )

    /// Read the signed verdict of a payment.
    package static let getLocalityVerdict = Operation(
        id: "getLocalityVerdict",
        method: .get,
        path: "/v1/payments/{paymentId}/locality-verdict",
        access: .anyOf([.paymentsRead])
    )

    /// Suspend a shop.
    package static let suspendShop = Operation(
        id: "suspendShop",
        method: .post,
        path: "/v1/shops/{shopId}/suspensions",
        access: .anyOf([.shopsVerify]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List the suspensions of a shop.
    package static let listShopSuspensions = Operation(
        id: "listShopSuspensions",
        method: .get,
        path: "/v1/shops/{shopId}/suspensions",
        access: .anyOf([.shopsManage, .merchantsManage])
    )

    /// Lift the suspension of a shop.
    package static let reinstateShop = Operation(
        id: "reinstateShop",
        method: .post,
        path: "/v1/shops/{shopId}/reinstatements",
        access: .anyOf([.shopsVerify]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Say when a shop is open.
    package static let setOpeningTimes = Operation(
        id: "setOpeningTimes",
        method: .post,
        path: "/v1/shops/{shopId}/opening-times",
        access: .anyOf([.shopsManage, .merchantsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Ask to move a shop.
    package static let requestShopMove = Operation(
        id: "requestShopMove",
        method: .post,
        path: "/v1/shops/{shopId}/moves",
        access: .anyOf([.shopsManage, .merchantsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List the moves of a shop.
    package static let listShopMoves = Operation(
        id: "listShopMoves",
        method: .get,
        path: "/v1/shops/{shopId}/moves",
        access: .anyOf([.shopsManage, .merchantsManage])
    )

    /// Grant or reject the move of a shop.
    package static let decideShopMove = Operation(
        id: "decideShopMove",
        method: .post,
        path: "/v1/shops/{shopId}/moves/{moveId}/decisions",
        access: .anyOf([.shopsVerify]),
        body: .json,
        idempotent: true,
        success: 201
    )
}
