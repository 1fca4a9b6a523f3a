import API
import Foundation
import TestSupport
import Testing

/// What every answer has in common, and requests that are wrong around their body.
@Suite struct FrameTests {
    @Test func `every answer has its headers, errors included`() async throws {
        let cast = try await Cast.shared
        for operation in Cast.operations where operation.produces != MediaType.events {
            let client = try cast.allowed(operation)
            let trace =
                "00-\(UUID().uuidString.lowercased().replacing("-", with: ""))-00f067aa0ba902b7-01"
            let answers = [
                try await client.bare(
                    operation,
                    authorization: nil,
                    headers: ["traceparent": trace]
                ),
                try await client.send(
                    operation,
                    Cast.nowhere(operation),
                    headers: ["traceparent": trace]
                ),
            ]
            for answer in answers {
                let id = "\(operation.id) \(answer.status)"
                #expect(answer.headers["api-version"] == "1.0.0", "\(id)")
                #expect(Identifier(answer.headers["x-request-id"] ?? "") != nil, "\(id)")
                #expect(answer.headers["traceparent"] == trace, "\(id)")
                #expect(
                    answer.headers["content-security-policy"] == "frame-ancestors 'none'",
                    "\(id)"
                )
                #expect(answer.headers["strict-transport-security"] != nil, "\(id)")
                #expect(answer.headers["x-content-type-options"] == "nosniff", "\(id)")
                #expect(answer.headers["x-frame-options"] == "DENY", "\(id)")
                #expect(answer.headers["cache-control"] != nil, "\(id)")
                #expect(answer.headers["server"] == nil, "\(id)")
                guard let problem = answer.problem else { continue }
                #expect(
                    problem.instance == "urn:uuid:\(answer.headers["x-request-id"] ?? "")",
                    "\(id)"
                )
                #expect(problem.status == answer.status, "\(id)")
            }
        }
    }

    @Test func `HEAD answers as GET does, without a body`() async throws {
        let cast = try await Cast.shared
        for operation in Cast.reading {
            let client = try cast.allowed(operation)
            let token = try await client.accessToken()
            let get = try await client.bare(operation, token: token)
            let head = try await client.bare(
                operation,
                token: token,
                method: "HEAD"
            )
            #expect(head.status == get.status, "\(operation.id)")
            #expect(head.body.isEmpty, "\(operation.id)")
            #expect(head.headers["content-type"] == get.headers["content-type"], "\(operation.id)")
        }
    }

    @Test func `an event stream answers HEAD as any other address`() async throws {
        let cast = try await Cast.shared
        for operation in [API.Operation.streamBatchEvents, .streamPaymentEvents] {
            let client = try cast.allowed(operation)
            let token = try await client.accessToken()
            let answer = try await client.bare(operation, token: token, method: "HEAD")
            // Nobody's payment or batch, so the answer is GET's: not found, and no body.
            #expect(answer.status == 404 && answer.body.isEmpty, "\(operation.id)")
        }
    }

    @Test func `a wrong method is answered with the right ones`() async throws {
        let cast = try await Cast.shared
        let all = [
            AccountsOperations.all, WalletOperations.all, MerchantOperations.all,
            DisbursementOperations.all,
        ].flatMap { service in service.map { ($0, service) } }
        for (operation, service) in all {
            let taken = Set(service.filter { $0.path == operation.path }.map(\.method.rawValue))
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"]
            where !taken.contains(method) {
                let answer = try await cast.resident.phone.bare(
                    operation,
                    authorization: nil,
                    method: method
                )
                #expect(answer.status == 405, "\(method) \(operation.path)")
                #expect(answer.problemType == .methodNotAllowed, "\(method) \(operation.path)")
                let allow = Set(
                    (answer.headers["allow"] ?? "").split(separator: ",").map {
                        $0.trimmingCharacters(in: .whitespaces)
                    }
                )
                #expect(taken.isSubset(of: allow), "\(method) \(operation.path)")
                #expect(!allow.contains(method), "\(method) \(operation.path)")
            }
        }
    }

    @Test func `an unknown address is not found, and neither is a trailing slash`() async throws {
        let cast = try await Cast.shared
        let odd = [
            "/", "/v1", "/v1/", "/v2/wallets", "/V1/wallets", "/v1/nothing", "//v1/wallets",
            "/v1//wallets", "/v1/wallets/../coins", "/%2e%2e/etc/passwd", "/v1/wallets%00",
            "/v1/\(String(repeating: "a", count: 5000))",
        ]
        for service in cast.resident.phone.urls.values {
            for path in odd {
                let answer = try await RawHTTP.send(method: "GET", url: service + path)
                #expect(answer.status == 404 || answer.status == 400, "\(path) \(answer.status)")
                #expect(answer.problem != nil, "\(path)")
            }
        }
        for operation in Cast.operations {
            let client = try cast.allowed(operation)
            let answer = try await RawHTTP.send(
                method: operation.method.rawValue,
                url: client.address(operation, endingIn: "/"),
                headers: ["Authorization": "Bearer \(try await client.accessToken())"]
            )
            #expect(answer.status == 404, "\(operation.id)")
            #expect(answer.headers["location"] == nil, "\(operation.id)")
        }
    }

    @Test func `what cannot be answered in the wanted form is refused`() async throws {
        let cast = try await Cast.shared
        for operation in Cast.operations {
            let client = try cast.allowed(operation)
            let type = operation.body.mediaType.map { ["Content-Type": $0] } ?? [:]
            let headers = type.merging(["Accept": "audio/ogg"]) { first, _ in first }
            let answer = try await client.send(
                operation,
                Cast.nowhere(operation),
                headers: headers
            )
            #expect(answer.status == 406, "\(operation.id)")
            #expect(answer.problemType == .notAcceptable, "\(operation.id)")
        }
    }

    @Test func `query parameters are known and within bounds`() async throws {
        let cast = try await Cast.shared
        for operation in Cast.reading {
            let client = try cast.allowed(operation)
            let answer = try await client.call(
                operation,
                Cast.nowhere(operation),
                query: "surprise=1"
            )
            #expect(answer.problemType == .invalidRequest, "\(operation.id)")
            #expect(answer.problem?.errors?.map(\.pointer) == ["?surprise"], "\(operation.id)")
        }
        let lists = Cast.reading.filter { $0.id.hasPrefix("list") }
        for operation in lists {
            let client = try cast.allowed(operation)
            for query in [
                "limit=0", "limit=251", "limit=abc", "limit=-1", "limit=", "limit=1.5",
                "limit=99999999999999999999", "limit=1&limit=2", "cursor=%00", "cursor=",
                "cursor=a%20b", "cursor=\(String(repeating: "a", count: 513))",
            ] {
                let answer = try await client.call(
                    operation,
                    Cast.nowhere(operation),
                    query: query
                )
                #expect(
                    answer.problemType == .invalidRequest,
                    "\(operation.id) \(query): \(answer.text)"
                )
            }
        }
        for operation in lists where !operation.path.contains("{") {
            let answer = try await cast.allowed(operation).call(operation, query: "cursor=BOGUS")
            #expect(answer.problemType == .invalidRequest, "\(operation.id) \(answer.text)")
        }
    }

    @Test func `moments and ids in a query are what they should be`() async throws {
        let cast = try await Cast.shared
        let wallet = ["walletId": "\(cast.resident.wallet)"]
        for moment in [
            "2026-01-01", "yesterday", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00%2B01:00",
            "9999-99-99T99:99:99Z", "2026-01-01T00:00:00.1234567Z",
        ] {
            for name in ["fromAt", "untilAt"] {
                let query = "\(name)=\(moment)"
                let lines = try await cast.resident.phone.call(
                    .listStatementLines,
                    wallet,
                    query: query
                )
                #expect(lines.problemType == .invalidRequest, "\(query): \(lines.status)")
                let payments = try await cast.shop.till.call(.listPayments, query: query)
                #expect(payments.problemType == .invalidRequest, "\(query): \(payments.status)")
            }
        }
        for moment in ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
            let lines = try await cast.resident.phone.call(
                .listStatementLines,
                wallet,
                query: "fromAt=\(moment)"
            )
            #expect(lines.status == 200, "\(moment): \(lines.text)")
        }
        let payments = try await cast.shop.till.call(.listPayments, query: "state=paid")
        #expect(payments.problemType == .invalidRequest)
    }

    @Test func `every service serves its document to every origin`() async throws {
        let lists: [[API.Operation]] = [
            AccountsOperations.all, WalletOperations.all, MerchantOperations.all,
            DisbursementOperations.all,
        ]
        let phone = try await Cast.shared.resident.phone
        for operations in lists {
            let url = phone.base(of: operations[0]) + "/v1/openapi.json"
            let answer = try await RawHTTP.send(
                method: "GET",
                url: url,
                headers: ["Origin": "https://else.example"]
            )
            #expect(answer.headers["access-control-allow-origin"] == "*")
            let document = try #require(
                JSONSerialization.jsonObject(with: answer.body) as? [String: Any]
            )
            #expect((document["openapi"] as? String)?.hasPrefix("3.1") == true)
            let paths = try #require(document["paths"] as? [String: [String: Any]])
            let ids = paths.values.flatMap(\.values).compactMap {
                ($0 as? [String: Any])?["operationId"] as? String
            }
            #expect(Set(ids) == Set(operations.map(\.id)))
            #expect(!answer.text.contains("common.yaml"))
            let other = try await RawHTTP.send(
                method: "GET",
                url: phone.base(of: operations[0]) + operations[0].path,
                headers: ["Origin": "https://else.example"]
            )
            #expect(other.headers["access-control-allow-origin"] == nil)
        }
    }
}
