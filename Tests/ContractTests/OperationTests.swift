import API
import OpenAPIDocuments
import Testing

@testable import ServiceKit

@Suite struct OperationTests {
    @Test(arguments: ServiceDocument.all)
    func `document and service have the same operations, each once`(service: ServiceDocument) {
        let documented = service.documented.map(\.id)
        #expect(documented.sorted() == service.operations.map(\.id).sorted())
        #expect(Set(documented).count == documented.count)
    }

    @Test func `an operation belongs to one service, except those of every service`() {
        let shared = Set(EveryServiceOperations.all.map(\.id))
        let own = ServiceDocument.all.flatMap { $0.operations.map(\.id) }
            .filter { !shared.contains($0) }
        #expect(Set(own).count == own.count)
        for service in ServiceDocument.all {
            #expect(shared.isSubset(of: service.operations.map(\.id)), "\(service.name)")
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `method and address are the same`(service: ServiceDocument) throws {
        for documented in service.documented {
            let operation = try #require(service.operation(documented), "\(documented.id)")
            #expect(operation.method == documented.method, "\(documented.id)")
            #expect(operation.path == documented.fullPath, "\(documented.id)")
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `the braces of the address are its path parameters`(service: ServiceDocument) {
        for documented in service.documented {
            let braces = documented.path.split(separator: "/").filter { $0.hasPrefix("{") }
                .map { String($0.dropFirst().dropLast()) }
            #expect(documented.parameterNames(in: "path") == braces, "\(documented.id)")
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `security and access are the same`(service: ServiceDocument) throws {
        for documented in service.documented {
            let operation = try #require(service.operation(documented), "\(documented.id)")
            let scopes = try #require(documented.scopes, "\(documented.id) has no security")
            switch operation.access {
            case .anonymous: #expect(scopes.isEmpty, "\(documented.id)")
            case .anyOf(let needed):
                #expect(scopes == needed.map { [$0.rawValue] }, "\(documented.id)")
            }
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `the description names the scopes and the roles that may call`(
        service: ServiceDocument
    ) throws {
        for documented in service.documented {
            let operation = try #require(service.operation(documented), "\(documented.id)")
            guard case .anyOf(let scopes) = operation.access else { continue }
            let text = documented.details["description"]?.string ?? ""
            let who = try #require(text.split(separator: "**Who may call:**").last)
            let words = Set(
                who.split { !($0.isLetter || $0 == "-" || $0 == ":") }.map(String.init)
            )
            for scope in Scope.allCases {
                #expect(
                    words.contains(scope.rawValue) == scopes.contains(scope),
                    "\(scope.rawValue) of \(documented.id)"
                )
            }
            for role in Role.allCases {
                let may = role.scopes.contains(where: scopes.contains)
                #expect(
                    words.contains(role.rawValue) == may,
                    "\(role.rawValue) of \(documented.id)"
                )
            }
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `the document offers the scopes that its operations need`(service: ServiceDocument) {
        let flow = service.document.root["components"]?["securitySchemes"]?["oauth2"]?["flows"]?[
            "clientCredentials"
        ]
        let offered = flow?["scopes"]?.members.keys.sorted() ?? []
        let needed = Set(service.documented.flatMap { ($0.scopes ?? []).flatMap(\.self) })
        #expect(offered == needed.sorted())
    }

    @Test(arguments: ServiceDocument.all)
    func `the body has the media types of the service`(service: ServiceDocument) throws {
        for documented in service.documented {
            let operation = try #require(service.operation(documented), "\(documented.id)")
            let types = documented.requestBody?.content.keys.sorted() ?? []
            #expect(types == operation.body.mediaTypes.sorted(), "\(documented.id)")
            if let body = documented.requestBody {
                #expect(body["required"] == .bool(true), "\(documented.id)")
            }
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `a body larger than usual is announced in mebibytes`(service: ServiceDocument) throws {
        for documented in service.documented {
            let operation = try #require(service.operation(documented), "\(documented.id)")
            let words = (documented.details["description"]?.string ?? "").split(separator: " ")
            let announced = zip(words, words.dropFirst())
                .first { $0.1.hasPrefix("MiB") }.flatMap { Int($0.0) }
            let size = operation.body.maxBytes
            #expect(announced.map { $0 << 20 } == (size > 1 << 20 ? size : nil), "\(documented.id)")
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `the idempotency key is documented where it is required`(
        service: ServiceDocument
    ) throws {
        for documented in service.documented {
            let operation = try #require(service.operation(documented), "\(documented.id)")
            // A proof is for every client that wants one, the scheme tells of the rest; a stream is
            // resumed by who has heard of it.
            let others: Set<String?> = ["DPoP", "Last-Event-ID"]
            let headers = documented.parameters.filter {
                $0["in"]?.string == "header" && !others.contains($0["name"]?.string)
            }
            #expect(
                headers.compactMap { $0["name"]?.string }
                    == (operation.idempotent ? ["Idempotency-Key"] : []),
                "\(documented.id)"
            )
            #expect(headers.allSatisfy { $0["required"] == .bool(true) }, "\(documented.id)")
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `the usual answer has the service's status and media type`(
        service: ServiceDocument
    ) throws {
        for documented in service.documented {
            let operation = try #require(service.operation(documented), "\(documented.id)")
            // A file that is already there is answered with what was made of it.
            let isFile = [
                "submitBatch", "submitUpload", "importBankAnswer", "importBankStatement",
            ].contains(operation.id)
            let others = isFile ? [200] : []
            #expect(documented.successes == others + [operation.success], "\(documented.id)")
            for status in documented.successes {
                let types = documented.response(status)?.content.keys.sorted()
                #expect(types == [operation.produces], "\(documented.id)")
            }
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `what is made has an address and can be replayed`(service: ServiceDocument) throws {
        for documented in service.documented {
            let operation = try #require(service.operation(documented), "\(documented.id)")
            let headers = documented.response(operation.success)?["headers"]?.members ?? [:]
            #expect(
                (headers["Idempotency-Replayed"] != nil) == operation.idempotent,
                "\(operation.id)"
            )
            if operation.success == 202 { #expect(headers["Location"] != nil, "\(operation.id)") }
        }
    }
}
