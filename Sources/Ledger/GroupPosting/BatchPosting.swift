import FoundationEssentials
import Logging
import Postgres

/// Posts one batch and tells every caller what became of the own item.
struct BatchPosting<Item: Sendable, Outcome: Sendable>: Sendable {
    typealias Place = Ticket<Item, Outcome>

    let database: Database
    let bounds: GroupPosterBounds
    let room: WaitingRoom<Item, Outcome>
    let logger: Logger
    let statement: @Sendable ([Item], UUID) -> SQL
    let outcomes: @Sendable (Rows, [Item]) throws -> [Outcome]

    /// Items that are sent together.
    private struct Piece {
        let tickets: ArraySlice<Place>
        var setbacks: Setbacks
    }

    private enum Ending {
        case posted([Outcome])
        case failed(any Error)
        case split(Setbacks)
    }

    /// Returns when every item has its outcome or its error. In pieces when one item is poisoned:
    /// one after the other, so that the order stays that of arrival.
    func post(_ batch: [Place], lane: UUID) async {
        let whole = Piece(tickets: batch[...], setbacks: Setbacks(bounds, now: .now))
        // The next one is last.
        var pieces = [whole]
        while let piece = pieces.popLast() {
            switch await settle(piece, lane) {
            case .posted(let outcomes): room.answer(piece.tickets, outcomes)
            case .failed(let error): room.fail(piece.tickets, error)
            case .split(let setbacks):
                room.countSplit()
                let middle = piece.tickets.startIndex + piece.tickets.count / 2
                pieces.append(Piece(tickets: piece.tickets[middle...], setbacks: setbacks))
                pieces.append(Piece(tickets: piece.tickets[..<middle], setbacks: setbacks))
            }
        }
    }

    private func settle(_ piece: Piece, _ lane: UUID) async -> Ending {
        var setbacks = piece.setbacks
        let items = piece.tickets.map(\.item)
        let sql = statement(items, lane)
        while true {
            if let tooLate = setbacks.tooLate(.now) { return .failed(tooLate) }
            do {
                return .posted(
                    try await Tenant.community(lane).perform { try await send(sql, items) }
                )
            } catch {
                let step = setbacks.nextStep(after: error, items: items.count, now: .now)
                log(error, step, items.count)
                switch step {
                case .split: return .split(setbacks.ofHalf())
                case .giveUp(let error): return .failed(error)
                case .again(let pause):
                    room.countRetry()
                    try? await Task.sleep(for: pause)
                }
            }
        }
    }

    private func send(_ sql: SQL, _ items: [Item]) async throws -> [Outcome] {
        let outcomes = outcomes
        return try await database.query(sql) { rows in
            let decoded = try outcomes(rows, items)
            guard decoded.count == items.count else {
                throw PostgresError.decoding("\(decoded.count) outcomes of \(items.count) items")
            }
            return decoded
        }
    }

    private func log(_ error: any Error, _ step: Setbacks.NextStep, _ items: Int) {
        let what: Logger.Message =
            switch step {
            case .again: "batch is posted again"
            case .split: "batch is posted in halves"
            case .giveUp: "batch failed"
            }
        // Only our own errors are known to carry no values.
        let reason = (error as? PostgresError).map(String.init(describing:)) ?? "\(type(of: error))"
        logger.debug(what, metadata: ["error": "\(reason)", "items": "\(items)"])
    }
}
