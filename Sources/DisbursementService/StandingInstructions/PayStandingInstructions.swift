import API
import Domain
import FoundationEssentials
import Ledger
import Logging
import Postgres
import ServiceKit

/// Pays what standing instructions say, month by month; any number of instances may do so.
struct PayStandingInstructions: Sendable {
    let database: Database
    let clock: Clock
    let logger: Logger

    func callAsFunction() async throws {
        var isMoreDue = true
        while isMoreDue {
            let due = try await Tenant.acrossCommunities {
                try await database.query(StandingPaymentQueries.due, StandingPaymentQueries.keys)
            }
            var settled = 0
            for key in due {
                settled += await Tenant.community(key.community).perform {
                    await pay(key) ? 1 : 0
                }
            }
            // What fails stays due, and is left for the next time.
            isMoreDue = settled > 0 && due.count == StandingPaymentQueries.atOnce
        }
    }

    /// Whether it went well; one that cannot be paid now must not keep the others.
    private func pay(_ key: StandingPaymentQueries.Key) async -> Bool {
        do {
            let clock = clock
            while try await database.transaction({ connection in
                try PayNextMonth(key: key, transfer: clock.newID())(connection)
            }) {}
            return true
        } catch is CancellationError {
            return false
        } catch {
            logger.error(
                "a standing instruction cannot be paid now",
                metadata: ["instruction": "\(key.id)", "error": "\(error)"]
            )
            return false
        }
    }
}

/// Pays one month of one standing instruction. The row of the month, the transfer and the next day to
/// look stand in one commit, and a month has one row: whatever is killed when, it is paid once.
struct PayNextMonth: Sendable {
    let key: StandingPaymentQueries.Key
    let transfer: UUID

    /// Whether another month may be due.
    func callAsFunction(_ connection: Connection) throws -> Bool {
        guard let standing = try StandingPaymentQueries.lock(key, connection) else { return false }
        let today = try StandingInstructionQueries.today(key.community, connection)
        let next = standing.schedule.next(after: standing.paid)
        guard let next, next.paidOn <= today else {
            try connection.execute(StandingPaymentQueries.rest(key, until: next?.paidOn))
            return false
        }
        guard
            let programme = try ProgrammeAccounts.find(
                standing.programme,
                community: key.community,
                connection
            )
        else { return false }
        // Before pots are opened, as whoever pays lines does.
        if let why = try StandingPaymentQueries.refusal(
            of: next.term.amount,
            for: standing,
            key.community,
            connection
        ) {
            try connection.execute(StandingPaymentQueries.wait(key, because: why))
            return false
        }
        guard let payee = try payee(of: standing, programme, connection) else {
            let why = standing.wallet == nil ? "not-enrolled" : "programme-ended"
            try connection.execute(StandingPaymentQueries.wait(key, because: why))
            return false
        }
        let proposal = TransferProposal(
            id: transfer,
            kind: standing.subsidised == nil ? .disbursement : .subsidy,
            legs: [
                .exact(account: programme.account, minorUnits: -next.term.amount),
                .exact(account: payee, minorUnits: next.term.amount),
            ],
            reference: standing.reference,
            client: standing.client
        )
        let outcome = try Ledger.post([proposal], community: key.community, connection)
        switch outcome.verdicts[0] {
        case .posted, .replayed: break
        case .refused(let reason, _):
            let why = reason == .insufficientFunds ? "budget-exceeded" : reason.rawValue
            try connection.execute(StandingPaymentQueries.wait(key, because: why))
            return false
        }
        try connection.execute(
            StandingPaymentQueries.record(
                next,
                of: key,
                transfer: transfer,
                at: outcome.postedAt
            )
        )
        let following = standing.schedule.next(after: next.month)
        try connection.execute(StandingPaymentQueries.rest(key, until: following?.paidOn))
        return following.map { $0.paidOn <= today } ?? false
    }

    /// The account of an association, or the pot of a person; `nil` before enrolment.
    private func payee(
        of standing: StandingPaymentQueries.Standing,
        _ programme: ProgrammeAccounts,
        _ connection: Connection
    ) throws -> UUID? {
        if let account = standing.subsidised { return account }
        guard let wallet = standing.wallet else { return nil }
        return try Pots.open(
            in: [wallet],
            of: programme,
            community: key.community,
            connection
        )[wallet]
    }
}
