import API
import Testing

@testable import ServiceKit

@Suite struct OperationTableTests {
    private let table = OperationTable(operations: AccountsOperations.all)

    @Test func `an address lists its methods, with HEAD beside GET`() {
        #expect(table.methods(at: "/v1/coins") == ["POST", "GET", "HEAD"])
        #expect(table.methods(at: "/v1/coins/oosterhof") == ["GET", "HEAD"])
        #expect(table.methods(at: "/v1/token") == ["POST"])
        #expect(table.methods(at: "/health/live") == ["GET", "HEAD"])
    }

    @Test(arguments: [
        "/", "", "/v1", "/v1/coin", "/v1/coins/", "/v1/coins/a/b", "/v1//coins",
        "/v1/clients//revocations",
        "/V1/coins", "/v2/coins", "v1/coins",
    ])
    func `another address lists nothing`(path: String) {
        #expect(table.methods(at: path) == [])
    }
}
