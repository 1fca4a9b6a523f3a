/// One statement: text you could paste into psql, with its values bound beside it.
///
/// `"SELECT name FROM shop WHERE id = \(id)"` sends `… WHERE id = $1`: a value can never become
/// SQL. Text that is not a literal says so: `\(rawSQL: columnName)`.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    let text: String
    let parameters: Parameters

    /// A statement without values.
    package init(stringLiteral text: String) {
        self.text = text
        parameters = Parameters()
    }

    /// A statement with values.
    package init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        parameters = stringInterpolation.parameters
    }

    /// Collects text and values in the order in which they are written.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var parameters = Parameters()

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 3 * interpolationCount)
            parameters.reserveCapacity(interpolationCount)
        }

        /// Adds SQL as it was written.
        package mutating func appendLiteral(_ literal: String) { text += literal }

        /// Binds a value as the next parameter.
        package mutating func appendInterpolation<T: PostgresValue>(_ value: T) {
            appendPlaceholder(parameters.append(value))
        }

        /// Binds a value, or NULL of the same type, as the next parameter.
        package mutating func appendInterpolation<T: PostgresValue>(_ value: T?) {
            appendPlaceholder(parameters.append(value))
        }

        /// Binds an array that was built value by value as the next parameter.
        package mutating func appendInterpolation<T>(_ column: ArrayColumn<T>) {
            appendPlaceholder(parameters.append(column))
        }

        /// Appends text as SQL. Never pass anything that came from outside the program.
        package mutating func appendInterpolation(rawSQL: String) { text += rawSQL }

        private mutating func appendPlaceholder(_ number: Int) {
            text += "$"
            text += String(number)
        }
    }
}

/// The values of one statement in binary form, one after the other in a single buffer.
struct Parameters: Sendable {
    /// The protocol counts parameters in 16 bits.
    static let limit = 65_535

    private(set) var bytes: [UInt8] = []
    /// Where each value lies; nil for NULL.
    private(set) var ranges: [Range<Int>?] = []
    private(set) var types: [PostgresType] = []

    mutating func reserveCapacity(_ count: Int) {
        ranges.reserveCapacity(count)
        types.reserveCapacity(count)
        bytes.reserveCapacity(16 * count)
    }

    /// Returns the parameter's number, which counts from 1.
    mutating func append<T: PostgresValue>(_ value: T?) -> Int {
        guard let value else {
            note(nil, of: T.postgresType)
            return types.count
        }
        let start = bytes.count
        value.write(to: &bytes)
        note(start..<bytes.count, of: T.postgresType)
        return types.count
    }

    /// Returns the parameter's number.
    mutating func append<T>(_ column: ArrayColumn<T>) -> Int {
        let start = bytes.count
        column.write(to: &bytes)
        note(start..<bytes.count, of: T.arrayType)
        return types.count
    }

    private mutating func note(_ range: Range<Int>?, of type: PostgresType) {
        precondition(types.count < Self.limit, "a statement has at most 65 535 parameters")
        types.append(type)
        ranges.append(range)
    }
}
