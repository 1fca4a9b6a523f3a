import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL of payments by the code of a payer's phone.
enum PayerCodeQueries {
    /// What a phone signs with, as two coordinates, and the wallet that it pays from.
    struct Phone: Sendable {
        let keyX: [UInt8]
        let keyY: [UInt8]
        let wallet: UUID
    }

    /// The phone, unless it was revoked.
    static func phone(_ phone: UUID, _ community: UUID) -> SQL {
        """
        SELECT k.public_key_x, k.public_key_y, w.id
          FROM accounts.client k
          JOIN wallet.wallet w ON w.community_id = k.community_id AND w.party_id = k.party_id
         WHERE k.community_id = \(community) AND k.id = \(phone) AND k.kind = 'phone'
           AND k.revoked_at IS NULL
        """
    }

    @Sendable static func phone(_ rows: Rows) throws -> Phone? {
        try rows.first.flatMap { row in
            let (x, y, wallet) = try row.decode([UInt8]?.self, [UInt8]?.self, UUID.self)
            guard let x, let y else { return nil }
            return Phone(keyX: x, keyY: y, wallet: wallet)
        }
    }

    /// Moves the money.
    static func accept(
        _ payment: UUID,
        at terminal: UUID,
        _ code: CheckPayerCode.Checked,
        _ request: GroupedRequest,
        _ verdict: API.LocalityVerdict,
        at now: Instant
    ) -> SQL {
        """
        SELECT merchant.accept_payer_code(
            \(request.community), \(payment), \(request.client), \(terminal),
            \(code.terms.client), \(code.hash), \(code.terms.most), \(code.approval),
            \(WireJSON.text(verdict)), \(Int32(verdict.policyVersion)),
            \(verdict.geofenceVersion.map { Int32($0) }), \(Timestamp(now)))
        """
    }
}
