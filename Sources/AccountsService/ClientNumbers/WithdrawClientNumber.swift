import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Takes the link of a number back: money for it finds the person no longer, and waits.
struct WithdrawClientNumber: Sendable {
    let link: UUID
    let person: UUID
    let community: UUID
    /// The client that takes it back.
    let client: UUID
    let now: Instant

    /// What the link was, and what it is now; one that was taken back before stays so.
    func callAsFunction(
        _ connection: Connection
    ) throws -> (before: ClientNumberState, link: LinkedClientNumber) {
        guard let found = try ClientNumberQueries.lock(link, of: person, community, connection)
        else { throw Problem.notFound("client number") }
        guard found.link.state != .withdrawn else { return (.withdrawn, found.link) }
        try connection.execute(ClientNumberQueries.withdraw(self))
        var withdrawn = found.link
        withdrawn.state = .withdrawn
        withdrawn.withdrawnAt = now
        return (found.link.state, withdrawn)
    }
}
