import API
import Foundation
import LocalStack
import TestSupport
import Testing

/// Every operation as every role, with a token and without, on what is theirs and what is not.
@Suite struct RoleMatrixTests {
    @Test func `every operation has one row, every row an operation, every role a player`()
        async throws
    {
        let rows = RoleMatrix.rows.map(\.operation)
        let operations = Cast.operations.map(\.id)
        #expect(Set(rows).count == rows.count)
        #expect(Set(operations).subtracting(rows).sorted() == [], "without a row")
        #expect(Set(rows).subtracting(operations).sorted() == [], "rows of no operation")
        #expect(Set(try await Cast.shared.clients.keys) == Set(Role.allCases))
    }

    @Test func `the documents tell of every operation who may call it`() async throws {
        var told: Set<String> = []
        for service in try await Cast.shared.resident.phone.urls.values {
            let answer = try await RawHTTP.send(method: "GET", url: "\(service)/v1/openapi.json")
            for (operation, description) in try Self.descriptions(of: answer.body) {
                let row = try #require(RoleMatrix.rows.first { $0.operation == operation })
                guard let reach = row.reach else {
                    #expect(description.contains("without a token."), "\(operation)")
                    continue
                }
                let match = description.firstMatch(of: #/Who may call:.*which the roles? (.*) ha/#)
                let roles = try #require(match, "\(operation)").1.split(separator: ", ")
                let named = Set(roles.compactMap { Role(rawValue: String($0)) })
                #expect(named == Set(reach.keys), "\(operation)")
                told.insert(operation)
            }
        }
        #expect(told == Set(RoleMatrix.guarded.map(\.operation)))
    }

    @Test(arguments: RoleMatrix.rows)
    func `every role reaches its own operations and no other`(row: RoleMatrix.Row) async throws {
        let operation = try row.find()
        guard let reach = row.reach else { return try await expectOpen(operation) }
        for (role, client) in try await Cast.shared.clients {
            if reach[role] == nil {
                try await expectRefused(operation, role, client)
            } else {
                try await expectReached(operation, role, client)
            }
        }
    }

    @Test(arguments: RoleMatrix.guarded)
    func `no operation with a scope answers without a token`(row: RoleMatrix.Row) async throws {
        let phone = try await Cast.shared.resident.phone
        let answer = try await phone.bare(try row.find(), authorization: nil)
        #expect(answer.status == 401)
        #expect(answer.problemType == .unauthorized)
        // RFC 6750 section 3.1: no error code for who sent nothing.
        let challenge = "Bearer, DPoP algs=\"ES256 EdDSA\""
        #expect(answer.headers["www-authenticate"] == challenge)
    }

    @Test(arguments: TokenFlaw.allCases)
    func `no operation takes a token that is not ours, for us and of now`(flaw: TokenFlaw)
        async throws
    {
        let cast = try await Cast.shared
        let issuer = try SignedToken.issuerKey(of: cast.community)
        for row in RoleMatrix.guarded {
            let operation = try row.find()
            // Of somebody who may, so that nothing else is wrong with it.
            let role = try #require(row.reach?.keys.first)
            let client = try #require(cast.clients[role])
            let real = try SignedToken(await client.accessToken())
            let token = try flaw.token(real, issuer: issuer)
            let answer = try await client.bare(operation, authorization: "Bearer \(token)")
            #expect(answer.status == 401, "\(operation.id)")
            #expect(
                answer.headers["www-authenticate"] == "Bearer error=\"invalid_token\"",
                "\(operation.id)"
            )
        }
    }

    @Test func `nothing of another community can be read or acted on`() async throws {
        let (cast, foreign) = (try await Cast.shared, try await Estates.shared.foreign)
        let before = try await foreign.resident.available()
        for row in RoleMatrix.guarded {
            let operation = try row.find()
            var paths = [try foreign.path(of: operation)]
            guard paths[0] != [:] else { continue }
            // A payment that nobody has accepted is shown to more people, but only there.
            if paths[0]["paymentId"] != nil {
                paths.append(["paymentId": "\(foreign.openPayment)"])
            }
            for (role, reach) in row.reach ?? [:] {
                let client = try #require(cast.clients[role])
                for path in paths {
                    let answer = try await send(operation, path, of: foreign, by: client)
                    if reach == .everywhere {
                        #expect(answer.status == operation.success, "\(role) \(operation.id)")
                    } else {
                        #expect(
                            answer.problemType == .notFound,
                            "\(role) \(operation.id): \(answer.text)"
                        )
                    }
                }
            }
        }
        #expect(try await foreign.resident.available() == before)
    }

    @Test func `within a community what is personal stays with its owner`() async throws {
        let (cast, neighbour) = (try await Cast.shared, try await Estates.shared.neighbour)
        let before = try await neighbour.resident.available()
        var attempts = 0
        for row in RoleMatrix.guarded {
            let operation = try row.find()
            let path = try neighbour.path(of: operation)
            for (role, reach) in row.reach ?? [:] where reach == .own && path != [:] {
                let client = try #require(cast.clients[role])
                let answer = try await send(operation, path, of: neighbour, by: client)
                #expect(
                    answer.problemType == .notFound,
                    "\(role) \(operation.id): \(answer.text)"
                )
                attempts += 1
            }
        }
        #expect(attempts > 10)
        #expect(try await neighbour.resident.available() == before)
    }
}

extension RoleMatrixTests {
    /// Nobody is asked for a token, and one that was sent makes no difference.
    private func expectOpen(_ operation: API.Operation) async throws {
        let cast = try await Cast.shared
        var tokens: [String?] = [nil]
        for client in cast.clients.values { tokens.append(try await client.accessToken()) }
        for (service, operations) in Self.services where operations.contains(operation) {
            let url = (cast.resident.phone.urls[service] ?? "") + operation.path
            for token in tokens {
                let answer = try await RawHTTP.send(
                    method: operation.method.rawValue,
                    url: url,
                    headers: token.map { ["Authorization": "Bearer \($0)"] } ?? [:]
                )
                #expect(![401, 403].contains(answer.status), "\(service)")
                #expect(answer.status < 500, "\(service)")
            }
        }
    }

    /// The description of every operation in a document, by its id.
    private static func descriptions(of document: Data) throws -> [String: String] {
        let root = try JSONSerialization.jsonObject(with: document) as? [String: Any]
        let paths = root?["paths"] as? [String: [String: Any]] ?? [:]
        var found: [String: String] = [:]
        for case let details as [String: Any] in paths.values.flatMap(\.values) {
            guard let id = details["operationId"] as? String else { continue }
            found[id] = details["description"] as? String ?? ""
        }
        return found
    }

    private static let services: [(ServiceName, [API.Operation])] = [
        (.accounts, AccountsOperations.all), (.wallet, WalletOperations.all),
        (.merchant, MerchantOperations.all), (.disbursement, DisbursementOperations.all),
    ]

    /// Who lacks the scope is told so whatever they send, and before anything else: no body, no
    /// key, and an object that does not exist may not answer first.
    private func expectRefused(
        _ operation: API.Operation,
        _ role: Role,
        _ client: TestClient
    ) async throws {
        let own = try await Estates.shared.own
        let token = try await client.accessToken()
        let answers = [
            try await client.bare(operation, token: token),
            try await send(operation, own.path(of: operation), of: own, by: client),
        ]
        guard case .anyOf(let scopes) = operation.access else { return }
        for answer in answers {
            #expect(answer.status == 403, "\(role)")
            #expect(answer.problemType == .insufficientScope, "\(role)")
            let challenge = answer.headers["www-authenticate"] ?? ""
            #expect(challenge.contains("error=\"insufficient_scope\""), "\(role)")
            #expect(scopes.allSatisfy { challenge.contains($0.rawValue) }, "\(role)")
        }
    }

    /// Whoever may read gets what is theirs; whoever may act is stopped by the missing body only.
    private func expectReached(
        _ operation: API.Operation,
        _ role: Role,
        _ client: TestClient
    ) async throws {
        let answer = try await client.bare(
            operation,
            token: try await client.accessToken(),
            path: try await Estates.shared.own.path(of: operation)
        )
        #expect(![401, 403].contains(answer.status), "\(role)")
        #expect(answer.status < 500, "\(role)")
        if operation.method == .get { #expect(answer.status == 200, "\(role): \(answer.text)") }
    }

    /// A request with nothing missing.
    private func send(
        _ operation: API.Operation,
        _ path: [String: String],
        of owner: Belongings,
        by client: TestClient
    ) async throws -> TestAnswer {
        try await client.send(
            operation,
            path,
            bytes: Estates.body(
                for: operation,
                wallet: owner.resident.wallet,
                signedBy: Cast.shared.resident.phone
            )
        )
    }
}

extension RoleMatrix.Row {
    /// The operation with this id.
    fileprivate func find() throws -> API.Operation {
        try #require(Cast.operations.first { $0.id == operation }, "no operation \(operation)")
    }
}
