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
}

/// Those about letters.
enum LetterOperations {
    static let all: [Operation] = [.createLetters, .createLetterTexts]
}
