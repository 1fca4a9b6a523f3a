package import API
import FoundationEssentials
import Hummingbird
import Synchronization

/// A service's promises as its document states them, ready to hold requests against.
package final class Contract: Sendable {
    package let operations: [Operation]
    package let document: OpenAPIDocument
    private let bodies: [String: Schema]
    private let queries: [String: [String: Parameter]]
    private let embedded: [String: Schema]
    private let registeredIDs = Mutex<Set<String>>([])

    private static let embeddedSchemas = ["PositionClaim"]

    private struct Parameter: Sendable {
        let schema: Schema
        let isInteger: Bool
    }

    /// Compiles the document of a service; traps where the two disagree on an operation.
    package init(_ document: OpenAPIDocument, operations: [Operation]) {
        self.document = document
        self.operations = operations
        var bodies: [String: Schema] = [:]
        var queries: [String: [String: Parameter]] = [:]
        for (_, item) in document.root["paths"]?.members ?? [:] {
            for (_, details) in item.members {
                guard let id = details["operationId"]?.string else { continue }
                if let body = details["requestBody"].map(document.resolve),
                    let schema = body["content"]?["application/json"]?["schema"]
                {
                    bodies[id] = Schema(schema, in: document)
                }
                let shared = item["parameters"]?.elements ?? []
                queries[id] = Self.queryParameters(
                    shared + (details["parameters"]?.elements ?? []),
                    document
                )
            }
        }
        let schemas = document.root["components"]?["schemas"]?.members ?? [:]
        embedded = Self.embeddedSchemas.reduce(into: [:]) { found, name in
            found[name] = schemas[name].map { Schema($0, in: document) }
        }
        self.bodies = bodies
        self.queries = queries
        for operation in operations {
            precondition(queries[operation.id] != nil, "\(operation.id) is not documented")
        }
    }

    private static func queryParameters(
        _ parameters: [JSONValue],
        _ document: OpenAPIDocument
    ) -> [String: Parameter] {
        var found: [String: Parameter] = [:]
        for parameter in parameters.map(document.resolve)
        where parameter["in"]?.string == "query" {
            guard let name = parameter["name"]?.string, let schema = parameter["schema"] else {
                continue
            }
            let type = document.resolve(schema)["type"]?.string
            found[name] = Parameter(
                schema: Schema(schema, in: document),
                isInteger: type == "integer"
            )
        }
        return found
    }

    /// Notes that a route exists; twice is a programming error.
    func registered(_ operation: Operation) {
        precondition(operations.contains(operation), "\(operation.id) is not of this service")
        let isNew = registeredIDs.withLock { $0.insert(operation.id).inserted }
        precondition(isNew, "\(operation.id) has two routes")
    }

    /// Traps unless every documented operation has a route.
    func requireAllRegistered() {
        let missing = Set(operations.map(\.id)).subtracting(registeredIDs.withLock { $0 })
        precondition(missing.isEmpty, "no route for \(missing.sorted())")
    }

    /// What is wrong with a JSON body.
    func bodyErrors(_ json: JSONValue, for operation: Operation) -> [RequestError] {
        guard let schema = bodies[operation.id] else {
            preconditionFailure("\(operation.id) documents no JSON body")
        }
        return Array(schema.errors(in: json).prefix(100))
    }

    /// What is wrong with JSON that travels inside another form, by the name of its schema.
    func errors(_ json: JSONValue, schema name: String) -> [RequestError] {
        guard let schema = embedded[name] else {
            preconditionFailure("no schema \(name) in the document")
        }
        return schema.errors(in: json)
    }

    /// Throws the first problem of a request's frame: media types, key, query.
    func check(_ request: Request, for operation: Operation) throws {
        do {
            try checkFrame(request, operation)
        } catch let problem as Problem where operation.body.mediaType == MediaType.form {
            // Only the token endpoint takes a form, and all its problems have `error`.
            throw problem.asOAuth
        }
    }

    private func checkFrame(_ request: Request, _ operation: Operation) throws {
        try checkContentType(request, operation)
        try checkAccept(request, operation)
        if operation.idempotent { _ = try request.idempotencyKey() }
        try checkQuery(request, operation)
    }

    private func checkContentType(_ request: Request, _ operation: Operation) throws {
        let wanted = operation.body.mediaTypes
        guard !wanted.isEmpty else { return }
        let header = request.headers[.contentType] ?? ""
        if header == wanted[0] { return }
        let given = Self.mediaType(of: header)
        guard wanted.contains(given) || (given == "text/xml" && wanted[0] == MediaType.xml) else {
            let choice = wanted.joined(separator: " or ")
            throw Problem(.unsupportedMediaType, "Send \(choice), and say so in Content-Type.")
        }
    }

    private func checkAccept(_ request: Request, _ operation: Operation) throws {
        guard let accept = request.headers[.accept] else { return }
        if accept == operation.produces || accept == "*/*" { return }
        let family = operation.produces.split(separator: "/")[0]
        let fits = accept.split(separator: ",").contains { range in
            ["*/*", "\(family)/*", operation.produces, MediaType.problem]
                .contains(Self.mediaType(of: range))
        }
        guard fits else {
            throw Problem(.notAcceptable, "This address answers \(operation.produces).")
        }
    }

    private static func mediaType(of text: some StringProtocol) -> String {
        text.prefix { $0 != ";" }.trimmingSpaces().lowercased()
    }

    private func checkQuery(_ request: Request, _ operation: Operation) throws {
        guard request.uri.query != nil else { return }
        let known = queries[operation.id] ?? [:]
        var errors: [RequestError] = []
        var seen: Set<Substring> = []
        for (name, value) in request.uri.queryParameters {
            guard let parameter = known[String(name)] else {
                errors.append(
                    RequestError(pointer: "?\(name.prefix(40))", detail: "is not known here")
                )
                continue
            }
            if !seen.insert(name).inserted {
                errors.append(RequestError(pointer: "?\(name)", detail: "is given twice"))
            }
            let json: JSONValue =
                parameter.isInteger
                ? Int(value).map { .number(Double($0)) } ?? .string(String(value))
                : .string(String(value))
            errors += parameter.schema.errors(in: json, at: "?\(name)")
        }
        guard errors.isEmpty else {
            throw Problem(
                .invalidRequest,
                "The query does not fit \(operation.id).",
                errors: Array(errors.prefix(100))
            )
        }
    }
}

extension StringProtocol {
    func trimmingSpaces() -> String {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        var text = Substring(self).utf8
        while let first = text.first, isSpace(first) { text.removeFirst() }
        while let last = text.last, isSpace(last) { text.removeLast() }
        return String(Substring(text))
    }
}
