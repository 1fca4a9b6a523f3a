import Domain

/// Makes histories that wander into every corner: short of funds, out of order, said twice.
package struct HistoryGenerator: Sendable {
    private var random: SeededRandom
    /// Knows what there is to refund, to capture and to say again.
    private var model = LedgerModel()
    private var acts: [Move] = []
    private var holds: [Placement] = []
    /// How often each answer is expected.
    package private(set) var answers: [String: Int] = [:]

    package init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// A history of about so many steps.
    package mutating func history(steps count: Int) -> [LedgerStep] {
        var steps: [LedgerStep] = []
        while steps.count < count {
            let next = steps.isEmpty || random.chance(60) ? batch() : [single()]
            for answer in model.apply(next[...]) { answers[answer, default: 0] += 1 }
            steps += next
        }
        return steps
    }

    private mutating func batch() -> [LedgerStep] {
        let role = ServiceRole.allCases.randomElement(using: &random) ?? .wallet
        let count = random.chance(30) ? 1 : Int.random(in: 2...60, using: &random)
        return (0..<count).map { place in
            var move = repetition(role) ?? disturbed(proposal(role))
            move.startsBatch = place == 0
            move.isLinked = random.chance(12)
            acts.append(move)
            return .move(move)
        }
    }

    private mutating func proposal(_ role: ServiceRole) -> Move {
        switch role {
        case .wallet: random.chance(12) ? givingBack(.correction, role) : transfer()
        case .merchant:
            switch Int.random(in: 0..<100, using: &random) {
            case ..<50: payment()
            case ..<65: givingBack(.refund, role)
            case ..<85: capture()
            case ..<93: pair(.redemption, role, merchant(), Cast.redemption, 400)
            default: settlement()
            }
        case .disbursement:
            switch Int.random(in: 0..<100, using: &random) {
            case ..<20: funding()
            case ..<65: pair(.disbursement, role, Cast.programme, pot(), 3000)
            case ..<78: pair(.reservation, role, Cast.programme, Cast.reserved, 900)
            case ..<87: pair(.landing, role, Cast.reserved, pot(), 600)
            case ..<91: givingBack(.reservationReturn, role)
            default:
                random.chance(70)
                    ? pair(.sponsoring, role, Cast.programme, Cast.sponsor, 2000)
                    : pair(.sponsoring, role, Cast.sponsor, Cast.programme, 900)
            }
        }
    }

    private mutating func transfer() -> Move {
        if random.chance(60) { return pair(.transfer, .wallet, pot(), pot(), 900) }
        let payee = Move.Leg(pot(), amount(1500))
        return make(.transfer, .wallet, [payee] + draws(from: Cast.pots))
    }

    private mutating func payment() -> Move {
        var legs = [Move.Leg(merchant(), amount(1500))]
        if random.chance(30) { legs.append(Move.Leg(Cast.fee, amount(20))) }
        return make(.payment, .merchant, legs + draws(from: Cast.pots + [Cast.sponsor]))
    }

    private mutating func capture() -> Move {
        guard let hold = holds.suffix(20).randomElement(using: &random) else { return payment() }
        var legs = [Move.Leg(hold.payee, amount(hold.amount))]
        if random.chance(20) { legs.append(Move.Leg(Cast.fee, amount(20))) }
        var move = make(hold.kind, .merchant, legs)
        move.hold = hold.hold
        return move
    }

    private mutating func settlement() -> Move {
        let cents = amount(400)
        return make(
            .settlement,
            .merchant,
            [
                Move.Leg(Cast.redemption, -cents), Move.Leg(Cast.issuance, cents),
                Move.Leg(Cast.reserve, -cents), Move.Leg(Cast.bank, cents),
            ]
        )
    }

    private mutating func funding() -> Move {
        let cents = amount(20_000)
        return make(
            .funding,
            .disbursement,
            [
                Move.Leg(Cast.bank, -cents), Move.Leg(Cast.reserve, cents),
                Move.Leg(Cast.issuance, -cents), Move.Leg(Cast.programme, cents),
            ]
        )
    }

    /// Some or all of what a transfer moved, the other way.
    private mutating func givingBack(_ kind: TransferKind, _ role: ServiceRole) -> Move {
        let old = acts.suffix(80).randomElement(using: &random)
        guard let old, let legs = model.standing[old.act]?.legs,
            let credit = legs.first(where: { ($0.amount ?? 0) > 0 }),
            let debit = legs.filter({ ($0.amount ?? 0) < 0 }).randomElement(using: &random)
        else {
            return switch role {
            case .wallet: transfer()
            case .merchant: payment()
            case .disbursement: funding()
            }
        }
        let most = min(credit.amount ?? 0, -(debit.amount ?? 0))
        let part = random.chance(50) ? most : Int64.random(in: 1...(most + 2), using: &random)
        var move = make(
            kind,
            role,
            [Move.Leg(credit.account, -part), Move.Leg(debit.account, part)]
        )
        if random.chance(20) {
            move.legs = legs.map { Move.Leg($0.account, -($0.amount ?? 0)) }
        }
        move.related = random.chance(95) ? old.act : nil
        return move
    }

    /// An act that was proposed before, as it was or not quite.
    private mutating func repetition(_ role: ServiceRole) -> Move? {
        guard random.chance(10), var old = acts.suffix(100).randomElement(using: &random),
            old.role == role
        else { return nil }
        switch Int.random(in: 0..<8, using: &random) {
        case 0: old.legs.reverse()
        case 1: old.legs[0].amount = (old.legs[0].amount ?? 0) &+ 1
        case 2: old.related = old.act
        case 3: old.legs = model.standing[old.act]?.legs ?? old.legs
        default: break
        }
        return old
    }

    /// Now and then something is wrong with a proposal.
    private mutating func disturbed(_ proposal: Move) -> Move {
        var move = proposal
        guard random.chance(8) else { return move }
        let leg = Int.random(in: 0..<move.legs.count, using: &random)
        switch Int.random(in: 0..<9, using: &random) {
        case 0: move.legs[leg].account = Cast.nobody
        case 1: move.legs[leg].account = Cast.foreignPot
        case 2: move.legs[leg].account = Int.random(in: 0..<Cast.members.count, using: &random)
        case 3: move.legs[leg].amount = 0
        case 4: move.legs[leg].amount = .max
        case 5: move.legs[leg].amount = .min
        case 6: move.legs[leg].amount = (move.legs[leg].amount ?? 5) &+ 1
        // Coins of a settlement without its euros are stopped by a CHECK, which the model has not.
        case 7:
            let kinds = TransferKind.allCases.filter { $0 != .settlementReturn }
            move.kind = kinds.randomElement(using: &random) ?? .expiry
        default: move.legs[leg].amount = nil
        }
        return move
    }

    private mutating func single() -> LedgerStep {
        switch Int.random(in: 0..<100, using: &random) {
        case ..<45: return .place(placement())
        case ..<58: return .void(hold: oldHold())
        case ..<66: return .lapse(hold: oldHold())
        case ..<69: return .expire(pot: 16)
        case ..<73: return .renew(pot: 16)
        case ..<82:
            let pot = [14, 15].randomElement(using: &random) ?? 14
            return .age(pot: pot, periods: Int.random(in: 1...4, using: &random))
        case ..<88: return .nextDay(holder: Int.random(in: 0..<2, using: &random))
        case ..<95:
            // What is frozen thaws more often than not.
            let account = Bool.random(using: &random) ? pot() : merchant()
            return .open(account: account, random.chance(80))
        default:
            let account = [11, 12, 13, 16, 9].randomElement(using: &random) ?? 11
            return .limit(
                account: account,
                floor: random.chance(70) ? 0 : Int64.random(in: 1...300, using: &random),
                ceiling: random.chance(70) ? nil : Int64.random(in: 1000...9000, using: &random)
            )
        }
    }

    private mutating func placement() -> Placement {
        if random.chance(10), let old = holds.randomElement(using: &random) { return old }
        var placement = Placement(
            hold: holds.count,
            kind: .payment,
            accounts: draws(from: Cast.pots + [Cast.sponsor]).map(\.account),
            payee: merchant(),
            amount: amount(700)
        )
        if random.chance(4) { placement.kind = .transfer }
        if random.chance(4) { placement.payee = pot() }
        if random.chance(4) { placement.accounts[0] = Cast.nobody }
        if random.chance(4) { placement.amount = [0, -5, .max].randomElement(using: &random) ?? 0 }
        if random.chance(4) { placement.amount = 20_000 }
        holds.append(placement)
        return placement
    }

    private mutating func oldHold() -> Int {
        holds.suffix(12).randomElement(using: &random)?.hold ?? 0
    }

    private mutating func pair(
        _ kind: TransferKind,
        _ role: ServiceRole,
        _ from: Int,
        _ to: Int,
        _ most: Int64
    ) -> Move {
        let cents = amount(most)
        return make(kind, role, [Move.Leg(from, -cents), Move.Leg(to, cents)])
    }

    private func make(_ kind: TransferKind, _ role: ServiceRole, _ legs: [Move.Leg]) -> Move {
        Move(act: acts.count, role: role, kind: kind, legs: legs)
    }

    private mutating func draws(from accounts: [Int]) -> [Move.Leg] {
        accounts.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
            .map { Move.Leg($0, nil) }
    }

    private mutating func amount(_ most: Int64) -> Int64 {
        Int64.random(in: 1...max(1, most), using: &random)
    }

    private mutating func pot() -> Int { Cast.pots.randomElement(using: &random) ?? 11 }

    private mutating func merchant() -> Int { Cast.merchants.randomElement(using: &random) ?? 9 }
}
