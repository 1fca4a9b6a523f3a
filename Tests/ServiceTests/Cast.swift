import API
import Foundation
import TestSupport

/// A community with somebody of every role, shared by the tests that only look from outside.
struct Cast: Sendable {
    let community: TestCommunity
    let shop: TestShop
    let resident: TestResident
    /// One client for every role, the operator of the stack included.
    let clients: [Role: TestClient]

    private static let making = Task { try await make() }

    static var shared: Cast {
        get async throws { try await making.value }
    }

    private static func make() async throws -> Cast {
        let community = try await TestCommunity.make(days: .ofAmsterdam)
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "100.00")
        func official(_ role: Role) async throws -> TestClient {
            try await community.administrator.register(
                role.rawValue,
                [role],
                of: community.institution
            )
        }
        // One person helps everybody here.
        let helper = try await community.enrolPerson("Helper")
        func helping(_ kind: MandateKind, _ principal: Identifier) async throws -> TestClient {
            let mandate = try await community.give(kind, over: principal, to: helper.person)
            return helper.phone.acting(under: mandate.id)
        }
        return Cast(
            community: community,
            shop: shop,
            resident: resident,
            clients: [
                .operator: try await .operatorClient(of: community.stack),
                .communityAdministrator: community.administrator,
                .counterEmployee: try await official(.counterEmployee),
                .treasurer: community.treasurer, .benefitsClerk: community.clerk,
                .benefitsApprover: community.approver, .merchantOwner: shop.owner,
                .terminal: shop.till, .resident: resident.phone,
                .auditor: try await official(.auditor),
                .boardMember: try await official(.boardMember),
                .programmeSponsor: try await official(.programmeSponsor),
                .cashier: try await helping(.cashier, shop.merchant),
                .accountant: try await helping(.accountant, shop.merchant),
                .guardian: try await helping(.guardian, resident.person),
                .budgetCoach: try await helping(.budgetCoach, resident.person),
            ]
        )
    }

    /// Somebody who may call an operation; anybody for an anonymous one.
    func allowed(_ operation: API.Operation) throws -> TestClient {
        guard case .anyOf(let scopes) = operation.access else { return community.administrator }
        // A scope of a community first: the operator has no objects of its own.
        for scope in scopes {
            let role = Role.allCases.first { $0.scopes.contains(scope) && clients[$0] != nil }
            if let client = role.flatMap({ clients[$0] }) { return client }
        }
        throw MissingMember(name: "client for \(operation.id)")
    }

    /// Path parameters that name nothing, but for the coin, which exists.
    static func nowhere(_ operation: API.Operation) -> [String: String] {
        var path: [String: String] = [:]
        for segment in operation.path.split(separator: "/") where segment.hasPrefix("{") {
            let name = String(segment.dropFirst().dropLast())
            path[name] =
                switch name {
                case "coinCode": TestCommunity.coin
                case "alias": "nobody.here"
                default: "01890000-0000-7000-8000-\(String(format: "%012x", name.count))"
                }
        }
        return path
    }

    /// Every operation of every service, those that all services have once.
    static let operations: [API.Operation] = {
        var seen: Set<String> = []
        return
            (AccountsOperations.all + WalletOperations.all + MerchantOperations.all
            + DisbursementOperations.all).filter { seen.insert($0.id).inserted }
    }()
    /// Those that need a token.
    static let guarded = operations.filter { $0.access != .anonymous }
    /// Those that take JSON.
    static let taking = operations.filter { $0.body.mediaType == MediaType.json }
    /// Those that only read and answer at once.
    static let reading = operations.filter {
        $0.method == .get && $0.produces != MediaType.events
    }
}

extension TestClient {
    /// The address of an operation with path parameters filled in.
    func address(
        _ operation: API.Operation,
        _ path: [String: String] = [:],
        endingIn end: String = ""
    ) -> String {
        let path = path.isEmpty ? Cast.nowhere(operation) : path
        return base(of: operation)
            + path.reduce(operation.path) { $0.replacing("{\($1.key)}", with: $1.value) }
            + end
            // Open for as short as can be.
            + ([.streamEvents, .streamWalletEvents].contains(operation) ? "?seconds=1" : "")
    }

    /// Sends nothing but a method and a token of this client, as it is meant to be presented.
    func bare(
        _ operation: API.Operation,
        token: String,
        method: String? = nil,
        path: [String: String] = [:],
        headers: [String: String] = [:]
    ) async throws -> TestAnswer {
        try await present(
            token,
            method: method ?? operation.method.rawValue,
            url: address(operation, path),
            headers: headers
        )
    }

    /// Sends nothing but a method and an `Authorization`, if any.
    func bare(
        _ operation: API.Operation,
        authorization: String?,
        method: String? = nil,
        path: [String: String] = [:],
        headers: [String: String] = [:]
    ) async throws -> TestAnswer {
        var all = headers
        if let authorization { all["Authorization"] = authorization }
        return try await RawHTTP.send(
            method: method ?? operation.method.rawValue,
            url: address(operation, path),
            headers: all
        )
    }
}
