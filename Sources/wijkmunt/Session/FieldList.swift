import API

/// A value as names and texts, in the order in which its type declares them.
///
/// Reads types by reflection, so that a new member of an answer shows up by itself.
struct FieldList {
    private(set) var fields: [(name: String, text: String)] = []

    init(_ value: Any) {
        collect(value, name: "")
    }

    /// The text of a field; "-" where the value has none.
    subscript(name: String) -> String {
        fields.first { $0.name == name }?.text ?? "-"
    }

    private mutating func collect(_ value: Any, name: String) {
        if let text = Self.text(value) {
            fields.append((name, text))
            return
        }
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .optional {
            if let content = mirror.children.first { collect(content.value, name: name) }
        } else if mirror.displayStyle == .collection {
            collectElements(of: mirror, name: name)
        } else {
            for child in mirror.children {
                collect(child.value, name: Self.joined(name, child.label ?? ""))
            }
        }
    }

    private mutating func collectElements(of mirror: Mirror, name: String) {
        let texts = mirror.children.compactMap { Self.text($0.value) }
        if texts.count == mirror.children.count {
            fields.append((name, texts.joined(separator: ", ")))
            return
        }
        for (index, child) in mirror.children.enumerated() {
            collect(child.value, name: "\(name)[\(index + 1)]")
        }
    }

    /// `Nullable` wrappers are stored as `_name` with a member `wrappedValue`; neither is shown.
    private static func joined(_ parent: String, _ label: String) -> String {
        let own = label.hasPrefix("_") ? String(label.dropFirst()) : label
        if own == "wrappedValue" { return parent }
        return parent.isEmpty ? own : "\(parent).\(own)"
    }

    /// The text of what is one thing to a reader; nil for what has members.
    private static func text(_ value: Any) -> String? {
        switch value {
        case let amount as Amount: "\(amount.value) \(amount.coin)"
        case let amount as SignedAmount: "\(amount.value) \(amount.coin)"
        case let amount as EuroAmount: "\(amount.currency) \(amount.value)"
        case let rule as LocalityRule: text(rule)
        case let value as any RawRepresentable: "\(value.rawValue)"
        case let value as any LosslessStringConvertible: value.description
        default: nil
        }
    }

    private static func text(_ rule: LocalityRule) -> String {
        switch rule {
        case .borderless, .shopInGeofence, .noMock: rule.name.rawValue
        case .payerInGeofence(let mode): "payerInGeofence (\(mode.rawValue))"
        case .payerNearShop(let metres): "payerNearShop (\(metres) m)"
        case .freshFix(let seconds): "freshFix (\(seconds) s)"
        case .accurateFix(let metres): "accurateFix (\(metres) m)"
        case .terminalChallenge(let seconds): "terminalChallenge (\(seconds) s)"
        case .plausibleTravel(let speed): "plausibleTravel (\(speed) km/h)"
        }
    }
}
