extension QRMatrix {
    /// An SVG of black on white: one unit for a module, one path of its dark runs.
    package var svg: String {
        let side = width + 2 * Self.quietZone
        let runs = (0..<width).flatMap { row in
            darkRuns(in: row).map { run in
                "M\(run.lowerBound + Self.quietZone) \(row + Self.quietZone)"
                    + "h\(run.count)v1h-\(run.count)z"
            }
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" \
            width="\(side * 8)" height="\(side * 8)" shape-rendering="crispEdges">\
            <rect width="\(side)" height="\(side)" fill="#fff"/>\
            <path fill="#000" d="\(runs.joined())"/></svg>
            """ + "\n"
    }

    private func darkRuns(in row: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for column in 0..<width where self[column, row] {
            if let last = runs.last, last.upperBound == column {
                runs[runs.count - 1] = last.lowerBound..<column + 1
            } else {
                runs.append(column..<column + 1)
            }
        }
        return runs
    }
}
