import FoundationEssentials
import Ledger
import Locality
import ServiceKit
import Synchronization

/// What approvals are held against. What cannot change is remembered: a payment as its till asked
/// for it, the verified place of its shop until that moves, a phone's key and wallet. What can (the
/// payment's state, the phone's revocation) is looked at again when the money moves.
final class ApprovalContexts: Sendable {
    private struct Payment: Sendable {
        let payment: StoredPayment
        let shopPlace: ShopPlace
    }

    private struct Key: Hashable {
        let community: UUID
        let id: UUID
    }

    // Some 10 MB together; beyond that the memory starts anew.
    private static let mostPayments = 16_384
    private static let mostPayers = 16_384

    private let reader: AcceptPayment.Reader
    private let payments = Mutex<[Key: Payment]>([:])
    private let payers = Mutex<[Key: ApprovalContext.Payer]>([:])

    init(reader: AcceptPayment.Reader) {
        self.reader = reader
    }

    /// Keeps a payment that was just asked for. The place of a shop that is not verified may
    /// change, and a market is there at times only.
    func remember(_ payment: StoredPayment, at place: ShopPlace, community: UUID) {
        guard place.isVerified, !place.hasHours else { return }
        payments.withLock { payments in
            if payments.count >= Self.mostPayments { payments.removeAll(keepingCapacity: true) }
            payments[Key(community: community, id: payment.id)] = Payment(
                payment: payment,
                shopPlace: place
            )
        }
    }

    /// The context as far as memory goes: the payment as it was asked for.
    func remembered(_ attempt: AcceptPayment.Attempt) -> ApprovalContext? {
        // Whose wallet it is, somebody's phone alone does not tell when it pays for another.
        guard attempt.grouped.mandate == nil else { return nil }
        let community = attempt.grouped.community
        let payment = payments.withLock { $0[Key(community: community, id: attempt.payment)] }
        guard let payment else { return nil }
        let payer = payers.withLock { $0[Key(community: community, id: attempt.grouped.client)] }
        guard let payer else { return nil }
        return ApprovalContext(
            payment: payment.payment,
            shopPlace: payment.shopPlace,
            payer: payer,
            recorded: nil
        )
    }

    /// The context as the database has it now; `nil` when there is no such payment.
    func read(_ attempt: AcceptPayment.Attempt) async throws -> ApprovalContext? {
        let context = try await reader.post(attempt)
        if let payer = context?.payer, attempt.grouped.mandate == nil {
            payers.withLock { payers in
                if payers.count >= Self.mostPayers { payers.removeAll(keepingCapacity: true) }
                payers[Key(community: attempt.grouped.community, id: attempt.grouped.client)] =
                    payer
            }
        }
        return context
    }

    /// Forgets the payments of a community, one of whose shops has changed, or all.
    func forgetShops(of community: UUID?) {
        payments.withLock { payments in
            guard let community else { return payments.removeAll() }
            payments = payments.filter { $0.key.community != community }
        }
    }

    /// Forgets a payment that needs no payer any more.
    func forget(_ payment: UUID, community: UUID) {
        _ = payments.withLock { $0.removeValue(forKey: Key(community: community, id: payment)) }
    }
}
