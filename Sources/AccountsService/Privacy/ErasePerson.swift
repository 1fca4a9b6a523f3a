import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Makes nobody of a person: everything that names them goes, what they paid and received stays.
struct ErasePerson: Sendable {
    let person: UUID
    let community: UUID
    let now: Instant
    /// The client that asks for it.
    let client: UUID

    /// The erasure, and whether it was done just now; a person is erased once, whoever asks again.
    func callAsFunction(
        _ connection: Connection
    ) throws -> (erasure: PersonErasure, isNew: Bool) {
        try connection.executeScript(PrivacyQueries.patience)
        let standing = try connection.query(
            PrivacyQueries.standing(person, community: community)
        ).first?.decode(String.self, Timestamp?.self)
        if let standing, let erasedAt = standing.1 {
            return (erasure(at: Instant(erasedAt)), false)
        }
        let traces = try PrivacyQueries.traces(
            connection.query(PrivacyQueries.traces(of: person, community: community))
        )
        guard let traces else { throw Problem.notFound("person") }
        try require(
            PrivacyQueries.eraseWallet(of: person, community: community),
            orElse: "There are coins in the wallet, or a payment keeps some of them.",
            connection
        )
        try require(
            PrivacyQueries.eraseCredits(traces, community: community),
            orElse: "A payment file has a credit for the person that has not arrived.",
            connection
        )
        _ = try connection.query(PrivacyQueries.eraseGrants(of: person, community: community))
        let order = RevocationOrder(
            id: person,
            community: community,
            reason: "Erased",
            now: now,
            client: client
        )
        _ = try RevokeParty(order: order)(connection)
        // Nobody comes back to act for others either.
        try connection.execute(MandateQueries.revoke(.byAgent, order))
        _ = try connection.query(
            PrivacyQueries.erase(person, community: community, at: now)
        )
        return (erasure(at: now), true)
    }

    private func require(
        _ step: SQL,
        orElse detail: String,
        _ connection: Connection
    ) throws {
        let word = try connection.query(step).one().decode(String.self)
        guard word == "erased" else { throw Problem(.personNotErasable, detail) }
    }

    private func erasure(at moment: Instant) -> PersonErasure {
        PersonErasure(personId: Identifier(person), erasedAt: moment)
    }
}
