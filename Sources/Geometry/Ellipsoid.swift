#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// The WGS 84 ellipsoid (NGA.STND.0036): its two defining lengths and what follows from them.
enum Ellipsoid {
    /// Semi-major axis, in metres.
    static let a = 6_378_137.0
    /// Flattening.
    static let f = 1 / 298.257223563
    /// Semi-minor axis, in metres.
    static let b = a * (1 - f)
    /// First eccentricity squared.
    static let e2 = f * (2 - f)
    /// Second eccentricity squared.
    static let secondE2 = e2 / (1 - e2)
    static let radiansPerDegree = Double.pi / 180

    /// Metres that one degree of longitude and one degree of latitude span at a latitude.
    ///
    /// The radii of curvature in the prime vertical (times the cosine) and in the meridian.
    static func metresPerDegree(latitude: Double) -> (east: Double, north: Double) {
        let sine = sin(latitude * radiansPerDegree)
        let w2 = 1 - e2 * sine * sine
        let primeVertical = a / w2.squareRoot()
        let meridian = primeVertical * (1 - e2) / w2
        let cosine = max(0, 1 - sine * sine).squareRoot()
        return (primeVertical * cosine * radiansPerDegree, meridian * radiansPerDegree)
    }

    /// Area in square metres between the equator and a latitude, for each radian of longitude.
    ///
    /// The integral over latitude of M·N·cos φ, M and N being the radii of curvature.
    static func zoneArea(latitude: Double) -> Double {
        let sine = sin(latitude * radiansPerDegree)
        let e = e2.squareRoot()
        return b * b / 2 * (sine / (1 - e2 * sine * sine) + atanh(e * sine) / e)
    }
}
