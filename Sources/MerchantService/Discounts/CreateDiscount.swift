import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// Makes a discount with an account of its own, empty until somebody sets coins aside.
struct CreateDiscount: Sendable {
    let creation: DiscountCreation
    let community: UUID
    let caller: Caller
    let id: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> Discount {
        let coin = try CoinDigits.find(creation.coin, community: community, connection)
        let terms = try DiscountTerms(creation, coin: coin)
        let merchant = try merchant(connection)
        try requireProgramme(merchant, connection)
        if let group = creation.groupId {
            let isKnown = try !connection.query(
                """
                SELECT FROM accounts.target_group
                 WHERE community_id = \(community) AND id = \(group.uuid)
                """
            ).isEmpty
            guard isKnown else { throw Problem(.unknownGroup, "There is no such group.") }
        }
        let from = creation.validFrom ?? now
        if let until = creation.validUntil, until <= from {
            throw Problem.invalid("/validUntil", "lies before the beginning")
        }
        let account = UUID()
        try Ledger.openAccounts(
            [account],
            .sponsor,
            coin: coin.code,
            community: community,
            connection
        )
        try connection.execute(
            DiscountQueries.insert(self, terms, merchant: merchant, account: account, from: from)
        )
        return try DiscountQueries.discounts(
            connection.query(DiscountQueries.find(id, community, of: caller))
        )[0]
    }

    /// The caller's own merchant; `nil` for an official, who makes discounts of programmes.
    private func merchant(_ connection: Connection) throws -> UUID? {
        guard caller.may(.discountsFund) else { return nil }
        let found = try MerchantQueries.account(of: caller.party, community, connection)
        guard let found else { throw Problem(.unknownMerchant, "The caller is no merchant.") }
        guard found.coin == creation.coin else {
            throw Problem(.coinNotAccepted, "The merchant takes another coin.")
        }
        return caller.party
    }

    private func requireProgramme(_ merchant: UUID?, _ connection: Connection) throws {
        guard merchant == nil else {
            guard creation.programmeId == nil else {
                throw Problem(.unknownProgramme, "A merchant pays its discounts itself.")
            }
            return
        }
        guard let programme = creation.programmeId else {
            throw Problem(.unknownProgramme, "Name the programme that pays.")
        }
        let isKnown = try connection.query(
            """
            SELECT merchant.programme_pays(\(community), \(programme.uuid), \(creation.coin))
            """
        ).one().decode(Bool.self)
        guard isKnown else {
            throw Problem(.unknownProgramme, "No such programme pays this coin.")
        }
    }
}

/// The amounts of a new discount in minor units, of which exactly those of its kind are given.
struct DiscountTerms: Sendable {
    let percent: Int32?
    let amount: Int64?
    let fullPrice: Int64?
    let secondPrice: Int64?
    let mostPerPayment: Int64?
    let mostPerPeriod: Int64?
    let usesPerPeriod: Int32?

    init(_ creation: DiscountCreation, coin: CoinDigits) throws {
        func minorUnits(_ amount: Amount?) throws -> Int64? {
            guard let amount else { return nil }
            guard amount.coin == coin.code else {
                throw Problem(.coinNotAccepted, "All amounts are of the coin of the discount.")
            }
            return try amount.minorUnits(digits: coin.digits)
        }
        percent = creation.percent.map { Int32($0) }
        amount = try minorUnits(creation.amount)
        fullPrice = try minorUnits(creation.fullPrice)
        secondPrice = try minorUnits(creation.secondPrice)
        mostPerPayment = try minorUnits(creation.mostPerPayment)
        mostPerPeriod = try minorUnits(creation.mostPerPeriod)
        usesPerPeriod = creation.usesPerPeriod.map { Int32($0) }
        let given = [percent != nil, amount != nil, fullPrice != nil, secondPrice != nil]
        let isWhole =
            switch creation.kind {
            case .percentage: given == [true, false, false, false] && (percent ?? 0) <= 100
            case .buyUp: given == [true, false, false, false]
            case .fixed: given == [false, true, false, false]
            case .secondPrice:
                given == [false, false, true, true] && (fullPrice ?? 0) > (secondPrice ?? 0)
            }
        guard isWhole else {
            throw Problem(
                .discountInvalid,
                """
                A percentage (at most 100) and a buy-up have percent, a fixed one amount, and a \
                second price fullPrice and the lower secondPrice; nothing else.
                """
            )
        }
    }
}
