import ArgumentParser
import Geometry

/// `wijkmunt geofence check`: works without any service.
struct GeofenceCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Tell which points of a CSV file lie inside an area, without any service.",
        discussion: """
            The points need the columns lon and lat, separated by commas or semicolons. The answer is CSV: line, verdict (inside, outside, \
            boundary) and the distance to the boundary in metres, negative outside. Without \
            --feature the sound areas of the whole file count together; what was left out is said \
            on standard error.
            """
    )

    @Argument(help: "A GeoJSON file.", completion: .file(extensions: ["geojson", "json"]))
    var file: String
    @Option(help: "Which feature of a collection, from 0.") var feature: Int?
    @Option(
        help: "A CSV file with the columns lon and lat.",
        completion: .file(extensions: ["csv"])
    )
    var points: String
    @Flag(help: "Repair rings that cross themselves.") var repair = false

    func run() throws {
        let area = try InputFile.contents(of: file)
        let table = try InputFile.contents(of: points)
        let check: GeofencePointsCheck
        do throws(GeometryRefusal) {
            check = try GeofencePointsCheck(geoJSON: area, feature: feature, repair: repair)
        } catch {
            throw CommandFailure("\(file) cannot be used:\n\(error)")
        }
        for warning in check.warnings { note("left out: \(warning)") }
        for repair in check.repairs {
            note("repaired feature \(repair.feature): \(repair.areaChange) m² changed")
        }
        do throws(PointsProblem) {
            let rows = try check.rows(points: table)
            print(([GeofencePointsCheck.csvHeader] + rows.map(\.csv)).joined(separator: "\n"))
        } catch {
            throw CommandFailure("\(points) cannot be used: \(error)")
        }
    }
}
