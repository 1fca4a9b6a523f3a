import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// A merchant wants to be paid on another bank account. The one that was verified stays payable until
/// somebody else has looked at the new one; a request that waits gives way to this one.
struct RequestMerchantIban: Sendable {
    let community: UUID
    let merchant: UUID
    let client: UUID
    let id: UUID
    let now: Instant

    func callAsFunction(_ text: String, _ connection: Connection) throws -> IbanRequest {
        guard let iban = IBAN(text) else {
            throw Problem.invalid("/iban", "is not a valid IBAN")
        }
        guard try MerchantIbanQueries.lockMerchant(merchant, community, connection) else {
            throw Problem.notFound("merchant")
        }
        try MerchantIbanQueries.supersede(merchant, community, connection)
        try MerchantIbanQueries.insert(self, iban, connection)
        return IbanRequest(
            id: Identifier(id),
            merchantId: Identifier(merchant),
            ibanMasked: iban.description,
            state: .open,
            requestedAt: now,
            verifiedAt: nil
        )
    }
}

/// A second person has seen whose bank account it is: from now on redemptions are paid to it.
struct VerifyMerchantIban: Sendable {
    let community: UUID
    let merchant: UUID
    let request: UUID
    let client: UUID
    let now: Instant

    func callAsFunction(
        _ verification: IbanRequestVerification,
        _ connection: Connection
    ) throws -> Merchant {
        guard let asked = try MerchantIbanQueries.iban(of: self, connection) else {
            throw Problem.notFound("request for a bank account")
        }
        guard IBAN(verification.iban)?.canonical == asked else {
            throw Problem(.ibanMismatch, "The proof is of another IBAN than was asked for.")
        }
        switch try MerchantIbanQueries.verify(self, verification.evidence, connection) {
        case "verified": break
        case "not-open":
            throw Problem(.ibanRequestNotOpen, "The request was verified or replaced before.")
        case "same-person":
            throw Problem(
                .secondPersonRequired,
                "Somebody else than who asked for the bank account verifies it."
            )
        default: throw Problem.notFound("request for a bank account")
        }
        let found = try MerchantQueries.merchants(
            connection.query(MerchantQueries.find(merchant, community))
        )
        guard let merchant = found.first else { throw Problem.notFound("merchant") }
        return merchant
    }
}
