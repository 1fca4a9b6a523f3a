import API
import FoundationEssentials
import LocalStack

/// The profiles in one directory: `NAME.json` and, beside it, the key in `NAME.pem`, both mode 0600.
struct ProfileStore: Sendable {
    let directory: String

    /// A profile with its name.
    struct Named: Sendable {
        let name: String
        let profile: Profile
    }

    /// All profiles, the oldest first.
    func all() throws -> [Named] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return try files.filter { $0.hasSuffix(".json") }
            .map { try read(String($0.dropLast(5))) }
            .sorted { ($0.profile.createdAt, $0.name) < ($1.profile.createdAt, $1.name) }
    }

    /// One profile by name.
    func read(_ name: String) throws -> Named {
        let path = "\(directory)/\(name).json"
        guard let bytes = FileManager.default.contents(atPath: path) else {
            let known = try names()
            throw CommandFailure(
                "there is no profile \(name) in \(directory)"
                    + (known.isEmpty ? "" : "; there are \(known.joined(separator: ", "))")
            )
        }
        do {
            return Named(name: name, profile: try JSONDecoder().decode(Profile.self, from: bytes))
        } catch {
            throw CommandFailure("\(path) is not a profile")
        }
    }

    /// The key of a profile.
    func key(of named: Named) throws -> SigningKey {
        let file = named.profile.keyFile
        let path = file.hasPrefix("/") ? file : "\(directory)/\(file)"
        do {
            return try SigningKey(pem: try SecretFile.read(path))
        } catch {
            throw CommandFailure("\(path) is not a P-256 key in PEM")
        }
    }

    /// Stores a new profile and its key; an existing name is refused before anything is called.
    func save(_ profile: Profile, key: SigningKey, as name: String) throws {
        var profile = profile
        profile.keyFile = "\(name).pem"
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        try SecretFile.write(key.pem, to: "\(directory)/\(name).pem")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try SecretFile.write(
            String(decoding: try encoder.encode(profile), as: UTF8.self) + "\n",
            to: "\(directory)/\(name).json"
        )
    }

    /// Keeps the token of an official beside their profile.
    func hold(_ token: HeldToken, of name: String) throws {
        let text = String(decoding: try JSONEncoder().encode(token), as: UTF8.self)
        try SecretFile.write(text + "\n", to: "\(directory)/\(name).token")
    }

    /// The token of an official.
    func heldToken(of named: Named) throws -> HeldToken {
        let path = "\(directory)/\(named.name).token"
        do {
            let text = try SecretFile.read(path)
            return try JSONDecoder().decode(HeldToken.self, from: Data(text.utf8))
        } catch {
            throw CommandFailure("\(path) is not a login; `wijkmunt login` begins another")
        }
    }

    /// Throws unless the name can be given to a new profile, or replaces one of this kind.
    func requireFree(_ name: String, unless kind: Profile.Kind? = nil) throws {
        guard !name.isEmpty, name.utf8.count <= 60,
            name.utf8.allSatisfy({ $0.isNameCharacter }), !name.hasPrefix(".")
        else {
            throw CommandFailure("a profile's name has letters, digits, dots, hyphens: \(name)")
        }
        if FileManager.default.fileExists(atPath: "\(directory)/\(name).json") {
            if let kind, try read(name).profile.kind == kind { return }
            throw CommandFailure("there is a profile \(name) already; choose another with --as")
        }
    }

    private func names() throws -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }
}

extension UInt8 {
    fileprivate var isNameCharacter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
