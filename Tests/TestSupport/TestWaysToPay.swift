package import API
import Crypto
import Domain
import Foundation

extension TestResident {
    /// A code for a till to charge once; terms and bytes can be changed.
    package func payerCode(
        most: Int64 = 2_500,
        coin: String = TestCommunity.coin,
        seconds: Int = 60,
        at position: TestPosition? = TestPosition(),
        issuedSecondsAgo: Int64 = 0,
        signedBy signer: TestClient? = nil
    ) throws -> String {
        let terms = PayerCode.Terms(
            client: phone.id.uuid,
            nonce: (0..<16).map { _ in UInt8.random(in: .min ... .max) },
            issuedAt: Int64(Date().timeIntervalSince1970) - issuedSecondsAgo,
            lifetimeSeconds: seconds,
            most: most,
            coin: coin
        )
        let place = position.flatMap { position in
            PayerCode.Place(
                salt: (0..<16).map { _ in UInt8.random(in: .min ... .max) },
                longitude: position.longitude,
                latitude: position.latitude,
                accuracyMetres: Int(position.accuracyMetres),
                ageSeconds: Int(position.ageSeconds),
                isMock: position.mock
            )
        }
        guard let terms, position == nil || place != nil else {
            throw MissingMember(name: "terms")
        }
        let digest = place.map { Array(SHA256.hash(data: $0.bytes)) }
        let signature = try (signer ?? phone).key.signature(
            for: PayerCode.signed(terms, digest: digest)
        )
        let code = PayerCode(
            terms: terms,
            place: place,
            signature: Array(signature.rawRepresentation)
        )
        guard let code else { throw MissingMember(name: "code") }
        return code.text
    }

    /// Proposes an amount at a printed code.
    package func propose(_ value: String, to terminal: Identifier) async throws -> PaymentProposal {
        try await phone.call(
            .proposePayment,
            body: PaymentProposalCreation(
                terminalId: terminal,
                amount: Amount(value: value, coin: TestCommunity.coin)
            )
        ).decode(PaymentProposal.self)
    }

    /// The proposal as the phone sees it.
    package func proposal(_ id: Identifier) async throws -> PaymentProposal {
        try await phone.call(.getPaymentProposal, ["proposalId": "\(id)"])
            .decode(PaymentProposal.self)
    }
}

extension TestShop {
    /// The till charges what a phone showed.
    package func charge(_ payment: Payment, _ code: String, key: String? = nil) async throws
        -> TestAnswer
    {
        try await till.call(
            .acceptPaymentByPayerCode,
            ["paymentId": "\(payment.id)"],
            body: PayerCodeAcceptance(code: code),
            key: key
        )
    }

    /// The till decides about a proposal.
    package func decide(
        _ decision: PaymentProposalVerdict,
        _ id: Identifier
    ) async throws -> TestAnswer {
        try await till.call(
            .decidePaymentProposal,
            ["proposalId": "\(id)"],
            body: PaymentProposalDecision(decision: decision)
        )
    }
}
