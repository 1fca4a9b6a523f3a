import Domain
import FoundationEssentials
import Testing

@Suite struct ReservationEndTests {
    @Test func `the end of a reservation has its own id, the same every time`() {
        var random = SystemRandomNumberGenerator()
        let instruction = UUID.timeOrdered(microseconds: 1_800_000_000_000_000, using: &random)
        let end = UUID.reservationEnd(of: instruction)
        #expect(end != instruction)
        #expect(end == UUID.reservationEnd(of: instruction))
        #expect(end.uuid.6 >> 4 == 8)
    }

    @Test func `two instructions never share an end`() {
        var random = SystemRandomNumberGenerator()
        let instructions = (0..<1_000).map { _ in
            UUID.timeOrdered(microseconds: 1_800_000_000_000_000, using: &random)
        }
        #expect(Set(instructions.map(UUID.reservationEnd)).count == Set(instructions).count)
    }
}
