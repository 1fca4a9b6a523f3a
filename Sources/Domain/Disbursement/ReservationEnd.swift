package import FoundationEssentials

extension UUID {
    /// The id of the one transfer that ends the reservation of an instruction's coins: they land, or
    /// they return to the programme. Whichever comes first, the ledger refuses the other.
    ///
    /// The instruction's own id stands for the reservation already. Here its version 7 becomes
    /// version 8 (RFC 9562 section 5.8): no two instructions share one, nothing else makes them,
    /// and asking again gives the same. Traps for an id that is not of version 7.
    package static func reservationEnd(of instruction: UUID) -> UUID {
        var bytes = instruction.uuid
        precondition(bytes.6 >> 4 == 7, "instructions have time-ordered ids")
        bytes.6 = 0x80 | bytes.6 & 0x0F
        return UUID(uuid: bytes)
    }
}
