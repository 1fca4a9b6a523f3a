import Foundation
import Glibc
import Synchronization

/// Stands between clients and PostgreSQL's unix socket, and cuts connections in the middle of what
/// is said on them.
package final class CuttingProxy: Sendable {
    /// Whose words are cut.
    package enum Direction: Sendable, CaseIterable {
        case toServer, toClient
    }

    /// Where a connection is cut: what follows this byte never arrives.
    package struct Cut: Sendable {
        let direction: Direction
        let afterBytes: Int
        /// The first so many connections are cut.
        let connections: Int

        package init(_ direction: Direction, afterBytes: Int, connections: Int = 1) {
            self.direction = direction
            self.afterBytes = afterBytes
            self.connections = connections
        }
    }

    private struct State {
        var accepted = 0
        var passed: [Direction: Int] = [:]
        /// The next cut, and how much may pass until then.
        var armed: (direction: Direction, left: Int)?
        /// Whether the connection that commits next is cut.
        var cutsCommit = false
        var cuts = 0
    }

    /// What clients take for the directory of the server's socket.
    package let directory: String
    private let server: String
    private let cut: Cut?
    private let listener: Int32
    private let state = Mutex(State())

    private static let socketName = ".s.PGSQL.5432"

    /// Listens from now on, until `stop`.
    package init(serverDirectory: String, cut: Cut? = nil) throws {
        var template = Array("/tmp/wijkmunt-cut-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXError(.EIO) }
        directory = String(
            decoding: template.dropLast().map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
        server = "\(serverDirectory)/\(Self.socketName)"
        self.cut = cut
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard withAddress("\(directory)/\(Self.socketName)", { bind(listener, $0, $1) }) == 0,
            listen(listener, 16) == 0
        else { throw POSIXError(.EADDRNOTAVAIL) }
        Thread.detachNewThread { [self] in accept() }
    }

    /// How much the first connection has said so far.
    package func passed(_ direction: Direction) -> Int {
        state.withLock { $0.passed[direction] ?? 0 }
    }

    /// Cuts the connection on which, from now on, this byte passes; bytes of all connections count.
    package func arm(_ direction: Direction, afterBytes: Int) {
        state.withLock { $0.armed = (direction, afterBytes) }
    }

    /// Cuts the connection that commits next, once the word has gone to the server: who said it never
    /// hears whether it was done.
    package func armCommit() {
        state.withLock { $0.cutsCommit = true }
    }

    /// How many armed cuts have happened.
    package var cuts: Int { state.withLock { $0.cuts } }

    /// Takes no more connections; those that are there end with their clients.
    package func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        try? FileManager.default.removeItem(atPath: directory)
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { break }
            let number = state.withLock { state in
                state.accepted += 1
                return state.accepted
            }
            Thread.detachNewThread { [self] in
                relay(
                    client,
                    isFirst: number == 1,
                    cut: number <= cut?.connections ?? 0 ? cut : nil
                )
            }
        }
        close(listener)
    }

    private func relay(_ client: Int32, isFirst: Bool, cut: Cut?) {
        defer { close(client) }
        let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(server) }
        guard withAddress(self.server, { connect(server, $0, $1) }) == 0 else { return }
        var left = cut?.afterBytes ?? .max
        var sockets = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while left > 0 {
            guard poll(&sockets, 2, -1) > 0 else { return }
            for (index, direction) in [Direction.toServer, .toClient].enumerated()
            where sockets[index].revents != 0 {
                let limit = min(
                    cut?.direction == direction ? left : .max,
                    armedLimit(direction)
                )
                let source = sockets[index].fd
                guard let words = pass(from: source, to: client ^ server ^ source, atMost: limit)
                else { return }
                let count = words.count
                if isCut(direction, count) || isCutCommit(direction, words) { return }
                if cut?.direction == direction { left -= count }
                if isFirst { state.withLock { $0.passed[direction, default: 0] += count } }
            }
        }
    }

    private func armedLimit(_ direction: Direction) -> Int {
        state.withLock { state in
            guard let armed = state.armed, armed.direction == direction else { return .max }
            return max(1, armed.left)
        }
    }

    /// Whether the armed byte has passed with these.
    private func isCut(_ direction: Direction, _ count: Int) -> Bool {
        state.withLock { state in
            guard let armed = state.armed, armed.direction == direction else { return false }
            let left = armed.left - count
            state.armed = left > 0 ? (direction, left) : nil
            if left <= 0 { state.cuts += 1 }
            return left <= 0
        }
    }

    private func isCutCommit(_ direction: Direction, _ words: ArraySlice<UInt8>) -> Bool {
        guard direction == .toServer, String(decoding: words, as: UTF8.self).contains("COMMIT\0")
        else { return false }
        return state.withLock { state in
            guard state.cutsCommit else { return false }
            state.cutsCommit = false
            state.cuts += 1
            return true
        }
    }

    /// What passed; nil when either end hung up.
    private func pass(
        from source: Int32,
        to sink: Int32,
        atMost limit: Int
    ) -> ArraySlice<UInt8>? {
        var buffer = [UInt8](repeating: 0, count: min(limit, 16_384))
        let count = read(source, &buffer, buffer.count)
        guard count > 0 else { return nil }
        var sent = 0
        while sent < count {
            let written = buffer[sent..<count].withUnsafeBytes {
                send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard written > 0 else { return nil }
            sent += written
        }
        return buffer[..<count]
    }
}

private func withAddress(
    _ path: String,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    precondition(path.utf8.count < MemoryLayout.size(ofValue: address.sun_path), "path too long")
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}
