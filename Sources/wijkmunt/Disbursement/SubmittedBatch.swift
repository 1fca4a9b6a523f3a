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
        // A file can have many remarks before what it is refused for.
        var findings = try await self.findings(of: batch, .refusal)
        if findings.isEmpty { findings = try await self.findings(of: batch, nil) }
        for finding in findings {
            let place = finding.line.map { "line \($0)" } ?? finding.level.rawValue
            note("  \(place): \(finding.code): \(finding.text)")
        }
    }

    /// The first few.
    private func findings(
        of batch: Batch,
        _ severity: FindingSeverity?
    ) async throws -> [API.Finding] {
        let list: Page<API.Finding> = try await client.call(
            .listFindings,
            path: ["batchId": batch.id.description],
            query: [("limit", "5"), ("severity", severity?.rawValue)]
        )
        return list.items
    }
}
