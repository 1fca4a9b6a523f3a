import API
import Domain
import FoundationEssentials
import ISO20022
import Ledger
import Postgres
import ServiceKit

/// A business joins: it becomes a party and gets a ledger account in its coin.
struct RegisterMerchant: Sendable {
    let community: UUID
    let id: UUID
    let account: UUID
    let client: UUID
    /// Of the request for its bank account, which a second person verifies.
    let ibanRequest: UUID
    let now: Instant

    func callAsFunction(
        _ registration: MerchantRegistration,
        _ connection: Connection
    ) throws -> Merchant {
        guard let iban = IBAN(registration.iban) else {
            throw Problem.invalid("/iban", "is not a valid IBAN")
        }
        // It will stand in a bank file, in the characters that banks carry.
        guard SEPAText.basicLatin(registration.name).contains(where: { $0 != " " }) else {
            throw Problem.invalid("/name", "cannot be written in a bank file")
        }
        let coin = try CoinDigits.find(registration.coin, community: community, connection)
        _ = try connection.query(
            """
            SELECT accounts.register_merchant_party(\(community), \(id), \(registration.name),
                                                    \(Timestamp(now)))
            """
        )
        try Ledger.openAccounts(
            [account],
            .merchant,
            coin: coin.code,
            community: community,
            connection
        )
        try MerchantQueries.insert(self, registration, iban: iban, connection)
        try MerchantIbanQueries.insert(
            RequestMerchantIban(
                community: community,
                merchant: id,
                client: client,
                id: ibanRequest,
                now: now
            ),
            iban,
            connection
        )
        return Merchant(
            id: Identifier(id),
            name: registration.name,
            coin: coin.code,
            ibanMasked: iban.description,
            ibanState: .unverified,
            state: .active,
            createdAt: now
        )
    }
}
