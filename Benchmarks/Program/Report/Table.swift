import Foundation

/// The results for the eye.
enum Table {
    static func text(_ results: Results) -> String {
        let head = [
            "", "median/s", "min", "max", "p50 ms", "p99 ms", "CPU µs: services", "postgres",
            "client", "stolen",
        ]
        let series = results.series.map { series in
            let cpu = series.cpuMicrosecondsPerOperation
            return [
                series.title, text(series.perSecond?.median), text(series.perSecond?.min),
                text(series.perSecond?.max), text(series.p50Milliseconds?.median, digits: 1),
                text(series.p99Milliseconds?.median, digits: 1), text(cpu.services?.median),
                text(cpu.postgres?.median), text(cpu.client?.median),
                text(series.machineStolen.map { $0.median * 100 }, digits: 1) + " %",
            ]
        }
        let targets = results.targets.map { target in
            let spread = results.ratios.first { $0.name == target.name }?.spread
            return [
                target.name.rawValue, text(target.median, digits: 2), text(spread?.min, digits: 2),
                text(spread?.max, digits: 2), "\(target.relation) \(target.limit)",
                target.isMet.map { $0 ? "met" : "MISSED" } ?? "not measured",
            ]
        }
        return [
            circumstances(results),
            aligned([head] + series),
            aligned([["ratio", "median", "min", "max", "target", ""]] + targets),
        ].joined(separator: "\n")
    }

    /// What one has to know to read the figures.
    private static func circumstances(_ results: Results) -> String {
        let machine = results.machine
        var lines = [
            "\(results.rounds) rounds on \(machine.cores) cores (\(machine.processor)), shared by "
                + "load generator, services and PostgreSQL "
                + (machine.postgres["server_version"] ?? "?"),
            "fsync \(machine.postgres["fsync"] ?? "?"), synchronous_commit "
                + "\(machine.postgres["synchronous_commit"] ?? "?"), shared_buffers "
                + "\(machine.postgres["shared_buffers"] ?? "?"); load before: "
                + text(machine.loadBefore, digits: 1),
            "measured for \(text(results.measuringSeconds)) s in all; medians of the rounds",
        ]
        if let large = results.historyTransfers["large"] {
            lines.append("the large history had \(large) transfers when it was measured")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    static func text(_ value: Double?, digits: Int = 0) -> String {
        value.map { String(format: "%.\(digits)f", $0) } ?? "–"
    }

    /// The first column to the left, the others to the right.
    private static func aligned(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
        }.joined(separator: "\n") + "\n"
    }
}
