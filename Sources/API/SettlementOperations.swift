extension Operation {
    /// Release a settlement.
    package static let releaseSettlement = Operation(
        id: "releaseSettlement",
        method: .post,
        path: "/v1/settlements/{settlementId}/releases",
        access: .anyOf([.settlementsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Cancel a settlement.
    package static let cancelSettlement = Operation(
        id: "cancelSettlement",
        method: .post,
        path: "/v1/settlements/{settlementId}/cancellations",
        access: .anyOf([.settlementsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Import an answer of the bank.
    package static let importBankAnswer = Operation(
        id: "importBankAnswer",
        method: .post,
        path: "/v1/bank-answers",
        access: .anyOf([.settlementsManage]),
        body: .xml(maxBytes: 52_428_800),
        idempotent: true,
        success: 201
    )

    /// List answers of the bank.
    package static let listBankAnswers = Operation(
        id: "listBankAnswers",
        method: .get,
        path: "/v1/bank-answers",
        access: .anyOf([.settlementsRead])
    )

    /// Read an answer of the bank.
    package static let getBankAnswer = Operation(
        id: "getBankAnswer",
        method: .get,
        path: "/v1/bank-answers/{bankAnswerId}",
        access: .anyOf([.settlementsRead])
    )

    /// List the lines of an answer of the bank.
    package static let listBankAnswerLines = Operation(
        id: "listBankAnswerLines",
        method: .get,
        path: "/v1/bank-answers/{bankAnswerId}/lines",
        access: .anyOf([.settlementsRead])
    )

    /// Ask for another bank account.
    package static let requestMerchantIban = Operation(
        id: "requestMerchantIban",
        method: .post,
        path: "/v1/merchants/{merchantId}/iban-requests",
        access: .anyOf([.redemptionsRequest, .merchantsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List the bank accounts that were asked for.
    package static let listMerchantIbans = Operation(
        id: "listMerchantIbans",
        method: .get,
        path: "/v1/merchants/{merchantId}/iban-requests",
        access: .anyOf([.redemptionsRequest, .merchantsManage, .partiesManage])
    )

    /// Verify the bank account of a merchant.
    package static let verifyMerchantIban = Operation(
        id: "verifyMerchantIban",
        method: .post,
        path: "/v1/merchants/{merchantId}/iban-requests/{ibanRequestId}/verifications",
        access: .anyOf([.merchantsManage, .partiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Set what a coin keeps of redemptions.
    package static let setRedemptionPolicy = Operation(
        id: "setRedemptionPolicy",
        method: .post,
        path: "/v1/coins/{coinCode}/redemption-policies",
        access: .anyOf([.policiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List what a coin keeps of redemptions.
    package static let listRedemptionPolicies = Operation(
        id: "listRedemptionPolicies",
        method: .get,
        path: "/v1/coins/{coinCode}/redemption-policies",
        access: .anyOf([.communityRead])
    )

    /// Set when a merchant's coins are redeemed by themselves.
    package static let setRedemptionSchedule = Operation(
        id: "setRedemptionSchedule",
        method: .post,
        path: "/v1/merchants/{merchantId}/redemption-schedules",
        access: .anyOf([.redemptionsRequest]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Read when a merchant's coins are redeemed by themselves.
    package static let listRedemptionSchedules = Operation(
        id: "listRedemptionSchedules",
        method: .get,
        path: "/v1/merchants/{merchantId}/redemption-schedules",
        access: .anyOf([.merchantRead])
    )
}

extension MerchantOperations {
    /// From coins to euros.
    static let settlement: [Operation] = [
        .releaseSettlement, .cancelSettlement, .importBankAnswer, .listBankAnswers,
        .getBankAnswer, .listBankAnswerLines, .requestMerchantIban, .listMerchantIbans,
        .verifyMerchantIban, .setRedemptionPolicy, .listRedemptionPolicies,
        .setRedemptionSchedule, .listRedemptionSchedules,
    ]
}
