import API
import FoundationEssentials
import Postgres
import ServiceKit

/// `/shops/{shopId}/terminals`: tills, to be enrolled with the code that comes with them.
struct TerminalRoutes: Sendable {
    let idempotency: Idempotency
    let codes: TerminalCodes

    func add(to routes: Routes) {
        routes.on(.registerTerminal, registerTerminal)
    }

    @Sendable private func registerTerminal(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(TerminalRegistration.self)
        let register = RegisterTerminal(
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            shop: try call.id("shopId"),
            id: call.clock.newID(),
            now: call.clock.now(),
            codes: codes
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let terminal = try register(name: body.value.name, connection)
            try call.record(terminal.auditEntry, connection)
            return .created(terminal, at: "/v1/shops/\(terminal.shopId)")
        }
    }
}

extension Terminal {
    /// That a till is on the list of a shop; without its activation code.
    fileprivate var auditEntry: AuditEntry {
        let after: [String: AuditValue] = [
            "shopId": .id(shopId), "name": .text(name), "number": .text(number),
            "codeExpiresAt": .moment(activationCode.expiresAt),
        ]
        return AuditEntry(.terminal, id, to: after)
    }
}
