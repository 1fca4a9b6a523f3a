import API
import Domain
import ISO20022
import ServiceKit

/// Where the euros of a programme arrive, with an IBAN and a reference that are such.
struct CheckedFundingAccount: Sendable {
    /// Without spaces.
    let iban: String
    let reference: FundingReference
}

extension FundingAccount {
    /// Throws for what is no IBAN or no reference. `usual` is the reference where none is given.
    func checked(or usual: FundingReference) throws -> CheckedFundingAccount {
        guard let iban = IBAN(iban) else {
            throw Problem.invalid("/fundingAccount/iban", "is not a valid IBAN")
        }
        guard let text = reference else {
            return CheckedFundingAccount(iban: iban.canonical, reference: usual)
        }
        guard let reference = FundingReference(text) else {
            throw Problem.invalid(
                "/fundingAccount/reference",
                "has no digit, or begins like a creditor reference with other check digits"
            )
        }
        return CheckedFundingAccount(iban: iban.canonical, reference: reference)
    }
}
