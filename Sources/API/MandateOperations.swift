extension Operation {
    /// Give a mandate.
    package static let giveMandate = Operation(
        id: "giveMandate",
        method: .post,
        path: "/v1/mandates",
        access: .anyOf([.mandatesManage, .mandatesGive]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List mandates.
    package static let listMandates = Operation(
        id: "listMandates",
        method: .get,
        path: "/v1/mandates",
        access: .anyOf([.mandatesManage, .mandatesGive, .mandatesRead])
    )

    /// Revoke a mandate.
    package static let revokeMandate = Operation(
        id: "revokeMandate",
        method: .post,
        path: "/v1/mandates/{mandateId}/revocations",
        access: .anyOf([.mandatesManage, .mandatesGive]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List what was done under mandates.
    package static let listMandateUses = Operation(
        id: "listMandateUses",
        method: .get,
        path: "/v1/mandate-uses",
        access: .anyOf([.mandatesManage, .mandatesGive, .mandatesRead])
    )
}
