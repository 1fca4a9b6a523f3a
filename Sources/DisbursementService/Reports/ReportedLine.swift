import API
import Domain
import ISO20022

/// What a line says of itself, which never changes.
struct ReportedLine: Sendable {
    let nr: Int32
    let paymentID: String
    let instructionID: String?
    let endToEndID: String
    /// Cents; 0 when it was not readable.
    let amount: Int64
}

extension LineOutcomes.Outcome {
    /// Why the line was not paid, as far as it tells itself.
    var reason: StatusReason? {
        switch state {
        case .acceptable, .parked, .credited, .waiting: nil
        // Cancelled, or else paid by another file.
        case .dropped: refusalCode.flatMap(StatusReason.init) ?? .AM05
        // Returned by somebody, or else nobody came to enrol in time.
        case .returned: refusalCode.flatMap(StatusReason.init) ?? .BE06
        case .refused:
            refusalCode.flatMap {
                StatusReason(rawValue: $0) ?? CreditRefusal(rawValue: $0)?.statusReason
            }
        case .failed:
            refusalCode.flatMap {
                LedgerRefusal(rawValue: $0)?.statusReason
                    ?? CreditRefusal(rawValue: $0)?.statusReason
            } ?? .MS03
        }
    }
}

extension CreditRefusal {
    fileprivate var statusReason: StatusReason {
        switch self {
        case .outsideDays: .DT01
        case .aboveCreditLimit: .AM02
        case .abovePersonLimit: .AM14
        // What became of somebody is not the sender's to know.
        case .receiverGone: .MS03
        }
    }
}

extension LedgerRefusal {
    fileprivate var statusReason: StatusReason {
        switch self {
        case .unknownAccount: .AC03
        case .accountNotOpen, .accountExpired: .AC07
        case .amountOutOfRange: .AM12
        case .aboveCeiling: .AM02
        case .dailyReceivingLimit: .AM14
        case .insufficientFunds: .AM04
        default: .MS03
        }
    }
}
