import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// Registers a person and makes the code for their first phone.
struct RegisterPerson: Sendable {
    let displayName: String
    let claim: IBANClaim?
    let issueCode: IssueActivationCode
    let id: UUID

    func callAsFunction(_ connection: Connection) throws -> Person {
        let community = issueCode.community
        try claim?.requireFree(for: id, community: community, connection)
        let person = Person(
            id: Identifier(id),
            displayName: displayName,
            ibanMasked: claim?.iban.masked,
            ibanState: claim.map { _ in .unverified },
            state: .registered,
            walletId: nil,
            createdAt: issueCode.now
        )
        try connection.execute(PersonQueries.insert(person, claim: claim, community: community))
        let issued = try issueCode(to: id, connection)
        var answer = person
        answer.activationCode = API.ActivationCode(
            code: issued.code.description,
            expiresAt: issued.expiresAt
        )
        return answer
    }
}
