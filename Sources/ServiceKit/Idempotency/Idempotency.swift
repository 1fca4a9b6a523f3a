import API
package import FoundationEssentials
import HTTPTypes
package import Hummingbird
package import Postgres

extension Request {
    /// The key of the `Idempotency-Key` header, in its quoted or bare form (IETF
    /// draft-ietf-httpapi-idempotency-key-header); throws 400 when missing or not 1…128 visible
    /// ASCII characters without a quotation mark.
    package func idempotencyKey() throws -> String {
        guard let header = headers[.idempotencyKey] else {
            throw Problem(
                .idempotencyKeyRequired,
                "Send an Idempotency-Key header, a new one per intended act."
            )
        }
        var key = header.trimmingSpaces()
        if key.count >= 2 && key.hasPrefix("\"") && key.hasSuffix("\"") {
            key = String(key.dropFirst().dropLast())
        }
        let isPlain = key.utf8.allSatisfy { (0x21...0x7E) ~= $0 && $0 != UInt8(ascii: "\"") }
        guard (1...128).contains(key.utf8.count), isPlain else {
            throw Problem(
                .idempotencyKeyRequired,
                "An Idempotency-Key has 1 to 128 visible characters."
            )
        }
        return key
    }
}

/// Runs an act once per key: the act, its effects and its stored answer share one commit.
package struct Idempotency: Sendable {
    package let database: Database
    /// The service's schema, which holds its `idempotency_record`; a constant of the service.
    package let schema: String
    /// Keys the stored fingerprints, so that a copy of the table does not let anybody find an
    /// IBAN by trying all of them; for services whose requests carry IBANs of people.
    package let fingerprintKey: LookupKey?
    /// Seals the stored answers; for services whose answers hold what the database must not tell,
    /// such as a fresh activation code.
    package let answerKeys: DataKeys?

    package init(
        database: Database,
        schema: String,
        fingerprintKey: LookupKey? = nil,
        answerKeys: DataKeys? = nil
    ) {
        self.database = database
        self.schema = schema
        self.fingerprintKey = fingerprintKey
        self.answerKeys = answerKeys
    }

    /// Who asked for what, under which key.
    struct Claim: Sendable {
        let community: UUID
        let client: UUID
        let operation: String
        let key: String
        var fingerprint: [UInt8]
        let requestID: Identifier
        /// Whether a refusal is kept as the answer; not where strangers could fill the table.
        let keepsRefusals: Bool
    }

    /// Performs `act` unless its key has an answer already, which is then given byte for byte.
    ///
    /// A refusal that `act` throws as a final `Problem` undoes its effects and is stored too.
    /// Throws 409 while the same key is in flight, 422 when the key stood for another request.
    func run(
        _ claim: Claim,
        _ act: @escaping @Sendable (Connection) throws -> Reply
    ) async throws -> Reply {
        var keyed = claim
        if let fingerprintKey {
            keyed.fingerprint = fingerprintKey.hash(
                Base64URL.text(claim.fingerprint),
                kind: .request
            )
        }
        let claim = keyed
        do {
            return try await database.transaction { connection in
                if let answer = try storedAnswer(claim, connection) { return answer }
                let reply: Reply
                do {
                    reply = try connection.savepoint { try act(connection) }
                } catch let problem as Problem where problem.isFinal && claim.keepsRefusals {
                    reply = problem.reply(requestID: claim.requestID)
                }
                try store(reply, for: claim, connection)
                return reply
            }
        } catch let error as PostgresError where error.violates("idempotency_record_pkey") {
            throw inFlight
        }
    }

    private var inFlight: Problem {
        Problem(
            .idempotencyKeyInFlight,
            "The first request with this key is still being answered.",
            headers: [.retryAfter: "1"]
        )
    }

    private func storedAnswer(_ claim: Claim, _ connection: Connection) throws -> Reply? {
        let lockName = recordName(claim.client, claim.operation, claim.key)
        let rows = try connection.query(
            """
            SELECT pg_try_advisory_xact_lock(hashtextextended(\(lockName), 0)), r.fingerprint,
                   r.status, r.content_type, r.location, r.body
              FROM (SELECT) AS always
              LEFT JOIN \(rawSQL: schema).idempotency_record r
                ON r.community_id = \(claim.community) AND r.client_id = \(claim.client)
               AND r.operation = \(claim.operation) AND r.key = \(claim.key)
            """
        )
        let (locked, fingerprint, status, contentType, location, body) = try rows.one().decode(
            Bool.self,
            [UInt8]?.self,
            Int32?.self,
            String?.self,
            String?.self,
            [UInt8]?.self
        )
        guard let fingerprint else {
            guard locked else { throw inFlight }
            return nil
        }
        guard fingerprint == claim.fingerprint else { throw Self.keyReused }
        // An outcome without bytes was stored by a group a moment ago: the next try reads it.
        guard let status, let contentType, let body else { throw inFlight }
        return Self.replay(status, contentType, location, try opened(body, of: lockName))
    }

    /// What names a record, for its lock and its seal.
    private func recordName(_ client: UUID, _ operation: String, _ key: String) -> String {
        "\(schema)/\(client)/\(operation)/\(key)"
    }

    /// An answer as it was given; those of before there were keys are not sealed.
    private func opened(_ body: [UInt8], of record: String) throws -> [UInt8] {
        guard let answerKeys, DataKeys.isSealed(body) else { return body }
        return try answerKeys.open(body, purpose: .answer, of: record)
    }

    private static func replay(
        _ status: Int32,
        _ contentType: String,
        _ location: String?,
        _ body: [UInt8]
    ) -> Reply {
        var headers: HTTPFields = [.idempotencyReplayed: "true"]
        headers[.location] = location
        return Reply(
            status: .init(code: Int(status)),
            contentType: contentType,
            body: body,
            headers: headers
        )
    }

    /// An answer of a grouped operation that was kept as bytes; throws 409 when it is not there.
    package func storedReply(
        to request: GroupedRequest,
        operation: String
    ) async throws -> Reply {
        let stored = try await database.query(
            """
            SELECT status, content_type, location, body
              FROM \(rawSQL: schema).idempotency_record
             WHERE community_id = \(request.community) AND client_id = \(request.client)
               AND operation = \(operation) AND key = \(request.key) AND body IS NOT NULL
            """
        ) { rows in
            try rows.first.map {
                try $0.decode(Int32.self, String.self, String?.self, [UInt8].self)
            }
        }
        guard let (status, contentType, location, body) = stored else { throw inFlight }
        let record = recordName(request.client, operation, request.key)
        return Self.replay(status, contentType, location, try opened(body, of: record))
    }

    static let keyReused = Problem(
        .idempotencyKeyReused,
        "This key was used for another request already."
    )

    private func store(_ reply: Reply, for claim: Claim, _ connection: Connection) throws {
        let record = recordName(claim.client, claim.operation, claim.key)
        let body =
            try answerKeys?.seal(reply.body, purpose: .answer, of: record) ?? reply.body
        _ = try connection.execute(
            """
            INSERT INTO \(rawSQL: schema).idempotency_record
                (community_id, client_id, operation, key, fingerprint, status, content_type,
                 location, body)
            VALUES (\(claim.community), \(claim.client), \(claim.operation), \(claim.key),
                    \(claim.fingerprint), \(Int32(reply.status.code)), \(reply.contentType),
                    \(reply.headers[.location]), \(body))
            """
        )
    }
}

extension Call where Who == Caller {
    /// Performs an act once per `Idempotency-Key`; see `Idempotency.run`.
    package func once(
        _ idempotency: Idempotency,
        fingerprint: [UInt8],
        _ act: @escaping @Sendable (Connection) throws -> Reply
    ) async throws -> Reply {
        try await idempotency.run(
            .init(
                community: caller.community ?? Caller.noCommunity,
                client: caller.client,
                operation: operation.id,
                key: try request.idempotencyKey(),
                fingerprint: caller.fingerprint(fingerprint),
                requestID: context.requestID,
                keepsRefusals: true
            ),
            act
        )
    }
}

extension Call where Who == Anyone {
    /// The same for an act whose credential stands in for the client, as an activation code does.
    /// Refusals are judged anew each time.
    package func once(
        _ idempotency: Idempotency,
        as credential: UUID,
        fingerprint: [UInt8],
        _ act: @escaping @Sendable (Connection) throws -> Reply
    ) async throws -> Reply {
        try await idempotency.run(
            .init(
                community: Caller.noCommunity,
                client: credential,
                operation: operation.id,
                key: try request.idempotencyKey(),
                fingerprint: fingerprint,
                requestID: context.requestID,
                keepsRefusals: false
            ),
            act
        )
    }
}
