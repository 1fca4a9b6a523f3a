import Domain

/// A batch of transfers.
extension LedgerModel {
    /// A posting that stands if its transfer does.
    private struct Entry {
        let place: Int
        let account: Int
        let amount: Int64
        let after: Int64
    }

    private struct Batch {
        let moves: [Move]
        var verdicts: [String] = []
        var entries: [Entry] = []

        /// The same act earlier in this batch, if it stands.
        func earlier(of move: Move) -> Move? {
            zip(moves, verdicts).first {
                $0.act == move.act && ["posted", "replayed"].contains($1)
            }?.0
        }

        func legs(of place: Int) -> [Move.Leg] {
            entries.filter { $0.place == place }.map { Move.Leg($0.account, $0.amount) }
        }
    }

    /// Why a move is refused.
    private struct Refusal: Error {
        let word: String
        init(_ word: String) { self.word = word }
    }

    mutating func post(_ moves: [Move]) -> [String] {
        var touched = Set(moves.flatMap { $0.legs.map(\.account) })
        for hold in moves.compactMap(\.hold) {
            touched.formUnion(holds[hold]?.parts.map(\.account) ?? [])
        }
        depreciate(touched)
        var batch = Batch(moves: moves)
        var set = (start: 0, journal: journal.count, entries: 0, failed: false)
        for (place, move) in moves.enumerated() {
            let mark = (journal: journal.count, entries: batch.entries.count)
            let verdict = set.failed ? "linked-transfer-refused" : decide(move, place, &batch)
            batch.verdicts.append(verdict)
            if !["posted", "replayed"].contains(verdict), !set.failed {
                restore(to: mark.journal)
                batch.entries.removeLast(batch.entries.count - mark.entries)
                if set.start < place || move.isLinked {
                    restore(to: set.journal)
                    batch.entries.removeLast(batch.entries.count - set.entries)
                    set.failed = true
                    for earlier in set.start..<place where !stands(earlier, set.start, batch) {
                        batch.verdicts[earlier] = "linked-transfer-refused"
                    }
                }
            }
            if !move.isLinked {
                set = (place + 1, journal.count, batch.entries.count, false)
            }
        }
        keep(batch)
        return batch.verdicts
    }

    /// Whether an act of a set was posted before that set.
    private func stands(_ place: Int, _ start: Int, _ batch: Batch) -> Bool {
        let act = batch.moves[place].act
        return standing[act] != nil
            || (0..<start).contains {
                batch.moves[$0].act == act && ["posted", "replayed"].contains(batch.verdicts[$0])
            }
    }

    private mutating func keep(_ batch: Batch) {
        for entry in batch.entries {
            statements[entry.account].append(
                Posting(amount: entry.amount, balanceAfter: entry.after)
            )
        }
        for (place, move) in batch.moves.enumerated() where batch.verdicts[place] == "posted" {
            standing[move.act] = Standing(move: move, legs: batch.legs(of: place))
        }
    }

    private mutating func decide(_ move: Move, _ place: Int, _ batch: inout Batch) -> String {
        if let known = standing[move.act] {
            return known.isRepeated(by: move) ? "replayed" : "conflict"
        }
        guard let rule = TransferRule.all[move.kind], rule.role == move.role else {
            return "forbidden"
        }
        guard move.legs.count >= (move.hold == nil ? 2 : 1) else { return "unbalanced" }
        if let earlier = batch.earlier(of: move) {
            return earlier.proposesSame(as: move) ? "replayed" : "conflict"
        }
        do {
            let need = try check(move, rule)
            try carryOut(move, rule, need, place, &batch)
            if rule.reverses { try reverse(move.related, batch.legs(of: place)) }
            return "posted"
        } catch let refusal as Refusal {
            return refusal.word
        } catch {
            preconditionFailure("only refusals are thrown")
        }
    }

    /// Whether what is asked is well-formed and allowed; returns what has to be drawn.
    private func check(_ move: Move, _ rule: TransferRule) throws -> Int64 {
        var coin: Int?
        var (euros, need) = (Int64(0), Int64(0))
        for leg in move.legs {
            guard accounts.indices.contains(leg.account) else { throw Refusal("unknown-account") }
            let (account, member) = (accounts[leg.account], Cast.members[leg.account])
            let isEuro = ["bank", "reserve"].contains(member.kind)
            let credits = (leg.amount ?? -1) > 0
            if !account.isOpen { throw Refusal("account-not-open") }
            // A pot that is drawn on has nothing to give then; what is given back arrives.
            if account.isExpired, leg.amount != nil, !(credits && rule.reverses) {
                throw Refusal("account-expired")
            }
            if let coin, coin != member.coin { throw Refusal("mixed-coins") }
            if let amount = leg.amount, amount == 0 || amount.magnitude > UInt64(Self.most) {
                throw Refusal("amount-out-of-range")
            }
            if !(credits ? rule.credits : rule.debits).contains(member.kind) {
                throw Refusal("forbidden")
            }
            coin = member.coin
            if leg.amount == nil, isEuro { throw Refusal("unbalanced") }
            if isEuro { euros += leg.amount ?? 0 } else { need += leg.amount ?? 0 }
        }
        let draws = move.hold != nil || move.legs.contains { $0.amount == nil }
        if euros != 0 || (draws ? need <= 0 : need != 0) { throw Refusal("unbalanced") }
        if rule.reverses, move.related == nil { throw Refusal("reversal-exceeds") }
        if let number = move.hold {
            guard let hold = holds[number], hold.state == "held" else {
                throw Refusal("hold-ended")
            }
            if hold.placement.kind != move.kind || hold.placement.payee != move.legs[0].account {
                throw Refusal("forbidden")
            }
            if move.legs.contains(where: { ($0.amount ?? -1) < 0 }) {
                throw Refusal("unbalanced")
            }
        }
        return need
    }

    private mutating func carryOut(
        _ move: Move,
        _ rule: TransferRule,
        _ amount: Int64,
        _ place: Int,
        _ batch: inout Batch
    ) throws {
        var need = amount
        for leg in move.legs {
            let account = accounts[leg.account]
            var amount: Int64
            if let exact = leg.amount {
                amount = exact
                if amount < 0, let spendable = account.spendable, spendable + amount < 0,
                    !ignoresFloors
                {
                    throw Refusal("insufficient-funds")
                }
            } else {
                amount = -min(need, account.spendable ?? need)
                if amount >= 0 || account.isExpired { continue }
                need += amount
            }
            shift(amount, leg.account, place, &batch)
            try count(amount, leg.account, rule)
            try checkRange(leg.account, amount)
        }
        if let number = move.hold, let hold = holds[number] {
            for (index, part) in hold.parts.enumerated() {
                let amount = min(need, part.left)
                if amount <= 0 { continue }
                need -= amount
                if let before = holds[number] { journal.append(.hold(number, before)) }
                holds[number]?.parts[index].left -= amount
                shift(-amount, part.account, place, &batch)
                accounts[part.account].held -= amount
                try checkRange(part.account, -amount)
            }
            if holds[number]?.parts.allSatisfy({ $0.left == 0 }) == true, need == 0 {
                holds[number]?.state = "captured"
            }
        }
        if need > 0, move.hold != nil { throw Refusal("above-hold") }
        if need > 0, move.legs.contains(where: { $0.amount == nil }) {
            throw Refusal("insufficient-funds")
        }
    }

    private mutating func shift(
        _ amount: Int64,
        _ account: Int,
        _ place: Int,
        _ batch: inout Batch
    ) {
        journal.append(.account(account, accounts[account]))
        accounts[account].posted += amount
        batch.entries.append(
            Entry(place: place, account: account, amount: amount, after: accounts[account].posted)
        )
    }

    private func checkRange(_ account: Int, _ amount: Int64) throws {
        let posted = accounts[account].posted
        if amount > 0, posted > accounts[account].ceiling ?? Self.most {
            throw Refusal("above-ceiling")
        }
        if posted < -Self.most { throw Refusal("amount-out-of-range") }
    }

    private mutating func count(_ amount: Int64, _ account: Int, _ rule: TransferRule) throws {
        guard let holder = Cast.members[account].holder else { return }
        if amount < 0, rule.spends {
            journal.append(.spent(holder, spent[holder]))
            spent[holder] -= amount
            if spent[holder] > Cast.holders[holder].spending ?? .max {
                throw Refusal("daily-spending-limit")
            }
        } else if amount > 0, rule.receives {
            journal.append(.received(holder, received[holder]))
            received[holder] += amount
            if received[holder] > Cast.holders[holder].receiving ?? .max {
                throw Refusal("daily-receiving-limit")
            }
        }
    }

    private mutating func reverse(_ original: Int?, _ legs: [Move.Leg]) throws {
        guard let original, let standing = standing[original],
            TransferRule.all[standing.move.kind]?.reverses == false
        else { throw Refusal("reversal-exceeds") }
        let moved = Self.sums(standing.legs)
        for (account, amount) in Self.sums(legs) {
            let key = Reversal(act: original, account: account)
            let sum = (returned[key] ?? 0) + amount
            guard let limit = moved[account], limit != 0, limit.signum() == -amount.signum(),
                sum.magnitude <= limit.magnitude
            else { throw Refusal("reversal-exceeds") }
            journal.append(.returned(key, returned[key]))
            returned[key] = sum
        }
    }

    private static func sums(_ legs: [Move.Leg]) -> [Int: Int64] {
        legs.reduce(into: [:]) { $0[$1.account, default: 0] += $1.amount ?? 0 }
    }
}

extension LedgerModel.Standing {
    /// Whether a move proposes what stands: the same exact legs, and the rest from where it may
    /// be drawn.
    fileprivate func isRepeated(by proposal: Move) -> Bool {
        guard proposal.kind == move.kind, proposal.related == move.related,
            proposal.hold == move.hold
        else { return false }
        var rest = legs
        for leg in proposal.legs where leg.amount != nil {
            guard let index = rest.firstIndex(of: leg) else { return false }
            rest.remove(at: index)
        }
        let drawn = Set(proposal.legs.filter { $0.amount == nil }.map(\.account))
        return rest.allSatisfy {
            ($0.amount ?? 0) < 0 && (proposal.hold != nil || drawn.contains($0.account))
        }
    }
}
