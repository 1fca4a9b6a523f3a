import API
import ArgumentParser
import FoundationEssentials

/// `wijkmunt geofence …`
struct GeofenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "geofence",
        abstract: "The areas in which a coin may be spent.",
        subcommands: [
            Import.self, List.self, Show.self, Area.self, GeofenceCheckCommand.self,
        ]
    )

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Import an area from a GeoJSON file (CRS84, RFC 7946).",
            discussion: "A name that exists gets its next version."
        )
        @Argument(help: "The file.", completion: .file(extensions: ["geojson", "json"]))
        var file: String
        @Option(help: "The name of the area.") var name: String
        @Option(help: "Which feature of a collection, from 0.") var feature: Int?
        @Flag(help: "Repair rings that cross themselves.") var repair = false
        @Option(help: "From when it is in force; at once by default.") var validFrom: Instant?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .importGeofence)
            let geofence: Geofence = try await session.client.call(
                .importGeofence,
                body: GeofenceImport(
                    name: name,
                    geoJson: try readJSON(file),
                    feature: feature,
                    repair: repair ? true : nil,
                    validFromAt: validFrom
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(geofence)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the areas.")
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listGeofences)
            let list: Page<Geofence> = try await session.client.call(
                .listGeofences,
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["id", "name", "version", "vertices", "areaSquareMetres", "validFromAt"]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one version of an area.")
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getGeofence)
            let geofence: Geofence = try await session.client.call(
                .getGeofence,
                path: ["geofenceId": id.description]
            )
            try session.output.show(geofence)
        }
    }

    struct Area: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print an area as GeoJSON.")
        @Argument(help: "The id of the version.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getGeofenceArea)
            let answer = try await session.client.answer(
                .getGeofenceArea,
                path: ["geofenceId": id.description]
            )
            print(String(decoding: answer.body, as: UTF8.self))
        }
    }
}

/// Reads a file as JSON of any shape.
func readJSON(_ path: String) throws -> JSONValue {
    let bytes = try InputFile.contents(of: path)
    do {
        return try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    } catch {
        throw CommandFailure("\(path) is not JSON")
    }
}
