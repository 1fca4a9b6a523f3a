import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// What a search looks for.
struct WantedLines: Sendable {
    /// After which line to go on: files come newest first, their lines in order.
    struct Place: Sendable {
        let batch: UUID
        let nr: Int32

        init(_ line: FoundLine) {
            batch = line.batchId.uuid
            nr = Int32(line.instruction.line)
        }

        /// Reads what `text` writes; throws 400 for anything else.
        init(_ text: String) throws {
            let parts = text.split(separator: "_", omittingEmptySubsequences: false)
            guard parts.count == 2, let batch = Identifier(String(parts[0])),
                let nr = Int32(parts[1]), nr > 0
            else { throw Problem.invalid("/cursor", "is not a cursor of this list") }
            self.batch = batch.uuid
            self.nr = nr
        }

        var text: String { "\(Identifier(batch))_\(nr)" }
    }

    /// The days back that are looked through unless the search says otherwise, and at most.
    private static let (usualDays, mostDays): (Int32, Int32) = (92, 366)

    let person: UUID?
    /// Keyed hashes of an account or number.
    let hashes: [[UInt8]]
    let endToEndID: String?
    let programme: UUID?
    let from: Day
    let limit: Int
    let after: Place?

    /// Throws 400 for a search that asks for nothing, for two things, or for what cannot be.
    init(_ search: LineSearch, lookupKey: LookupKey, numberOwners: [UUID], now: Instant) throws {
        let asked: [Any?] = [
            search.personId, search.iban, search.clientNumber, search.endToEndId,
        ]
        guard asked.count(where: { $0 != nil }) == 1 else {
            throw Problem.invalid(
                "",
                "has exactly one of personId, iban, clientNumber and endToEndId"
            )
        }
        person = search.personId?.uuid
        hashes = try Self.hashes(search, lookupKey, numberOwners)
        endToEndID = search.endToEndId
        programme = search.programmeId?.uuid
        let today = Int32(now.microseconds / 86_400_000_000)
        from =
            try search.fromOn.map { try Self.day($0) }
            ?? Day(daysSince1970: today - Self.usualDays)
        guard from >= Day(daysSince1970: today - Self.mostDays) else {
            throw Problem.invalid("/fromOn", "lies more than \(Self.mostDays) days back")
        }
        limit = search.limit ?? 50
        after = try search.cursor.map { try Place($0) }
    }

    private static func hashes(
        _ search: LineSearch,
        _ lookupKey: LookupKey,
        _ numberOwners: [UUID]
    ) throws -> [[UInt8]] {
        if let text = search.iban {
            guard let iban = IBAN(text) else { throw Problem.invalid("/iban", "is not an IBAN") }
            let keeper = CreditorKeeper(lookupKey: lookupKey, numberOwner: numberOwners[0])
            return [keeper.kept(.iban(iban)).hash].compactMap(\.self)
        }
        guard let text = search.clientNumber else { return [] }
        guard CreditorKeeper.mistake(in: .clientNumber, text) == nil else {
            throw Problem.invalid("/clientNumber", "is not a client number")
        }
        return numberOwners.compactMap {
            CreditorKeeper(lookupKey: lookupKey, numberOwner: $0).kept(.clientNumber(text)).hash
        }
    }

    private static func day(_ text: String) throws -> Day {
        try StandingDates.date(text, "/fromOn").databaseDay
    }
}
