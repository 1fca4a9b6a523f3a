/// The services of an installation; the raw value is part of file and role names.
package enum ServiceName: String, Sendable, Hashable, CaseIterable, Codable {
    case accounts, wallet, merchant, disbursement

    /// The executable, which stands next to our own.
    package var program: String { "wijkmunt-\(rawValue)" }

    /// Its login role.
    package var databaseRole: String { "wijkmunt_\(rawValue)" }
}
