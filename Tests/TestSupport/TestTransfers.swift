package import API
import Foundation

extension TestResident {
    /// Gives coins of the wallet to a neighbour, as the holder's phone; with the key of an earlier request
    /// it repeats that one.
    package func give(
        _ value: String,
        to neighbour: TestResident,
        key: String? = nil
    ) async throws -> TestAnswer {
        try await give(value, to: .wallet(neighbour.wallet), key: key)
    }

    /// Gives coins of the wallet to whoever is named, as the holder's phone.
    package func give(
        _ value: String,
        to recipient: TransferRecipient,
        reference: String? = nil,
        key: String? = nil
    ) async throws -> TestAnswer {
        try await phone.call(
            .createTransfer,
            body: TransferCreation(
                fromWalletId: wallet,
                to: recipient,
                amount: Amount(value: value, coin: TestCommunity.coin),
                reference: reference
            ),
            key: key
        )
    }
}
