import API
import ServiceKit

/// Why a transfer is refused before the ledger is asked.
enum TransferRefusal {
    case unknownWallet
    case unknownRecipient
    case sameWallet

    /// The refusal as the client is told.
    var problem: Problem {
        switch self {
        case .unknownWallet: Problem.notFound("wallet")
        case .unknownRecipient:
            Problem(.unknownRecipient, "The community has no such wallet to receive.")
        case .sameWallet: Problem(.sameWallet, "Payer and receiver are the same wallet.")
        }
    }
}
