import FoundationEssentials
import Logging
import Postgres
import ServiceKit

/// Seals IBANs anew that stand under a retired key, so that the key can go.
struct ResealIBANs: Sendable {
    let database: Database
    let keys: DataKeys
    let logger: Logger

    private static let mostAtOnce = 200

    func callAsFunction() async throws {
        var (after, resealed): (UUID?, Int) = (nil, 0)
        repeat {
            let last = after
            let (next, count) = try await Tenant.acrossCommunities {
                try await database.transaction { connection in
                    try resealNext(after: last, connection)
                }
            }
            after = next
            resealed += count
        } while after != nil
        if resealed > 0 { logger.info("IBANs sealed anew", metadata: ["count": "\(resealed)"]) }
    }

    /// The person to go on after, and how many were done.
    private func resealNext(
        after: UUID?,
        _ connection: Connection
    ) throws -> (next: UUID?, count: Int) {
        let due = try PersonQueries.sealedIBANs(
            connection.query(
                PersonQueries.sealed(
                    underOtherThan: keys.currentID,
                    after: after,
                    limit: Self.mostAtOnce
                )
            )
        )
        var count = 0
        for row in due {
            let place = LinkedIBAN.place(of: row.person, community: row.community)
            do {
                let plain = try keys.open(row.sealed, purpose: .iban, of: place)
                let sealed = try keys.seal(plain, purpose: .iban, of: place)
                try connection.execute(PersonQueries.reseal(row, as: sealed))
                count += 1
            } catch let failure as DataKeys.Failure {
                logger.error("an IBAN does not open", metadata: ["reason": "\(failure)"])
            }
        }
        return (due.count == Self.mostAtOnce ? due.last?.person : nil, count)
    }
}
