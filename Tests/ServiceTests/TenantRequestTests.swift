import API
import AsyncHTTPClient
import Foundation
import Hummingbird
import LocalStack
import Logging
import OpenAPIDocuments
import Postgres
import TestSupport
import Testing

@testable import ServiceKit

/// A service with a handler that forgot its filter, and real tokens of two communities.
@Suite(.timeLimit(.minutes(15))) struct TenantRequestTests {
    /// Whose parties there are, as the handler finds out without asking for anybody's.
    private static let unfiltered: SQL = """
        SELECT coalesce(string_agg(DISTINCT community_id::text, ' '), '') FROM accounts.party
        """

    @Test func `a handler that forgets its filter answers with its caller's community only`()
        async throws
    {
        let estates = try await Estates.shared
        let (here, there) = (estates.own.community, estates.foreign.community)
        try await withForgetfulService { address in
            func answer(to client: TestClient, _ path: String) async throws -> String {
                let token = try await client.accessToken()
                let answer = try await RawHTTP.send(
                    method: "GET",
                    url: address + path,
                    headers: ["Authorization": "Bearer \(token)"]
                )
                #expect(answer.status == 200, "\(answer.text)")
                return answer.text
            }
            // Two connections for all of them: each gets one that somebody else has used.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...40 {
                    let community = number.isMultiple(of: 2) ? here : there
                    let path = number % 4 < 2 ? "/v1/clients" : "/v1/coins"
                    group.addTask {
                        let text = try await answer(to: community.administrator, path)
                        #expect(text == "\"\(community.id)\"")
                    }
                }
                try await group.waitForAll()
            }
            let ofOperator = try await answer(
                to: .operatorClient(of: here.stack),
                "/v1/communities"
            )
            #expect(ofOperator == "\"\"")
        }
    }

    /// Serves three operations, each with a statement that has no filter: by itself, in a
    /// transaction, and for a caller without a community.
    private func withForgetfulService(
        _ body: @Sendable @escaping (String) async throws -> Void
    ) async throws {
        let stack = try await TestStack.shared
        var configuration = try stack.databaseConfiguration(role: "wijkmunt_accounts")
        configuration.connections = 2
        let logger = Logger(label: "forgetful") { _ in SwiftLogNoOpLogHandler() }
        let database = Database(configuration: configuration, logger: logger)
        let router = try await router(of: stack, logger)
        router.on(.listClients) { _ in try await Self.alone(database) }
        router.on(.listCommunities) { _ in try await Self.alone(database) }
        router.on(.listCoins) { _ in
            try await database.transaction { connection in
                let communities: String = try connection.query(Self.unfiltered).one()
                    .decode(String.self)
                return .json(communities)
            }
        }
        let (addresses, tell) = AsyncStream.makeStream(of: String.self)
        var application = Application(
            router: router.router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { channel in
                tell.yield("http://127.0.0.1:\(channel.localAddress?.port ?? 0)")
            },
            logger: logger
        )
        application.logger.logLevel = .critical
        let service = application
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            for await address in addresses {
                try await body(address)
                break
            }
            group.cancelAll()
            try? await group.waitForAll()
        }
        await database.shutDown()
    }

    @Sendable private static func alone(_ database: Database) async throws -> Reply {
        let communities = try await database.query(unfiltered) { rows -> String in
            try rows.one().decode(String.self)
        }
        return .json(communities)
    }

    /// Routes that know the keys of the stack.
    private func router(of stack: LocalStack, _ logger: Logger) async throws -> Routes {
        let issuer = try #require(await stack.urls[.accounts])
        let keys = RemoteKeySet(url: issuer + "/v1/jwks", client: .shared, logger: logger)
        _ = try #require(try await keys.refreshed())
        let configuration = try await ServiceConfiguration.load(
            arguments: ["service", "--config", stack.directory.configFile(of: .accounts)]
        )
        return Routes(
            router: Router(context: ServiceContext.self),
            contract: Contract(OpenAPIDocument(.accounts), operations: AccountsOperations.all),
            authenticator: Authenticator(
                keys: keys,
                issuer: issuer,
                audience: "wijkmunt",
                clock: .system,
                revoked: RevokedClients(),
                proofs: ProofVerifier(
                    address: try #require(ServiceAddress("http://127.0.0.1")),
                    nonces: ProofNonces(clock: .system),
                    clock: .system,
                    isFirstUse: { _, _ in true }
                )
            ),
            limits: RequestLimits(
                configuration.limits,
                proxies: configuration.transport.proxies
            ),
            gates: WorkGates(configuration.limits),
            clock: .system
        )
    }
}
