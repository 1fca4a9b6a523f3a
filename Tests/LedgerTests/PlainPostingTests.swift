import FoundationEssentials
import Ledger
import LedgerModel
import Postgres
import TestSupport
import Testing

/// `ledger.post` judges a batch of plain transfers that have their first account in common at once, and any
/// other in order. Nobody may see from what comes of it which of the two it was.
@Suite(.timeLimit(.minutes(15))) struct PlainPostingTests {
    /// What is special about a batch.
    enum Twist: CaseIterable {
        case nothing, budgetReached, ceilingReached
        // What is not plain.
        case few, aboveBudget, aboveCeiling, repeatedID, replayed, reusedID, zero, unbalanced
        case outOfRange, largest, forbidden, unknownKind, unknownAccount, closedAccount, backwards
        case oneAccount, drawn, linked, threeLegs, otherFirst, otherInCommon, moreThanSetApart

        /// Whether a batch stays plain.
        var isPlain: Bool {
            switch self {
            case .nothing, .budgetReached, .ceilingReached: true
            default: false
            }
        }
    }

    private static let most: Int64 = 9_007_199_254_740_991

    @Test(arguments: [UInt64(1), 2, 3])
    func `a batch at once comes out as in order, and what is not plain goes in order`(
        seed: UInt64
    ) async throws {
        let twins = try await TwinBooks.open()
        var random = SeededRandom(seed: seed)
        var earlier: [TwinBooks.Move] = []
        for round in 0..<2 {
            for twist in Twist.allCases {
                // In the second round with another one.
                let more = round == 0 ? .nothing : Twist.allCases.randomElement(using: &random)
                let twists = [twist, more ?? .nothing]
                let moves = try await batch(twists, of: twins, after: earlier, &random)
                let (first, second) = try await twins.post(moves)
                let what = Comment(rawValue: "seed \(seed), round \(round): \(twists)")
                #expect(first.error == second.error, what)
                #expect(first.verdicts == second.verdicts, what)
                #expect(first.blamed == second.blamed, what)
                #expect(first.wasInOrder == !twists.allSatisfy(\.isPlain), what)
                #expect(try await twins.state(of: 0) == twins.state(of: 1), what)
                for (move, verdict) in zip(moves, first.verdicts) where verdict == "posted" {
                    earlier.append(move)
                }
            }
        }
        // Where next to nothing is posted, equal books prove nothing.
        #expect(earlier.count > 3000)
        let report = try await twins.audit()
        #expect(report.isSound, "\(report)")
    }

    /// Somewhat more than a hundred transfers from one programme, most of them to a few pots, with some
    /// twists.
    private func batch(
        _ twists: [Twist],
        of twins: TwinBooks,
        after earlier: [TwinBooks.Move],
        _ random: inout SeededRandom
    ) async throws -> [TwinBooks.Move] {
        let isShort = twists.contains(.budgetReached) || twists.contains(.aboveBudget)
        let hub = twins.programmes[isShort ? 1 : 0]
        if isShort { try await twins.fund(hub, 20_000) }
        var setApart = try await twins.posted(twins.commitment)
        let count = twists.contains(.few) ? 60 : Int.random(in: 100...130, using: &random)
        var moves = (0..<count).map { number in
            let hot = random.chance(50) ? 3 : twins.pots.count
            let pot = twins.pots[Int.random(in: 0..<hot, using: &random)]
            var amount = Int64.random(in: 1...50, using: &random)
            var move: TwinBooks.Move
            switch Int.random(in: 0..<10, using: &random) {
            case 0 where setApart > 0:
                amount = min(amount, setApart)
                setApart -= amount
                move = .init("commitment", from: hub, to: twins.commitment, -amount)
            case 0, 1:
                setApart += amount
                move = .init("commitment", from: hub, to: twins.commitment, amount)
            case 2: move = .init("reservation", from: hub, to: twins.reserved, amount)
            case 3: move = .init("subsidy", from: hub, to: twins.merchant, amount)
            default: move = .init("disbursement", from: hub, to: pot, amount)
            }
            if random.chance(50) { move.reference = "regel \(number)" }
            return move
        }
        if !twists.allSatisfy({ $0 != .ceilingReached && $0 != .aboveCeiling }) {
            let posted = try await twins.posted(twins.smallPot)
            try await twins.setCeiling(posted + 500)
            for amount in [200, 300 + (twists.contains(.aboveCeiling) ? 1 : 0)] {
                moves.append(.init("disbursement", from: hub, to: twins.smallPot, Int64(amount)))
            }
        }
        if isShort {
            let taken = moves.reduce(0) { $0 + ($1.legs[1].amount ?? 0) }
            let rest = try await twins.posted(hub) - taken
            let cent: Int64 = twists.contains(.aboveBudget) ? 1 : 0
            for (pot, amount) in zip(twins.pots, [200, rest - 200 + cent]) {
                moves.append(.init("disbursement", from: hub, to: pot, amount))
            }
        }
        for twist in twists {
            let place = Int.random(in: 0..<count, using: &random)
            spoil(&moves, at: place, twist, twins, earlier, &random)
        }
        return moves
    }

    /// Bends one transfer.
    private func spoil(
        _ moves: inout [TwinBooks.Move],
        at place: Int,
        _ twist: Twist,
        _ twins: TwinBooks,
        _ earlier: [TwinBooks.Move],
        _ random: inout SeededRandom
    ) {
        let programme = moves[place].legs[0].account
        switch twist {
        case .otherFirst: moves[place].legs.swapAt(0, 1)
        case .otherInCommon:
            moves[place] = .init("landing", from: twins.reserved, to: twins.pots[0], 1)
        case .moreThanSetApart:
            moves[place] = .init("commitment", from: programme, to: twins.commitment, -Self.most)
        case .repeatedID: moves[place].id = moves[(place + 7) % moves.count].id
        case .replayed: moves[place] = earlier.randomElement(using: &random) ?? moves[0]
        case .reusedID: moves[place].id = earlier.randomElement(using: &random)?.id ?? moves[0].id
        case .zero: for leg in 0...1 { moves[place].legs[leg].amount = 0 }
        case .unbalanced: moves[place].legs[0].amount? -= 1
        case .outOfRange:
            moves[place] = .init("disbursement", from: programme, to: twins.pots[0], Self.most + 1)
        case .largest:
            moves[place] = .init("disbursement", from: programme, to: twins.pots[0], Self.most)
        case .forbidden: moves[place].kind = "transfer"
        case .unknownKind: moves[place].kind = "gift"
        case .unknownAccount: moves[place].legs[1].account = UUID()
        case .closedAccount: moves[place].legs[1].account = twins.closedPot
        case .backwards:
            moves[place] = .init("disbursement", from: twins.pots[0], to: programme, 1)
        case .oneAccount:
            moves[place] = .init("disbursement", from: programme, to: programme, 5)
        case .drawn: moves[place].legs[0].amount = nil
        case .linked: moves[place].isLinked = true
        case .threeLegs:
            let amount = moves[place].legs[0].amount ?? 0
            moves[place].legs[0].amount = amount - 5
            moves[place].legs.append((twins.pots[5], 5))
        default: break
        }
    }
}
