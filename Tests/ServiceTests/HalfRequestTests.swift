import API
import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Clients that begin a request and do not end it.
@Suite struct HalfRequestTests {
    @Test func `half a request holds nobody else up`() async throws {
        let cast = try await Cast.shared
        let halves = [
            "POST /v1/token HTTP/1.1\r\nHost: x\r\nContent-Type: \(MediaType.form)\r\n"
                + "Content-Length: 1000\r\n\r\ngrant_type=",
            "POST /v1/enrolments HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Idempotency-Key: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\"",
            "GET /health/live HTTP/1.1\r\nHos", "",
        ]
        for service in cast.resident.phone.urls.values {
            let port = try #require(URL(string: service)?.port)
            var waiting: [RawSocket] = []
            for index in 0..<100 {
                let socket = try RawSocket(port: UInt16(port))
                socket.send(halves[index % halves.count])
                // Half of them hang up at once, the others stay and say nothing.
                if index.isMultiple(of: 2) { socket.close() } else { waiting.append(socket) }
            }
            for _ in 0..<5 {
                let answer = try await RawHTTP.send(method: "GET", url: service + "/health/ready")
                #expect(answer.status == 200)
            }
            waiting.forEach { $0.close() }
        }
        #expect(try await cast.resident.phone.call(.listWallets).status == 200)
        let shop = try await cast.resident.phone.call(.listShops)
        #expect(shop.status == 200)
    }

    @Test func `a payment file that breaks off leaves nothing behind`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("10.00")
        let clerk = community.clerk
        let path = ["programmeId": "\(programme.id)"]
        let address = clerk.address(.submitBatch, path)
        let port = try #require(URL(string: address)?.port)
        let socket = try RawSocket(port: UInt16(port))
        let xml = TestPaymentFile.xml([TestCredit("A", TestIBAN.number(3), "1.00")])
        socket.send(
            "POST /v1/programmes/\(programme.id)/batches HTTP/1.1\r\nHost: x\r\n"
                + "Authorization: Bearer \(try await clerk.accessToken())\r\n"
                + "Idempotency-Key: broken\r\nContent-Type: application/xml\r\n"
                + "Content-Length: \(xml.utf8.count)\r\n\r\n\(xml.prefix(xml.count / 2))"
        )
        socket.close()
        // The same file under the same key goes through, whole this time.
        let batch = try await eventually("the file is taken") {
            let answer = try await community.submit(xml, to: programme.id, key: "broken")
            return answer.status == 201 ? try answer.decode(Batch.self) : nil
        }
        #expect(batch.state == .validated && batch.count == 1)
        let batches = try await clerk.call(.listBatches).decode(Page<Batch>.self).items
        #expect(batches.map(\.id) == [batch.id])
    }
}

/// A TCP connection to a port of this machine, without any protocol.
private struct RawSocket {
    private let descriptor: Int32

    init(port: UInt16) throws {
        #if canImport(Glibc)
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }

    func close() {
        #if canImport(Glibc)
            _ = Glibc.close(descriptor)
        #else
            _ = Foundation.close(descriptor)
        #endif
    }
}
