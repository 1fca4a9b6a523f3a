#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// The geodesic between places on nearly opposite sides of the ellipsoid.
///
/// With the places arranged so that the first is the furthest from the equator and south of it, the
/// longitude reached at the second place's latitude grows steadily with the azimuth at the first,
/// from 0 heading north to half a turn heading south (Karney, Journal of Geodesy 87, 2013, section
/// 4). So bisection on the azimuth always ends at the shortest path, whatever the places.
enum AntipodalGeodesic {
    /// Metres between two reduced latitudes, in radians, that differ by a longitude of 0 to π.
    static func distanceMetres(_ betaA: Double, _ betaB: Double, longitude: Double) -> Double {
        let swap = abs(betaA) < abs(betaB)
        let sign: Double = (swap ? betaB : betaA) > 0 ? -1 : 1
        let beta1 = sign * (swap ? betaB : betaA)
        let beta2 = sign * (swap ? betaA : betaB)
        if abs(beta1) < 1e-15, longitude <= (1 - Ellipsoid.f) * .pi {
            return Ellipsoid.a * longitude
        }
        var low = 0.0
        var high = Double.pi
        // 52 halvings use up the precision of the azimuth.
        for _ in 0..<52 {
            let middle = (low + high) / 2
            if Path(azimuth: middle, beta1: beta1, beta2: beta2).longitude < longitude {
                low = middle
            } else {
                high = middle
            }
        }
        return Path(azimuth: (low + high) / 2, beta1: beta1, beta2: beta2).metres
    }

    /// The geodesic that leaves the first latitude with an azimuth, up to the second latitude.
    private struct Path {
        private let sinAlpha0: Double
        private let k2: Double
        private let sigma1: Double
        private let sigma2: Double
        private let omega: Double

        init(azimuth: Double, beta1: Double, beta2: Double) {
            // A latitude of exactly zero would lose the sign of the direction it is left in.
            let sin1 = min(sin(beta1), -1e-200)
            let (cos1, cos2) = (cos(beta1), max(cos(beta2), 1e-200))
            let sin2 = sin(beta2)
            let (sinAlpha1, cosAlpha1) = (sin(azimuth), cos(azimuth))
            sinAlpha0 = sinAlpha1 * cos1
            let cosAlpha1Cos1 = cosAlpha1 * cos1
            let cosAlpha2Cos2 = max(
                0,
                cosAlpha1Cos1 * cosAlpha1Cos1 + (cos2 - cos1) * (cos2 + cos1)
            ).squareRoot()
            sigma1 = atan2(sin1, cosAlpha1Cos1)
            sigma2 = atan2(sin2, cosAlpha2Cos2)
            omega =
                atan2(sinAlpha0 * sin2, cosAlpha2Cos2) - atan2(sinAlpha0 * sin1, cosAlpha1Cos1)
            k2 = Ellipsoid.secondE2 * max(0, 1 - sinAlpha0 * sinAlpha0)
        }

        var longitude: Double {
            let f = Ellipsoid.f
            let integral = integrate { (2 - f) / (1 + (1 - f) * $0) }
            return omega - f * sinAlpha0 * integral
        }

        var metres: Double { Ellipsoid.b * integrate { $0 } }

        /// Simpson's rule over the arc; the integrand is so smooth that 64 steps reach 1e-12.
        private func integrate(_ function: (Double) -> Double) -> Double {
            let steps = 64
            let width = (sigma2 - sigma1) / Double(steps)
            var sum = 0.0
            for step in 0...steps {
                let sine = sin(sigma1 + Double(step) * width)
                let weight: Double = step == 0 || step == steps ? 1 : step % 2 == 1 ? 4 : 2
                sum += weight * function((1 + k2 * sine * sine).squareRoot())
            }
            return sum * width / 3
        }
    }
}
