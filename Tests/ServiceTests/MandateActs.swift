import API
import Foundation
import LocalStack
import Postgres
import TestSupport

extension TestResident {
    /// The same wallet in the hands of another client.
    func with(_ client: TestClient) -> TestResident {
        TestResident(phone: client, person: person, wallet: wallet)
    }
}

extension TestCommunity {
    func revoke(_ mandate: Identifier, by client: TestClient) async throws -> TestAnswer {
        try await client.call(
            .revokeMandate,
            ["mandateId": "\(mandate)"],
            body: MandateRevocation(reason: "klaar")
        )
    }

    /// Who made a transfer and on whose behalf, as the ledger has it.
    func ledgerRecord(
        of transfer: Identifier
    ) async throws -> (client: Identifier, party: Identifier) {
        let (community, transfer) = (id.uuid, transfer.uuid)
        let (client, party) = try await stack.cluster.withOwner(
            database: LocalStack.databaseName
        ) { owner in
            try await owner.query(
                """
                SELECT client_id, party_id FROM ledger.transfer
                 WHERE community_id = \(community) AND id = \(transfer)
                """
            ) { try $0.one().decode(UUID.self, UUID.self) }
        }
        return (Identifier(client), Identifier(party))
    }

    /// What the database says to an act of one coin under a mandate.
    func refusal(
        of mandate: Mandate,
        client: Identifier,
        scope: Scope
    ) async throws -> String? {
        let (community, client, id) = (id.uuid, client.uuid, mandate.id.uuid)
        let principal = mandate.principalId.uuid
        let words = try await stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
            try await owner.query(
                """
                SELECT accounts.mandate_refusal(\(community), \(id), \(client), \(principal),
                                                \(scope.rawValue), NULL, 100)
                """
            ) { rows in try rows.map { try $0.decode(String?.self) } }
        }
        return words.first ?? nil
    }
}
