/// A day of the week.
package enum Weekday: String, CaseIterable, Codable, Hashable, Sendable {
    /// The first day of the week (ISO 8601).
    case monday
    /// The second.
    case tuesday
    /// The third.
    case wednesday
    /// The fourth.
    case thursday
    /// The fifth.
    case friday
    /// The sixth.
    case saturday
    /// The last.
    case sunday
}

/// From when until when within one day, in the time zone of the community.
package struct OpenHours: Codable, Hashable, Sendable {
    /// The first minute, such as `09:00`.
    package var from: String
    /// The first minute that is closed again, such as `17:30`; at most `24:00`.
    package var until: String

    /// Creates it from its members.
    package init(from: String, until: String) {
        self.from = from
        self.until = until
    }
}

/// The hours of one day of every week.
package struct WeeklyHours: Codable, Hashable, Sendable {
    /// The day.
    package var day: Weekday
    /// When it is open.
    package var hours: [OpenHours]

    /// Creates it from its members.
    package init(day: Weekday, hours: [OpenHours]) {
        self.day = day
        self.hours = hours
    }
}

/// The hours of one date, instead of those of its weekday.
package struct DatedHours: Codable, Hashable, Sendable {
    /// The date in the time zone of the community.
    package var date: String
    /// When it is open; closed all day when empty.
    package var hours: [OpenHours]

    /// Creates it from its members.
    package init(date: String, hours: [OpenHours]) {
        self.date = date
        self.hours = hours
    }
}

/// When a market or mobile shop is at its place. Days that are not named are closed.
package struct OpeningTimes: Codable, Hashable, Sendable {
    /// At most one entry for a day.
    package var weekly: [WeeklyHours]
    /// At most one entry for a date.
    package var exceptions: [DatedHours]?

    /// Creates it from its members.
    package init(weekly: [WeeklyHours], exceptions: [DatedHours]? = nil) {
        self.weekly = weekly
        self.exceptions = exceptions
    }
}

/// When a shop is open, or that it always is.
package struct OpeningTimesSetting: Codable, Hashable, Sendable {
    /// The times; without them the shop counts as open at any time.
    package var openingTimes: OpeningTimes?

    /// Creates it from its members.
    package init(openingTimes: OpeningTimes? = nil) {
        self.openingTimes = openingTimes
    }
}

/// Where a shop wants to move.
package struct ShopMoveRequest: Codable, Hashable, Sendable {
    /// The new address.
    package var address: String
    /// Degrees east in WGS 84.
    package var longitude: Double
    /// Degrees north in WGS 84.
    package var latitude: Double
    /// The radius of its area in metres; a point when absent.
    package var radiusMetres: Int?

    /// Creates it from its members.
    package init(
        address: String,
        longitude: Double,
        latitude: Double,
        radiusMetres: Int? = nil
    ) {
        self.address = address
        self.longitude = longitude
        self.latitude = latitude
        self.radiusMetres = radiusMetres
    }
}

/// How far the move of a shop has come.
package enum ShopMoveState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Nobody has looked yet; the old place is in force.
    case requested
    /// The new place is in force.
    case granted
    /// The old place stays.
    case rejected
}

/// The wish to move a shop, and what became of it.
package struct ShopMove: Codable, Hashable, Sendable {
    /// The move.
    package var id: Identifier
    /// The shop.
    package var shopId: Identifier
    /// The new address.
    package var address: String
    /// The new place.
    package var place: Place
    /// The radius of the new area in metres; null for a point.
    @Nullable package var radiusMetres: Int?
    /// How far it has come.
    package var state: ShopMoveState
    /// When it was asked.
    package var requestedAt: Instant
    /// When it was granted or rejected; null before.
    @Nullable package var decidedAt: Instant?

    /// Creates it from its members.
    package init(
        id: Identifier,
        shopId: Identifier,
        address: String,
        place: Place,
        radiusMetres: Int?,
        state: ShopMoveState,
        requestedAt: Instant,
        decidedAt: Instant?
    ) {
        self.id = id
        self.shopId = shopId
        self.address = address
        self.place = place
        self.radiusMetres = radiusMetres
        self.state = state
        self.requestedAt = requestedAt
        self.decidedAt = decidedAt
    }
}

/// What a second person says about the move of a shop.
package struct ShopMoveDecision: Codable, Hashable, Sendable {
    /// Whether the shop is where it says it will be.
    package var grant: Bool
    /// What was seen.
    package var evidence: String

    /// Creates it from its members.
    package init(grant: Bool, evidence: String) {
        self.grant = grant
        self.evidence = evidence
    }
}
