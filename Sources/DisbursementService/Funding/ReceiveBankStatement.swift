import API
import Domain
import FoundationEssentials
import HummingbirdCore
import ISO20022
import Postgres
import ServiceKit

/// A statement of the bank as it has arrived: what it tells of euros on accounts of programmes, and
/// the hash that tells it from others.
struct ReceivedBankStatement: Sendable {
    let sha256: [UInt8]
    let type: BankMessageType
    let messageID: String?
    let credits: [ToldCredit]
    /// All other movements.
    let otherCount: Int32
}

/// Reads a camt.053 or camt.054 while it arrives. Of movements that are no money for programmes
/// nothing is kept; the file is never in memory as a whole.
struct ReceiveBankStatement {
    let accounts: Set<String>
    let maxBytes: Int
    let clock: Clock
    let startedAt: Instant

    /// Throws 413 beyond `maxBytes`, 422 for what is no such message, 503 when it takes more than five
    /// minutes to arrive.
    func callAsFunction(_ body: RequestBody) async throws -> ReceivedBankStatement {
        var limits = BankMessageLimits()
        limits.bytes = maxBytes
        let sieve = CreditSieve(accounts: accounts)
        let reader = BankMessageReader(limits: limits) { sieve.take($0) }
        let file = ArrivingFile(
            "A statement of the bank",
            maxBytes: maxBytes,
            clock: clock,
            startedAt: startedAt
        )
        let sha256 = try await file.read(body) { reader.feed($0) }
        let report = reader.finish()
        if let refusal = report.refusal {
            throw Problem(.bankAnswerUnreadable, "Line \(refusal.line): \(refusal.text)")
        }
        guard let type = report.type, type.rawValue.hasPrefix("camt.") else {
            throw Problem(.bankAnswerUnreadable, "The file is neither a camt.053 nor a camt.054.")
        }
        return ReceivedBankStatement(
            sha256: sha256,
            type: type,
            messageID: report.messageID.map { String($0.prefix(140)) },
            credits: sieve.credits,
            otherCount: sieve.otherCount
        )
    }
}

/// Keeps what is money for programmes, within one task.
private final class CreditSieve {
    let accounts: Set<String>
    private(set) var credits: [ToldCredit] = []
    private(set) var otherCount: Int32 = 0
    /// How many credits the file has told of that look the same.
    private var seen: [[UInt8]: Int] = [:]

    init(accounts: Set<String>) {
        self.accounts = accounts
    }

    func take(_ event: BankMessageEvent) {
        guard case .movement(let movement) = event, let iban = movement.accountIBAN,
            accounts.contains(iban), let kind = ToldCredit.Kind(movement),
            movement.currency == "EUR", let amount = movement.amountMinorUnits,
            (1...Money.largest).contains(amount)
        else { return otherCount += 1 }
        var credit = ToldCredit(movement, kind, iban: iban, amount: amount)
        let look = credit.identity
        seen[look, default: 0] += 1
        credit.ordinal = seen[look] ?? 1
        credits.append(credit)
    }
}
