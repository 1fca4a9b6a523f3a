import API
import Foundation
import LedgerModel
import LocalStack
import Synchronization
import TestSupport

/// Some people and a shop who do business without pause, whatever happens to the services.
final class Town: Sendable {
    /// A person with a phone that knows both instances of the wallet service.
    struct Inhabitant: Sendable {
        let resident: TestResident
        let phones: [TestClient]
    }

    /// A transfer that nobody has answered yet.
    private struct Open: Sendable {
        let reference: String
        let phone: TestClient
        let body: TransferCreation
    }

    let community: TestCommunity
    let residents: [Inhabitant]
    let history = ClientHistory()
    private let shop: TestShop
    private let open = Mutex<[Open]>([])

    private static let size = 6

    /// A community in which everybody has fifty coins.
    static func found(on stack: LocalStack, second: ServiceProcess) async throws -> Town {
        let community = try await TestCommunity.make(on: stack)
        let shop = try await community.openShop()
        var residents: [Inhabitant] = []
        for _ in 0..<size {
            let resident = try await community.resident(with: "50.00")
            var urls = resident.phone.urls
            urls[.wallet] = await second.url
            let other = resident.phone.at(urls)
            residents.append(Inhabitant(resident: resident, phones: [resident.phone, other]))
        }
        return Town(community, residents, shop)
    }

    private init(_ community: TestCommunity, _ residents: [Inhabitant], _ shop: TestShop) {
        self.community = community
        self.residents = residents
        self.shop = shop
    }

    /// Transfers and payments, one after the other.
    func live(as inhabitant: Inhabitant, seed: UInt64, until end: ContinuousClock.Instant) async {
        var random = SeededRandom(seed: seed)
        while ContinuousClock.now < end {
            let cents = Int64.random(in: 1...400, using: &random)
            // Some give up at once.
            let attempts = random.chance(10) ? 1 : 40
            if random.chance(25) {
                await pay(inhabitant, cents, attempts)
            } else {
                let payee = residents.randomElement(using: &random) ?? inhabitant
                await transfer(inhabitant, to: payee, cents, attempts, twice: random.chance(20))
            }
        }
    }

    private func transfer(
        _ payer: Inhabitant,
        to payee: Inhabitant,
        _ cents: Int64,
        _ attempts: Int,
        twice: Bool
    ) async {
        let reference = history.intend(minorUnits: cents)
        let body = TransferCreation(
            fromWalletId: payer.resident.wallet,
            to: .wallet(payee.resident.wallet),
            amount: community.amount(Self.decimal(cents)),
            reference: reference
        )
        let phones = twice ? payer.phones : [payer.phones[Int(cents) % 2]]
        let answers = await withTaskGroup(of: TestAnswer?.self) { group in
            for phone in phones {
                group.addTask { await self.send(body, reference, phone, attempts) }
            }
            return await group.reduce(into: [TestAnswer]()) {
                if let answer = $1 { $0.append(answer) }
            }
        }
        if Set(answers.map(\.body)).count > 1 {
            history.noteSurprise("\(reference) has two answers: \(answers.map(\.text))")
        }
        if answers.isEmpty {
            open.withLock {
                $0.append(Open(reference: reference, phone: payer.phones[0], body: body))
            }
        }
    }

    private func send(
        _ body: TransferCreation,
        _ reference: String,
        _ phone: TestClient,
        _ attempts: Int
    ) async -> TestAnswer? {
        await history.insist(
            reference,
            attempts: attempts,
            identify: { try $0.decode(Transfer.self).id },
            ask: { try await phone.call(.createTransfer, body: body, key: reference) }
        )
    }

    private func pay(_ payer: Inhabitant, _ cents: Int64, _ attempts: Int) async {
        let reference = history.intend(minorUnits: cents)
        let request = PaymentRequest(
            amount: community.amount(Self.decimal(cents)),
            reference: reference
        )
        guard
            let payment = try? await shop.till.call(.requestPayment, body: request, key: reference)
                .decode(Payment.self),
            let acceptance = try? payer.resident.acceptance(of: payment)
        else {
            // What nobody accepted cannot move anything.
            history.note(.refused, of: reference)
            try? await Task.sleep(for: .milliseconds(100))
            return
        }
        _ = await history.insist(
            reference,
            attempts: attempts,
            identify: { try $0.decode(Payment.self).id },
            ask: {
                try await payer.resident.phone.call(
                    .acceptPayment,
                    ["paymentId": "\(payment.id)"],
                    body: acceptance,
                    key: reference
                )
            }
        )
    }

    /// Benefits arrive while all this goes on; what does not arrive is asked for again some day.
    func topUp(until end: ContinuousClock.Instant) async {
        while ContinuousClock.now < end {
            let credits = residents.indices.map { _ in
                TestCredit("Inwoner", TestIBAN.number(.random(in: 1_000_000...9_999_999)), "3.00")
            }
            try? await community.credit(credits)
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Asking again tells what became of everything that was not answered.
    func askAgain() async {
        for one in open.withLock({ $0 }) {
            let answer = await send(one.body, one.reference, one.phone, 60)
            if answer == nil { history.noteSurprise("\(one.reference) is never answered") }
        }
    }

    private static func decimal(_ cents: Int64) -> String {
        let fraction = cents % 100
        return "\(cents / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
