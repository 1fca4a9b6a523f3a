extension Operation {
    /// Import a statement of the bank.
    package static let importBankStatement = Operation(
        id: "importBankStatement",
        method: .post,
        path: "/v1/bank-statements",
        access: .anyOf([.programmesFund]),
        body: .xml(maxBytes: 52_428_800),
        idempotent: true,
        success: 201
    )

    /// List statements of the bank.
    package static let listBankStatements = Operation(
        id: "listBankStatements",
        method: .get,
        path: "/v1/bank-statements",
        access: .anyOf([.programmesFund])
    )

    /// Read a statement of the bank.
    package static let getBankStatement = Operation(
        id: "getBankStatement",
        method: .get,
        path: "/v1/bank-statements/{bankStatementId}",
        access: .anyOf([.programmesFund])
    )

    /// List euros that arrived.
    package static let listBankCredits = Operation(
        id: "listBankCredits",
        method: .get,
        path: "/v1/bank-credits",
        access: .anyOf([.programmesFund])
    )

    /// Say which programme euros are for.
    package static let assignBankCredit = Operation(
        id: "assignBankCredit",
        method: .post,
        path: "/v1/bank-credits/{bankCreditId}/assignments",
        access: .anyOf([.programmesFund]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Say that euros are for no programme.
    package static let dismissBankCredit = Operation(
        id: "dismissBankCredit",
        method: .post,
        path: "/v1/bank-credits/{bankCreditId}/dismissals",
        access: .anyOf([.programmesFund]),
        body: .json,
        idempotent: true,
        success: 201
    )
}
