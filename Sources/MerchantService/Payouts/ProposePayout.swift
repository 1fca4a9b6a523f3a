import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// Asks for euros out of coins that are in no wallet and no shop; nothing moves yet.
struct ProposePayout: Sendable {
    let community: UUID
    let client: UUID
    let id: UUID
    let now: Instant

    func callAsFunction(_ creation: PayoutCreation, _ connection: Connection) throws -> Payout {
        let coin = try CoinDigits.find(creation.coin, community: community, connection)
        let isSourceWhole =
            switch creation.source {
            case .programme: creation.programmeId != nil
            case .depreciation: true
            case .fees, .communityShare: creation.programmeId == nil
            }
        guard isSourceWhole else {
            throw Problem.invalid(
                "/programmeId",
                "is needed for the source programme, and goes with depreciation besides"
            )
        }
        guard let iban = IBAN(creation.creditorIban) else {
            throw Problem.invalid("/creditorIban", "is not a valid IBAN")
        }
        // A settlement must not be caught with a line that its bank file cannot have.
        guard SettlementFile.canCarry(name: creation.creditorName) else {
            throw Problem.invalid("/creditorName", "cannot be written in a bank file")
        }
        let amount = try minorUnits(creation, coin, connection)
        try PayoutQueries.insert(
            self,
            creation,
            amount: amount,
            iban: iban.canonical,
            connection
        )
        return try PayoutQueries.payout(id, community, connection)
    }

    private func minorUnits(
        _ creation: PayoutCreation,
        _ coin: CoinDigits,
        _ connection: Connection
    ) throws -> Int64 {
        let available = try PayoutQueries.available(
            from: creation.source,
            creation.programmeId?.uuid,
            of: coin.code,
            community,
            connection
        )
        guard available != nil || creation.source != .programme else {
            throw Problem(.unknownProgramme, "The coin has no such programme.")
        }
        guard let available, available > 0 else {
            throw Problem(.nothingToRedeem, "There is nothing to pay out.")
        }
        guard let amount = creation.amount else { return available }
        guard amount.coin == coin.code else {
            throw Problem(.coinNotAccepted, "The amount is in another coin.")
        }
        let wanted = try amount.minorUnits(digits: coin.digits)
        guard wanted <= available else { throw DecidePayout.insufficientFunds }
        return wanted
    }
}
