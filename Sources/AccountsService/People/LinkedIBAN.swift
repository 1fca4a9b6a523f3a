import ISO20022
import ServiceKit

/// An IBAN as we keep it: to be found again, and to be recognised by the eye; never whole.
struct LinkedIBAN: Sendable {
    /// Keyed, 32 bytes.
    let hash: [UInt8]
    /// Country, check digits and the last four characters.
    let masked: String

    /// Checks an IBAN; throws 400 naming the member at `pointer`.
    init(_ text: String, at pointer: String, _ lookup: LookupKey) throws {
        switch IBAN.read(text) {
        case .success(let iban):
            hash = lookup.hash(iban.canonical, kind: .iban)
            masked = iban.description
        case .failure(let refusal):
            throw Problem.invalid(pointer, Self.explanation(refusal))
        }
    }

    private static func explanation(_ refusal: IBAN.Refusal) -> String {
        switch refusal {
        case .characters: "is not written as an IBAN"
        case .country: "is of no country that has IBANs"
        case .length(let expected): "must have \(expected) characters"
        case .checkDigits: "has check digits that do not fit"
        }
    }
}
