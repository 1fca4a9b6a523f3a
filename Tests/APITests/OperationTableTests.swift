import FoundationEssentials
import Testing

@testable import API

@Suite struct OperationTableTests {
    private static let services = [
        AccountsOperations.all, WalletOperations.all, MerchantOperations.all,
        DisbursementOperations.all,
    ]

    @Test(arguments: services)
    func `ids and addresses are unique within a service`(operations: [API.Operation]) {
        #expect(Set(operations.map(\.id)).count == operations.count)
        let addresses = operations.map { "\($0.method.rawValue) \($0.path)" }
        #expect(Set(addresses).count == operations.count)
    }

    @Test(arguments: services)
    func `every service has the operations of every service`(operations: [API.Operation]) {
        #expect(Set(operations).isSuperset(of: EveryServiceOperations.all))
    }

    @Test(arguments: services)
    func `exactly the posts take an idempotency key, but not tokens and searches`(
        operations: [API.Operation]
    ) {
        for operation in operations {
            // A search is a post so that a place or an account does not stand in an address; a part of a
            // file says where it begins, and is not taken twice.
            let others = ["issueToken", "searchShops", "searchLines", "appendToUpload"]
            let expected = operation.method == .post && !others.contains(operation.id)
            #expect(operation.idempotent == expected, "\(operation.id)")
        }
    }

    @Test(arguments: services)
    func `nobody is shut out of an operation by an empty list of scopes`(
        operations: [API.Operation]
    ) {
        for operation in operations {
            if case .anyOf(let scopes) = operation.access {
                #expect(!scopes.isEmpty, "\(operation.id)")
                #expect(operation.path.hasPrefix("/v1/"), "\(operation.id)")
            }
        }
    }
}

@Suite struct RoleTests {
    @Test(arguments: Role.allCases)
    func `a role names its scopes once`(role: Role) {
        #expect(!role.scopes.isEmpty)
        #expect(Set(role.scopes).count == role.scopes.count)
    }

    @Test func `every scope belongs to a role`() {
        #expect(Set(Role.allCases.flatMap(\.scopes)) == Set(Scope.allCases))
    }

    @Test func `every operation can be called by a role`() {
        let all =
            AccountsOperations.all + WalletOperations.all + MerchantOperations.all
            + DisbursementOperations.all
        let granted = Set(Role.allCases.flatMap(\.scopes))
        for case .anyOf(let scopes) in all.map(\.access) {
            #expect(granted.isSuperset(of: scopes))
        }
    }

    @Test func `nobody both submits and approves`() {
        for role in Role.allCases {
            let both = role.scopes.contains(.batchesSubmit) && role.scopes.contains(.batchesApprove)
            #expect(!both, "\(role)")
        }
    }

    @Test func `operators stand outside communities`() {
        #expect(Role.operator.scopes == [.communitiesManage])
    }

    @Test func `only roles of organisations can be registered`() {
        let others: [Role] = Role.allCases.filter { !$0.isRegistrable }
        #expect(Set(others) == [.operator, .terminal, .resident, .cashier])
    }
}

@Suite struct ProblemPageTests {
    private static let page: String? = {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let path = root.joined(separator: "/") + "/docs/problems.md"
        return try? String(contentsOfFile: path, encoding: .utf8)
    }()

    @Test func `the page lists exactly the problem types, with status and title`() throws {
        let page = try #require(Self.page)
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| [`") }.map(String.init)
        let expected = ProblemType.allCases.map {
            "| [`\($0.code)`](#\($0.code)) | \($0.status) | \($0.title) |"
        }
        #expect(rows == expected)
    }

    @Test(arguments: ProblemType.allCases)
    func `the page explains the problem`(type: ProblemType) throws {
        let page = try #require(Self.page)
        let section = "\n## \(type.code)\n\n**\(type.status)** \(type.title).\n\n*When:* "
        #expect(page.contains(section))
    }

    @Test func `a problem is recognised by its address`() {
        let problem = ProblemDetails(
            .insufficientFunds,
            detail: "There is not enough available.",
            instance: "urn:uuid:x"
        )
        #expect(problem.type == "https://wijkmunt.example/problems/insufficient-funds")
        #expect(problem.status == 422)
        #expect(problem.problemType == .insufficientFunds)
    }
}
