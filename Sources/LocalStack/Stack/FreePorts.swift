import Foundation
import Synchronization

/// Ports that nobody listens on.
package enum FreePorts {
    /// Below the range that Linux lends to outgoing connections: one that is made between the choice
    /// of a port and the start of its service, or during a restart, cannot have it.
    private static let range = 10_240..<32_768
    private static let mostTries = 1000
    private static let handedOut = Mutex<Set<Int>>([])

    /// A TCP port on the loopback address; this process is not given it again. Throws
    /// `LocalStackError` when a thousand tries found none.
    package static func reserve() throws -> Int {
        for _ in 0..<mostTries {
            let port = Int.random(in: range)
            let isNew = handedOut.withLock { $0.insert(port).inserted }
            if isNew, (try? requireFree([port])) != nil { return port }
        }
        throw LocalStackError("no port from \(range.lowerBound) to \(range.upperBound) is free")
    }

    /// Throws for the first of these ports that cannot be listened on.
    static func requireFree(_ ports: [Int]) throws {
        for port in ports {
            let descriptor = try makeSocket()
            defer { close(descriptor) }
            // As servers do: connections that lately ended on this port are no hindrance.
            var yes: Int32 = 1
            setsockopt(
                descriptor,
                SOL_SOCKET,
                SO_REUSEADDR,
                &yes,
                socklen_t(MemoryLayout<Int32>.size)
            )
            guard bind(descriptor, port: UInt16(port)) else {
                throw LocalStackError.system("port \(port) cannot be used")
            }
        }
    }

    private static func makeSocket() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw LocalStackError.system("cannot make a socket") }
        return descriptor
    }

    /// Whether the port could be bound; `errno` says why not.
    private static func bind(_ descriptor: Int32, port: UInt16) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.bind(descriptor, $0, length) == 0
            }
        }
    }
}
