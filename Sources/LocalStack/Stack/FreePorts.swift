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
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard descriptor >= 0 else { throw LocalStackError.system("cannot make a socket") }
            sockets.append(descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let code = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    bind(descriptor, generic, length) == 0
                        && getsockname(descriptor, generic, &length) == 0
                }
            }
            guard code else { throw LocalStackError.system("cannot find a free port") }
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }
}
