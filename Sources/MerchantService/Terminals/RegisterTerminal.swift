import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// Activation codes for terminals, of which only a keyed hash is stored.
struct TerminalCodes: Sendable {
    let lookupKey: LookupKey

    /// A new code, and the hash to find it by.
    func make() -> (code: Domain.ActivationCode, hash: [UInt8]) {
        var random = SystemRandomNumberGenerator()
        let code = Domain.ActivationCode(using: &random)
        return (code, lookupKey.hash(code.characters, kind: .activationCode))
    }
}

/// A till is put on the list of a shop; the code that it is enrolled with is answered once.
struct RegisterTerminal: Sendable {
    let community: UUID
    let caller: Caller
    let shop: UUID
    let id: UUID
    let now: Instant
    let codes: TerminalCodes

    /// A code for a till is typed in within days, or asked for anew.
    private static let codeLifetimeMicroseconds: Int64 = 7 * 86_400 * 1_000_000

    func callAsFunction(name: String, _ connection: Connection) throws -> Terminal {
        let shops = try ShopQueries.shops(connection.query(ShopQueries.find(shop, community)))
        guard let shop = shops.first,
            caller.may(.merchantsManage) || caller.party == shop.merchantId.uuid
        else { throw Problem.notFound("shop") }
        let number = try TerminalQueries.insert(self, name: name, connection)
        let (code, hash) = codes.make()
        let expiresAt = Instant(
            microseconds: now.microseconds + Self.codeLifetimeMicroseconds
        )
        try TerminalQueries.issueCode(
            self,
            merchant: shop.merchantId.uuid,
            hash: hash,
            expiresAt: expiresAt,
            connection
        )
        return Terminal(
            id: Identifier(id),
            shopId: shop.id,
            name: name,
            number: number,
            state: .registered,
            activationCode: API.ActivationCode(code: code.description, expiresAt: expiresAt)
        )
    }
}
