import FoundationEssentials

/// The credits of one pot and what was taken from them.
struct LotModel {
    struct Lot {
        let id: UUID
        var left: Int64
    }
    var lots: [Lot] = []
    /// Who took how much of which lot.
    var taken: [(by: UUID, lot: Int, amount: Int64)] = []

    var total: Int64 { lots.reduce(0) { $0 + $1.left } }

    mutating func take(_ amount: Int64, by id: UUID) {
        var need = amount
        for lot in lots.indices where need > 0 && lots[lot].left > 0 {
            let part = min(need, lots[lot].left)
            lots[lot].left -= part
            taken.append((id, lot, part))
            need -= part
        }
    }

    mutating func giveBack(_ amount: Int64, of id: UUID) {
        var need = amount
        for entry in taken.indices.reversed() where taken[entry].by == id && need > 0 {
            let part = min(need, taken[entry].amount)
            taken[entry].amount -= part
            lots[taken[entry].lot].left += part
            need -= part
        }
    }
}
