import API
import OpenAPIDocuments
import Testing
import Yams

@testable import ServiceKit

@Suite struct DocumentTests {
    private static let common = "common.yaml"
    private static let files = [common] + DocumentName.allCases.map(\.rawValue)

    /// A file as it is written, before the shared parts are merged in.
    private static func load(_ file: String) throws -> Node {
        let bytes = DocumentName(rawValue: file)?.bytes ?? OpenAPIDocuments.common
        return try #require(try Yams.compose(yaml: String(decoding: bytes, as: UTF8.self)))
    }

    @Test(arguments: files)
    func `every file is YAML and OpenAPI 3.1`(file: String) throws {
        let root = try #require(try Self.load(file).mapping)
        #expect(root["openapi"]?.string?.hasPrefix("3.1.") == true)
    }

    @Test(arguments: files)
    func `every reference points at something`(file: String) throws {
        let root = try Self.load(file)
        let common = try Self.load(Self.common)
        let references = Self.references(in: root)
        #expect(!references.isEmpty)
        for reference in references {
            let parts = reference.split(
                separator: "#",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            let (target, place) = (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
            var node: Node? = target.isEmpty ? root : common
            #expect(target.isEmpty || target == Self.common, "\(reference)")
            for step in place.split(separator: "/") {
                let name: Substring = step.replacing("~1", with: "/").replacing("~0", with: "~")
                node = node?.mapping?[String(name)]
            }
            #expect(node != nil, "\(reference) in \(file)")
        }
    }

    // A validator that follows references would not see a limit that is written beside one.
    @Test(arguments: files)
    func `only a description stands beside a reference`(file: String) throws {
        func check(_ node: Node, _ place: String) {
            if let mapping = node.mapping {
                if mapping["$ref"]?.string != nil {
                    let others = Set(mapping.keys.compactMap(\.string))
                    #expect(others.isSubset(of: ["$ref", "description", "summary"]), "\(place)")
                }
                for (key, value) in mapping { check(value, place + "/" + (key.string ?? "")) }
            }
            for element in node.sequence ?? [] { check(element, place) }
        }
        check(try Self.load(file), file)
    }

    @Test(arguments: ServiceDocument.all)
    func `every request schema compiles`(service: ServiceDocument) {
        // Compiling traps on a keyword that would not be enforced.
        let contract = Contract(service.document, operations: service.operations)
        #expect(contract.operations.count == service.operations.count)
    }

    @Test(arguments: ServiceDocument.all)
    func `every object of a request is closed`(service: ServiceDocument) {
        func check(_ schema: JSONValue, _ place: String) {
            let schema = service.document.resolve(schema)
            if schema["type"]?.string == "object", schema["properties"] != nil {
                #expect(schema["additionalProperties"] == .bool(false), "\(place)")
            }
            for (name, value) in schema["properties"]?.members ?? [:] {
                check(value, "\(place)/\(name)")
            }
            if let items = schema["items"] { check(items, "\(place)/0") }
            for form in schema["oneOf"]?.elements ?? [] { check(form, place) }
        }
        for operation in service.documented {
            guard let body = operation.requestBody?.content[MediaType.json] else { continue }
            check(body["schema"] ?? .null, operation.id)
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `every text, number and list of a request has a limit`(service: ServiceDocument) {
        func check(_ schema: JSONValue, _ place: String) {
            let schema = service.document.resolve(schema)
            let types = schema["type"]?.strings ?? []
            let isChoice = schema["const"] != nil || schema["enum"] != nil
            if types.contains("string"), !isChoice {
                let isFixed = schema["format"]?.string == "date"
                #expect(schema["maxLength"] != nil || isFixed, "\(place)")
            }
            if types.contains("integer") || types.contains("number") {
                #expect(schema["minimum"] != nil && schema["maximum"] != nil, "\(place)")
            }
            if types.contains("array") { #expect(schema["maxItems"] != nil, "\(place)") }
            for (name, value) in schema["properties"]?.members ?? [:] {
                check(value, "\(place)/\(name)")
            }
            if let items = schema["items"] { check(items, "\(place)/0") }
            for form in schema["oneOf"]?.elements ?? [] { check(form, place) }
        }
        for operation in service.documented {
            for type in [MediaType.json, MediaType.form] {
                guard let body = operation.requestBody?.content[type] else { continue }
                check(body["schema"] ?? .null, operation.id)
            }
            for parameter in operation.parameters {
                check(parameter["schema"] ?? .null, "\(operation.id) parameter")
            }
        }
    }

    private static func references(in node: Node) -> [String] {
        if let mapping = node.mapping {
            return mapping.flatMap { key, value -> [String] in
                if key.string == "$ref", let text = value.string { return [text] }
                return references(in: value)
            }
        }
        return (node.sequence ?? []).flatMap(references)
    }
}
