import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// What a programme paid the holder of a wallet in a period; also nothing.
struct WalletTotal: Sendable {
    let wallet: UUID
    let person: UUID
    /// Nil once the person is erased.
    let name: String?
    let total: PersonTotal
    /// Whether anything was paid or taken back.
    let hasMoved: Bool
}

/// SQL about what programmes paid people. The ledger is what is added up.
enum PersonTotalsQueries {
    /// How many people a piece of a file is about.
    static let people = 1000

    /// Whether nothing is added to a period any more: a transaction that began within it may commit a
    /// moment after its end, and none takes a minute.
    static func isFinal(_ period: StatementPeriod, _ community: UUID, at now: Instant) -> SQL {
        """
        SELECT \(period.end.databaseDay)::timestamp AT TIME ZONE c.time_zone + interval '1 minute'
               <= \(Timestamp(now))
          FROM accounts.community c WHERE c.community_id = \(community)
        """
    }

    @Sendable static func isFinal(_ rows: Rows) throws -> Bool {
        try rows.one().decode(Bool.self)
    }

    /// By all programmes that the caller sees.
    static func ofPerson(_ person: UUID, _ period: StatementPeriod, _ community: UUID) -> SQL {
        """
        \(rawSQL: columns)
          FROM disbursement.person_totals(
               \(community), NULL, \(person), \(period.first.databaseDay),
               \(period.end.databaseDay), NULL, NULL)
         WHERE programme_id IN (SELECT p.id FROM disbursement.programme p
                                 WHERE p.community_id = \(community))
         LIMIT 1000
        """
    }

    /// To everybody with a pot of it, so many after one.
    static func ofProgramme(
        _ programme: UUID,
        _ period: StatementPeriod,
        _ community: UUID,
        after wallet: UUID?
    ) -> SQL {
        """
        \(rawSQL: columns)
          FROM disbursement.person_totals(
               \(community), \(programme), NULL, \(period.first.databaseDay),
               \(period.end.databaseDay), \(wallet), \(Int32(people)))
        """
    }

    private static let columns = """
        SELECT wallet_id, party_id, name, programme_id, programme, coin, credits, credited,
               taken_back, expired
        """

    @Sendable static func totals(_ rows: Rows) throws -> [WalletTotal] {
        try rows.map { row in
            let (
                wallet, person, name, programme, programmeName, code, credits, credited,
                takenBack, expired
            ) = try row.decode(
                UUID.self,
                UUID.self,
                String?.self,
                UUID.self,
                String.self,
                String.self,
                Int64.self,
                Int64.self,
                Int64.self,
                Int64.self
            )
            let coin = CoinDigits(code: code, digits: CoinDigits.pegged)
            func signed(_ units: Int64) -> SignedAmount {
                SignedAmount(minorUnits: units, coin: coin.code, digits: coin.digits)
            }
            return WalletTotal(
                wallet: wallet,
                person: person,
                name: name,
                total: PersonTotal(
                    programmeId: Identifier(programme),
                    programmeName: programmeName,
                    creditCount: Int(credits),
                    credited: coin.amount(credited),
                    takenBack: signed(takenBack),
                    expired: signed(expired)
                ),
                hasMoved: credits > 0 || takenBack != 0 || expired != 0
            )
        }
    }
}
