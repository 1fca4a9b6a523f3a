#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// Mercator's plane, in degrees. It keeps angles, so that near a place what is nearer on the plane is
/// nearer on earth; longitude is the same on both.
package enum MercatorPlane {
    private static let mostLatitude = 85.0

    /// The height of a latitude on the plane; beyond 85 degrees counts as 85.
    package static func height(ofLatitude latitude: Double) -> Double {
        let clamped = max(-mostLatitude, min(mostLatitude, latitude))
        return log(tan(.pi / 4 + clamped * .pi / 360)) * 180 / .pi
    }

    /// Degrees on the plane that so many metres are at most, anywhere within them of a latitude.
    package static func degrees(ofMetres metres: Double, around latitude: Double) -> Double {
        // A degree of latitude has 110.5 kilometres or more.
        let farthest = min(mostLatitude + 1, abs(latitude) + metres / 110_500)
        return metres / (110_500 * cos(farthest * .pi / 180))
    }
}
