/// The six ratios as bars against their targets, with the spread of the rounds; SVG 1.1.
enum Plot {
    private static let (left, width, row, top) = (230.0, 620.0, 44.0, 76.0)

    static func svg(_ results: Results) -> String {
        let shown = results.targets.compactMap { target in
            results.ratios.first { $0.name == target.name }.map { (target, $0.spread) }
        }
        let most = shown.map { share($0.1.max, $0.0) }.max() ?? 1
        let scale = width / max(1.25, most * 1.05, shown.map { share($0.1.min, $0.0) }.max() ?? 1)
        let height = top + row * Double(shown.count) + 40
        let rows = shown.enumerated().map { index, entry in
            bar(entry.0, entry.1, y: top + row * Double(index), scale: scale)
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="960" height="\(text(height))" \
            viewBox="0 0 960 \(text(height))" font-family="sans-serif" font-size="14">
            <rect width="100%" height="100%" fill="#ffffff"/>
            <text x="20" y="28" font-size="18">Wijkmunt against its targets</text>
            <text x="20" y="50" fill="#555555">\(results.rounds) rounds, \(results.machine.cores) \
            cores, PostgreSQL \(escaped(results.machine.postgres["server_version"] ?? "")); bars \
            are medians as multiples of the target, whiskers the spread</text>
            \(rows.joined(separator: "\n"))
            <line x1="\(text(left + scale))" y1="\(text(top - 8))" x2="\(text(left + scale))" \
            y2="\(text(height - 30))" stroke="#222222" stroke-dasharray="4 3"/>
            <text x="\(text(left + scale))" y="\(text(height - 12))" text-anchor="middle">\
            target</text>
            </svg>

            """
    }

    private static func bar(
        _ target: Results.Target,
        _ spread: Spread,
        y: Double,
        scale: Double
    ) -> String {
        let ends = [share(spread.min, target), share(spread.max, target)].map { left + $0 * scale }
        let median = share(spread.median, target) * scale
        let colour = target.isMet == true ? "#2f7d4f" : "#b4472f"
        let middle = y + 11
        return """
            <text x="\(text(left - 10))" y="\(text(y + 16))" text-anchor="end">\
            \(target.name.rawValue)</text>
            <rect x="\(text(left))" y="\(text(y))" width="\(text(median))" height="22" \
            fill="\(colour)"/>
            <line x1="\(text(ends[0]))" y1="\(text(middle))" x2="\(text(ends[1]))" \
            y2="\(text(middle))" stroke="#222222" stroke-width="2"/>
            <text x="\(text(max(left + median, ends[0], ends[1]) + 8))" y="\(text(y + 16))">\
            \(Table.text(spread.median, digits: 2)) (\(target.relation) \
            \(Table.text(target.limit, digits: 1)))</text>
            """
    }

    /// How far a figure is on its way to the target; more is better for all six.
    private static func share(_ value: Double, _ target: Results.Target) -> Double {
        target.name.isFloor ? value / target.limit : target.limit / value
    }

    private static func text(_ value: Double) -> String { Table.text(value, digits: 1) }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
}
