import API
import Crypto
import FoundationEssentials
import LocalStack

/// Where a phone says that it is, as it travels beside an approval that has only its digest. Nobody
/// but the phone keeps it; whoever has it can have the verdict judged again.
struct SaltedClaim: Encodable, Sendable {
    let positionClaim: String
    let salt: String
    private let bytesOfSalt: [UInt8]

    init(_ position: Phone.Position) throws {
        let claim = PositionClaim(
            longitude: position.longitude,
            latitude: position.latitude,
            accuracyMetres: position.accuracyMetres,
            fixedAt: Instant.now.earlier(bySeconds: position.fixedSecondsAgo),
            mock: position.isMock
        )
        positionClaim = base64URL(try JSONEncoder().encode(claim))
        bytesOfSalt = randomBytes(16)
        salt = base64URL(bytesOfSalt)
    }

    /// What the payer signs of it.
    var digest: String {
        base64URL(SHA256.hash(data: Data(bytesOfSalt) + Data(positionClaim.utf8)))
    }

    /// Keeps it in a file that only its owner may read.
    func write(to path: String) throws {
        do {
            try SecretFile.write(try OutputFormat.json(self) + "\n", to: path)
        } catch {
            throw CommandFailure("\(path) cannot be written")
        }
    }

    private enum CodingKeys: CodingKey {
        case positionClaim, salt
    }
}
