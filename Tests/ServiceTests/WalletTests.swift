import API
import Foundation
import TestSupport
import Testing

@Suite struct WalletTests {
    @Test func `a transfer reaches an alias and both statements say so`() async throws {
        let community = try await TestCommunity.make()
        let payer = try await community.resident(with: "50.00")
        let alias = "noor.\(Int.random(in: 100_000...999_999))"
        let payee = try await community.enrolPerson("Noor de Vries", alias: alias)
        let found = try await payer.phone.call(.getWalletAlias, ["alias": alias])
            .decode(WalletAlias.self)
        #expect(found.walletId == payee.wallet)
        #expect(!found.displayName.contains("Vries"))

        let answer = try await payer.give("12.50", to: .alias(alias), reference: "boodschappen")
        let transfer = try answer.decode(Transfer.self)
        #expect(answer.headers["location"] == "/v1/transfers/\(transfer.id)")
        #expect(transfer.toWalletId == payee.wallet && transfer.amount.value == "12.50")
        #expect(try await payer.available() == "37.50")
        #expect(try await payee.available() == "12.50")
        let line = try #require(try await lines(payer).first)
        #expect(line.amount.value == "-12.50" && line.walletBalance.value == "37.50")
        #expect(line.reference == "boodschappen" && line.transferId == transfer.id)
        #expect(line.counterparty.name != nil)
        let other = try #require(try await lines(payee).first)
        #expect(other.amount.value == "12.50" && other.walletBalance.value == "12.50")
        for side in [payer, payee] {
            let seen = try await side.phone.call(.getTransfer, ["transferId": "\(transfer.id)"])
            #expect(try seen.decode(Transfer.self) == transfer)
        }
        let third = try await community.enrolPerson("Derde")
        #expect(
            try await third.phone.call(.getTransfer, ["transferId": "\(transfer.id)"]).status
                == 404
        )
        let books = try await community.books()
        #expect(books.circulation == books.reserve)
    }

    @Test func `what cannot be transferred is refused and moves nothing`() async throws {
        let community = try await TestCommunity.make()
        let payer = try await community.resident(with: "50.00")
        let payee = try await community.enrolPerson("B")
        let empty = try await community.enrolPerson("C")
        let to = TransferRecipient.wallet(payee.wallet)
        #expect(try await payer.give("50.01", to: to).problemType == .insufficientFunds)
        #expect(try await empty.give("0.01", to: to).problemType == .insufficientFunds)
        #expect(try await payer.give("1.00", to: .wallet(payer.wallet)).problemType == .sameWallet)
        #expect(
            try await payer.give("1.00", to: .alias("niemand.hier")).problemType
                == .unknownRecipient
        )
        let theft = try await payee.phone.call(
            .createTransfer,
            body: TransferCreation(
                fromWalletId: payer.wallet,
                to: to,
                amount: community.amount("1.00")
            )
        )
        #expect(theft.status == 404 && theft.problemType == .notFound)
        let text =
            #"{"fromWalletId":"\#(payer.wallet)","to":{"walletId":"\#(payee.wallet)","#
            + #""alias":"niemand"},"amount":{"value":"1.00","coin":"\#(TestCommunity.coin)"}}"#
        let both = try await payer.phone.send(.createTransfer, bytes: Data(text.utf8))
        #expect(both.problemType == .invalidRequest)
        #expect(try await payer.available() == "50.00")
        #expect(try await lines(payer).count == 1)
        // All of it, to the last cent, can go.
        #expect(try await payer.give("50.00", to: to).status == 201)
        #expect(try await payer.available() == "0.00")
    }

    @Test func `a repeated transfer moves once and is answered byte for byte`() async throws {
        let community = try await TestCommunity.make()
        let payer = try await community.resident(with: "50.00")
        let payee = try await community.enrolPerson("B")
        let to = TransferRecipient.wallet(payee.wallet)
        let first = try await payer.give("1.00", to: to, key: "k-1")
        let again = try await payer.give("1.00", to: to, key: "\"k-1\"")
        #expect(first.status == 201 && again.status == 201 && first.body == again.body)
        #expect(first.headers["location"] == again.headers["location"])
        #expect(first.headers["idempotency-replayed"] == nil)
        #expect(again.headers["idempotency-replayed"] == "true")
        #expect(
            try await payer.give("2.00", to: to, key: "k-1").problemType == .idempotencyKeyReused
        )
        let refused = try await payer.give("99.00", to: to, key: "k-2")
        let refusedAgain = try await payer.give("99.00", to: to, key: "k-2")
        #expect(refused.problemType == .insufficientFunds && refused.body == refusedAgain.body)
        // A key belongs to its client: the payee's own k-1 is another one.
        #expect(
            try await payee.give("0.50", to: .wallet(payer.wallet), key: "k-1").status == 201
        )
        #expect(try await payer.available() == "49.50")
    }

    @Test func `one transfer sent many times at once moves once`() async throws {
        let community = try await TestCommunity.make()
        let payer = try await community.resident(with: "50.00")
        let payee = try await community.enrolPerson("B")
        let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    try await payer.give("1.00", to: .wallet(payee.wallet), key: "same")
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(
            answers.allSatisfy { $0.status == 201 || $0.problemType == .idempotencyKeyInFlight }
        )
        #expect(Set(answers.filter { $0.status == 201 }.map(\.body)).count == 1)
        #expect(try await payee.available() == "1.00")
    }

    @Test func `concurrent transfers cannot overdraw a wallet`() async throws {
        let community = try await TestCommunity.make()
        let payer = try await community.resident(with: "10.00")
        let payees = [
            try await community.enrolPerson("B"), try await community.enrolPerson("C"),
        ]
        let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for index in 0..<16 {
                let to = TransferRecipient.wallet(payees[index % 2].wallet)
                group.addTask { try await payer.give("3.00", to: to) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 201 }.count == 3)
        #expect(answers.filter { $0.problemType == .insufficientFunds }.count == 13)
        #expect(try await payer.available() == "1.00")
    }

    @Test func `opposite transfers at once do not block each other`() async throws {
        let community = try await TestCommunity.make()
        let one = try await community.resident(with: "20.00")
        let other = try await community.resident(with: "20.00")
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<20 {
                let (from, to) = index.isMultiple(of: 2) ? (one, other) : (other, one)
                group.addTask { try await from.give("0.10", to: .wallet(to.wallet)).status }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 201, count: 20))
        #expect(try await one.available() == "20.00")
        #expect(try await other.available() == "20.00")
    }

    @Test func `a statement over many pages runs to the balance`() async throws {
        let community = try await TestCommunity.make()
        let resident = try await community.resident(with: "50.00")
        let friend = try await community.resident(with: "5.00")
        for cents in 1...5 {
            _ = try await resident.give("1.0\(cents)", to: .wallet(friend.wallet)).decode(
                Transfer.self
            )
            _ = try await friend.give("0.5\(cents)", to: .wallet(resident.wallet))
                .decode(Transfer.self)
        }
        var all: [StatementLine] = []
        var query = "limit=2"
        var pages = 0
        while true {
            let answer = try await resident.phone.call(
                .listStatementLines,
                ["walletId": "\(resident.wallet)"],
                query: query
            )
            let page = try answer.decode(Page<StatementLine>.self)
            all += page.items
            pages += 1
            guard let next = page.next else {
                #expect(answer.headers["link"] == nil)
                break
            }
            let link = try #require(answer.headers["link"])
            #expect(link.hasSuffix(">; rel=\"next\""))
            #expect(link.contains("limit=2") && link.contains("cursor=\(next)"))
            query = String(link.split(separator: "?")[1].split(separator: ">")[0])
        }
        #expect(pages >= 6)
        #expect(all == (try await lines(resident)))
        var balance = 0
        for line in all.reversed() {
            balance += cents(line.amount.value)
            #expect(cents(line.walletBalance.value) == balance)
        }
        #expect(balance == cents(try await resident.available()))
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.postedAt >= $1.postedAt })

        let middle = all[all.count / 2].postedAt
        let since = try await lines(resident, "fromAt=\(middle)")
        let before = try await lines(resident, "untilAt=\(middle)")
        #expect(since == all.filter { $0.postedAt >= middle })
        #expect(before == all.filter { $0.postedAt < middle })
        #expect(try await lines(resident, "coin=\(TestCommunity.coin)") == all)
        #expect(try await lines(resident, "coin=anderhof").isEmpty)
    }

    @Test func `a statement names the programme and the shop`() async throws {
        let community = try await TestCommunity.make()
        let resident = try await community.resident(with: "50.00")
        let shop = try await community.openShop()
        #expect(try await resident.pay(try await shop.request("10.00")).status == 201)
        let names = try await lines(resident).map(\.counterparty.name)
        #expect(names == ["Bakkerij Oost", "Leefgeld"])
        let wallets = try await resident.phone.call(.listWallets).decode(Page<Wallet>.self).items
        #expect(wallets.map(\.id) == [resident.wallet])
        let pot = try #require(wallets.first?.pots.first)
        #expect(pot.programmeName == "Leefgeld" && pot.available.value == "40.00")
        #expect(wallets[0].totals.map(\.available.value) == ["40.00"])
    }

    @Test func `circulation equals reserve whatever residents do`() async throws {
        let community = try await TestCommunity.make()
        #expect(try await community.books() == ("0.00", "0.00"))
        let one = try await community.resident(with: "25.00")
        let before = try await community.books()
        #expect(before == ("100000.00", "100000.00"))
        let other = try await community.enrolPerson("B")
        #expect(try await one.give("5.00", to: .wallet(other.wallet)).status == 201)
        #expect(try await community.books() == before)
        let unknown = try await one.phone.call(.getCirculation, ["coinCode": "anderhof"])
        #expect(unknown.problemType == .notFound)
    }

    private func lines(
        _ resident: TestResident,
        _ query: String = ""
    ) async throws -> [StatementLine] {
        try await resident.phone.call(
            .listStatementLines,
            ["walletId": "\(resident.wallet)"],
            query: query
        ).decode(Page<StatementLine>.self).items
    }

    private func cents(_ text: String) -> Int { Int(text.replacing(".", with: "")) ?? .min }
}
