import API
import Domain
import FoundationEssentials
import ISO20022
import Postgres

/// What was booked on the account of a programme without a line of a file: standing instructions,
/// recalls, euros that came or went, coins that ended. In the order of booking, a set at a time.
struct OtherEntries: Sendable {
    private static let limit: Int32 = 2_000

    let programme: UUID
    /// The moments that are told of, in microseconds since 1970.
    let span: Range<Int64>
    let community: UUID
    let database: Database
    private var place: OtherBooking.Place
    private var isOver = false

    init(
        of programme: UUID,
        in span: Range<Int64>,
        _ community: UUID,
        _ database: Database
    ) {
        (self.programme, self.span) = (programme, span)
        (self.community, self.database) = (community, database)
        place = .init(postedAt: Timestamp(microseconds: span.lowerBound), seq: 0)
    }

    /// The next entries; nil after the last ones.
    mutating func next() async throws -> [CreditNotification.Entry]? {
        guard !isOver else { return nil }
        let bookings = try await database.query(
            ProgrammeNotificationQueries.others(
                of: programme,
                community,
                after: place,
                until: Timestamp(microseconds: span.upperBound),
                limit: Self.limit
            ),
            ProgrammeNotificationQueries.others
        )
        isOver = bookings.count < Self.limit
        guard let last = bookings.last else { return nil }
        place = last.place
        let lines = try await lines(of: bookings.compactMap(\.grant))
        return bookings.map { entry(of: $0, $0.grant.flatMap { lines[$0] }) }
    }

    /// The lines by which grants came about, of those that a file has paid.
    private func lines(of grants: [UUID]) async throws -> [UUID: GrantedLine] {
        guard !grants.isEmpty else { return [:] }
        let lines = try await database.query(
            ProgrammeNotificationQueries.lines(of: grants, programme, community),
            ProgrammeNotificationQueries.lines
        )
        return Dictionary(lines.map { ($0.grant, $0) }) { first, _ in first }
    }

    private func entry(
        of booking: OtherBooking,
        _ line: GrantedLine?
    ) -> CreditNotification.Entry {
        CreditNotification.Entry(
            reference: "\(booking.place.seq)",
            id: booking.transfer.compact,
            kind: kind(of: booking),
            minorUnits: abs(booking.amount),
            bookedAtMicroseconds: booking.place.postedAt.microseconds,
            references: .init(
                messageID: line?.messageID,
                // It has no file; this is how whoever made it finds it.
                paymentID: line?.paymentID ?? booking.standing?.compact,
                instructionID: line?.instructionID,
                endToEndID: line?.endToEndID
            ),
            creditorName: booking.person ?? "",
            remittance: booking.reference
        )
    }

    private func kind(of booking: OtherBooking) -> CreditNotification.Kind {
        if booking.standing != nil {
            return .payment(arrivedAtMicroseconds: booking.place.postedAt.microseconds)
        }
        if booking.grant != nil { return .recall }
        return .other(booking.kind, isCredit: booking.amount > 0)
    }
}

extension UUID {
    /// 32 hexadecimal digits, which fit where a message takes 35 characters.
    var compact: String { Identifier(self).description.replacing("-", with: "") }
}
