import API
import FoundationEssentials
import Hummingbird
import Postgres
import Schema

/// What every service answers beside its own work: its document, health and metrics.
struct CommonRoutes {
    let database: Database
    let metrics: RequestMetrics
    let document: OpenAPIDocument
    let isReady: @Sendable () async throws -> Void
    let ownMetrics: @Sendable () -> [Metric]

    func add(to routes: Routes) {
        let documentReply = Reply.json(document.root, headers: [.accessControlAllowOrigin: "*"])
        routes.onAnonymous(.getOpenAPI) { _ in documentReply }
        routes.onAnonymous(.getLiveness) { _ in .json(Health(status: "alive")) }
        routes.onAnonymous(.getReadiness) { _ in try await readiness() }
        routes.onAnonymous(.getMetrics) { _ in
            let text = metrics.text() + databaseText() + ownMetrics().map(\.text).joined()
            return Reply(
                status: .ok,
                contentType: "text/plain; version=0.0.4",
                body: Array(text.utf8)
            )
        }
    }

    private func readiness() async throws -> Reply {
        do {
            try await SchemaVersion.require(in: database)
        } catch let problem as SchemaProblem {
            throw Problem.unavailable(problem.description)
        }
        try await isReady()
        return .json(Health(status: "ready"))
    }

    private func databaseText() -> String {
        let statistics = database.statistics
        return """
            # TYPE database_jobs_queued gauge
            database_jobs_queued \(statistics.queued)
            # TYPE database_jobs_running gauge
            database_jobs_running \(statistics.running)
            # TYPE database_connections gauge
            database_connections \(statistics.connected)

            """
    }
}
