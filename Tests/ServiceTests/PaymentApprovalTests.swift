import API
import TestSupport
import Testing

/// What the payer's phone signs, and that it counts once.
@Suite struct PaymentApprovalTests {
    @Test func `an altered approval is refused`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("10.00")
        func attempt(
            _ change: (inout ApprovalClaims) -> Void,
            _ alter: (inout PaymentAcceptance) -> Void = { _ in }
        ) async throws -> ProblemType? {
            var acceptance = try resident.acceptance(of: payment, change: change)
            alter(&acceptance)
            return try await resident.phone.call(
                .acceptPayment,
                ["paymentId": "\(payment.id)"],
                body: acceptance
            ).problemType
        }
        let other = try await TestCommunity.make().resident(with: "1.00")
        #expect(
            try await attempt { $0.amount = community.amount("1.00") } == .approvalMismatch
        )
        #expect(try await attempt { $0.challenge = "x" } == .approvalMismatch)
        #expect(try await attempt { $0.payee = $0.walletId } == .approvalMismatch)
        #expect(try await attempt { $0.walletId = other.wallet } == .approvalMismatch)
        #expect(try await attempt { $0.paymentId = $0.payee } == .approvalMismatch)
        #expect(try await attempt { $0.positionDigest = nil } == .positionDigestMismatch)
        #expect(
            try await attempt({ _ in }, { $0.salt = "AAAAAAAAAAAAAAAAAAAAAA" })
                == .positionDigestMismatch
        )
        #expect(
            try await attempt({ _ in }, { $0.approval += "A" }) == .approvalSignatureInvalid
        )
        let moved = try resident.acceptance(of: payment, at: TestPosition())
        #expect(
            try await attempt({ _ in }, { $0.positionClaim = moved.positionClaim.map { $0 + "x" } })
                != nil
        )
        #expect(try await resident.available() == "50.00")
    }

    @Test func `an approval signed by another phone is refused`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let thief = try await community.resident(with: "0.01")
        let payment = try await shop.request("10.00")
        let forged = try TestResident(
            phone: thief.phone,
            person: resident.person,
            wallet: resident.wallet
        ).acceptance(of: payment)
        let answer = try await resident.phone.call(
            .acceptPayment,
            ["paymentId": "\(payment.id)"],
            body: forged
        )
        #expect(answer.problemType == .approvalSignatureInvalid)
    }

    @Test func `an approval is used once, the same request is answered again`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("10.00")
        let acceptance = try resident.acceptance(of: payment)
        func accept(_ key: String) async throws -> TestAnswer {
            try await resident.phone.call(
                .acceptPayment,
                ["paymentId": "\(payment.id)"],
                body: acceptance,
                key: key
            )
        }
        let first = try await accept("one")
        let again = try await accept("\"one\"")
        #expect(first.status == 201 && again.status == 201)
        #expect(first.body == again.body)
        #expect(again.headers["idempotency-replayed"] == "true")
        let replayed = try await accept("two")
        #expect(replayed.problemType == .paymentNotRequested)
        let different = try await resident.phone.call(
            .acceptPayment,
            ["paymentId": "\(payment.id)"],
            body: try resident.acceptance(of: payment),
            key: "one"
        )
        #expect(different.problemType == .idempotencyKeyReused)
        #expect(try await resident.available() == "40.00")
    }
}
