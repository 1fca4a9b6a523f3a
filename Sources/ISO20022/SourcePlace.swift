/// How a payment file is laid out, which decides how its places are called.
package enum SourceForm: String, Sendable, Codable {
    /// ISO 20022 pain.001.
    case xml
    /// Rows with columns (CSV).
    case rows
    /// Lines that came as values, such as from JSON.
    case values

    /// What stands between euros and cents: a point, in a list also a comma. No amount has more
    /// than two decimals, so that neither can be taken for a mark between thousands.
    func decimalMark(of amount: UnsafeBufferPointer<UInt8>) -> UInt8 {
        let comma = UInt8(ascii: ",")
        return self != .xml && amount.contains(comma) ? comma : UInt8(ascii: ".")
    }
}

/// Where a file is being read, and what that place is called.
struct SourcePlace {
    let form: SourceForm
    let level: Finding.Level
    /// Of the block in the file, from 1.
    let payment: Int
    /// Of the line in the file, from 1.
    let number: Int
    /// Of the line in its block, from 1.
    let numberInPayment: Int

    /// Such as `PmtInf[3]/CdtTrfTxInf[1]` or `row[12]`; of values a pointer (RFC 6901) such as
    /// `/lines/11`, of a block to its first line. Empty for a list as a whole.
    var path: String {
        switch (form, level) {
        case (.xml, .file): "GrpHdr"
        case (.xml, .paymentInformation): "PmtInf[\(payment)]"
        case (.xml, .line): "PmtInf[\(payment)]/CdtTrfTxInf[\(numberInPayment)]"
        case (.rows, .line): "row[\(number)]"
        case (.values, .line): "/lines/\(number - 1)"
        case (.values, .paymentInformation): "/lines/\(number)"
        case (_, .file), (_, .paymentInformation): ""
        }
    }

    /// The path of a text in this place.
    func path(of field: PaymentField) -> String {
        let name = form == .xml ? field.path : field.column
        return path.isEmpty && form != .values ? name : "\(path)/\(name)"
    }
}
