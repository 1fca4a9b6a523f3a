import API
import FoundationEssentials
import HTTPTypes
import ISO20022
import Postgres
import ServiceKit

/// Status reports over HTTP.
struct ReportRoutes {
    let database: Database

    func add(to routes: Routes) {
        routes.on(.getStatusReport, getStatusReport)
    }

    @Sendable private func getStatusReport(_ call: Call<Caller>) async throws -> Reply {
        let id = try call.id("batchId")
        let community = try call.caller.requireCommunity()
        // Lines and state as they stood at one moment.
        let reported = try await database.transaction(isolation: .repeatableRead) { connection in
            try ReportQueries.batch(id, community: community, connection)
        }
        guard let reported else { throw Problem.notFound("batch") }
        let report = reported.report(
            id: call.clock.newID(),
            createdAtMicroseconds: call.clock.now().microseconds
        )
        return Reply(
            status: .ok,
            contentType: MediaType.xml,
            body: Array(report.xml.utf8),
            headers: [
                .contentDisposition:
                    "attachment; filename=\"\(report.version.rawValue)-\(Identifier(id)).xml\""
            ]
        )
    }
}
