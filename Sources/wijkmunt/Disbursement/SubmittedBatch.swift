import API
import ArgumentParser

extension Session {
    /// Shows the batch that a file became and the first of its findings; throws the exit code 1 when
    /// it was refused.
    func showSubmitted(_ answer: Answer) async throws {
        if answer.header("Wijkmunt-Duplicate") == "true" {
            note("this file was handed in before; nothing new was made")
        }
        let batch = try answer.decode(Batch.self)
        try output.show(batch)
        try await explain(batch)
        if batch.state == .refused { throw ExitCode(1) }
    }

    private func explain(_ batch: Batch) async throws {
        guard batch.findingCount > 0 else { return }
        note(
            (batch.state == .refused ? "refused with " : "")
                + counted(batch.findingCount, "finding")
                + "; all of them: wijkmunt batch findings \(batch.id)"
        )
        guard batch.state == .refused else { return }
        let list: Page<API.Finding> = try await client.call(
            .listFindings,
            path: ["batchId": batch.id.description],
            query: [("limit", "250")]
        )
        // A file can have many remarks before what it is refused for.
        let refusals = list.items.filter { $0.severity == .refusal }
        for finding in (refusals.isEmpty ? list.items : refusals).prefix(5) {
            let place = finding.line.map { "line \($0)" } ?? finding.level.rawValue
            note("  \(place): \(finding.code): \(finding.text)")
        }
    }
}
