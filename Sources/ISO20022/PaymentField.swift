/// A text of a payment file that means something, in whatever format the file is.
///
/// Each section (group header, block, line) has its own few; the rest of a file is checked for its
/// form and forgotten.
package enum PaymentField: UInt8, Sendable, CaseIterable {
    // Of the file.
    case messageID, createdAt, initiatingPartyName
    // Of the file or a block.
    case declaredCount, declaredSum
    // Of a block.
    case paymentID, paymentMethod, executionDate, executionDay, executionTime, debtorName
    case debtorIBAN, debtorOtherAccount
    // Of a block or a line.
    case categoryPurpose
    // Of a line.
    case instructionID, endToEndID, uetr, amount, currency, equivalentAmount, creditorName
    case creditorIBAN, creditorOtherAccount, creditorScheme, purpose, remittance
    case creditorReference
    /// Where an amount or an account is missing: places only, never with a text.
    case amountChoice, creditorAccount

    /// The element of a pain.001, below the one of its section.
    var path: String {
        switch self {
        case .messageID: "MsgId"
        case .createdAt: "CreDtTm"
        case .initiatingPartyName: "InitgPty/Nm"
        case .declaredCount: "NbOfTxs"
        case .declaredSum: "CtrlSum"
        case .paymentID: "PmtInfId"
        case .paymentMethod: "PmtMtd"
        case .executionDate: "ReqdExctnDt"
        case .executionDay: "ReqdExctnDt/Dt"
        case .executionTime: "ReqdExctnDt/DtTm"
        case .debtorName: "Dbtr/Nm"
        case .debtorIBAN: "DbtrAcct/Id/IBAN"
        case .debtorOtherAccount: "DbtrAcct/Id/Othr/Id"
        case .categoryPurpose: "PmtTpInf/CtgyPurp"
        case .instructionID: "PmtId/InstrId"
        case .endToEndID: "PmtId/EndToEndId"
        case .uetr: "PmtId/UETR"
        case .amount, .currency: "Amt/InstdAmt"
        case .equivalentAmount, .amountChoice: "Amt"
        case .creditorName: "Cdtr/Nm"
        case .creditorIBAN: "CdtrAcct/Id/IBAN"
        case .creditorOtherAccount: "CdtrAcct/Id/Othr/Id"
        case .creditorScheme: "CdtrAcct/Id/Othr/SchmeNm/Prtry"
        case .creditorAccount: "CdtrAcct"
        case .purpose: "Purp"
        case .remittance: "RmtInf/Ustrd"
        case .creditorReference: "RmtInf/Strd/CdtrRefInf/Ref"
        }
    }

    /// The column of a CSV list, and the member of a JSON list.
    var column: String {
        switch self {
        case .messageID: "messageId"
        case .createdAt: "createdAt"
        case .declaredCount: "count"
        case .declaredSum: "controlSum"
        case .executionDate, .executionDay, .executionTime: "executionDate"
        case .categoryPurpose: "categoryPurpose"
        case .instructionID: "instructionId"
        case .endToEndID: "reference"
        case .amount, .equivalentAmount, .amountChoice: "amount"
        case .currency: "currency"
        case .creditorName: "name"
        case .creditorIBAN: "iban"
        case .creditorOtherAccount, .creditorAccount: "account"
        case .creditorScheme: "accountKind"
        case .purpose: "purpose"
        case .remittance, .creditorReference: "description"
        case .paymentID, .paymentMethod, .initiatingPartyName, .debtorName, .debtorIBAN,
            .debtorOtherAccount, .uetr:
            path
        }
    }

    /// The field whose text an element of a pain.001 has; `path` is the one below its section.
    init?(role: ElementRole, path: String) {
        switch path {
        case "PmtTpInf/CtgyPurp/Cd", "PmtTpInf/CtgyPurp/Prtry": self = .categoryPurpose
        case "Purp/Cd", "Purp/Prtry": self = .purpose
        case "Amt/EqvtAmt": self = .equivalentAmount
        default:
            let candidates = Self.allCases.filter { $0.path == path && $0.isText(of: role) }
            guard let field = candidates.first else { return nil }
            self = field
        }
    }

    private func isText(of role: ElementRole) -> Bool {
        switch self {
        case .messageID, .createdAt, .initiatingPartyName: role == .groupHeader
        case .declaredCount, .declaredSum: role == .groupHeader || role == .payment
        case .paymentID, .paymentMethod, .executionDate, .executionDay, .executionTime,
            .debtorName, .debtorIBAN, .debtorOtherAccount:
            role == .payment
        case .instructionID, .endToEndID, .uetr, .amount, .creditorName, .creditorIBAN,
            .creditorOtherAccount, .creditorScheme, .remittance, .creditorReference:
            role == .transfer
        // Set by what carries them, or by more than one element.
        case .categoryPurpose, .purpose, .currency, .equivalentAmount, .amountChoice,
            .creditorAccount:
            false
        }
    }
}
