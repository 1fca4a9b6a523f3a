import API
import Foundation
import LocalStack
import TestSupport

/// Recognisable secrets of an installation and the people in it, and requests that are full of them.
struct PlantedSecrets {
    /// A secret and what it is.
    struct Secret {
        let what: String
        let text: String
        /// Counts only where it stands alone: six digits are part of many a number.
        var isShort = false

        /// Whether a line tells it.
        func isTold(in line: String) -> Bool {
            guard isShort else { return line.contains(text) }
            let part = /[0-9A-Za-z.-]/
            return line.ranges(of: text).contains { range in
                let before = line[..<range.lowerBound].suffix(1)
                let after = line[range.upperBound...].prefix(1)
                return !before.contains(part) && !after.contains(part)
            }
        }
    }

    static let name = "Zonnestraal Geheimschild"
    static let iban = TestIBAN.number(777_654_321)
    static let alias = "geheim.zonnestraal"
    static let reference = "kenmerk-geheimschild"
    /// Digits that follow those of the neighbourhood.
    static let longitude = "107173917"
    static let latitude = "090164283"

    let privateKey: String
    private(set) var secrets: [Secret]

    /// Those of the people, and every line of every file of secrets.
    init(of stack: LocalStack) throws {
        privateKey = try String(
            contentsOf: URL(filePath: stack.directory.operatorKeyFile),
            encoding: .utf8
        )
        secrets = [
            Secret(what: "a name", text: Self.name), Secret(what: "an IBAN", text: Self.iban),
            Secret(what: "an alias", text: Self.alias),
            Secret(what: "a reference", text: Self.reference),
            Secret(what: "a longitude", text: Self.longitude),
            Secret(what: "a latitude", text: Self.latitude),
            Secret(what: "a private key", text: "PRIVATE KEY"),
        ]
        let folder = stack.directory.secrets
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let text = try String(contentsOf: URL(filePath: "\(folder)/\(file)"), encoding: .utf8)
            for line in text.split(separator: "\n") where !line.hasPrefix("-----") {
                add(file, String(line))
            }
        }
    }

    mutating func add(_ what: String, _ text: String) {
        precondition(text.utf8.count >= 8, "\(what) is too short to be recognised")
        secrets.append(Secret(what: what, text: text))
    }

    mutating func addPIN(_ text: String) {
        secrets.append(Secret(what: "a PIN", text: text, isShort: true))
    }

    /// A position in the neighbourhood.
    static var position: TestPosition {
        var position = TestPosition()
        position.longitude = 5.107173917
        position.latitude = 52.090164283
        return position
    }

    /// A body of the right kind that no operation takes, with everything in it.
    func body(for operation: API.Operation) throws -> Data {
        var members = ["longitude": "5.\(Self.longitude)", "latitude": "52.\(Self.latitude)"]
        for (number, secret) in secrets.enumerated() { members["member\(number)"] = secret.text }
        for name in ["displayName", "name", "reason"] { members[name] = Self.name }
        for name in ["iban", "debtorIban"] { members[name] = Self.iban }
        members["privateKey"] = privateKey
        switch operation.body {
        case .none, .json, .bytes:
            return try JSONSerialization.data(withJSONObject: members)
        case .form:
            let fields = members.map { "\($0.key)=\(Self.encoded($0.value))" }
            return Data((fields + ["grant_type=client_credentials"]).joined(separator: "&").utf8)
        case .xml, .paymentFile:
            let elements = members.values.map { "<Nm>\($0)</Nm>" }.joined()
            let file = TestPaymentFile.xml([TestCredit(Self.name, Self.iban, "1.00")])
            return Data(file.replacing("</GrpHdr>", with: elements + "</GrpHdr>").utf8)
        }
    }

    /// The private key in one line, as a header takes it.
    var privateKeyLine: String {
        privateKey.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
    }

    /// Everything as a query.
    var query: String {
        secrets.enumerated().map { "q\($0.offset)=\(Self.encoded($0.element.text))" }
            .joined(separator: "&")
    }

    static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
