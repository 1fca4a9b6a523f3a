extension Operation {
    /// Link a client number.
    package static let linkClientNumber = Operation(
        id: "linkClientNumber",
        method: .post,
        path: "/v1/people/{personId}/client-numbers",
        access: .anyOf([.partiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List the client numbers of a person.
    package static let listClientNumbers = Operation(
        id: "listClientNumbers",
        method: .get,
        path: "/v1/people/{personId}/client-numbers",
        access: .anyOf([.partiesManage])
    )

    /// Confirm a client number.
    package static let confirmClientNumber = Operation(
        id: "confirmClientNumber",
        method: .post,
        path: "/v1/people/{personId}/client-numbers/{clientNumberId}/confirmations",
        access: .anyOf([.partiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Take the link of a client number back.
    package static let withdrawClientNumber = Operation(
        id: "withdrawClientNumber",
        method: .post,
        path: "/v1/people/{personId}/client-numbers/{clientNumberId}/withdrawals",
        access: .anyOf([.partiesManage]),
        idempotent: true,
        success: 201
    )
}

extension AccountsOperations {
    /// Those about client numbers.
    static let clientNumberOperations: [Operation] = [
        .linkClientNumber, .listClientNumbers, .confirmClientNumber, .withdrawClientNumber,
    ]
}
