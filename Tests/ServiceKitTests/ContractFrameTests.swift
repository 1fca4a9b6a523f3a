import API
import HTTPTypes
import Hummingbird
import OpenAPIDocuments
import Testing

@testable import ServiceKit

@Suite struct ContractFrameTests {
    private static let wallet = Contract(
        OpenAPIDocument(.wallet),
        operations: WalletOperations.all
    )
    private static let disbursement = Contract(
        OpenAPIDocument(.disbursement),
        operations: DisbursementOperations.all
    )
    private static let post: HTTPFields = [
        .contentType: "application/json", .idempotencyKey: "k",
    ]

    private func problem(_ check: () throws -> Void) -> Problem? {
        do {
            try check()
            return nil
        } catch {
            return error as? Problem
        }
    }

    private func transfer(_ headers: HTTPFields) -> ProblemType? {
        problem {
            try Self.wallet.check(request(.post, "/v1/transfers", headers), for: .createTransfer)
        }?.type
    }

    private func wallets(_ query: String, _ headers: HTTPFields = [:]) -> Problem? {
        problem {
            try Self.wallet.check(
                request(.get, "/v1/wallets?\(query)", headers),
                for: .listWallets
            )
        }
    }

    private func statement(_ query: String) -> [String] {
        let found = problem {
            try Self.wallet.check(
                request(.get, "/v1/wallets/x/statement-lines?\(query)"),
                for: .listStatementLines
            )
        }
        return found?.errors?.map(\.pointer) ?? []
    }

    @Test func `the body's media type is needed, its parameters are not`() {
        #expect(transfer(Self.post) == nil)
        for type in [
            "application/json; charset=utf-8", "Application/JSON", "application/json ;a=b",
        ] {
            var headers = Self.post
            headers[.contentType] = type
            #expect(transfer(headers) == nil, "\(type)")
        }
        for type in [nil, "text/json", "application/xml", "application/jsonp", ";", ""] {
            var headers = Self.post
            headers[.contentType] = type
            #expect(transfer(headers) == .unsupportedMediaType, "\(type ?? "none")")
        }
    }

    @Test func `payment files may call themselves text`() throws {
        for type in ["application/xml", "text/xml"] {
            try Self.disbursement.check(
                request(
                    .post,
                    "/v1/programmes/x/batches",
                    [.contentType: type, .idempotencyKey: "k"]
                ),
                for: .submitBatch
            )
        }
    }

    @Test func `an answer that nobody accepts is refused`() {
        for accept in [
            "*/*", "application/json", "application/*", "text/html, application/json;q=0.5",
            "application/problem+json",
        ] {
            #expect(wallets("", [.accept: accept]) == nil, "\(accept)")
        }
        for accept in ["text/html", "application/xml, text/*", ";", ",;,", ""] {
            #expect(wallets("", [.accept: accept])?.type == .notAcceptable, "\(accept)")
        }
    }

    @Test func `an act needs a key`() {
        #expect(transfer([.contentType: "application/json"]) == .idempotencyKeyRequired)
    }

    @Test(arguments: ["", "limit=1", "limit=250", "cursor=abc"])
    func `a query within its limits passes`(query: String) {
        #expect(statement(query) == [])
    }

    @Test(arguments: [
        "limit=0", "limit=251", "limit=ten", "limit=", "limit", "limit=1.0", "limit=1e1",
        "limit=0x10", "limit=nan", "limit=-1", "limit=99999999999999999999",
    ])
    func `a page size is a plain number within limits`(query: String) {
        #expect(statement(query) == ["?limit"])
    }

    @Test func `all faults of a query are told at once`() {
        let query = "limit=0&cursor=!&coin=NO&fromAt=yesterday&offset=3&coin=a-b"
        #expect(
            Set(statement(query)) == ["?limit", "?cursor", "?coin", "?fromAt", "?offset"]
        )
    }

    @Test func `a parameter given twice is refused`() {
        #expect(statement("limit=1&limit=2") == ["?limit"])
    }
}
