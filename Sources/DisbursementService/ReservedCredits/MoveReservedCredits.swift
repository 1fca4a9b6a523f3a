import API
import Domain
import FoundationEssentials
import Ledger
import Logging
import Postgres

/// Goes through the lines whose coins were set apart and can move on, programme by programme, a set in
/// each commit.
struct MoveReservedCredits: Sendable {
    let database: Database
    let logger: Logger
    /// Finds communities and programmes with such lines.
    let findPlaces: SQL
    /// What is logged of a line that the ledger refused.
    let complaint: Logger.Message
    /// Moves the set after a line.
    let move: @Sendable (ReservedPlace, _ after: UUID?, Connection) throws -> MovedSet

    func callAsFunction() async throws {
        let places = try await Tenant.acrossCommunities {
            try await database.query(findPlaces) { rows in
                try rows.map { try ReservedPlace($0.decode(UUID.self, UUID.self)) }
            }
        }
        for place in places {
            try await Tenant.community(place.community).perform { try await moveAll(at: place) }
        }
    }

    private func moveAll(at place: ReservedPlace) async throws {
        var after: UUID?
        repeat {
            let last = after
            let set = try await database.transaction { try move(place, last, $0) }
            for refusal in set.refusals {
                logger.error(
                    complaint,
                    metadata: [
                        "instruction": "\(refusal.instruction)",
                        "refusal": "\(refusal.reason.rawValue)",
                    ]
                )
            }
            after = set.next
        } while after != nil
    }
}

/// A programme whose coins were set apart.
struct ReservedPlace: Sendable {
    let community: UUID
    let programme: UUID

    init(_ place: (community: UUID, programme: UUID)) {
        (community, programme) = place
    }
}

/// What one set of lines came to.
struct MovedSet: Sendable {
    static let size = 500

    /// A line that the ledger refused; it keeps waiting.
    struct Refusal: Sendable {
        let instruction: UUID
        let reason: LedgerRefusal
    }

    /// The instruction to go on after; nil when all was looked at.
    let next: UUID?
    let refusals: [Refusal]

    static let nothing = MovedSet(next: nil, refusals: [])
}

/// A line whose coins were set apart.
protocol ReservedLine {
    var id: UUID { get }
    var batch: UUID { get }
}

extension MovedSet {
    /// Sorts lines by what the ledger said to each, keeps what has moved, and tells who watches.
    init<Line: ReservedLine>(
        _ lines: [Line],
        _ outcome: Ledger.Outcome,
        _ connection: Connection,
        record: (_ moved: [Line], Timestamp) throws -> Void
    ) throws {
        var moved: [Line] = []
        var refusals: [Refusal] = []
        for (line, verdict) in zip(lines, outcome.verdicts) {
            switch verdict {
            case .posted, .replayed: moved.append(line)
            case .refused(let reason, _):
                refusals.append(Refusal(instruction: line.id, reason: reason))
            }
        }
        try record(moved, outcome.postedAt)
        for batch in Set(moved.map(\.batch)) {
            try connection.notify(channel: Channel.batch, payload: "\(Identifier(batch))")
        }
        self.init(next: lines.count == Self.size ? lines.last?.id : nil, refusals: refusals)
    }
}
