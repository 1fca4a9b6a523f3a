/// What camt.053 and camt.054 have in common.
extension XMLText {
    /// An account of ours, in euro.
    func account(id: String, name: String, owner: String) throws {
        try element("Acct") {
            try element("Id") {
                try element("Othr") { try element("Id", id) }
            }
            try element("Ccy", "EUR")
            try element("Nm", SEPAText.basicLatin(name, most: 70))
            try element("Ownr") { try element("Nm", SEPAText.basicLatin(owner, most: 70)) }
        }
    }

    /// An entry that is booked; `rest` writes it from its transaction code on. Below zero it is a debit.
    func bookedEntry(
        reference: String,
        minorUnits: Int64,
        bookedAtMicroseconds: Int64,
        id: String,
        _ rest: () throws -> Void
    ) throws {
        try element("Ntry") {
            try element("NtryRef", reference)
            try euros("Amt", abs(minorUnits))
            try element("CdtDbtInd", minorUnits < 0 ? "DBIT" : "CRDT")
            try element("Sts") { try element("Cd", "BOOK") }
            let booked = Self.dateTime(microsecondsSinceEpoch: bookedAtMicroseconds)
            try element("BookgDt") { try element("DtTm", booked) }
            try element("ValDt") { try element("DtTm", booked) }
            try element("AcctSvcrRef", id)
            try rest()
        }
    }
}
