import Foundation

/// Ports that nobody listens on.
enum FreePorts {
    /// Asks the kernel for so many different TCP ports on the loopback address.
    ///
    /// They are held until all are found and then given back, so somebody else could take one
    /// before its service does; the service then says that its address is in use.
    static func reserve(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            let descriptor = try makeSocket()
            sockets.append(descriptor)
            guard let port = bind(descriptor, port: 0) else {
                throw LocalStackError.system("cannot find a free port")
            }
            return port
        }
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
            guard bind(descriptor, port: UInt16(port)) != nil else {
                throw LocalStackError.system("port \(port) cannot be used")
            }
        }
    }

    private static func makeSocket() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw LocalStackError.system("cannot make a socket") }
        return descriptor
    }

    /// The port that was bound; nil, with `errno`, when it cannot be. Port 0 takes a free one.
    private static func bind(_ descriptor: Int32, port: UInt16) -> Int? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                Foundation.bind(descriptor, generic, length) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        return isBound ? Int(UInt16(bigEndian: address.sin_port)) : nil
    }
}
