import API
import Domain
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// What was booked for a batch as camt.054, in pieces: what left the programme for each line, and what
/// came back. What is booked never changes, so that no transaction waits for a slow reader; what is
/// booked while it is sent belongs to the next one.
struct CreditNotificationFile: FilePieces {
    private static let limit = 2_000

    private enum Place { case opening, lines, closing, end }

    let id: UUID
    let batch: NotifiedBatch
    let community: UUID
    let database: Database
    private let writer: CreditNotification
    private var after: Int32 = 0
    private var place = Place.opening

    /// - Parameter messageID: of the notification, which is made now.
    init(
        of id: UUID,
        _ batch: NotifiedBatch,
        messageID: UUID,
        at now: Instant,
        _ community: UUID,
        _ database: Database
    ) {
        (self.id, self.batch) = (id, batch)
        (self.community, self.database) = (community, database)
        writer = CreditNotification(
            .init(
                id: messageID.compact,
                createdAtMicroseconds: now.microseconds,
                accountID: batch.account.compact,
                accountName: batch.coin,
                ownerName: batch.programme
            )
        )
    }

    mutating func next() async throws -> [UInt8]? {
        switch place {
        case .opening:
            place = .lines
            return Array(writer.opening.utf8)
        case .lines:
            while place == .lines {
                let text = try await nextLines()
                if !text.isEmpty { return Array(text.utf8) }
            }
            return try await next()
        case .closing:
            place = .end
            return Array(writer.closing.utf8)
        case .end:
            return nil
        }
    }

    private mutating func nextLines() async throws -> String {
        let lines = try await database.query(
            CreditNotificationQueries.lines(of: id, community, after: after, limit: Self.limit),
            CreditNotificationQueries.lines
        )
        if lines.count < Self.limit { place = .closing }
        guard let last = lines.last else { return "" }
        after = last.nr
        let recalls = try await database.query(
            CreditNotificationQueries.recalls(of: lines.flatMap(\.credits), community),
            CreditNotificationQueries.recalls
        )
        let taken = Dictionary(grouping: recalls, by: \.credit)
        return lines.map { line in
            entries(of: line, line.credits.flatMap { taken[$0] ?? [] })
                .filter { batch.span.contains($0.bookedAtMicroseconds) }
                .map(writer.entry).joined()
        }.joined()
    }

    private func entries(
        of line: NotifiedLine,
        _ recalls: [NotifiedRecall]
    ) -> [CreditNotification.Entry] {
        var entries = [
            entry(
                line,
                "\(line.nr)",
                line.id,
                .payment(arrivedAtMicroseconds: line.arrivedAt?.microseconds),
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

extension UUID {
    /// 32 hexadecimal digits, which fit where a message takes 35 characters.
    fileprivate var compact: String {
        Identifier(self).description.replacing("-", with: "")
    }
}
