/// Bounds on a geofence file, checked before the work they bound.
package struct GeometryLimits: Sendable, Hashable {
    /// Bytes of the file.
    package var bytes: Int
    /// Levels of objects and arrays within each other; a FeatureCollection needs 8.
    package var depth: Int
    /// Points of the chosen features, repeated ones left out, closing ones counted.
    package var vertices: Int
    /// Pairs of edges that meet in what is to be mended or joined.
    package var crossings: Int

    /// Sets the bounds.
    package init(bytes: Int, depth: Int, vertices: Int, crossings: Int) {
        self.bytes = bytes
        self.depth = depth
        self.vertices = vertices
        self.crossings = crossings
    }

    /// For a geofence that a service will keep in memory: 4 MiB and 20,000 vertices.
    package static let geofence = GeometryLimits(
        bytes: 4 << 20,
        depth: 64,
        vertices: 20_000,
        crossings: 20_000
    )
    /// For checking a file at a desk: 128 MiB and 1,000,000 vertices.
    package static let offline = GeometryLimits(
        bytes: 128 << 20,
        depth: 64,
        vertices: 1_000_000,
        crossings: 200_000
    )
}
