import API
import ServiceKit

/// Why a transfer is refused before the ledger is asked, in the words of
/// `wallet.create_transfers`.
enum TransferRefusal: String {
    case unknownWallet = "unknown-wallet"
    case unknownRecipient = "unknown-recipient"
    case sameWallet = "same-wallet"
    case unknownCoin = "unknown-coin"

    /// The refusal as the client is told.
    var problem: Problem {
        switch self {
        case .unknownWallet: Problem.notFound("wallet")
        case .unknownRecipient:
            Problem(.unknownRecipient, "The community has no such wallet to receive.")
        case .sameWallet: Problem(.sameWallet, "Payer and receiver are the same wallet.")
        case .unknownCoin: CoinDigits.unknownCoin
        }
    }
}
