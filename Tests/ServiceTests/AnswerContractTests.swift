import API
import Foundation
import Testing

@testable import TestSupport

/// What every other test relies on: an answer that is not as described is noticed.
@Suite struct AnswerContractTests {
    private static let contract = AnswerContract.of(.issueToken)
    private static let good =
        #"{"access_token":"a.b.c","token_type":"Bearer","expires_in":300,"scope":"wallet:read"}"#

    private static func answer(
        _ body: String,
        status: Int = 200,
        type: String? = MediaType.json
    ) -> TestAnswer {
        TestAnswer(
            status: status,
            headers: type.map { ["content-type": $0] } ?? [:],
            body: Data(body.utf8)
        )
    }

    @Test func `an answer as described passes`() throws {
        try Self.contract.judge(Self.answer(Self.good))
    }

    @Test(arguments: [
        answer(good, status: 299), answer(good, type: "text/plain"), answer(good, type: nil),
        answer("{}"), answer(good.replacing("300", with: "\"300\"")), answer(""), answer("["),
    ])
    func `an answer that is not described does not pass`(_ answer: TestAnswer) {
        #expect(throws: (any Error).self) { try Self.contract.judge(answer) }
    }

    @Test func `every operation has its promises`() {
        for operation in AccountsOperations.all + WalletOperations.all + MerchantOperations.all
            + DisbursementOperations.all
        {
            let contract = AnswerContract.of(operation)
            #expect(contract.describes(operation.success), "\(operation.id)")
        }
    }
}
