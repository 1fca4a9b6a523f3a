extension Operation {
    /// Read what a programme says about its grants.
    package static let getGrantRules = Operation(
        id: "getGrantRules",
        method: .get,
        path: "/v1/programmes/{programmeId}/grant-rules",
        access: .anyOf([.programmesRead])
    )

    /// Set what a programme says about its grants.
    package static let setGrantRules = Operation(
        id: "setGrantRules",
        method: .post,
        path: "/v1/programmes/{programmeId}/grant-rules",
        access: .anyOf([.programmesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List the grants of a person.
    package static let listGrants = Operation(
        id: "listGrants",
        method: .get,
        path: "/v1/people/{personId}/grants",
        access: .anyOf([.batchesRead, .ownDataRead])
    )

    /// Read a grant.
    package static let getGrant = Operation(
        id: "getGrant",
        method: .get,
        path: "/v1/grants/{grantId}",
        access: .anyOf([.batchesRead, .ownDataRead])
    )

    /// Recall what is unspent of a grant.
    package static let recallGrant = Operation(
        id: "recallGrant",
        method: .post,
        path: "/v1/grants/{grantId}/recalls",
        access: .anyOf([.batchesSubmit]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Recall what is unspent of lines of a batch.
    package static let recallLines = Operation(
        id: "recallLines",
        method: .post,
        path: "/v1/batches/{batchId}/recalls",
        access: .anyOf([.batchesSubmit]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List recalls.
    package static let listRecalls = Operation(
        id: "listRecalls",
        method: .get,
        path: "/v1/recalls",
        access: .anyOf([.batchesRead, .ownDataRead])
    )

    /// Read a recall.
    package static let getRecall = Operation(
        id: "getRecall",
        method: .get,
        path: "/v1/recalls/{recallId}",
        access: .anyOf([.batchesRead, .ownDataRead])
    )

    /// Object to a recall.
    package static let objectToRecall = Operation(
        id: "objectToRecall",
        method: .post,
        path: "/v1/recalls/{recallId}/objections",
        access: .anyOf([.batchesSubmit, .walletManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Decide an objection.
    package static let decideRecall = Operation(
        id: "decideRecall",
        method: .post,
        path: "/v1/recalls/{recallId}/decisions",
        access: .anyOf([.batchesApprove]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Withdraw a recall.
    package static let withdrawRecall = Operation(
        id: "withdrawRecall",
        method: .post,
        path: "/v1/recalls/{recallId}/withdrawals",
        access: .anyOf([.batchesSubmit, .batchesApprove]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List what the caller was told about grants.
    package static let listNotices = Operation(
        id: "listNotices",
        method: .get,
        path: "/v1/notices",
        access: .anyOf([.ownDataRead])
    )
}

/// Grants: what is left of them, recalls, and what people are told.
package enum GrantOperations {
    /// All of them.
    package static let all: [Operation] = [
        .getGrantRules, .setGrantRules, .listGrants, .getGrant, .recallGrant, .recallLines,
        .listRecalls, .getRecall, .objectToRecall, .decideRecall, .withdrawRecall, .listNotices,
    ]
}
