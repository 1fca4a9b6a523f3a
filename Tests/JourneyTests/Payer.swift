import API
import Foundation
import LocalStack
import TestSupport

/// Somebody who sends coins and remembers every answer.
struct Payer: Sendable {
    let community: TestCommunity
    let history: ClientHistory
    let phone: TestClient
    let wallet: Identifier
    let payee: Identifier

    /// Sends so many cents with a key of its own and insists on an answer; nil when there is none
    /// after all attempts.
    @discardableResult
    func send(_ cents: Int64, attempts: Int = 200) async -> TestAnswer? {
        let reference = history.intend(minorUnits: cents)
        return await send(cents, reference, by: phone, attempts: attempts)
    }

    /// The same request again, or for the first time, through any instance.
    func send(
        _ cents: Int64,
        _ reference: String,
        by phone: TestClient,
        attempts: Int
    ) async -> TestAnswer? {
        let fraction = cents % 100
        let value = "\(cents / 100).\(fraction < 10 ? "0" : "")\(fraction)"
        let body = TransferCreation(
            fromWalletId: wallet,
            to: .wallet(payee),
            amount: community.amount(value),
            reference: reference
        )
        return await history.insist(
            reference,
            attempts: attempts,
            identify: { try $0.decode(Transfer.self).id },
            ask: { try await phone.call(.createTransfer, body: body, key: reference) }
        )
    }

    /// The same phone, which calls another instance of the wallet service.
    func phone(at instance: ServiceProcess) async -> TestClient {
        var urls = phone.urls
        urls[.wallet] = await instance.url
        return phone.at(urls)
    }
}

extension TestCommunity {
    /// A payer with coins, and somebody to receive them.
    func payer(with value: String) async throws -> Payer {
        let resident = try await resident(with: value)
        let payee = try await enrolPerson("Ontvanger")
        return Payer(
            community: self,
            history: ClientHistory(),
            phone: resident.phone,
            wallet: resident.wallet,
            payee: payee.wallet
        )
    }
}
