extension Operation {
    /// Let the money of a programme end later for somebody.
    package static let extendPots = Operation(
        id: "extendPots",
        method: .post,
        path: "/v1/programmes/{programmeId}/extensions",
        access: .anyOf([.programmesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List for whom the money of a programme ends later.
    package static let listExtensions = Operation(
        id: "listExtensions",
        method: .get,
        path: "/v1/programmes/{programmeId}/extensions",
        access: .anyOf([.programmesManage])
    )

    /// Read where the money of a programme is.
    package static let getProgrammeCommitments = Operation(
        id: "getProgrammeCommitments",
        method: .get,
        path: "/v1/programmes/{programmeId}/commitments",
        access: .anyOf([.programmesRead])
    )

    /// Set what a programme pays, and when.
    package static let setCreditRules = Operation(
        id: "setCreditRules",
        method: .post,
        path: "/v1/programmes/{programmeId}/credit-rules",
        access: .anyOf([.programmesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List what a programme pays, and when.
    package static let listCreditRules = Operation(
        id: "listCreditRules",
        method: .get,
        path: "/v1/programmes/{programmeId}/credit-rules",
        access: .anyOf([.programmesRead])
    )
}
