import FoundationEssentials
import Locality
import Postgres
import ServiceKit

/// What an approval is held against.
struct ApprovalContext: Sendable {
    let payment: StoredPayment
    let shopPlace: ShopPlace
    /// `nil` for whoever has no wallet, or no phone that may still pay.
    let payer: Payer?
    /// What was decided under the request's key already.
    let recorded: GroupedOutcome?

    /// The caller's wallet, and public key as the two coordinates of a P-256 point.
    struct Payer: Sendable {
        let wallet: UUID
        let keyX: [UInt8]
        let keyY: [UInt8]

        init?(wallet: UUID?, keyX: [UInt8]?, keyY: [UInt8]?) {
            guard let wallet, let keyX, let keyY else { return nil }
            self.wallet = wallet
            self.keyX = keyX
            self.keyY = keyY
        }
    }
}
