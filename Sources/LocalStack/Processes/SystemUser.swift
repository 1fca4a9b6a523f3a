import Foundation

/// A user of this machine.
struct SystemUser: Sendable, Hashable {
    let name: String
    let uid: uid_t
    let gid: gid_t

    /// PostgreSQL refuses to run as root: whom it runs as instead, or nil when we are not root.
    static func forDatabase() throws -> SystemUser? {
        guard geteuid() == 0 else { return nil }
        for name in ["postgres", "nobody"] {
            if let entry = getpwnam(name), entry.pointee.pw_uid != 0 {
                return SystemUser(name: name, uid: entry.pointee.pw_uid, gid: entry.pointee.pw_gid)
            }
        }
        throw LocalStackError("started as root, and there is no user postgres or nobody")
    }

    /// Whether every directory on the way to this path (made or not) lets the user through.
    func canReach(_ path: String) -> Bool {
        var directory = path
        while directory != "/" {
            directory = URL(fileURLWithPath: directory).deletingLastPathComponent().path
            var info = stat()
            guard stat(directory, &info) == 0 else { continue }
            let bit: mode_t =
                info.st_uid == uid ? S_IXUSR : info.st_gid == gid ? S_IXGRP : S_IXOTH
            if info.st_mode & bit == 0 { return false }
        }
        return true
    }
}
