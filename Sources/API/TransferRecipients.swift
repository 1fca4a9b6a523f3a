/// Who receives a transfer: a wallet, by its id or by its alias; in JSON one member of the two.
package enum TransferRecipient: Hashable, Sendable {
    /// The wallet with this id.
    case wallet(Identifier)
    /// The wallet with this alias, within the caller's community.
    case alias(String)
}

extension TransferRecipient: Codable {
    private enum CodingKeys: String, CodingKey {
        case walletId, alias
    }

    /// Reads the one member; throws `DecodingError` when there is none.
    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        if let walletId = try members.decodeIfPresent(Identifier.self, forKey: .walletId) {
            self = .wallet(walletId)
        } else {
            self = .alias(try members.decode(String.self, forKey: .alias))
        }
    }

    /// Writes the one member.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .wallet(let walletId): try members.encode(walletId, forKey: .walletId)
        case .alias(let alias): try members.encode(alias, forKey: .alias)
        }
    }
}
