extension Operation {
    /// Make letters with activation codes, as pages to print.
    package static let createLetters = Operation(
        id: "createLetters",
        method: .post,
        path: "/v1/batches/{batchId}/letters",
        access: .anyOf([.partiesManage]),
        idempotent: true,
        produces: MediaType.pdf
    )

    /// Make letters with activation codes, as text.
    package static let createLetterTexts = Operation(
        id: "createLetterTexts",
        method: .post,
        path: "/v1/batches/{batchId}/letter-texts",
        access: .anyOf([.partiesManage]),
        idempotent: true,
        produces: MediaType.text
    )

    /// Read the letter about a recall, as a page to print.
    package static let getRecallLetter = Operation(
        id: "getRecallLetter",
        method: .get,
        path: "/v1/recalls/{recallId}/letter",
        access: .anyOf([.batchesRead, .ownDataRead]),
        produces: MediaType.pdf
    )

    /// Read the letter about a recall, as text.
    package static let getRecallLetterText = Operation(
        id: "getRecallLetterText",
        method: .get,
        path: "/v1/recalls/{recallId}/letter-text",
        access: .anyOf([.batchesRead, .ownDataRead]),
        produces: MediaType.text
    )

    /// Read letters about recalls, as pages to print.
    package static let getRecallLetters = Operation(
        id: "getRecallLetters",
        method: .get,
        path: "/v1/recall-letters",
        access: .anyOf([.batchesRead]),
        produces: MediaType.pdf
    )

    /// Read letters about recalls, as text.
    package static let getRecallLetterTexts = Operation(
        id: "getRecallLetterTexts",
        method: .get,
        path: "/v1/recall-letter-texts",
        access: .anyOf([.batchesRead]),
        produces: MediaType.text
    )
}

/// Those about letters.
enum LetterOperations {
    static let all: [Operation] = [
        .createLetters, .createLetterTexts, .getRecallLetter, .getRecallLetterText,
        .getRecallLetters, .getRecallLetterTexts,
    ]
}
