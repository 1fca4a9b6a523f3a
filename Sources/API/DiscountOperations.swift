extension Operation {
    /// Make a group.
    package static let createTargetGroup = Operation(
        id: "createTargetGroup",
        method: .post,
        path: "/v1/target-groups",
        access: .anyOf([.groupsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List groups.
    package static let listTargetGroups = Operation(
        id: "listTargetGroups",
        method: .get,
        path: "/v1/target-groups",
        access: .anyOf([.groupsManage])
    )

    /// Put a person into a group.
    package static let addToTargetGroup = Operation(
        id: "addToTargetGroup",
        method: .post,
        path: "/v1/target-groups/{groupId}/members",
        access: .anyOf([.groupsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Take a person out of a group.
    package static let removeFromTargetGroup = Operation(
        id: "removeFromTargetGroup",
        method: .post,
        path: "/v1/target-groups/{groupId}/removals",
        access: .anyOf([.groupsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Make a discount.
    package static let createDiscount = Operation(
        id: "createDiscount",
        method: .post,
        path: "/v1/discounts",
        access: .anyOf([.discountsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List discounts.
    package static let listDiscounts = Operation(
        id: "listDiscounts",
        method: .get,
        path: "/v1/discounts",
        access: .anyOf([.discountsManage])
    )

    /// Set coins aside for a discount.
    package static let fundDiscount = Operation(
        id: "fundDiscount",
        method: .post,
        path: "/v1/discounts/{discountId}/fundings",
        access: .anyOf([.discountsFund]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// End a discount.
    package static let endDiscount = Operation(
        id: "endDiscount",
        method: .post,
        path: "/v1/discounts/{discountId}/endings",
        access: .anyOf([.discountsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Set coins of a programme aside for a discount.
    package static let sponsorDiscount = Operation(
        id: "sponsorDiscount",
        method: .post,
        path: "/v1/programmes/{programmeId}/sponsorings",
        access: .anyOf([.programmesFund]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Ask what a payment would cost.
    package static let getPaymentQuote = Operation(
        id: "getPaymentQuote",
        method: .get,
        path: "/v1/payments/{paymentId}/quote",
        access: .anyOf([.paymentsAccept])
    )

    /// Read the parts of a payment.
    package static let getPaymentReceipt = Operation(
        id: "getPaymentReceipt",
        method: .get,
        path: "/v1/payments/{paymentId}/receipt",
        access: .anyOf([.walletRead])
    )

    /// Correct the amount of a payment.
    package static let correctPayment = Operation(
        id: "correctPayment",
        method: .post,
        path: "/v1/payments/{paymentId}/corrections",
        access: .anyOf([.paymentsRequest, .paymentsRefund]),
        body: .json,
        idempotent: true,
        success: 201
    )
}
