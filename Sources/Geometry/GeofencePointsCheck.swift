/// The offline answer to the question: which of these points lie in this geofence?
///
/// One feature is taken strictly: when it is invalid the check refuses, unless repair is asked for.
/// A whole file is the union of its sound areas; the others are left out and come back as
/// warnings, so that one bad neighbourhood does not silence a city.
package struct GeofencePointsCheck: Sendable {
    /// The answer for one point.
    package struct Row: Sendable, Hashable {
        /// Line in the points file, counted from 1; the header is line 1.
        package let line: Int
        /// Where the point lies.
        package let verdict: Geofence.Position
        /// Metres to the boundary: positive inside, negative outside, 0 on it.
        package let signedDistanceMetres: Double

        /// The row as CSV, without line end; metres to a tenth of a millimetre.
        package var csv: String {
            let rounded = (signedDistanceMetres * 10_000).rounded() / 10_000
            // Adding zero takes the sign off a negative zero.
            return "\(line),\(verdict.rawValue),\(rounded + 0)"
        }
    }

    /// The header above ``Row/csv`` rows.
    package static let csvHeader = "line,verdict,signedDistanceMetres"

    /// The area that points are checked against.
    package let geofence: Geofence
    /// What was left out of a whole file, and why.
    package let warnings: [GeometryProblem]
    /// What was mended.
    package let repairs: [GeofenceImport.Repair]

    /// Reads the geofence file.
    ///
    /// - Parameters:
    ///   - geoJSON: the bytes of a GeoJSON file.
    ///   - feature: the feature to check against, counted from 0; nil takes the whole file.
    ///   - repair: mend crossing, touching or misplaced rings instead of refusing them.
    package init(
        geoJSON: [UInt8],
        feature: Int? = nil,
        repair: Bool = false,
        limits: GeometryLimits = .offline
    ) throws(GeometryRefusal) {
        let result: GeofenceImport.Result
        if let feature {
            result = try GeofenceImport.read(
                geoJSON,
                feature: feature,
                repair: repair,
                limits: limits
            )
            warnings = []
        } else {
            (result, warnings) = try GeofenceImport.readSoundPart(
                geoJSON,
                repair: repair,
                limits: limits
            )
        }
        repairs = result.repairs
        geofence = try Geofence(result)
    }

    /// Answers every point of a CSV file, in its order.
    ///
    /// - Parameter points: UTF-8 text with a header line that has the columns `lon` and `lat`
    ///   (WGS 84 degrees), in any order and among others; separated by commas, or by semicolons
    ///   when the header has no comma.
    /// - Throws: the first fault of the table, with line and column.
    package func rows(points: [UInt8]) throws(PointsProblem) -> [Row] {
        var csv = CSVText(points)
        guard let header = try csv.next() else {
            throw PointsProblem(line: 1, column: nil, sentence: "The file of points is empty.")
        }
        let longitude = try Column("lon", limit: 180, in: header)
        let latitude = try Column("lat", limit: 90, in: header)
        var rows: [Row] = []
        while let record = try csv.next() {
            let x = try longitude.degrees(in: record)
            let y = try latitude.degrees(in: record)
            guard let place = Coordinate(longitude: x, latitude: y) else {
                preconditionFailure("each ordinate was checked against its limit")
            }
            let verdict = geofence.position(of: place)
            rows.append(
                Row(
                    line: record.line,
                    verdict: verdict,
                    signedDistanceMetres: geofence.signedDistanceMetres(of: place, at: verdict)
                )
            )
        }
        return rows
    }

    private struct Column {
        let name: String
        let limit: Double
        let index: Int
        let width: Int

        init(
            _ name: String,
            limit: Double,
            in header: CSVText.Record
        ) throws(PointsProblem) {
            let names = header.fields.map { $0.lowercased().filter { !$0.isWhitespace } }
            let found = names.indices.filter { names[$0] == name }
            guard found.count == 1 else {
                let sentence =
                    found.isEmpty
                    ? "The header has no such column; columns are separated by commas or semicolons."
                    : "The header has this column more than once."
                throw PointsProblem(line: header.line, column: name, sentence: sentence)
            }
            self.name = name
            self.limit = limit
            index = found[0]
            width = names.count
        }

        func degrees(in record: CSVText.Record) throws(PointsProblem) -> Double {
            guard record.fields.count == width else {
                throw PointsProblem(
                    line: record.line,
                    column: nil,
                    sentence: "There are \(record.fields.count) fields; the header has \(width)."
                )
            }
            let text = record.fields[index].filter { $0 != " " }
            guard text.utf8.allSatisfy(Self.isNumeric), let value = Double(text) else {
                throw PointsProblem(
                    line: record.line,
                    column: name,
                    sentence: "A number of degrees is expected, with a decimal point."
                )
            }
            guard abs(value) <= limit else {
                throw PointsProblem(
                    line: record.line,
                    column: name,
                    sentence: "The number of degrees is not between -\(limit) and \(limit)."
                )
            }
            return value
        }

        /// Keeps out what Swift reads as a number but no table means: "nan", "inf", hexadecimal.
        private static func isNumeric(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
                UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default:
                false
            }
        }
    }
}
