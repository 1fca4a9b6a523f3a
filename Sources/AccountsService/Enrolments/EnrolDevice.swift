import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Enrols a phone or a terminal: its key becomes a client of the party that the code was made for.
struct EnrolDevice: Sendable {
    /// Active phones of one person.
    static let mostPhones = 5

    let request: EnrolmentRequest
    let key: ClientKey
    let codeHash: [UInt8]
    let client: UUID
    let wallet: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> Enrolment {
        let code = try usableCode(connection)
        let kind: ClientKind = code.terminal == nil ? .phone : .terminal
        if kind == .terminal && request.alias != nil {
            throw Problem.invalid("/alias", "is for people only")
        }
        if kind == .phone { try requireRoom(code, connection) }
        try connection.execute(
            ClientQueries.insert(
                Client(
                    id: Identifier(client),
                    partyId: Identifier(code.party),
                    name: request.deviceName,
                    kind: kind,
                    roles: [kind == .phone ? .resident : .terminal],
                    state: .active,
                    createdAt: now
                ),
                key: key,
                terminal: code.terminal,
                shop: code.shop,
                community: code.community
            )
        )
        try connection.execute(
            ActivationCodeQueries.use(
                hash: codeHash,
                community: code.community,
                client: client,
                at: now
            )
        )
        let opened = kind == .phone ? try openWallet(code, connection) : nil
        return Enrolment(
            clientId: Identifier(client),
            kind: kind == .phone ? .phone : .terminal,
            communityId: Identifier(code.community),
            partyId: Identifier(code.party),
            walletId: opened?.id,
            alias: opened?.alias,
            shopId: code.shop.map(Identifier.init)
        )
    }

    private func usableCode(_ connection: Connection) throws -> IssuedCode {
        let found = try ActivationCodeQueries.code(
            connection.query(ActivationCodeQueries.locked(hash: codeHash))
        )
        guard let code = found, !code.isUsed, !code.isVoid else {
            throw EnrolmentRefusal.codeInvalid.problem
        }
        guard code.expiresAt > now else { throw EnrolmentRefusal.codeExpired.problem }
        return code
    }

    private func requireRoom(_ code: IssuedCode, _ connection: Connection) throws {
        let (party, community) = (code.party, code.community)
        _ = try connection.query(DeviceQueries.lock(party: party, community: community))
        let phones = try connection.query(
            DeviceQueries.countActive(party: party, community: community)
        ).one().decode(Int64.self)
        guard phones < Self.mostPhones else { throw EnrolmentRefusal.tooManyDevices.problem }
    }

    /// The person's wallet, made at the first enrolment; benefits may wait for it.
    private func openWallet(
        _ code: IssuedCode,
        _ connection: Connection
    ) throws -> (id: Identifier, alias: String?) {
        let opened: (UUID, String?)
        do {
            opened = try connection.query(
                EnrolmentQueries.openWallet(
                    wallet,
                    party: code.party,
                    community: code.community,
                    alias: request.alias,
                    at: now
                )
            ).one().decode(UUID.self, String?.self)
        } catch let error where error.violates("wallet_alias_taken") {
            throw EnrolmentRefusal.aliasTaken.problem
        }
        try connection.notify(
            channel: "accounts_enrolment",
            payload: Identifier(code.community).description
        )
        return (Identifier(opened.0), opened.1)
    }
}
