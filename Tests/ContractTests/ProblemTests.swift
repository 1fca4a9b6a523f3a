import API
import FoundationEssentials
import OpenAPIDocuments
import Testing

@testable import ServiceKit

@Suite struct ProblemTests {
    private static let page: String? = {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let path = root.joined(separator: "/") + "/docs/problems.md"
        return try? String(contentsOfFile: path, encoding: .utf8)
    }()

    @Test(arguments: ServiceDocument.all)
    func `every problem of an operation is known, explained and has its status`(
        service: ServiceDocument
    ) throws {
        let page = try #require(Self.page)
        for documented in service.documented {
            let codes = documented.problemCodes
            #expect(!codes.isEmpty, "\(documented.id)")
            #expect(Set(codes).count == codes.count, "\(documented.id)")
            for code in codes {
                let type = try #require(ProblemType(rawValue: code), "\(code) of \(documented.id)")
                #expect(page.contains("\n## \(code)\n"), "\(code)")
                #expect(documented.response(type.status) != nil, "\(code) of \(documented.id)")
            }
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `every error status of an operation has a problem`(service: ServiceDocument) {
        for documented in service.documented {
            let statuses = documented.responses.keys.compactMap(Int.init).filter { $0 >= 400 }
            let named = documented.problemCodes.compactMap { ProblemType(rawValue: $0)?.status }
            #expect(Set(statuses) == Set(named), "\(documented.id)")
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `an operation names the problems of its frame`(service: ServiceDocument) throws {
        for documented in service.documented {
            let operation = try #require(service.operation(documented), "\(documented.id)")
            // A parameter that an operation does not know is refused everywhere.
            var frame: Set<ProblemType> = [.invalidRequest, .notAcceptable, .tooManyRequests]
            if operation.access != .anonymous {
                frame.formUnion([.unauthorized, .insufficientScope])
            }
            if operation.body != .none {
                frame.formUnion([.payloadTooLarge, .unsupportedMediaType])
            }
            if case .json = operation.body { frame.insert(.malformedJson) }
            if operation.idempotent {
                frame.formUnion([
                    .idempotencyKeyRequired, .idempotencyKeyInFlight, .idempotencyKeyReused,
                    .outcomeUnknown,
                ])
            }
            let missing = frame.map(\.code).filter { !documented.problemCodes.contains($0) }
            #expect(missing.isEmpty, "\(documented.id)")
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `every error answer is a problem, with an example of its status`(
        service: ServiceDocument
    ) throws {
        for documented in service.documented {
            for (status, response) in documented.responses where (Int(status) ?? 0) >= 400 {
                #expect(Array(response.content.keys) == [MediaType.problem], "\(documented.id)")
                let example = try #require(
                    response.content[MediaType.problem]?["example"],
                    "\(documented.id) \(status)"
                )
                let bytes = WireJSON.bytes(example)
                let problem = try JSONDecoder().decode(ProblemDetails.self, from: Data(bytes))
                let type = try #require(problem.problemType, "\(problem.type)")
                #expect(String(type.status) == status && problem.status == type.status)
                #expect(problem.title == type.title)
            }
        }
    }

    @Test func `every problem belongs to an operation or to every address`() {
        let named = Set(ServiceDocument.all.flatMap { $0.documented.flatMap(\.problemCodes) })
        let anywhere: Set<ProblemType> = [
            .methodNotAllowed, .uriTooLong, .headTooLarge, .internalError,
        ]
        let unused = ProblemType.allCases.filter {
            !named.contains($0.code) && !anywhere.contains($0)
        }
        #expect(unused.isEmpty)
    }
}
