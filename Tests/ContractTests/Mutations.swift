import API

@testable import ServiceKit

/// One way to spoil a value that fits its schema.
struct Mutation {
    /// What was done, for the report.
    let what: String
    let value: JSONValue
    /// The one pointer that the refusal must have.
    let pointer: String
}

/// Spoils values in every way that their schema forbids.
struct Mutations {
    let document: OpenAPIDocument

    /// Every spoiled form of `value`, with pointers below `pointer`.
    func of(_ value: JSONValue, _ schema: JSONValue, at pointer: String = "") -> [Mutation] {
        let schema = document.resolve(schema)
        if let forms = schema["oneOf"]?.elements {
            guard let form = forms.first(where: { fits(value, $0) }) else { return [] }
            let inside = of(value, form, at: pointer)
            guard schema["discriminator"] == nil else { return inside }
            // Without a discriminator nobody can say which form was meant.
            return inside.map { Mutation(what: $0.what, value: $0.value, pointer: pointer) }
        }
        let here = ofItself(value, schema).map { what, value in
            Mutation(what: what, value: value, pointer: pointer)
        }
        return here + ofMembers(value, schema, pointer) + ofElements(value, schema, pointer)
    }

    private func fits(_ value: JSONValue, _ schema: JSONValue) -> Bool {
        Schema(schema, in: document).errors(in: value).isEmpty
    }

    private func ofItself(
        _ value: JSONValue,
        _ schema: JSONValue
    ) -> [(what: String, value: JSONValue)] {
        var found: [(String, JSONValue)] = []
        let types = schema["type"]?.strings ?? []
        let stranger: JSONValue = types.contains("boolean") ? .string("yes") : .bool(true)
        if !types.isEmpty { found.append(("wrong type", stranger)) }
        if !types.isEmpty, !types.contains("null") { found.append(("null", .null)) }
        if schema["enum"] != nil || schema["const"] != nil {
            found.append(("no such choice", .string("no-such-choice")))
        }
        switch value {
        case .string(let text): found += ofText(text, schema)
        case .number: found += ofNumber(schema, types)
        case .array(let elements):
            if let most = schema["maxItems"]?.integer, most <= 1000, let first = elements.first {
                found.append(("too many", .array(Array(repeating: first, count: most + 1))))
            }
            if (schema["minItems"]?.integer ?? 0) > 0 { found.append(("too few", .array([]))) }
            if schema["uniqueItems"] == .bool(true), let first = elements.first {
                found.append(("twice", .array([first, first])))
            }
        case .null, .bool, .object: break
        }
        return found
    }

    private func ofText(_ text: String, _ schema: JSONValue) -> [(String, JSONValue)] {
        var found = [("control character", JSONValue.string("\u{7}" + text.dropFirst()))]
        if let most = schema["maxLength"]?.integer {
            // Of two scalars per character, so that counting anything else would let it pass.
            let long = String(repeating: "e\u{301}", count: most / 2 + 1)
            found.append(("too long", .string(long)))
        }
        if let least = schema["minLength"]?.integer, least > 0 {
            found.append(("too short", .string(String(repeating: "a", count: least - 1))))
        }
        if ["uuid", "date", "date-time"].contains(schema["format"]?.string) {
            found.append(("wrong format", .string("2026-02-30")))
        }
        return found
    }

    private func ofNumber(_ schema: JSONValue, _ types: [String]) -> [(String, JSONValue)] {
        var found: [(String, JSONValue)] = []
        if let most = schema["maximum"]?.double { found.append(("too large", .number(most + 1))) }
        if let least = schema["minimum"]?.double { found.append(("too small", .number(least - 1))) }
        if types.contains("integer") { found.append(("fraction", .number(1.5))) }
        return found
    }

    private func ofMembers(
        _ value: JSONValue,
        _ schema: JSONValue,
        _ pointer: String
    ) -> [Mutation] {
        guard case .object(let members) = value else { return [] }
        var found: [Mutation] = []
        for name in schema["required"]?.strings ?? [] {
            var fewer = members
            fewer[name] = nil
            found.append(
                Mutation(
                    what: "missing",
                    value: .object(fewer),
                    pointer: "\(pointer)/\(name)"
                )
            )
        }
        if schema["additionalProperties"] == .bool(false) {
            var more = members
            more["no/such~member"] = .bool(true)
            found.append(
                Mutation(
                    what: "unknown",
                    value: .object(more),
                    pointer: "\(pointer)/no~1such~0member"
                )
            )
        }
        for (name, inner) in schema["properties"]?.members ?? [:] {
            guard let member = members[name] else { continue }
            found += of(member, inner, at: "\(pointer)/\(name)").map { mutation in
                var changed = members
                changed[name] = mutation.value
                return Mutation(
                    what: mutation.what,
                    value: .object(changed),
                    pointer: mutation.pointer
                )
            }
        }
        return found
    }

    private func ofElements(
        _ value: JSONValue,
        _ schema: JSONValue,
        _ pointer: String
    ) -> [Mutation] {
        guard case .array(let elements) = value, let inner = schema["items"] else { return [] }
        return elements.enumerated().flatMap { index, element in
            of(element, inner, at: "\(pointer)/\(index)").map { mutation in
                var changed = elements
                changed[index] = mutation.value
                return Mutation(
                    what: mutation.what,
                    value: .array(changed),
                    pointer: mutation.pointer
                )
            }
        }
    }
}
