import Foundation
import LedgerModel
import LocalStack
import TestSupport

/// Kills, stops and cuts.
struct Chaos {
    let stack: LocalStack
    /// A second wallet service, which reaches the database through the proxy.
    let second: ServiceProcess
    let proxy: CuttingProxy
    let log: SoakLog

    func rage(seed: UInt64, until end: ContinuousClock.Instant) async throws {
        var random = SeededRandom(seed: seed)
        while ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(Int.random(in: 300...4000, using: &random)))
            switch Int.random(in: 0..<100, using: &random) {
            case ..<50:
                let direction: CuttingProxy.Direction =
                    Bool.random(using: &random) ? .toServer : .toClient
                proxy.arm(direction, afterBytes: Int.random(in: 1...20_000, using: &random))
                log.count("cuts")
            case ..<60: try await kill(second, "second wallet")
            case ..<70: try await kill(.wallet)
            case ..<80: try await kill(.merchant)
            case ..<84: try await kill(.accounts)
            case ..<88: try await kill(.disbursement)
            default:
                try await stack.cluster.kill9()
                try await stack.cluster.start()
                log.count("kills of PostgreSQL")
            }
        }
    }

    private func kill(_ name: ServiceName) async throws {
        guard let service = await stack.service(name) else { return }
        try await kill(service, name.rawValue)
    }

    private func kill(_ service: ServiceProcess, _ name: String) async throws {
        await service.kill9()
        try await service.start()
        log.count("kills of \(name)")
    }

    /// Everything answers again; whatever ended by itself is a violation.
    func calm() async throws {
        for name in ServiceName.allCases {
            guard let service = await stack.service(name) else { continue }
            try await calm(service, name.rawValue)
        }
        try await calm(second, "second wallet")
    }

    private func calm(_ service: ServiceProcess, _ name: String) async throws {
        if let status = await service.exitStatus {
            log.violation("\(name) ended with \(status): \(await service.lastLines)")
            return
        }
        let url = await service.url ?? ""
        _ = try await eventually("\(name) is ready") {
            let answer = try? await RawHTTP.send(method: "GET", url: url + "/health/ready")
            return answer?.status == 200 ? true : nil
        }
    }
}
