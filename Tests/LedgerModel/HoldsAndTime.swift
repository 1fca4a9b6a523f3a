import Domain

/// Holds, and what time does to pots.
extension LedgerModel {
    mutating func place(_ placement: Placement) -> String {
        depreciate(Set(placement.accounts))
        if let known = holds[placement.hold] {
            return known.placement == placement ? "replayed" : "conflict"
        }
        let all = placement.accounts + [placement.payee]
        guard let rule = TransferRule.all[placement.kind], rule.role == .merchant, !rule.reverses
        else { return "forbidden" }
        guard Set(all).count == all.count, all.allSatisfy(accounts.indices.contains) else {
            return "unknown-account"
        }
        guard all.allSatisfy({ accounts[$0].isOpen }) else { return "account-not-open" }
        if accounts[placement.payee].isExpired { return "account-expired" }
        let members = all.map { Cast.members[$0] }
        if Set(members.map(\.coin)).count > 1
            || members.contains(where: { ["bank", "reserve"].contains($0.kind) })
        {
            return "mixed-coins"
        }
        guard rule.credits.contains(Cast.members[placement.payee].kind),
            placement.accounts.allSatisfy({ rule.debits.contains(Cast.members[$0].kind) })
        else { return "forbidden" }
        guard (1...Self.most).contains(placement.amount) else { return "amount-out-of-range" }

        var need = placement.amount
        var parts: [(account: Int, left: Int64)] = []
        for account in placement.accounts where !accounts[account].isExpired {
            let take = min(need, accounts[account].spendable ?? need)
            if take <= 0 { continue }
            need -= take
            parts.append((account, take))
        }
        if need > 0 { return "insufficient-funds" }
        if rule.spends, !spend(placement) { return "daily-spending-limit" }
        for part in parts { accounts[part.account].held += part.left }
        holds[placement.hold] = Hold(placement: placement, parts: parts)
        return "held"
    }

    /// Counts the amount with everybody who is asked to give; false, and nothing counted, when
    /// that is more than somebody may.
    private mutating func spend(_ placement: Placement) -> Bool {
        let asked = Set(placement.accounts.compactMap { Cast.members[$0].holder })
        let allowed = asked.allSatisfy {
            spent[$0] + placement.amount <= Cast.holders[$0].spending ?? .max
        }
        if allowed { for holder in asked { spent[holder] += placement.amount } }
        return allowed
    }

    mutating func void(_ hold: Int) -> String {
        // What is about to be free again was kept from depreciation until now.
        depreciate(Set(holds[hold]?.parts.map(\.account) ?? []))
        switch holds[hold]?.state {
        case "held":
            release(hold, as: "voided")
            return "voided"
        case "voided": return "replayed"
        default: return "hold-ended"
        }
    }

    mutating func release(_ hold: Int, as state: String) {
        depreciate(Set(holds[hold]?.parts.map(\.account) ?? []))
        for (index, part) in (holds[hold]?.parts ?? []).enumerated() {
            accounts[part.account].held -= part.left
            holds[hold]?.parts[index].left = 0
        }
        holds[hold]?.state = state
    }

    /// Posts what these accounts have lost since they were last looked at.
    mutating func depreciate(_ touched: Set<Int>) {
        for index in touched.sorted() where accounts.indices.contains(index) {
            guard let method = Cast.members[index].depreciation else { continue }
            let from = accounts[index].depreciatedThrough
            accounts[index].depreciatedThrough = Cast.periodsPassed
            var left = accounts[index].available
            for period in (from..<Cast.periodsPassed).map({ $0 + 1 }) where left > 0 {
                switch method {
                case .exponential(let parts): left -= left * parts / 1_000_000
                case .linear(let periods): left -= left / max(1, periods - period + 1)
                }
            }
            let loss = accounts[index].available - left
            guard loss > 0 else { continue }
            record(-loss, on: index)
            record(loss, on: Cast.sink)
        }
    }

    /// What expired pots have left returns to the programme.
    mutating func sweepExpiredPots() {
        let pots = accounts.indices.filter { accounts[$0].isExpired && accounts[$0].available > 0 }
        depreciate(Set(pots))
        for pot in pots where accounts[pot].available > 0 {
            let left = accounts[pot].available
            // A least balance has no meaning any more.
            accounts[pot].floor = 0
            record(-left, on: pot)
            record(left, on: Cast.programme)
        }
    }

    /// Whether the worker that empties expired pots has something to do in a step.
    package var hasExpiredPots: Bool { accounts.contains { $0.isExpired } }
}
