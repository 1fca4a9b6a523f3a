package import API
import Foundation

extension TestCommunity {
    /// A mandate that an official, or another giver, gives until tomorrow unless told otherwise.
    package func give(
        _ kind: MandateKind,
        over principal: Identifier,
        to agent: Identifier,
        by giver: TestClient? = nil,
        scopes: [Scope]? = nil,
        perAct: String? = nil,
        perDay: String? = nil,
        shops: [Identifier]? = nil,
        seconds: Int = 86_400
    ) async throws -> Mandate {
        let until = Int64(Date().timeIntervalSince1970) + Int64(seconds)
        return try await (giver ?? administrator).call(
            .giveMandate,
            body: MandateCreation(
                principalId: principal,
                agentId: agent,
                kind: kind,
                scopes: scopes,
                limitPerAct: perAct.map { EuroAmount(value: $0) },
                limitPerDay: perDay.map { EuroAmount(value: $0) },
                shops: shops,
                decision: kind.isOfPerson ? "rechtbank 2026-417" : nil,
                validUntil: Instant(microseconds: until * 1_000_000)
            )
        ).decode(Mandate.self)
    }
}
