import API
import FoundationEssentials
import LocalStack

/// What `wijkmunt up` says when everything runs: where it is, and what to type in another terminal.
struct Welcome {
    let urls: ServiceURLs
    let directory: StackDirectory
    /// Whether somebody has been set up here before.
    let isInUse: Bool

    var text: String {
        var table = TextTable(["service", "address", "document"])
        for (name, url) in urls.named {
            table.rows.append([name, url, url + API.Operation.getOpenAPI.path])
        }
        return """

            \(table.description)

            Logs are in \(directory.logs), your profile `operator` is in \(directory.profiles).
            Try next, in another terminal:

            \((surroundings + commands).map { "  " + $0 }.joined(separator: "\n"))

            Ctrl-C stops everything.
            """
    }

    /// What another terminal does not know.
    private var surroundings: [String] {
        var lines = [
            "cd \(shellQuoted(FileManager.default.currentDirectoryPath))",
            "export PATH=\(shellQuoted(Self.programs)):\"$PATH\"",
        ]
        if !isUsual {
            lines.append("export WIJKMUNT_PROFILES=\(shellQuoted(directory.profiles))")
        }
        return lines
    }

    private var isUsual: Bool { directory == StackDirectory(".wijkmunt") }

    private var commands: [String] {
        if isInUse {
            let place = isUsual ? "" : " --directory \(shellQuoted(directory.path))"
            return ["wijkmunt community list --profile operator", "wijkmunt audit" + place]
        }
        var lines = [
            "wijkmunt community create \"Oosterhof\" --as admin",
            "wijkmunt coin create oosterhof --name \"Oosterhof\" --symbol \"⌂\"",
        ]
        if let example = Self.example {
            lines.append("wijkmunt geofence import \(shellQuoted(example)) --name oosterhof")
        }
        return lines
    }

    /// Where the running program stands, as it was invoked.
    private static var programs: String {
        let invoked = CommandLine.arguments[0]
        let path = invoked.contains("/") ? invoked : executable
        return URL(filePath: path).absoluteURL.deletingLastPathComponent().standardized.plainPath
    }

    /// The area of the examples: here, or in the checkout that the program was built in.
    private static var example: String? {
        let file = "docs/examples/neighbourhood.geojson"
        if FileManager.default.fileExists(atPath: file) { return file }
        var place = URL(filePath: executable).deletingLastPathComponent()
        while place.pathComponents.count > 1 {
            let candidate = place.appending(path: file).plainPath
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
            place.deleteLastPathComponent()
        }
        return nil
    }

    private static var executable: String {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return own ?? CommandLine.arguments[0]
    }

    private func shellQuoted(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || "0123456789/._-+".unicodeScalars.contains($0)
        }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}

extension URL {
    /// The path without a slash at its end.
    fileprivate var plainPath: String {
        let path = path(percentEncoded: false)
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}
