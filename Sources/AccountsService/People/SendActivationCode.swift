import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// Makes a code together with the letter that brings it.
struct SendActivationCode: Sendable {
    let issue: IssueActivationCode
    let language: LetterLanguage
    /// Where codes are handed in.
    let address: String

    func callAsFunction(to person: UUID, _ connection: Connection) throws -> PersonActivationCode {
        let addressee = try connection.query(
            PersonQueries.addressee(person, of: issue.community)
        ).first?.decode(String.self, String.self)
        guard let (name, community) = addressee else { throw Problem.notFound("person") }
        let (code, expiresAt) = try issue(to: person, connection)
        guard let language = Domain.ActivationLetter.Language(rawValue: language.rawValue),
            let lastDay = Domain.ActivationLetter.Day(before: expiresAt.description)
        else { preconditionFailure("a language or a day that no letter has") }
        let letter = Domain.ActivationLetter(
            to: name,
            of: community,
            code: code,
            lastDay: lastDay,
            address: address
        )
        return PersonActivationCode(
            code: code.description,
            expiresAt: expiresAt,
            letter: API.ActivationLetter(
                language: self.language,
                lines: letter.text(in: language)
                    .split(separator: "\n", omittingEmptySubsequences: false).map(String.init),
                qrPayload: letter.qrPayload
            )
        )
    }
}
