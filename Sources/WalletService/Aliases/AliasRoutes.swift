import API
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// The names by which wallets are paid.
struct AliasRoutes {
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.chooseWalletAlias, chooseWalletAlias)
    }

    @Sendable private func chooseWalletAlias(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(WalletAliasChoice.self)
        let choose = ChooseAlias(
            wallet: try call.id("walletId"),
            party: call.caller.party,
            community: try call.caller.requireCommunity(),
            alias: body.value.alias
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let chosen = try choose(connection)
            try call.record(
                AuditEntry(
                    .wallet,
                    chosen.walletId,
                    to: ["alias": AuditValue.personal(chosen.alias)],
                    about: Identifier(choose.party)
                ),
                connection
            )
            return .created(chosen, at: "/v1/wallet-aliases/\(chosen.alias)")
        }
    }
}
