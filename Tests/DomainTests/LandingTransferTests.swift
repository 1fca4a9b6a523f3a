import Domain
import FoundationEssentials
import Testing

@Suite struct LandingTransferTests {
    @Test func `a landing has its own id, the same every time`() {
        var random = SystemRandomNumberGenerator()
        let instruction = UUID.timeOrdered(microseconds: 1_800_000_000_000_000, using: &random)
        let landing = UUID.landing(of: instruction)
        #expect(landing != instruction)
        #expect(landing == UUID.landing(of: instruction))
        #expect(landing.uuid.6 >> 4 == 8)
    }

    @Test func `two instructions never share a landing`() {
        var random = SystemRandomNumberGenerator()
        let instructions = (0..<1_000).map { _ in
            UUID.timeOrdered(microseconds: 1_800_000_000_000_000, using: &random)
        }
        #expect(Set(instructions.map(UUID.landing)).count == Set(instructions).count)
    }
}
