import API
import Foundation
import TestSupport
import Testing

/// Transfers that set others right, over HTTP.
@Suite struct CorrectionTests {
    @Test func `a correction gives back a part, then another, never more`() async throws {
        let community = try await TestCommunity.make()
        let payer = try await community.resident(with: "50.00")
        let payee = try await community.enrolPerson("B")
        let third = try await community.resident(with: "5.00")
        #expect(try await third.give("5.00", to: payee).status == 201)
        let sent = try await payer.give("20.00", to: payee).decode(Transfer.self)
        func correct(
            _ transfer: Identifier,
            _ value: String? = nil,
            key: String = UUID().uuidString
        ) async throws -> TestAnswer {
            try await community.administrator.call(
                .createCorrection,
                body: CorrectionCreation(
                    transferId: transfer,
                    amount: value.map(community.amount),
                    reason: "wrong wallet"
                ),
                key: key
            )
        }
        #expect(try await correct(sent.id, "20.01").problemType == .notCorrectable)
        #expect(try await correct(Identifier(UUID())).problemType == .notCorrectable)
        #expect(try await correct(sent.id, "1.5").problemType == .invalidAmount)
        let first = try await correct(sent.id, "5.00", key: "c-1")
        let correction = try first.decode(Correction.self)
        #expect(correction.transferId == sent.id && correction.amount.value == "5.00")
        #expect(try await correct(sent.id, "5.00", key: "c-1").body == first.body)
        #expect(try await payer.available() == "35.00")
        #expect(try await correct(sent.id).problemType == .notCorrectable)
        #expect(try await correct(correction.id).problemType == .notCorrectable)
        #expect(try await payee.give("10.00", to: payer).status == 201)
        #expect(try await correct(sent.id, "15.00").problemType == .insufficientFunds)
        #expect(try await correct(sent.id, "3.00").status == 201)
        #expect(try await payee.available() == "7.00")
        let read = try await community.administrator.call(
            .getCorrection,
            ["correctionId": "\(correction.id)"]
        )
        #expect(try read.decode(Correction.self) == correction)
        #expect(
            try await community.administrator.call(
                .getCorrection,
                ["correctionId": "\(sent.id)"]
            ).status == 404
        )
        let foreign = try await TestCommunity.make()
        let theft = try await foreign.administrator.call(
            .createCorrection,
            body: CorrectionCreation(transferId: sent.id, reason: "theirs")
        )
        #expect(theft.problemType == .notCorrectable)
        #expect(try await payer.available() == "48.00")
        let line = try await payer.phone.call(
            .listStatementLines,
            ["walletId": "\(payer.wallet)"]
        ).decode(Page<StatementLine>.self).items[0]
        #expect(line.kind == "correction" && line.reference == "wrong wallet")
    }
}
