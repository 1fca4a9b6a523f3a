import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// A merchant sets coins aside for its own discount.
struct FundDiscount: Sendable {
    let discount: UUID
    let funding: DiscountFunding
    let community: UUID
    let caller: Caller
    let id: UUID

    func callAsFunction(_ connection: Connection) throws -> Discount {
        let account = try DiscountQueries.lock(discount, community, of: caller, connection)
        guard let account, account.isRunning, let merchant = account.merchant else {
            throw Problem.notFound("discount")
        }
        guard funding.amount.coin == account.coin else {
            throw Problem(.coinNotAccepted, "The discount is of another coin.")
        }
        guard try !MerchantQueries.owesRefunds(caller.party, community, connection) else {
            throw Problem(.refundsOwed, "The next takings pay the refunds that are owed.")
        }
        try DiscountQueries.move(
            try funding.amount.minorUnits(digits: CoinDigits.pegged),
            from: merchant,
            to: account.id,
            as: id,
            by: caller,
            connection
        )
        return try DiscountQueries.discounts(
            connection.query(DiscountQueries.find(discount, community, of: caller))
        )[0]
    }
}

/// Ends a discount. What a merchant has left in it comes back at once; a programme takes it back.
/// Refunds may give something to a merchant's discount after its end: ended again, it comes back too.
struct EndDiscount: Sendable {
    let discount: UUID
    let community: UUID
    let caller: Caller
    let id: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> (before: Discount, after: Discount) {
        let account = try DiscountQueries.lock(discount, community, of: caller, connection)
        let find = DiscountQueries.find(discount, community, of: caller)
        guard let account, let before = try DiscountQueries.discounts(connection.query(find)).first
        else { throw Problem.notFound("discount") }
        let left = try Ledger.balances(of: [account.id], community: community, connection)
        let available = account.merchant == nil ? 0 : left[account.id]?.available ?? 0
        guard account.isRunning || available > 0 else { throw Problem.notFound("discount") }
        if account.isRunning {
            try connection.execute(
                """
                UPDATE merchant.discount
                   SET ended_at = \(Timestamp(now)), ended_by = \(caller.client)
                 WHERE community_id = \(community) AND id = \(discount)
                """
            )
        }
        if let merchant = account.merchant, available > 0 {
            try DiscountQueries.move(
                available,
                from: account.id,
                to: merchant,
                as: id,
                by: caller,
                connection
            )
        }
        return (before, try DiscountQueries.discounts(connection.query(find))[0])
    }
}
