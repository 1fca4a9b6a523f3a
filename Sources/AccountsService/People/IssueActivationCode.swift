import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// Makes a code for the next phone of a person; earlier unused ones are void.
struct IssueActivationCode: Sendable {
    let lookup: LookupKey
    let community: UUID
    let now: Instant

    /// The code, and when it is void.
    func callAsFunction(
        to person: UUID,
        _ connection: Connection
    ) throws -> (code: Domain.ActivationCode, expiresAt: Instant) {
        var random = SystemRandomNumberGenerator()
        let code = Domain.ActivationCode(using: &random)
        let expiresAt = Instant(microseconds: now.microseconds + Domain.ActivationCode.lifetime)
        try connection.execute(ActivationCodeQueries.void(of: person, community: community))
        try connection.execute(
            ActivationCodeQueries.insert(
                hash: lookup.hash(code.characters, kind: .activationCode),
                party: person,
                community: community,
                expiresAt: expiresAt,
                createdAt: now
            )
        )
        return (code, expiresAt)
    }
}
