import ISO20022
import Postgres

extension CalendarDate {
    /// As the database reads it.
    var databaseDay: Day { Day(daysSince1970: Int32(daysSinceEpoch)) }
}
