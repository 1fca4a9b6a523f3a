import ServiceKit
import Testing

@Suite struct ClientNetworkTests {
    @Test func `addresses of one IPv6 network are one client, those of IPv4 are not`() {
        let one = ClientNetwork.of(address: "2001:db8:1:2::1")
        #expect(one == ClientNetwork.of(address: "2001:db8:1:2:ffff::9"))
        #expect(one != ClientNetwork.of(address: "2001:db8:1:3::1"))
        #expect(
            ClientNetwork.of(address: "192.0.2.1") != ClientNetwork.of(address: "192.0.2.2")
        )
        #expect(ClientNetwork.of(address: "::ffff:192.0.2.1") == "192.0.2.1")
        #expect(ClientNetwork.of(address: "unknown") == "unknown")
    }
}
