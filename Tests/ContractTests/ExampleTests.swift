import API
import Testing

@testable import ServiceKit

@Suite struct ExampleTests {
    /// A media type's schema and example, where the example is structured.
    private struct Sample {
        let place: String
        let schema: JSONValue
        let example: JSONValue
    }

    private static let structured: Set<String> = [
        MediaType.json, MediaType.problem, MediaType.geoJSON, MediaType.form,
    ]

    private static func samples(_ content: [String: JSONValue], _ place: String) -> [Sample] {
        content.compactMap { type, media in
            guard structured.contains(type), let schema = media["schema"],
                let example = media["example"]
            else { return nil }
            return Sample(place: "\(place) \(type)", schema: schema, example: example)
        }
    }

    private static func requests(_ service: ServiceDocument) -> [Sample] {
        service.documented.flatMap { samples($0.requestBody?.content ?? [:], $0.id) }
    }

    private static func answers(_ service: ServiceDocument) -> [Sample] {
        service.documented.flatMap { operation in
            operation.responses.flatMap { samples($1.content, "\(operation.id) \($0)") }
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `every body and every answer has an example`(service: ServiceDocument) {
        for operation in service.documented {
            let bodies = [operation.requestBody].compactMap(\.self) + operation.responses.values
            for media in bodies.flatMap({ $0.content.values }) {
                #expect(media["example"] != nil, "\(operation.id)")
                #expect(media["schema"] != nil, "\(operation.id)")
            }
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `every example of a body satisfies its schema`(service: ServiceDocument) {
        for sample in Self.requests(service) {
            let schema = Schema(sample.schema, in: service.document)
            #expect(schema.errors(in: sample.example) == [], "\(sample.place)")
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `every example of an answer satisfies its schema`(service: ServiceDocument) {
        for sample in Self.answers(service) {
            let schema = Schema(sample.schema, in: service.document)
            #expect(schema.errors(in: sample.example) == [], "\(sample.place)")
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `every example of a schema and a parameter satisfies it`(service: ServiceDocument) {
        let components = service.document.root["components"]?["schemas"]?.members ?? [:]
        let parameters = service.documented.flatMap(\.parameters).compactMap { $0["schema"] }
        for json in Array(components.values) + parameters {
            let schema = Schema(json, in: service.document)
            for example in service.document.resolve(json)["examples"]?.elements ?? [] {
                #expect(schema.errors(in: example) == [], "\(json)")
            }
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `a spoiled example is refused at its place`(service: ServiceDocument) {
        let mutations = Mutations(document: service.document)
        for sample in Self.requests(service) {
            let schema = Schema(sample.schema, in: service.document)
            let spoiled = mutations.of(sample.example, sample.schema)
            #expect(!spoiled.isEmpty, "\(sample.place)")
            for mutation in spoiled {
                let pointers = Set(schema.errors(in: mutation.value).map(\.pointer))
                #expect(
                    pointers == [mutation.pointer],
                    "\(sample.place): \(mutation.what) at \(mutation.pointer)"
                )
            }
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `several faults are told together`(service: ServiceDocument) {
        for sample in Self.requests(service) {
            let schema = Schema(sample.schema, in: service.document)
            guard case .object(let members) = sample.example, !members.isEmpty else { continue }
            let required = service.document.resolve(sample.schema)["required"]?.strings ?? []
            let errors = schema.errors(in: .object(["unknown": .null]))
            #expect(
                Set(errors.map(\.pointer)) == Set(required.map { "/\($0)" } + ["/unknown"]),
                "\(sample.place)"
            )
        }
    }

    @Test(arguments: ServiceDocument.all)
    func `an event carries what the operation beside it answers`(
        service: ServiceDocument
    ) throws {
        for stream in service.documented {
            guard let media = stream.responses["200"]?.content[MediaType.events] else { continue }
            let json = try #require(Self.told(by: stream, of: service), "\(stream.id)")
            let schema = Schema(json, in: service.document)
            // What a stream of many things begins with only tells where.
            let blocks = (media["example"]?.string ?? "").split(separator: "\n\n")
            let lines = blocks.filter { !$0.contains("event: start") }
                .flatMap { $0.split(separator: "\n") }
            let events = lines.filter { $0.hasPrefix("data: ") }.map { $0.dropFirst(6) }
            #expect(!events.isEmpty, "\(stream.id)")
            for event in events {
                #expect(schema.errors(in: try JSONText.parse(Array(event.utf8))) == [])
            }
        }
    }

    /// The schema of what a stream tells: the answer of the operation beside it, or an event of the
    /// stream that stands by itself.
    private static func told(
        by stream: DocumentedOperation,
        of service: ServiceDocument
    ) -> JSONValue? {
        let ownEvents = ["streamEvents": "MerchantEvent", "streamWalletEvents": "WalletEvent"]
        if let schema = ownEvents[stream.id] {
            return service.document.root["components"]?["schemas"]?[schema]
        }
        return service.documented.first {
            stream.path == $0.path + "/events" && $0.method == .get
        }?.responses["200"]?.content[MediaType.json]?["schema"]
    }
}
