import Foundation

/// Keeps two programs from running one state directory: held from `init` to `release`, and given
/// back by the kernel when the holder dies.
final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// Throws when another process holds the lock of this directory.
    init(directory: String) throws {
        let path = "\(directory)/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LocalStackError.system("cannot open \(path)") }
        // The instance is complete: throwing runs deinit.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            var error = LocalStackError("another wijkmunt is running in \(directory)")
            error.isDirectoryInUse = true
            throw error
        }
    }

    deinit { close(descriptor) }
}
