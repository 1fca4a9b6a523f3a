/// The columns that a CSV list may have, under an English or a Dutch name.
enum ListColumn: String, Sendable, CaseIterable {
    case name, iban, account, accountKind, amount, currency, reference, description, purpose
    case executionDate

    private var dutch: String {
        switch self {
        case .name: "naam"
        case .iban: "iban"
        case .account: "rekening"
        case .accountKind: "soort"
        case .amount: "bedrag"
        case .currency: "valuta"
        case .reference: "kenmerk"
        case .description: "omschrijving"
        case .purpose: "doel"
        case .executionDate: "uitvoerdatum"
        }
    }

    var field: PaymentField {
        switch self {
        case .name: .creditorName
        case .iban: .creditorIBAN
        case .account: .creditorOtherAccount
        case .accountKind: .creditorScheme
        case .amount: .amount
        case .currency: .currency
        case .reference: .endToEndID
        case .description: .remittance
        case .purpose: .purpose
        case .executionDate: .executionDate
        }
    }

    init?(named name: String) {
        let wanted = name.lowercased()
        guard
            let column = Self.allCases.first(where: {
                $0.rawValue.lowercased() == wanted || $0.dutch == wanted
            })
        else { return nil }
        self = column
    }

    /// The columns that the cells of the first row name.
    static func read(_ cells: [String]) -> Result<[ListColumn], ColumnsRefused> {
        var columns: [ListColumn] = []
        for cell in cells {
            let name = String(cell.prefix(40))
            guard let column = ListColumn(named: name) else {
                let isHopeless = columns.isEmpty && cells.count == 1
                return .failure(ColumnsRefused(problem: isHopeless ? .none : .unknown(name)))
            }
            guard !columns.contains(column) else {
                return .failure(ColumnsRefused(problem: .repeated(name)))
            }
            columns.append(column)
        }
        let needed: [ListColumn] = [.name, .amount]
        if let missing = needed.first(where: { !columns.contains($0) }) {
            return .failure(ColumnsRefused(problem: .missing(missing.rawValue)))
        }
        if !columns.contains(.iban), !columns.contains(.account) {
            return .failure(ColumnsRefused(problem: .missing("iban")))
        }
        if columns.contains(.account), !columns.contains(.accountKind) {
            return .failure(ColumnsRefused(problem: .missing("accountKind")))
        }
        return .success(columns)
    }
}

/// Why the first row cannot be used.
struct ColumnsRefused: Error {
    let problem: ColumnProblem
}
