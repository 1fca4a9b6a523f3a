import Domain
import FoundationEssentials

/// Finds the programme that euros are for: the one of their account whose reference they name. No
/// database here.
struct BankCreditMatching {
    private let byAccount: [String: [FundedProgramme]]

    init(_ programmes: [FundedProgramme]) {
        byAccount = Dictionary(grouping: programmes, by: \.iban)
    }

    /// Nil where a person has to say it: no reference is named, or those of several.
    func programme(of credit: ToldCredit) -> FundedProgramme? {
        guard credit.kind == .arrived else { return nil }
        let texts = [credit.creditorReference, credit.remittance].compactMap { $0 }
        let named = (byAccount[credit.iban] ?? []).filter { programme in
            texts.contains { programme.reference.isNamed(in: $0) }
        }
        return named.count == 1 ? named[0] : nil
    }
}
