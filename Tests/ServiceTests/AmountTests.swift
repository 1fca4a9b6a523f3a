import API
import Foundation
import TestSupport
import Testing

/// Every way to write an amount wrongly, at every operation that moves money.
@Suite struct AmountTests {
    @Test(arguments: [
        "-1.00", "0.00", "0", "1,00", "1e2", "1E2", "+1.00", " 1.00", "1.00 ", "1.00\n", "", ".50",
        "1.", "01.00", "0x10", "1.00.00", "1_000.00", "١.00", "NaN", "Infinity", "1.00000",
        "99999999999999.00", "9223372036854775808.00", "18446744073709551617.00", "1", "1.0",
        "1.000", "1.0000",
    ])
    func `an amount of another form is refused`(value: String) async throws {
        for (name, answer) in try await everywhere(.init(value: value, coin: TestCommunity.coin)) {
            #expect(
                answer.problemType == .invalidRequest || answer.problemType == .invalidAmount,
                "\(name): \(answer.status) \(answer.text)"
            )
            #expect(
                answer.problem?.errors?.map(\.pointer) == ["/amount/value"],
                "\(name): \(answer.text)"
            )
        }
    }

    @Test(arguments: ["1", "1.0", "1.000"])
    func `another number of digits is named as such`(value: String) async throws {
        for (name, answer) in try await everywhere(.init(value: value, coin: TestCommunity.coin)) {
            #expect(answer.problemType == .invalidAmount, "\(name): \(answer.text)")
        }
    }

    @Test func `another coin is refused`() async throws {
        let expected: [String: ProblemType] = [
            "createTransfer": .unknownCoin, "fundProgramme": .unknownCoin,
            "requestPayment": .coinNotAccepted, "requestRedemption": .coinNotAccepted,
        ]
        for (name, answer) in try await everywhere(.init(value: "1.00", coin: "anderhof")) {
            #expect(answer.problemType == expected[name], "\(name): \(answer.text)")
        }
    }

    @Test func `an amount is text, never a number`() async throws {
        let cast = try await Cast.shared
        let body = #"{"amount":{"value":1.00,"coin":"\#(TestCommunity.coin)"}}"#
        let answer = try await cast.shop.till.send(.requestPayment, bytes: Data(body.utf8))
        #expect(answer.problem?.errors?.map(\.pointer) == ["/amount/value"])
    }

    @Test func `the largest amount breaks nothing`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("1.00")
        for index in 0..<3 {
            let answer = try await community.treasurer.call(
                .fundProgramme,
                ["programmeId": "\(programme.id)"],
                body: FundingCreation(
                    amount: community.amount("9999999999999.99"),
                    bankReference: "R-\(index)"
                )
            )
            #expect(answer.status < 500, "\(answer.text)")
        }
        let books = try await community.books()
        #expect(books.circulation == books.reserve)
        let resident = try await community.resident(with: "1.00")
        let friend = try await community.enrolPerson("B")
        let transfer = try await resident.give("9999999999999.99", to: friend)
        #expect(
            [.insufficientFunds, .invalidAmount].contains(transfer.problemType),
            "\(transfer.text)"
        )
    }

    private func everywhere(_ amount: Amount) async throws -> [(String, TestAnswer)] {
        let cast = try await Cast.shared
        let programme = try await Self.programme.value
        return [
            (
                "createTransfer",
                try await cast.resident.phone.call(
                    .createTransfer,
                    body: TransferCreation(
                        fromWalletId: cast.resident.wallet,
                        to: .wallet(try await Self.friend.value.wallet),
                        amount: amount
                    )
                )
            ),
            (
                "fundProgramme",
                try await cast.community.treasurer.call(
                    .fundProgramme,
                    ["programmeId": "\(programme.id)"],
                    body: FundingCreation(amount: amount, bankReference: "BEDRAG")
                )
            ),
            (
                "requestPayment",
                try await cast.shop.till.call(.requestPayment, body: PaymentRequest(amount: amount))
            ),
            (
                "requestRedemption",
                try await cast.shop.owner.call(
                    .requestRedemption,
                    body: RedemptionRequest(merchantId: cast.shop.merchant, amount: amount)
                )
            ),
        ]
    }

    private static let programme = Task {
        try await Cast.shared.community.fundedProgramme("1.00")
    }
    private static let friend = Task { try await Cast.shared.community.enrolPerson("Vriend") }
}
