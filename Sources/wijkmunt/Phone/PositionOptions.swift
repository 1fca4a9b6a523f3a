import ArgumentParser

/// Where the simulated phone says that it is.
struct PositionOptions: ParsableArguments {
    @Option(help: "The position, as longitude,latitude in degrees; none is claimed without.")
    var at: DegreesPair?

    @Option(help: "The radius of 68 % confidence, in metres.") var accuracy: Double = 10

    @Flag(help: "Say that the position is a mock.") var mock = false

    @Option(help: "How old the fix is, in seconds.") var fixedSecondsAgo: Int = 0

    /// The position, nil without one.
    var position: Phone.Position? {
        at.map {
            Phone.Position(
                longitude: $0.longitude,
                latitude: $0.latitude,
                accuracyMetres: accuracy,
                isMock: mock,
                fixedSecondsAgo: fixedSecondsAgo
            )
        }
    }
}

/// A longitude and a latitude as one argument, in the order of GeoJSON: `5.1121,52.0905`.
struct DegreesPair: ExpressibleByArgument, Sendable {
    let longitude: Double
    let latitude: Double

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, let longitude = Double(parts[0]), let latitude = Double(parts[1]),
            (-180...180).contains(longitude), (-90...90).contains(latitude)
        else { return nil }
        self.longitude = longitude
        self.latitude = latitude
    }

    /// Whether this is in the European Netherlands only when read as latitude,longitude, the order
    /// in which maps show a place.
    var looksSwapped: Bool {
        !Self.isInNetherlands(longitude: longitude, latitude: latitude)
            && Self.isInNetherlands(longitude: latitude, latitude: longitude)
    }

    private static func isInNetherlands(longitude: Double, latitude: Double) -> Bool {
        (3...8).contains(longitude) && (50...54).contains(latitude)
    }
}
