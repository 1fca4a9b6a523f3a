import API
import FoundationEssentials
import HummingbirdCore
import ISO20022
import Postgres
import ServiceKit

/// A bank's message as it has arrived: what it says, and the hash that tells it from others.
struct ReceivedBankAnswer: Sendable {
    let sha256: [UInt8]
    let type: BankMessageType
    let messageID: String?
    let events: [BankMessageEvent]
}

/// Reads a bank's message while it arrives. Only the lines are kept, and of them only what matters;
/// the file is never in memory as a whole.
struct ReceiveBankAnswer {
    let maxBytes: Int
    let clock: Clock
    let startedAt: Instant

    /// Throws 413 beyond `maxBytes`, 422 for what is no such message, 503 when it takes more than five
    /// minutes to arrive.
    func callAsFunction(_ body: RequestBody) async throws -> ReceivedBankAnswer {
        var limits = BankMessageLimits()
        limits.bytes = maxBytes
        let lines = EventBuffer()
        let reader = BankMessageReader(limits: limits) { lines.events.append($0) }
        let file = ArrivingFile(
            "An answer of the bank",
            maxBytes: maxBytes,
            clock: clock,
            startedAt: startedAt
        )
        let sha256 = try await file.read(body) { reader.feed($0) }
        let report = reader.finish()
        if let refusal = report.refusal {
            throw Problem(.bankAnswerUnreadable, "Line \(refusal.line): \(refusal.text)")
        }
        guard let type = report.type else {
            throw Problem(.bankAnswerUnreadable, "The file is none of the messages of a bank.")
        }
        return ReceivedBankAnswer(
            sha256: sha256,
            type: type,
            messageID: report.messageID.map { String($0.prefix(140)) },
            events: lines.events
        )
    }
}

/// Where a reader puts what it tells, within one task.
private final class EventBuffer {
    var events: [BankMessageEvent] = []
}
