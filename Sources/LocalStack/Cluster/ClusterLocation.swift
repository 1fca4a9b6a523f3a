import Crypto
import Foundation

/// The directories of one cluster: files and socket.
struct ClusterLocation: Sendable, Hashable {
    /// Holds `data` and belongs to the server's user.
    let home: String
    /// Holds the unix socket; short, because its path has a limit.
    let socketDirectory: String
    /// Said to the developer when the files are not where they were asked for.
    let notice: String?
    /// Whom the server runs as; nil for ourselves.
    let user: SystemUser?

    var data: String { "\(home)/data" }

    /// `sun_path` holds 108 bytes with the closing zero, and PostgreSQL adds its file name.
    private static let longestSocketDirectory = 107 - "/.s.PGSQL.5432".utf8.count

    /// Chooses the directories for a cluster that is asked for at `directory` (absolute).
    init(directory: String) throws {
        user = try SystemUser.forDatabase()
        let name = "wijkmunt-" + Self.hash(directory)
        if let user, !user.canReach("\(directory)/data") {
            home = "/var/tmp/\(name)"
            notice = "user \(user.name) cannot reach \(directory): the database is in \(home)"
        } else {
            home = directory
            notice = nil
        }
        let near = "\(home)/socket"
        socketDirectory =
            near.utf8.count <= Self.longestSocketDirectory ? near : "/tmp/\(name)"
    }

    /// Makes both directories, or checks that they are ours.
    func prepare() throws {
        try OwnedDirectory.make(home, mode: 0o700, owner: user)
        try OwnedDirectory.make(socketDirectory, mode: 0o700, owner: user)
    }

    private static func hash(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).prefix(8).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
