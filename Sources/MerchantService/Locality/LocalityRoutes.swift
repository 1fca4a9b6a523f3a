import API
import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import Locality
import Postgres
import ServiceKit

/// Why places are refused, verdicts with a signature, and the keys that verify them.
struct LocalityRoutes: Sendable {
    let database: Database
    let keys: VerdictKeys

    func add(to routes: Routes) {
        // Apps fetch these once; an intermediary may answer in between.
        let reasons = Reply.json(
            LocalityReasons(reasons: LocalityReason.all),
            headers: [.cacheControl: "public, max-age=3600"]
        )
        let keySet = Reply.json(keys.published, headers: [.cacheControl: "public, max-age=60"])
        routes.onAnonymous(.getLocalityReasons) { _ in reasons }
        routes.onAnonymous(.getVerdictKeys) { _ in keySet }
        routes.on(.getLocalityVerdict, getLocalityVerdict)
    }

    /// The merchant's, and the payer's afterwards; whoever only holds the QR code learns nothing of
    /// those who tried.
    @Sendable private func getLocalityVerdict(_ call: Call<Caller>) async throws -> Reply {
        let (id, caller) = (try call.id("paymentId"), call.caller)
        let community = try caller.requireCommunity()
        let found = try await database.query(
            PaymentQueries.find(id, community),
            PaymentQueries.payments
        )
        guard let payment = found.first, payment.isVisible(to: caller),
            caller.party == payment.merchant.id.uuid || caller.party == payment.payer
        else { throw Problem.notFound("payment") }
        var verdict = payment.verdict
        if verdict == nil {
            verdict = try await database.query(
                LocalityQueries.lastRefusal(of: id, community),
                LocalityQueries.verdict
            )
        }
        guard let verdict else { throw Problem.notFound("verdict") }
        let statement = VerdictStatement(
            paymentId: Identifier(payment.id),
            communityId: Identifier(community),
            coin: payment.coin,
            merchantId: payment.merchant.id,
            shopId: payment.shop.id,
            verdict: verdict,
            iat: Int(call.clock.now().microseconds / 1_000_000)
        )
        return .json(SignedVerdict(statement: statement, signature: try keys.sign(statement)))
    }
}
