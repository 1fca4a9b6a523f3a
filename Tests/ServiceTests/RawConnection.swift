import Foundation
import Glibc
import Testing

/// A TCP connection to a port of this machine, without any protocol.
final class RawConnection {
    private let descriptor: Int32
    // Long: only what hangs runs into it.
    private static let patience: Int32 = 60_000

    /// - Parameter receiveBuffer: how much the kernel may hold for a client that does not read.
    init(to service: String, receiveBuffer: Int32? = nil) throws {
        let port = try #require(URL(string: service)?.port)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = descriptor
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
    }

    deinit { close(descriptor) }

    /// Sends as much as the other side takes at once.
    func send(_ text: String) {
        let bytes = Array(text.utf8)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(
                    descriptor,
                    $0.baseAddress,
                    $0.count,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                )
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Everything until the other side closes; nil when it does not.
    func readToEnd() -> String? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&event, 1, Self.patience) > 0 else { return nil }
            let count = recv(descriptor, &piece, piece.count, 0)
            // A reset is an end, too.
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
    }

    /// Whether the other side says something that ends so, which is read.
    func hears(_ ending: String) -> Bool {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while !String(decoding: bytes, as: UTF8.self).hasSuffix(ending) {
            var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&event, 1, Self.patience) > 0 else { return false }
            let count = recv(descriptor, &piece, piece.count, 0)
            guard count > 0 else { return false }
            bytes += piece[..<count]
        }
        return true
    }

    /// Whether the other side breaks the connection off, without anything being read.
    func isGivenUp() -> Bool {
        // Errors and resets are told without having been asked for.
        var event = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&event, 1, Self.patience) > 0
    }

    /// Whether the other side has closed by now, having said nothing.
    var isClosed: Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return count == 0 || count < 0 && errno != EAGAIN
    }
}
