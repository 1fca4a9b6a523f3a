import API
import ServiceKit

/// What the schema of opening times cannot say.
enum OpeningTimesCheck {
    /// Throws 400 with all that is wrong; `pointer` is where the times stand in the body.
    static func require(_ times: OpeningTimes?, at pointer: String) throws {
        guard let times else { return }
        var errors: [RequestError] = []
        func look(_ hours: [OpenHours], at place: String) {
            // Two digits each: the order of the texts is that of the times.
            for (number, open) in hours.enumerated() {
                let isTime = open.from < "24:00" && open.until <= "24:00"
                if !isTime || open.from >= open.until {
                    errors.append(
                        RequestError(
                            pointer: "\(place)/hours/\(number)",
                            detail: "does not end after it begins, on the same day"
                        )
                    )
                }
            }
        }
        var days: Set<String> = []
        for (number, day) in times.weekly.enumerated() {
            let place = "\(pointer)/weekly/\(number)"
            look(day.hours, at: place)
            if !days.insert(day.day.rawValue).inserted {
                errors.append(RequestError(pointer: "\(place)/day", detail: "is there twice"))
            }
        }
        for (number, day) in (times.exceptions ?? []).enumerated() {
            let place = "\(pointer)/exceptions/\(number)"
            look(day.hours, at: place)
            if !days.insert(day.date).inserted {
                errors.append(RequestError(pointer: "\(place)/date", detail: "is there twice"))
            }
        }
        guard errors.isEmpty else {
            throw Problem(.invalidRequest, "These are no opening times.", errors: errors)
        }
    }
}
