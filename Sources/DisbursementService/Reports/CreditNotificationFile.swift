import ISO20022
import Postgres
import ServiceKit

/// What was booked on the account of a programme as camt.054, in pieces: of the lines of batches, one
/// batch after the other, and then of what no file has. What is booked never changes, so that no
/// transaction waits for a slow reader; what is booked while it is sent belongs to the next one.
struct CreditNotificationFile: FilePieces {
    private enum Place { case opening, batches, others, closing, end }

    private let writer: CreditNotification
    /// What all entries come to, when that is known.
    private let totals: CreditNotification.Totals?
    private var batches: [BatchEntries]
    private var others: OtherEntries?
    /// Whether entries are numbered through, instead of having the numbers of the file's lines.
    private let isNumbered: Bool
    private var count: Int64 = 0
    private var place = Place.opening

    /// Of one batch.
    init(_ head: AccountReportHead, of batch: BatchEntries) {
        writer = CreditNotification(head)
        (totals, batches, others, isNumbered) = (nil, [batch], nil, false)
    }

    /// Of a programme.
    init(
        _ head: AccountReportHead,
        totals: CreditNotification.Totals?,
        of batches: [BatchEntries],
        and others: OtherEntries
    ) {
        writer = CreditNotification(head, totals: totals)
        (self.totals, self.others, isNumbered) = (totals, others, true)
        self.batches = batches.reversed()
    }

    mutating func next() async throws -> [UInt8]? {
        while true {
            switch place {
            case .opening:
                place = .batches
                return Array(writer.opening.utf8)
            case .batches, .others:
                guard let entries = try await nextEntries() else {
                    place = place == .batches ? .others : .closing
                    continue
                }
                if !entries.isEmpty { return Array(text(of: entries).utf8) }
            case .closing:
                place = .end
                if let totals, totals.creditCount + totals.debitCount != count {
                    throw PostgresError.decoding("a notification has other entries than it says")
                }
                return Array(writer.closing.utf8)
            case .end:
                return nil
            }
        }
    }

    private mutating func nextEntries() async throws -> [CreditNotification.Entry]? {
        guard place == .batches else { return try await others?.next() }
        guard var batch = batches.popLast() else { return nil }
        guard let entries = try await batch.next() else { return [] }
        batches.append(batch)
        return entries
    }

    private mutating func text(of entries: [CreditNotification.Entry]) -> String {
        var text = ""
        for var entry in entries {
            count += 1
            if isNumbered { entry.reference = "\(count)" }
            text += writer.entry(entry)
        }
        return text
    }
}
