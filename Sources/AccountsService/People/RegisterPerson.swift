import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Registers a person and makes the code for their first phone.
struct RegisterPerson: Sendable {
    let displayName: String
    let iban: LinkedIBAN?
    let issueCode: IssueActivationCode
    let id: UUID

    func callAsFunction(_ connection: Connection) throws -> Person {
        let person = Person(
            id: Identifier(id),
            displayName: displayName,
            ibanMasked: iban?.masked,
            state: .registered,
            walletId: nil,
            createdAt: issueCode.now
        )
        let inserted = try connection.execute(
            PersonQueries.insert(person, iban: iban, community: issueCode.community)
        )
        guard inserted == 1 else { throw PersonProblems.ibanLinked }
        var answer = person
        answer.activationCode = try issueCode(to: id, connection)
        return answer
    }
}
