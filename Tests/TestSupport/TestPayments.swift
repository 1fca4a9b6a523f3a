package import API
import Crypto
import Foundation

/// Where and how a phone says it is.
package struct TestPosition: Sendable {
    package var longitude: Double
    package var latitude: Double
    package var accuracyMetres: Double = 10
    package var ageSeconds: Double = 2
    package var mock = false

    package init(_ place: Place = Neighbourhood.shopInside) {
        longitude = place.longitude
        latitude = place.latitude
    }
}

extension TestShop {
    /// The till asks for an amount.
    package func request(
        _ value: String,
        coin: String = TestCommunity.coin,
        expiresIn: Int? = nil,
        holdFor: Int? = nil,
        key: String? = nil
    ) async throws -> Payment {
        try await till.call(
            .requestPayment,
            body: PaymentRequest(
                amount: Amount(value: value, coin: coin),
                reference: "bon 1",
                expiresInSeconds: expiresIn,
                holdSeconds: holdFor
            ),
            key: key
        ).decode(Payment.self)
    }
}

extension TestResident {
    /// What the phone posts to accept a payment; members can be changed before signing.
    package func acceptance(
        of payment: Payment,
        at position: TestPosition? = TestPosition(),
        change: (inout ApprovalClaims) -> Void = { _ in }
    ) throws -> PaymentAcceptance {
        var claimText: String?
        var salt: Data?
        if let position {
            let fixedAt = Date().timeIntervalSince1970 - position.ageSeconds
            let claim = PositionClaim(
                longitude: position.longitude,
                latitude: position.latitude,
                accuracyMetres: position.accuracyMetres,
                fixedAt: Instant(microseconds: Int64(fixedAt * 1_000_000)),
                mock: position.mock
            )
            claimText = TestClient.base64URL(try JSONEncoder().encode(claim))
            salt = Data((0..<16).map { _ in UInt8.random(in: .min ... .max) })
        }
        var claims = ApprovalClaims(
            paymentId: payment.id,
            amount: payment.amount,
            payee: payment.merchant.id,
            challenge: payment.challenge ?? "",
            walletId: wallet,
            positionDigest: claimText.map { Self.digest(salt ?? Data(), $0) },
            iat: Int(Date().timeIntervalSince1970),
            holdSeconds: payment.hold?.holdSeconds
        )
        change(&claims)
        return PaymentAcceptance(
            approval: try phone.sign(claims),
            positionClaim: claimText,
            salt: salt.map { TestClient.base64URL($0) }
        )
    }

    private static func digest(_ salt: Data, _ claim: String) -> String {
        TestClient.base64URL(Data(SHA256.hash(data: salt + Data(claim.utf8))))
    }

    /// The phone accepts a payment.
    package func pay(
        _ payment: Payment,
        at position: TestPosition? = TestPosition(),
        key: String? = nil
    ) async throws -> TestAnswer {
        try await phone.call(
            .acceptPayment,
            ["paymentId": "\(payment.id)"],
            body: acceptance(of: payment, at: position),
            key: key
        )
    }

    /// What is available in the wallet, as decimal text.
    package func available() async throws -> String {
        let wallet = try await phone.call(.getWallet, ["walletId": "\(wallet)"])
            .decode(Wallet.self)
        return wallet.totals.first?.available.value ?? "0.00"
    }
}
