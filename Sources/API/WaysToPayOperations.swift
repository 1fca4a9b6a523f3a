extension Operation {
    /// Ask for a payment at a distance.
    package static let requestInvoice = Operation(
        id: "requestInvoice",
        method: .post,
        path: "/v1/invoices",
        access: .anyOf([.paymentsRequest]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Charge a payer's phone.
    package static let acceptPaymentByPayerCode = Operation(
        id: "acceptPaymentByPayerCode",
        method: .post,
        path: "/v1/payments/{paymentId}/payer-code-acceptances",
        access: .anyOf([.cardsAccept]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// The QR code of a payment, as PNG.
    package static let getPaymentQrCodePng = Operation(
        id: "getPaymentQrCodePng",
        method: .get,
        path: "/v1/payments/{paymentId}/qr-code.png",
        access: .anyOf([.paymentsRequest]),
        produces: MediaType.png
    )

    /// The QR code of a payment, as SVG.
    package static let getPaymentQrCodeSvg = Operation(
        id: "getPaymentQrCodeSvg",
        method: .get,
        path: "/v1/payments/{paymentId}/qr-code.svg",
        access: .anyOf([.paymentsRequest]),
        produces: MediaType.svg
    )

    /// The printed QR code of a terminal, as PNG.
    package static let getTerminalQrCodePng = Operation(
        id: "getTerminalQrCodePng",
        method: .get,
        path: "/v1/terminals/{terminalId}/qr-code.png",
        access: .anyOf([.shopsManage, .merchantsManage]),
        produces: MediaType.png
    )

    /// The printed QR code of a terminal, as SVG.
    package static let getTerminalQrCodeSvg = Operation(
        id: "getTerminalQrCodeSvg",
        method: .get,
        path: "/v1/terminals/{terminalId}/qr-code.svg",
        access: .anyOf([.shopsManage, .merchantsManage]),
        produces: MediaType.svg
    )

    /// Propose a payment to a till.
    package static let proposePayment = Operation(
        id: "proposePayment",
        method: .post,
        path: "/v1/payment-proposals",
        access: .anyOf([.paymentsAccept]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List proposals that wait.
    package static let listPaymentProposals = Operation(
        id: "listPaymentProposals",
        method: .get,
        path: "/v1/payment-proposals",
        access: .anyOf([.paymentsRequest])
    )

    /// Read a proposal.
    package static let getPaymentProposal = Operation(
        id: "getPaymentProposal",
        method: .get,
        path: "/v1/payment-proposals/{proposalId}",
        access: .anyOf([.paymentsAccept, .paymentsRequest])
    )

    /// Decide about a proposal.
    package static let decidePaymentProposal = Operation(
        id: "decidePaymentProposal",
        method: .post,
        path: "/v1/payment-proposals/{proposalId}/decisions",
        access: .anyOf([.paymentsRequest]),
        body: .json,
        idempotent: true,
        success: 201
    )
}

/// The operations of the merchant service about ways to pay.
package enum WaysToPayOperations {
    /// All of them.
    package static let all: [Operation] = [
        .requestInvoice, .acceptPaymentByPayerCode, .getPaymentQrCodePng, .getPaymentQrCodeSvg,
        .getTerminalQrCodePng, .getTerminalQrCodeSvg, .proposePayment, .listPaymentProposals,
        .getPaymentProposal, .decidePaymentProposal,
    ]
}
