import Glibc

/// Wakes a thread that sleeps in `poll(2)`, once and for all: a pipe that becomes readable.
final class StopSignal: Sendable {
    private let readEnd: Int32
    private let writeEnd: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "the system gives no more files")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    func signal() {
        var byte: UInt8 = 0
        _ = write(writeEnd, &byte, 1)
    }

    /// Blocks until the other file is readable, the time is over (never when negative), or the
    /// signal was given; false in the last case.
    func wait(for other: Int32? = nil, milliseconds: Int32 = -1) -> Bool {
        var files = [pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)]
        if let other { files.append(pollfd(fd: other, events: Int16(POLLIN), revents: 0)) }
        while poll(&files, nfds_t(files.count), milliseconds) < 0 {
            precondition(errno == EINTR, "poll failed: \(errno)")
        }
        return files[0].revents == 0
    }
}
