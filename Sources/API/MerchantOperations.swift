extension Operation {
    /// Register a merchant.
    package static let registerMerchant = Operation(
        id: "registerMerchant",
        method: .post,
        path: "/v1/merchants",
        access: .anyOf([.merchantsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List merchants.
    package static let listMerchants = Operation(
        id: "listMerchants",
        method: .get,
        path: "/v1/merchants",
        access: .anyOf([.merchantsManage])
    )

    /// Read a merchant.
    package static let getMerchant = Operation(
        id: "getMerchant",
        method: .get,
        path: "/v1/merchants/{merchantId}",
        access: .anyOf([.merchantRead, .merchantsManage])
    )

    /// Read the balance of a merchant.
    package static let getMerchantBalance = Operation(
        id: "getMerchantBalance",
        method: .get,
        path: "/v1/merchants/{merchantId}/balance",
        access: .anyOf([.merchantRead, .merchantsManage])
    )

    /// Register a shop.
    package static let registerShop = Operation(
        id: "registerShop",
        method: .post,
        path: "/v1/shops",
        access: .anyOf([.shopsManage, .merchantsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List shops.
    package static let listShops = Operation(
        id: "listShops",
        method: .get,
        path: "/v1/shops",
        access: .anyOf([.communityRead])
    )

    /// Read a shop.
    package static let getShop = Operation(
        id: "getShop",
        method: .get,
        path: "/v1/shops/{shopId}",
        access: .anyOf([.communityRead])
    )

    /// Verify the place of a shop.
    package static let verifyShopPlace = Operation(
        id: "verifyShopPlace",
        method: .post,
        path: "/v1/shops/{shopId}/verifications",
        access: .anyOf([.shopsVerify]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Register a terminal.
    package static let registerTerminal = Operation(
        id: "registerTerminal",
        method: .post,
        path: "/v1/shops/{shopId}/terminals",
        access: .anyOf([.shopsManage, .merchantsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Ask for a payment.
    package static let requestPayment = Operation(
        id: "requestPayment",
        method: .post,
        path: "/v1/payments",
        access: .anyOf([.paymentsRequest]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List payments.
    package static let listPayments = Operation(
        id: "listPayments",
        method: .get,
        path: "/v1/payments",
        access: .anyOf([.paymentsRead])
    )

    /// Read a payment.
    package static let getPayment = Operation(
        id: "getPayment",
        method: .get,
        path: "/v1/payments/{paymentId}",
        access: .anyOf([.paymentsRead])
    )

    /// Accept a payment.
    package static let acceptPayment = Operation(
        id: "acceptPayment",
        method: .post,
        path: "/v1/payments/{paymentId}/acceptances",
        access: .anyOf([.paymentsAccept]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Watch a payment.
    package static let streamPaymentEvents = Operation(
        id: "streamPaymentEvents",
        method: .get,
        path: "/v1/payments/{paymentId}/events",
        access: .anyOf([.paymentsRead]),
        produces: MediaType.events
    )

    /// Ask for a redemption.
    package static let requestRedemption = Operation(
        id: "requestRedemption",
        method: .post,
        path: "/v1/redemptions",
        access: .anyOf([.redemptionsRequest]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List redemptions.
    package static let listRedemptions = Operation(
        id: "listRedemptions",
        method: .get,
        path: "/v1/redemptions",
        access: .anyOf([.merchantRead, .settlementsRead])
    )

    /// Read a redemption.
    package static let getRedemption = Operation(
        id: "getRedemption",
        method: .get,
        path: "/v1/redemptions/{redemptionId}",
        access: .anyOf([.merchantRead, .settlementsRead])
    )

    /// Make a settlement.
    package static let createSettlement = Operation(
        id: "createSettlement",
        method: .post,
        path: "/v1/settlements",
        access: .anyOf([.settlementsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List settlements.
    package static let listSettlements = Operation(
        id: "listSettlements",
        method: .get,
        path: "/v1/settlements",
        access: .anyOf([.settlementsRead])
    )

    /// Read a settlement.
    package static let getSettlement = Operation(
        id: "getSettlement",
        method: .get,
        path: "/v1/settlements/{settlementId}",
        access: .anyOf([.settlementsRead])
    )

    /// Read the bank file.
    package static let getSettlementFile = Operation(
        id: "getSettlementFile",
        method: .get,
        path: "/v1/settlements/{settlementId}/file",
        access: .anyOf([.settlementsManage]),
        produces: MediaType.xml
    )

    /// Confirm a settlement.
    package static let confirmSettlement = Operation(
        id: "confirmSettlement",
        method: .post,
        path: "/v1/settlements/{settlementId}/confirmations",
        access: .anyOf([.settlementsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )
}

/// The operations of the merchant service.
package enum MerchantOperations {
    /// All of them, those of every service included.
    package static let all: [Operation] =
        [
            .registerMerchant, .listMerchants, .getMerchant, .getMerchantBalance, .registerShop,
            .listShops, .getShop, .verifyShopPlace, .registerTerminal, .requestPayment,
            .listPayments, .getPayment, .acceptPayment, .streamPaymentEvents, .refundPayment,
            .listRefunds,
            .requestRedemption, .listRedemptions, .getRedemption, .createSettlement,
            .listSettlements, .getSettlement, .getSettlementFile, .confirmSettlement,
            .acceptPaymentByCard, .createDiscount, .listDiscounts, .fundDiscount, .endDiscount,
            .getPaymentQuote, .getPaymentReceipt, .correctPayment, .capturePayment, .voidPayment,
            .getLocalityReasons, .getVerdictKeys, .getLocalityVerdict,
            .suspendShop, .listShopSuspensions, .reinstateShop,
            .setOpeningTimes, .requestShopMove, .listShopMoves, .decideShopMove,
        ] + WaysToPayOperations.all + ShopDayOperations.all + settlement + PayoutOperations.all
        + webhooksAndPlaces
        + EveryServiceOperations.all
}
