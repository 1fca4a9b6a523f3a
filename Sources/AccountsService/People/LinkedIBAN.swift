import FoundationEssentials
import ISO20022
import ServiceKit

/// An IBAN as we keep it: to be found again by its keyed hash, to be recognised by the eye, and
/// sealed for whoever has the key.
struct LinkedIBAN: Sendable {
    /// Keyed, 32 bytes.
    let hash: [UInt8]
    /// Country, check digits and the last four characters.
    let masked: String
    private let canonical: String

    /// Checks an IBAN; throws 400 naming the member at `pointer`.
    init(_ text: String, at pointer: String, _ lookup: LookupKey) throws {
        switch IBAN.read(text) {
        case .success(let iban):
            hash = lookup.hash(iban.canonical, kind: .iban)
            masked = iban.description
            canonical = iban.canonical
        case .failure(let refusal):
            throw Problem.invalid(pointer, Self.explanation(refusal))
        }
    }

    /// For the row of one person, and no other.
    func sealed(by keys: DataKeys, of person: UUID, community: UUID) throws -> [UInt8] {
        try keys.seal(
            Array(canonical.utf8),
            purpose: .iban,
            of: Self.place(of: person, community: community)
        )
    }

    /// What a sealed IBAN is bound to.
    static func place(of person: UUID, community: UUID) -> String { "\(community)/\(person)" }

    private static func explanation(_ refusal: IBAN.Refusal) -> String {
        switch refusal {
        case .characters: "is not written as an IBAN"
        case .country: "is of no country that has IBANs"
        case .length(let expected): "must have \(expected) characters"
        case .checkDigits: "has check digits that do not fit"
        }
    }
}
