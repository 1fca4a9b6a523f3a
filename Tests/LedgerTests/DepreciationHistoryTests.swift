import Domain
import FoundationEssentials
import Ledger
import Postgres
import TestSupport
import Testing

/// Random lives of a pot under a policy: what it was worth at any moment has one answer.
@Suite struct DepreciationHistoryTests {
    /// How a pot stood from a moment on, by the model.
    private struct Standing {
        let since: Timestamp
        var available: Int64
        var held: Int64
        let periods: Int
    }

    private struct Town {
        let books: LedgerBooks
        let pot: UUID
        let shop: UUID
        let sink: UUID
        let model: DepreciationModel
        var history: [Standing]
        var holds: [(id: UUID, left: Int64)] = []

        /// What is available at a moment, by the model.
        func worth(at moment: Timestamp) -> Int64 {
            guard let standing = history.last(where: { $0.since <= moment }) else { return 0 }
            return model.left(
                of: standing.available,
                from: standing.periods,
                until: model.periods(at: moment)
            )
        }

        mutating func stand(at moment: Timestamp, available: Int64, held: Int64) {
            history.append(
                Standing(
                    since: moment,
                    available: available,
                    held: held,
                    periods: model.periods(at: moment)
                )
            )
        }

        var held: Int64 { history.last?.held ?? 0 }
    }

    @Test(
        arguments: [
            (DepreciationPolicy.Method.exponential(partsPerMillion: 20_000), .day, 1),
            (.exponential(partsPerMillion: 333_333), .day, 2), (.linear(periods: 40), .day, 3),
            (.linear(periods: 400), .day, 4), (.exponential(partsPerMillion: 5000), .week, 5),
            (.linear(periods: 30), .week, 6), (.exponential(partsPerMillion: 10_000), .month, 7),
            (.linear(periods: 12), .month, 8), (.exponential(partsPerMillion: 1_000_000), .week, 9),
        ] as [(DepreciationPolicy.Method, DepreciationPolicy.Period, UInt64)]
    )
    func `what a pot was worth does not depend on who asked, or settled, when`(
        method: DepreciationPolicy.Method,
        period: DepreciationPolicy.Period,
        seed: UInt64
    ) async throws {
        var random = SeededNumbers(seed)
        var town = try await open(method, period)
        let first = try #require(town.history.first).since
        var moment = first
        for _ in 0..<40 {
            moment = later(than: moment, random: &random)
            try await act(in: &town, at: moment, random: &random)
        }
        let books = town.books
        let pot = town.pot
        for _ in 0..<150 {
            let asked = Timestamp(
                microseconds: Int64.random(
                    in: first.microseconds...moment.microseconds + 100 * 86_400_000_000,
                    using: &random
                )
            )
            let told = try await books.ask(books.wallet) {
                try Ledger.worth(of: pot, at: asked, community: $0, $1)
            }
            #expect(told == town.worth(at: asked), "seed \(seed) at \(asked.microseconds)")
        }
        for standing in town.history {
            let told = try await books.ask(books.wallet) {
                try Ledger.balance(of: pot, at: standing.since, community: $0, $1)
            }
            #expect(told == standing.available + standing.held, "seed \(seed)")
        }
        let issued = try await -books.posted(books.accounts.issuance)
        var found: Int64 = 0
        for account in [pot, town.shop, town.sink, books.programme] {
            let posted = try await books.posted(account)
            #expect(posted >= 0)
            found += posted
        }
        #expect(found == issued, "seed \(seed)")
    }

    private func open(
        _ method: DepreciationPolicy.Method,
        _ period: DepreciationPolicy.Period
    ) async throws -> Town {
        let books = try await LedgerBooks.open()
        let pot = try await books.pots([100_000])[0]
        let shop = try await books.shop()
        let sink = try await books.open(.sink, as: books.wallet)
        try await books.fund(1_000_000)
        let start = try await books.moment(after: 0)
        let policy = DepreciationPolicy(
            id: UUID(),
            coin: books.coin,
            method: method,
            period: period,
            startsOn: Day(daysSince1970: Int32(start.microseconds / 86_400_000_000) - 50),
            timeZone: "Europe/Amsterdam",
            sink: sink
        )
        try await books.ask(books.wallet) { community, connection in
            try Ledger.add(policy, community: community, connection)
            try Ledger.depreciate([pot], by: policy.id, community: community, connection)
        }
        let model = DepreciationModel(
            method: method,
            period: period,
            startsOn: policy.startsOn,
            timeZone: policy.timeZone
        )
        var town = Town(
            books: books,
            pot: pot,
            shop: shop,
            sink: sink,
            model: model,
            history: []
        )
        town.stand(at: start, available: 100_000, held: 0)
        return town
    }

    /// A moment within two weeks, often around a midnight.
    private func later(than moment: Timestamp, random: inout SeededNumbers) -> Timestamp {
        let day: Int64 = 86_400_000_000
        let next = moment.microseconds + Int64.random(in: 1...14 * day, using: &random)
        guard Bool.random(using: &random) else { return Timestamp(microseconds: next) }
        // Midnight in Amsterdam is at 22 or 23 o'clock of Greenwich.
        let hour = Int64.random(in: 22...23, using: &random) * 3_600_000_000
        let around = next / day * day + hour + Int64.random(in: -1...1, using: &random)
        return Timestamp(microseconds: max(moment.microseconds + 1, around))
    }

    private func act(
        in town: inout Town,
        at moment: Timestamp,
        random: inout SeededNumbers
    ) async throws {
        let (books, pot, shop) = (town.books, town.pot, town.shop)
        let available = town.worth(at: moment)
        let amount = Int64.random(in: 1...20_000, using: &random)
        try await books.advance([pot, shop, books.programme], to: moment)
        switch Int.random(in: 0..<7, using: &random) {
        case 0, 1:
            let verdict = try await books.post(
                [books.move(.payment, from: pot, to: shop, amount)],
                as: books.merchant
            )
            if amount > available {
                #expect(verdict == [.refused(.insufficientFunds, account: pot)])
            } else {
                #expect(verdict == [.posted])
                town.stand(at: moment, available: available - amount, held: town.held)
            }
        case 2:
            let verdict = try await books.post(
                [books.move(.disbursement, from: books.programme, to: pot, amount)],
                as: books.disbursement
            )
            #expect(verdict == [.posted])
            town.stand(at: moment, available: available + amount, held: town.held)
        case 3:
            let hold = HoldProposal(
                id: UUID(),
                kind: .payment,
                accounts: [pot],
                payee: shop,
                minorUnits: amount,
                expiresAt: Timestamp(microseconds: moment.microseconds + 1000 * 86_400_000_000)
            )
            let verdict = try await books.ask(books.merchant) {
                try Ledger.place(hold, community: $0, $1)
            }
            #expect((verdict == .done) == (amount <= available))
            guard verdict == .done else { return }
            town.holds.append((hold.id, amount))
            town.stand(at: moment, available: available - amount, held: town.held + amount)
        case 4:
            guard let place = town.holds.indices.randomElement(using: &random) else { return }
            let hold = town.holds[place]
            let part = min(hold.left, amount)
            #expect(try await books.capture(hold.id, part, for: shop) == .posted)
            town.holds[place].left -= part
            if town.holds[place].left == 0 { town.holds.remove(at: place) }
            town.stand(at: moment, available: available, held: town.held - part)
        case 5:
            guard let place = town.holds.indices.randomElement(using: &random) else { return }
            let hold = town.holds.remove(at: place)
            #expect(try await books.void(hold.id) == .done)
            town.stand(
                at: moment,
                available: available + hold.left,
                held: town.held - hold.left
            )
        default:
            // Settling is not a movement: the model hears nothing of it.
            try await books.owner.transaction { connection in
                _ = try connection.query(
                    "SELECT ledger.depreciate_accounts(\(books.community), \([pot]), \(moment))"
                )
            }
        }
    }
}
