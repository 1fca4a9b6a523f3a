#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// Distances along the WGS 84 ellipsoid.
package enum Geodesic {
    /// Metres of the shortest path over the ellipsoid between two places.
    ///
    /// Vincenty's inverse formula (Survey Review XXIII, 1975; good to 0.1 mm). Its iteration does
    /// not settle for nearly antipodal places; for those the azimuth is found by bisection, see
    /// ``AntipodalGeodesic``. Haversine is no substitute: it is 0.3 % off in the Netherlands.
    package static func distanceMetres(_ from: Coordinate, _ to: Coordinate) -> Double {
        if from == to { return 0 }
        var difference = abs(to.longitude - from.longitude)
        if difference > 180 { difference = 360 - difference }
        let longitude = difference * Ellipsoid.radiansPerDegree
        let beta1 = reducedLatitude(from.latitude)
        let beta2 = reducedLatitude(to.latitude)
        return vincenty(beta1, beta2, longitude)
            ?? AntipodalGeodesic.distanceMetres(beta1, beta2, longitude: longitude)
    }

    private static func reducedLatitude(_ degrees: Double) -> Double {
        let radians = degrees * Ellipsoid.radiansPerDegree
        return atan2((1 - Ellipsoid.f) * sin(radians), cos(radians))
    }

    /// Vincenty's iteration over the longitude on the auxiliary sphere; nil when it does not settle.
    private static func vincenty(_ u1: Double, _ u2: Double, _ longitude: Double) -> Double? {
        let f = Ellipsoid.f
        let (sinU1, cosU1, sinU2, cosU2) = (sin(u1), cos(u1), sin(u2), cos(u2))
        var lambda = longitude
        for _ in 0..<40 {
            let (sinLambda, cosLambda) = (sin(lambda), cos(lambda))
            let across = cosU2 * sinLambda
            let along = cosU1 * sinU2 - sinU1 * cosU2 * cosLambda
            let sinSigma = (across * across + along * along).squareRoot()
            if sinSigma == 0 { return lambda < 1 ? 0 : nil }
            let cosSigma = sinU1 * sinU2 + cosU1 * cosU2 * cosLambda
            let sigma = atan2(sinSigma, cosSigma)
            let sinAlpha = cosU1 * cosU2 * sinLambda / sinSigma
            let cos2Alpha = 1 - sinAlpha * sinAlpha
            // On the equator the midpoint's latitude is undefined and its terms vanish.
            let cosMid2 = cos2Alpha < 1e-15 ? 0 : cosSigma - 2 * sinU1 * sinU2 / cos2Alpha
            let c = f / 16 * cos2Alpha * (4 + f * (4 - 3 * cos2Alpha))
            let correction = cosMid2 + c * cosSigma * (2 * cosMid2 * cosMid2 - 1)
            let next =
                longitude + (1 - c) * f * sinAlpha * (sigma + c * sinSigma * correction)
            guard next <= .pi else { return nil }
            let settled = abs(next - lambda) < 1e-13
            lambda = next
            if settled {
                let arc = Arc(sigma: sigma, sine: sinSigma, cosine: cosSigma, cosMid2: cosMid2)
                return arc.metres(cos2Alpha: cos2Alpha)
            }
        }
        return nil
    }

    private struct Arc {
        let sigma: Double
        let sine: Double
        let cosine: Double
        let cosMid2: Double

        func metres(cos2Alpha: Double) -> Double {
            let u2 = cos2Alpha * Ellipsoid.secondE2
            let big = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)))
            let small = u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)))
            let mid2 = cosMid2 * cosMid2
            let inner = cosine * (2 * mid2 - 1)
            let outer = small / 6 * cosMid2 * (4 * sine * sine - 3) * (4 * mid2 - 3)
            let delta = small * sine * (cosMid2 + small / 4 * (inner - outer))
            return Ellipsoid.b * big * (sigma - delta)
        }
    }
}
