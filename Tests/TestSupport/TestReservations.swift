package import API
import LocalStack
package import Postgres

extension TestShop {
    /// The till asks for a reservation, an hour long unless told otherwise, and the phone accepts.
    package func reserve(
        _ value: String,
        of resident: TestResident,
        seconds: Int = 3600
    ) async throws -> Payment {
        try await resident.pay(request(value, holdFor: seconds)).decode(Payment.self)
    }

    /// Takes a part of a reservation, or all that is left; another client or instance may be asked.
    package func capture(
        _ reservation: Payment,
        _ value: String? = nil,
        releasesRest: Bool? = nil,
        key: String? = nil,
        by client: TestClient? = nil
    ) async throws -> TestAnswer {
        try await (client ?? till).call(
            .capturePayment,
            ["paymentId": "\(reservation.id)"],
            body: CaptureCreation(
                amount: value.map { Amount(value: $0, coin: reservation.amount.coin) },
                releasesRest: releasesRest
            ),
            key: key
        )
    }

    /// Gives back what is left of a reservation.
    package func void(
        _ reservation: Payment,
        key: String? = nil,
        by client: TestClient? = nil
    ) async throws -> TestAnswer {
        try await (client ?? till).call(
            .voidPayment,
            ["paymentId": "\(reservation.id)"],
            key: key
        )
    }

    /// A payment as the till sees it.
    package func see(_ payment: Identifier) async throws -> Payment {
        try await till.call(.getPayment, ["paymentId": "\(payment)"]).decode(Payment.self)
    }

    /// What the merchant has, as decimal text.
    package func balance() async throws -> String {
        try await owner.call(.getMerchantBalance, ["merchantId": "\(merchant)"])
            .decode(MerchantBalance.self).posted.value
    }
}

extension TestResident {
    /// What of the wallet is or was kept for shops, newest first.
    package func holds(query: String = "") async throws -> [WalletHold] {
        try await phone.call(.listWalletHolds, ["walletId": "\(wallet)"], query: query)
            .decode(Page<WalletHold>.self).items
    }

    /// What is posted and held in the wallet, such as `50.00, 20.00 held`.
    package func balance() async throws -> String {
        let total = try await phone.call(.getWallet, ["walletId": "\(wallet)"])
            .decode(Wallet.self).totals.first
        return "\(total?.posted.value ?? "0.00"), \(total?.held.value ?? "0.00") held"
    }
}

extension TestCommunity {
    /// Turns the clock forward for one reservation: its time is over from now on.
    package func endTerm(of reservation: Payment) async throws {
        let payment = reservation.id.uuid
        try await change(
            // Locked in the order in which everybody locks.
            """
            UPDATE merchant.payment SET state = state
             WHERE community_id = \(id.uuid) AND id = \(payment)
            """,
            """
            UPDATE merchant.hold SET expires_at = placed_at + interval '1 microsecond'
             WHERE community_id = \(id.uuid) AND payment_id = \(payment)
            """,
            """
            UPDATE ledger.hold h SET expires_at = greatest(m.expires_at,
                                                           h.placed_at + interval '1 microsecond')
              FROM merchant.hold m
             WHERE h.community_id = \(id.uuid) AND h.id = \(payment)
               AND m.community_id = h.community_id AND m.payment_id = h.id
            """,
            """
            UPDATE merchant.hold m SET expires_at = h.expires_at FROM ledger.hold h
             WHERE h.community_id = \(id.uuid) AND h.id = \(payment)
               AND m.community_id = h.community_id AND m.payment_id = h.id
            """
        )
    }

    /// Changes the database as its owner, in one transaction.
    package func change(_ statements: SQL...) async throws {
        try await stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
            try await owner.transaction { connection in
                for statement in statements { _ = try connection.execute(statement) }
            }
        }
    }
}
