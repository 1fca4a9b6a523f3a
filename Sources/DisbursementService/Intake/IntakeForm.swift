import API
import FoundationEssentials
import ISO20022
import ServiceKit

/// In which form a payment file comes, as its `Content-Type` says.
enum IntakeForm: Sendable {
    /// pain.001; the file itself names its encoding.
    case message
    /// A list (CSV), in this encoding when the request names one.
    case list(TextEncoding?)
    /// A list as JSON, which is UTF-8.
    case values

    /// Throws 415 for a `charset` that no list is read in.
    init(contentType: String) throws {
        let parts = contentType.lowercased().split(separator: ";").map {
            $0.filter { !$0.isWhitespace && $0 != "\"" }
        }
        guard parts.first == MediaType.csv else {
            self = parts.first == MediaType.json ? .values : .message
            return
        }
        guard let charset = parts.first(where: { $0.hasPrefix("charset=") }) else {
            self = .list(nil)
            return
        }
        guard let encoding = TextEncoding(label: charset.dropFirst("charset=".count)) else {
            throw Problem(.unsupportedMediaType, "No list is read in this charset.")
        }
        self = .list(encoding)
    }

    /// How its places are called.
    var source: SourceForm {
        switch self {
        case .message: .xml
        case .list: .rows
        case .values: .values
        }
    }

    /// What reads such a file.
    ///
    /// - Parameters:
    ///   - moment: when it came; a list knows no other day to go by.
    ///   - refusedPayment: called at the end of each block that is refused for what it says itself.
    func reader(
        _ limits: PaymentFileLimits,
        on moment: Instant,
        line: @escaping (borrowing PaymentLine) -> Void,
        refusedPayment: @escaping (RefusedPayment) -> Void
    ) -> any PaymentReader {
        let day = CalendarDate(daysSinceEpoch: Int(moment.microseconds / 86_400_000_000))
        switch self {
        case .message:
            return PaymentFileReader(limits: limits, line: line, refusedPayment: refusedPayment)
        case .list(let encoding):
            return PaymentRowsReader(
                header: PaymentListHeader(createdOn: day),
                encoding: encoding,
                limits: limits,
                line: line,
                refusedPayment: refusedPayment
            )
        case .values:
            let header = PaymentListHeader(createdOn: day)
            return PaymentJSONReader(
                header: header,
                limits: limits,
                line: line,
                refusedPayment: refusedPayment
            )
        }
    }
}
