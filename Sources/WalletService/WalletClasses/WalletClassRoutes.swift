import API
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// What wallets may move in a day.
struct WalletClassRoutes {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.setWalletClass, setWalletClass)
        routes.on(.listWalletClasses, listWalletClasses)
        routes.on(.putWalletIntoClass, putWalletIntoClass)
    }

    @Sendable private func setWalletClass(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(WalletClassSetting.self)
        let set = SetWalletClass(
            setting: body.value,
            community: try call.caller.requireCommunity()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let before = try WalletClassQueries.classes(
                connection.query(
                    WalletClassQueries.one(set.setting.name, community: set.community)
                )
            ).first
            let after = try set(connection)
            try call.record(
                AuditEntry(.walletClass, after.name, from: before, to: after),
                connection
            )
            return .created(after, at: "/v1/wallet-classes")
        }
    }

    @Sendable private func listWalletClasses(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let read = try await database.query(
            WalletClassQueries.page(
                community: call.caller.requireCommunity(),
                after: try Cursor.name(of: call, matching: /[a-z][a-z0-9-]{0,31}/),
                limit: limit
            ),
            WalletClassQueries.classes
        )
        return .page(Cursor.page(read, limit: limit, next: \.name), of: call.request.uri)
    }

    @Sendable private func putWalletIntoClass(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(WalletClassMember.self)
        let community = try call.caller.requireCommunity()
        let name = try call.text("className")
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let wallet = body.value.walletId
            let before = try connection.query(
                WalletClassQueries.className(of: wallet.uuid, community: community)
            ).first?.decode(String.self)
            let outcome = try connection.query(
                WalletClassQueries.put(body.value.walletId.uuid, into: name, community: community)
            ).one().decode(String.self)
            switch outcome {
            case "unknown-class": throw Problem.notFound("class")
            case "unknown-wallet":
                throw Problem(.unknownWallet, "The community has no such wallet.")
            default: break
            }
            let entry = AuditEntry(
                .wallet,
                wallet,
                from: before.map { ["class": $0] },
                to: ["class": name]
            )
            try call.record(entry, connection)
            return .created(body.value, at: "/v1/wallet-classes")
        }
    }
}
