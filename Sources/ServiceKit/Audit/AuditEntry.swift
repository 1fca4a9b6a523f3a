package import API
import FoundationEssentials

/// What an act did to one object, as the audit trail keeps it for ever.
///
/// Nothing stands here that erasing a person could not take away: their values go in as `personal`,
/// and the reasons that people type are left out or go in the same way.
package struct AuditEntry: Sendable {
    let kind: AuditObjectKind
    let object: String
    let subject: UUID?
    let before: (any Encodable & Sendable)?
    let after: (any Encodable & Sendable)?

    /// Describes a change from one state to another; `about` is whose `personal` values these are.
    package init(
        _ kind: AuditObjectKind,
        _ object: some CustomStringConvertible,
        from before: (any Encodable & Sendable)? = nil,
        to after: (any Encodable & Sendable)?,
        about subject: Identifier? = nil
    ) {
        self.kind = kind
        self.object = object.description
        self.subject = subject?.uuid
        self.before = before
        self.after = after
    }

    var beforeText: String? { before.map { WireJSON.text($0) } }
    var afterText: String? { after.map { WireJSON.text($0) } }
}

/// One value of an entry that is put together member by member.
package enum AuditValue: Encodable, Sendable {
    /// Plain text; never of a person.
    case text(String)
    /// Several, such as roles.
    case texts([String])
    /// A count or a version.
    case number(Int)
    /// Of a person: the database keeps a hash under the person's salt, or nothing for `nil`.
    case personal(String?)

    /// A moment as the API writes it.
    package static func moment(_ instant: Instant) -> AuditValue { .text(instant.description) }

    /// An id.
    package static func id(_ id: Identifier) -> AuditValue { .text(id.description) }

    /// The form that `audit.append` expects.
    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .personal(let text):
            var members = encoder.container(keyedBy: Members.self)
            try members.encode(text, forKey: .personal)
        case .text(let text):
            var single = encoder.singleValueContainer()
            try single.encode(text)
        case .texts(let texts):
            var single = encoder.singleValueContainer()
            try single.encode(texts)
        case .number(let number):
            var single = encoder.singleValueContainer()
            try single.encode(number)
        }
    }

    private enum Members: CodingKey { case personal }
}
