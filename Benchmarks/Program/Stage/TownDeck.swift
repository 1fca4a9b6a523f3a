import Foundation
import LocalStack
import TestSupport

/// Files for wrk's scripts.
extension Town {
    /// The base address of a service.
    func url(of service: ServiceName) -> String {
        community.administrator.urls[service] ?? ""
    }

    /// Host and port of a service.
    func host(of service: ServiceName) -> String {
        String(url(of: service).trimmingPrefix("http://"))
    }

    /// Host, coin, everybody who has a phone with a token, an empty line, and who receives.
    func deck(payees: [String] = []) async throws -> String {
        let payers = try await tokens().map { "\($0.payer.wallet) \($0.token)" }
        let lines = [host(of: .wallet), Self.coin] + payers + [""] + payees
        return lines.joined(separator: "\n") + "\n"
    }
}
