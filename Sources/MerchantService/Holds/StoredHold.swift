import API
import FoundationEssentials
import ServiceKit

/// What the database has of a reservation that was accepted.
struct StoredHold: Sendable {
    /// In minor units.
    let captured: Int64
    let expiresAt: Instant
    /// `nil` while something is held; also when its time is over and nobody has noted it yet.
    let endedAt: Instant?

    /// Whether nothing is held any more, noted or not.
    func isOver(at now: Instant) -> Bool { endedAt != nil || expiresAt <= now }
}

extension StoredPayment {
    /// What is kept and what became of it; `nil` for what is no reservation.
    func holdView(at now: Instant) -> PaymentHold? {
        guard let holdSeconds else { return nil }
        let isOver = hold?.isOver(at: now) ?? false
        let captured = hold?.captured ?? 0
        let rest = hold == nil ? 0 : amount - captured
        func view(_ minorUnits: Int64) -> Amount {
            Amount(minorUnits: minorUnits, coin: coin, digits: digits)
        }
        return PaymentHold(
            holdSeconds: holdSeconds,
            capturedAmount: view(captured),
            openAmount: view(isOver ? 0 : rest),
            releasedAmount: view(isOver ? rest : 0),
            expiresAt: hold?.expiresAt,
            endedAt: isOver ? hold?.endedAt ?? hold?.expiresAt : nil
        )
    }
}
