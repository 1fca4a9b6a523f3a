@preconcurrency import Dispatch
import Glibc
import NIOCore
import Synchronization

/// The addresses of a name, as the system's resolver knows them now.
enum NameLookup {
    /// Longer nobody waits for an answer; the resolver's thread ends by itself later.
    private static let patience: DispatchTimeInterval = .seconds(5)

    /// IPv4 first; empty when the name has none, or when the resolver takes more than five seconds.
    static func addresses(of name: String) async -> [SocketAddress] {
        await withCheckedContinuation { continuation in
            let once = Once { continuation.resume(returning: $0) }
            DispatchQueue.global().async { once.give(resolve(name)) }
            DispatchQueue.global().asyncAfter(deadline: .now() + patience) { once.give([]) }
        }
    }

    private static func resolve(_ name: String) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var next = list
        while let entry = next {
            if let address = text(of: entry.pointee),
                let socket = try? SocketAddress(ipAddress: address, port: 0)
            {
                found.append(socket)
            }
            next = entry.pointee.ai_next
        }
        return found.filter { $0.protocol == .inet } + found.filter { $0.protocol == .inet6 }
    }

    /// The address in numbers; a zone, which only means something on this machine, makes it none.
    private static func text(of entry: addrinfo) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard
            getnameinfo(
                entry.ai_addr,
                entry.ai_addrlen,
                &buffer,
                socklen_t(buffer.count),
                nil,
                0,
                NI_NUMERICHOST
            ) == 0
        else { return nil }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The first answer counts.
    private final class Once: Sendable {
        private let action: Mutex<(@Sendable ([SocketAddress]) -> Void)?>

        init(_ action: @escaping @Sendable ([SocketAddress]) -> Void) {
            self.action = Mutex(action)
        }

        func give(_ addresses: [SocketAddress]) {
            let action = action.withLock { action in
                defer { action = nil }
                return action
            }
            action?(addresses)
        }
    }
}
