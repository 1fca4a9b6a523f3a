import API
package import Crypto

/// Reads what somebody signed: one compact JWS (RFC 7515 section 7.1), ES256 and nothing else.
///
/// By hand, because a general library costs as much again as the signature's mathematics. A token
/// has one spelling here: canonical base64url, no name twice, no extension that must be understood.
package enum CompactJWS {
    /// Why a text is not a JWS of this key; which of the reasons is nobody's business.
    package struct Invalid: Error {}

    /// The payload; throws `Invalid` unless the key signed it and the header names no other key.
    package static func payload<Payload: Decodable>(
        of text: String,
        as type: Payload.Type = Payload.self,
        signedBy key: P256.Signing.PublicKey,
        keyID: String
    ) throws -> Payload {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3,
            let header = object(parts[0]), let payload = object(parts[1]),
            header["alg"] == .string("ES256"), header["crit"] == nil,
            [nil, .string(keyID)].contains(header["kid"]),
            let signature = Base64URL.bytes(Substring(parts[2])),
            let signed = try? P256.Signing.ECDSASignature(rawRepresentation: signature),
            key.isValidSignature(
                signed,
                for: Array(text.utf8[..<parts[1].endIndex])
            )
        else { throw Invalid() }
        do {
            return try payload.decoded(as: type)
        } catch {
            throw Invalid()
        }
    }

    private static func object(_ part: Substring.UTF8View) -> JSONValue? {
        guard let bytes = Base64URL.bytes(Substring(part)),
            let value = try? JSONText.parse(bytes), case .object = value
        else { return nil }
        return value
    }
}
