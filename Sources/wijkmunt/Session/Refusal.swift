import API

/// A service's answer that is not the wanted one: its problem, in words.
struct Refusal: Error, CustomStringConvertible {
    let operation: String
    let status: Int
    /// Nil when the answer was no `application/problem+json`.
    let problem: ProblemDetails?
    /// The request id of the answer, for whoever reads the logs.
    let requestID: String?
    /// When to ask again, where the service says so.
    let retryAfterSeconds: Int?

    /// The kind of problem, when it is one of ours.
    var problemType: ProblemType? { problem?.problemType }

    var description: String {
        var lines: [String] = []
        if let problem {
            lines.append("\(problem.title) (\(problem.status), \(operation))")
            lines.append("  \(problem.detail)")
            for error in problem.errors ?? [] {
                lines.append("  \(error.pointer): \(error.detail)")
            }
            if let verdict = problem.verdict { lines += Self.reasons(verdict).map { "  \($0)" } }
            if let batch = problem.batchId { lines.append("  batch: \(batch)") }
        } else {
            lines.append("the service answered \(status) to \(operation)")
        }
        if let retryAfterSeconds { lines.append("  ask again in \(retryAfterSeconds) s") }
        if let requestID { lines.append("  request id: \(requestID)") }
        return lines.joined(separator: "\n")
    }

    /// One line per rule of a verdict.
    static func reasons(_ verdict: LocalityVerdict) -> [String] {
        verdict.rules.map { rule in
            let reason = rule.reason.map { " (\($0))" } ?? ""
            return "\(rule.rule.rawValue): \(rule.outcome.rawValue)\(reason)"
        }
    }
}
