extension Operation {
    /// Make blank cards.
    package static let createPrintRun = Operation(
        id: "createPrintRun",
        method: .post,
        path: "/v1/print-runs",
        access: .anyOf([.partiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List cards.
    package static let listCards = Operation(
        id: "listCards",
        method: .get,
        path: "/v1/cards",
        access: .anyOf([.partiesManage])
    )

    /// Read a card.
    package static let getCard = Operation(
        id: "getCard",
        method: .get,
        path: "/v1/cards/{cardId}",
        access: .anyOf([.partiesManage])
    )

    /// Give a card to a person.
    package static let linkCard = Operation(
        id: "linkCard",
        method: .post,
        path: "/v1/people/{personId}/cards",
        access: .anyOf([.partiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Set the PIN of a card.
    package static let setCardPin = Operation(
        id: "setCardPin",
        method: .post,
        path: "/v1/cards/{cardId}/pins",
        access: .anyOf([.partiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Block a card.
    package static let blockCard = Operation(
        id: "blockCard",
        method: .post,
        path: "/v1/cards/{cardId}/blocks",
        access: .anyOf([.partiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Take a card back.
    package static let returnCard = Operation(
        id: "returnCard",
        method: .post,
        path: "/v1/cards/{cardId}/returns",
        access: .anyOf([.partiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Replace a card.
    package static let replaceCard = Operation(
        id: "replaceCard",
        method: .post,
        path: "/v1/cards/{cardId}/replacements",
        access: .anyOf([.partiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Accept a payment by card.
    package static let acceptPaymentByCard = Operation(
        id: "acceptPaymentByCard",
        method: .post,
        path: "/v1/payments/{paymentId}/card-acceptances",
        access: .anyOf([.cardsAccept]),
        body: .json,
        idempotent: true,
        success: 201
    )
}
