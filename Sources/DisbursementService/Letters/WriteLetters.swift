import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// Makes activation codes for people whose coins wait, and the letters that bring them. A code is kept
/// as its hash: the letter is nowhere but in the answer, which is kept sealed for a repetition, and
/// whoever loses it has another made, which voids this one.
struct WriteLetters: Sendable {
    /// Letters of one answer.
    static let most = 250

    let batch: UUID
    let community: UUID
    /// A line whose letter is made anew; `nil` for those that are due.
    let line: Int32?
    /// Where codes are handed in.
    let address: String
    let lookup: LookupKey
    /// The client that asks.
    let client: UUID
    let clock: Clock

    /// The letters, and for whom they are; at least one.
    func callAsFunction(
        _ connection: Connection
    ) throws -> (letters: [Domain.ActivationLetter], people: [Identifier]) {
        let submitter = try connection.query(
            LetterQueries.submitter(of: batch, community: community)
        ).first?.decode(UUID.self)
        guard let submitter else { throw Problem.notFound("batch") }
        guard submitter != client else {
            throw Problem(
                .secondPersonRequired,
                "Somebody else than who submitted the file makes its letters."
            )
        }
        _ = try connection.query(LetterQueries.lock(batch))
        let due = try LetterQueries.dueLetters(
            connection.query(
                LetterQueries.due(in: batch, line: line, community: community, limit: Self.most)
            )
        )
        let letters = due.map { NewLetter(for: $0, lookup, newID: clock.newID) }
        let expiresAt = Instant(
            microseconds: clock.now().microseconds + Domain.ActivationCode.lifetime
        )
        let written = try connection.query(
            LetterQueries.write(self, letters, expiresAt: expiresAt)
        ).map { try $0.decode(Int32.self, UUID.self) as (Int32, UUID) }
        guard !written.isEmpty else {
            throw Problem(.noLettersDue, "Nobody whose coins wait in this batch needs a letter.")
        }
        let people = Dictionary(uniqueKeysWithValues: written)
        let name = try connection.query(LetterQueries.community(community)).one()
            .decode(String.self)
        return (
            letters.filter { people[$0.line.nr] != nil }
                .map { $0.letter(of: name, at: address, expiresAt: expiresAt) },
            written.map { Identifier($0.1) }
        )
    }
}

/// A letter about to be written: a fresh code, and ids for a person who may be new.
struct NewLetter: Sendable {
    let line: DueLetter
    let code: Domain.ActivationCode
    let codeHash: [UInt8]
    let party: UUID
    let link: UUID

    init(for line: DueLetter, _ lookup: LookupKey, newID: () -> UUID) {
        var random = SystemRandomNumberGenerator()
        self.line = line
        code = Domain.ActivationCode(using: &random)
        codeHash = lookup.hash(code.characters, kind: .activationCode)
        party = newID()
        link = newID()
    }

    func letter(
        of community: String,
        at address: String,
        expiresAt: Instant
    ) -> Domain.ActivationLetter {
        guard let lastDay = Domain.ActivationLetter.Day(before: expiresAt.description) else {
            preconditionFailure("an instant begins with its day")
        }
        return Domain.ActivationLetter(
            to: line.name,
            of: community,
            code: code,
            lastDay: lastDay,
            address: address,
            reference: line.endToEndID == "NOTPROVIDED" ? nil : line.endToEndID
        )
    }
}
