import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// Gives somebody the right to act for a person or a merchant.
///
/// Officials give those over people, and name the decision; a merchant's owner gives those of its
/// own merchant.
struct GiveMandate: Sendable {
    let creation: MandateCreation
    let caller: Caller
    let community: UUID
    let id: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> Mandate {
        let scopes = try scopes()
        try requireDecision()
        let (from, until) = try period()
        try requireParties(connection)
        let perAct = try cents(creation.limitPerAct, at: "/limitPerAct/value")
        let perDay = try cents(creation.limitPerDay, at: "/limitPerDay/value")
        let mandate = Mandate(
            id: Identifier(id),
            principalId: creation.principalId,
            agentId: creation.agentId,
            kind: creation.kind,
            scopes: scopes,
            limitPerAct: perAct.map(EuroAmount.init(cents:)),
            limitPerDay: perDay.map(EuroAmount.init(cents:)),
            shops: creation.shops,
            decision: creation.decision,
            state: from <= now ? .active : .upcoming,
            validFrom: from,
            validUntil: until,
            createdAt: now
        )
        try connection.execute(
            MandateQueries.insert(
                mandate,
                limitPerAct: perAct,
                limitPerDay: perDay,
                by: caller.client,
                community: community
            )
        )
        return mandate
    }

    /// Five years; a guardian of longer is looked at again. In microseconds.
    private static let longest: Int64 = 5 * 365 * 86_400 * 1_000_000

    /// Those that were named, or all of the kind that go with the shops.
    private func scopes() throws -> [Scope] {
        let possible = creation.kind.role.scopes.filter {
            creation.shops == nil || !$0.reachesBeyondShops
        }
        guard let named = creation.scopes else { return possible }
        guard named.allSatisfy(possible.contains) else {
            throw Problem.invalid("/scopes", "has a scope that this mandate cannot have")
        }
        return possible.filter(named.contains)
    }

    private func requireDecision() throws {
        if creation.kind.isOfPerson && creation.decision == nil {
            throw Problem.invalid("/decision", "is needed for a mandate over a person")
        }
    }

    private func period() throws -> (from: Instant, until: Instant) {
        let from = max(creation.validFrom ?? now, now)
        guard creation.validUntil > from else {
            throw Problem.invalid("/validUntil", "lies in the past or before the beginning")
        }
        guard creation.validUntil.microseconds - from.microseconds <= Self.longest else {
            throw Problem.invalid("/validUntil", "is more than five years after the beginning")
        }
        return (from, creation.validUntil)
    }

    private func requireParties(_ connection: Connection) throws {
        let (principal, agent) = (creation.principalId.uuid, creation.agentId.uuid)
        let mayGive =
            caller.may(.mandatesManage)
            || (caller.party == principal && !creation.kind.isOfPerson)
        let kinds = try MandateQueries.kinds(
            connection.query(MandateQueries.kinds(of: [principal, agent], community: community))
        )
        let expected = creation.kind.isOfPerson ? "person" : "merchant"
        guard mayGive, kinds[principal] == expected, principal != agent,
            let agentKind = kinds[agent], agentKind != "merchant"
        else {
            throw Problem(
                .unknownParty,
                "There is no such principal or agent for this kind, or it is not yours."
            )
        }
    }

    /// Zero is a limit too.
    private func cents(_ amount: EuroAmount?, at pointer: String) throws -> Int64? {
        guard let amount else { return nil }
        do {
            return try DecimalText.minorUnits(amount.value, digits: CoinDigits.pegged)
        } catch {
            throw Problem.invalid(pointer, "must have exactly two decimals")
        }
    }
}
