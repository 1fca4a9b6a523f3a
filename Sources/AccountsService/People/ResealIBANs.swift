import Logging
import Postgres
import ServiceKit

/// Seals IBANs anew that stand under a retired key, so that the key can go.
struct ResealIBANs: Sendable {
    let database: Database
    let keys: DataKeys
    let logger: Logger

    func callAsFunction() async throws {
        let sealAnew = SealAnew("IBANs", in: database, logger, id: \.person) {
            after,
            limit,
            connection in
            try PersonQueries.sealedIBANs(
                connection.query(
                    PersonQueries.sealed(
                        underOtherThan: keys.currentID,
                        after: after,
                        limit: limit
                    )
                )
            )
        } seal: { row, connection in
            let place = LinkedIBAN.place(of: row.person, community: row.community)
            let plain = try keys.open(row.sealed, purpose: .iban, of: place)
            let sealed = try keys.seal(plain, purpose: .iban, of: place)
            try connection.execute(PersonQueries.reseal(row, as: sealed))
        }
        try await sealAnew()
    }
}
