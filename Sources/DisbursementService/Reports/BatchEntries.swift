import Domain
import FoundationEssentials
import ISO20022
import Postgres

/// A batch whose lines are told as entries, and in which words its file speaks of itself.
struct NotifiedBatch: Sendable {
    let id: UUID
    let messageID: String?
}

/// What left a programme for the lines of a batch, and what came back, as entries: a set of lines at a
/// time, in the order of the file.
struct BatchEntries: Sendable {
    private static let limit = 2_000

    let batch: NotifiedBatch
    /// The moments that are told of, in microseconds since 1970.
    let span: Range<Int64>
    /// Whether what recalls took back is told with the line that it was taken of.
    let tellsRecalls: Bool
    let community: UUID
    let database: Database
    private var after: Int32 = 0
    private var isOver = false

    init(
        of batch: NotifiedBatch,
        in span: Range<Int64>,
        tellsRecalls: Bool,
        _ community: UUID,
        _ database: Database
    ) {
        (self.batch, self.span, self.tellsRecalls) = (batch, span, tellsRecalls)
        (self.community, self.database) = (community, database)
    }

    /// The next entries, perhaps none; nil after the last ones.
    mutating func next() async throws -> [CreditNotification.Entry]? {
        guard !isOver else { return nil }
        let lines = try await database.query(
            CreditNotificationQueries.lines(
                of: batch.id,
                community,
                after: after,
                limit: Self.limit
            ),
            CreditNotificationQueries.lines
        )
        isOver = lines.count < Self.limit
        guard let last = lines.last else { return nil }
        after = last.nr
        let recalls = tellsRecalls ? try await recalls(of: lines) : [:]
        return lines.flatMap { line in
            entries(of: line, line.credits.flatMap { recalls[$0] ?? [] })
        }.filter { span.contains($0.bookedAtMicroseconds) }
    }

    private func recalls(of lines: [NotifiedLine]) async throws -> [UUID: [NotifiedRecall]] {
        let recalls = try await database.query(
            CreditNotificationQueries.recalls(of: lines.flatMap(\.credits), community),
            CreditNotificationQueries.recalls
        )
        return Dictionary(grouping: recalls, by: \.credit)
    }

    private func entries(
        of line: NotifiedLine,
        _ recalls: [NotifiedRecall]
    ) -> [CreditNotification.Entry] {
        // What happened later is told by a later notification.
        let arrivedAt = line.arrivedAt.map(\.microseconds).filter { $0 < span.upperBound }
        var entries = [
            entry(
                line,
                "\(line.nr)",
                line.id,
                .payment(arrivedAtMicroseconds: arrivedAt),
                line.amount,
                line.paidAt
            )
        ]
        if let at = line.returnedAt {
            let id = UUID.reservationEnd(of: line.id)
            entries.append(entry(line, "\(line.nr)-R", id, .return, line.amount, at))
        }
        for (number, recall) in recalls.enumerated() {
            let reference = "\(line.nr)-C\(number + 1)"
            entries.append(entry(line, reference, recall.id, .recall, recall.amount, recall.at))
        }
        return entries
    }

    private func entry(
        _ line: NotifiedLine,
        _ reference: String,
        _ transfer: UUID,
        _ kind: CreditNotification.Kind,
        _ amount: Int64,
        _ at: Timestamp
    ) -> CreditNotification.Entry {
        CreditNotification.Entry(
            reference: reference,
            id: transfer.compact,
            kind: kind,
            minorUnits: amount,
            bookedAtMicroseconds: at.microseconds,
            references: .init(
                messageID: batch.messageID,
                paymentID: line.paymentID,
                instructionID: line.instructionID,
                endToEndID: line.endToEndID
            ),
            creditorName: line.creditorName,
            remittance: line.remittance
        )
    }
}

extension Optional {
    /// Nil unless the value passes.
    fileprivate func filter(_ passes: (Wrapped) -> Bool) -> Wrapped? {
        flatMap { passes($0) ? $0 : nil }
    }
}
