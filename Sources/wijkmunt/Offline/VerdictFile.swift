import API
import Crypto
import FoundationEssentials
import Locality

/// The files that a verdict is verified with.
enum VerdictFile {
    /// What was signed; throws `CommandFailure` unless one of the keys did.
    static func statement(
        of file: String,
        signedBy keys: [P256.Signing.PublicKey]
    ) throws -> VerdictStatement {
        let kept: SignedVerdict = try read(file, "signed verdict")
        let parts = kept.signature.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = bytes(base64URL: parts[0]),
            let payload = bytes(base64URL: parts[1]),
            let signature = bytes(base64URL: parts[2])
                .flatMap({ try? P256.Signing.ECDSASignature(rawRepresentation: $0) }),
            let type = try? JSONDecoder().decode(Header.self, from: header),
            type.alg == "ES256", type.typ == VerdictStatement.signatureType,
            let statement = try? JSONDecoder().decode(VerdictStatement.self, from: payload),
            keys.contains(where: {
                $0.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8))
            })
        else { throw CommandFailure("the signature of \(file) is not valid") }
        // The signed words count, and those beside them must not say anything else.
        guard statement == kept.statement else {
            throw CommandFailure("\(file) says something else than what was signed")
        }
        return statement
    }

    /// A policy, or that version in a list of policies.
    static func policy(_ file: String, version: Int) throws -> LocalityPolicy {
        let content = Data(try InputFile.contents(of: file))
        if let one = try? JSONDecoder().decode(LocalityPolicy.self, from: content) { return one }
        let list: Page<LocalityPolicy> = try read(file, "policy and no list of policies", content)
        guard let found = list.items.first(where: { $0.version == version }) else {
            throw CommandFailure("\(file) does not have version \(version)")
        }
        return found
    }

    /// The policies of a programme, one or a list of them.
    static func programmePolicies(_ file: String) throws -> [ProgrammeLocalityPolicy] {
        let content = Data(try InputFile.contents(of: file))
        if let one = try? JSONDecoder().decode(ProgrammeLocalityPolicy.self, from: content) {
            return [one]
        }
        let list: Page<ProgrammeLocalityPolicy> = try read(
            file,
            "policy of a programme and no list of them",
            content
        )
        return list.items
    }

    /// An area with the name and version that stand in its file.
    @Sendable static func area(_ file: String) throws -> VerdictReplay.Area {
        let content = try InputFile.contents(of: file)
        let feature: Feature = try read(file, "area with a name and a version", Data(content))
        return VerdictReplay.Area(reference: feature.properties, geoJSON: content)
    }

    static func explain(_ refusal: VerdictReplay.Refusal) -> String {
        switch refusal {
        case .shopUnknown: "the verdict does not tell where the shop was"
        case .otherCoin: "the policy is of another coin"
        case .otherPolicyVersion: "this is not the version of the policy that was applied"
        case .policyInvalid: "the policy contradicts itself"
        case .otherGeofences(let expected):
            expected.isEmpty
                ? "the verdict used no area"
                : "the verdict used "
                    + expected.map { "\($0.name) version \($0.version)" }
                    .joined(separator: ", ") + "; give exactly these with --area"
        case .areaInvalid: "an area cannot be read"
        case .programmePolicyMissing(let programme, let version):
            "the verdict used version \(version) of the policy of programme \(programme); give it "
                + "with --programme-policy"
        }
    }

    static func bytes(base64URL text: some StringProtocol) -> Data? {
        let plain = String(text).replacing("-", with: "+").replacing("_", with: "/")
        return Data(
            base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4)
        )
    }

    private static func read<Value: Decodable>(
        _ file: String,
        _ what: String,
        _ content: Data? = nil
    ) throws -> Value {
        let content = try content ?? Data(InputFile.contents(of: file))
        guard let value = try? JSONDecoder().decode(Value.self, from: content) else {
            throw CommandFailure("\(file) is no \(what)")
        }
        return value
    }

    private struct Header: Decodable {
        let alg: String
        let typ: String
    }

    private struct Feature: Decodable {
        let properties: GeofenceReference
    }
}
