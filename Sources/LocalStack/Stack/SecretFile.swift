import Crypto
import Foundation

/// Files that only their owner may read.
package enum SecretFile {
    /// Writes a file of mode 0600 at once: a reader sees the old text, the new one, or none.
    package static func write(_ text: String, to path: String) throws {
        let draft = "\(path).\(UUID().uuidString.prefix(8)).new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw LocalStackError.system("cannot write \(path)") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data(text.utf8))
        guard rename(draft, path) == 0 else {
            throw LocalStackError.system("cannot write \(path)")
        }
    }

    /// The text of a file.
    package static func read(_ path: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw LocalStackError("cannot read \(path)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text of a file, which is made once when it does not exist.
    static func existing(_ path: String, or make: () -> String) throws -> String {
        if FileManager.default.fileExists(atPath: path) { return try read(path) }
        let text = make()
        try write(text, to: path)
        return text
    }

    /// 256 random bits in hexadecimal.
    static func randomHex() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { bytes in
            bytes.map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
        }
    }
}

/// Directories of our own.
enum OwnedDirectory {
    /// Makes a directory, or checks the one that is there: no link, owned by `owner`, and closed
    /// to others as `mode` says. In shared places such as /tmp somebody may have been first.
    static func make(_ path: String, mode: mode_t, owner: SystemUser? = nil) throws {
        if mkdir(path, mode) == 0 {
            // The umask may have taken bits off.
            guard chmod(path, mode) == 0 else {
                throw LocalStackError.system("cannot make \(path)")
            }
            if let owner, chown(path, owner.uid, owner.gid) != 0 {
                throw LocalStackError.system("cannot give \(path) to \(owner.name)")
            }
            return
        }
        guard errno == EEXIST else { throw LocalStackError.system("cannot make \(path)") }
        var info = stat()
        guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR,
            info.st_uid == owner?.uid ?? geteuid()
        else { throw LocalStackError("\(path) exists and is not ours") }
        guard info.st_mode & 0o777 == mode || chmod(path, mode) == 0 else {
            throw LocalStackError.system("cannot protect \(path)")
        }
    }
}
