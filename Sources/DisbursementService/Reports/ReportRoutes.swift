import API
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import ISO20022
import Postgres
import ServiceKit

/// What is reported about a batch, as files.
struct ReportRoutes {
    let database: Database

    func add(to routes: Routes) {
        routes.onStream(.getStatusReport, getStatusReport)
        routes.onStream(.getFindingsCSV, getFindingsCSV)
        routes.onStream(.getCreditNotification, getCreditNotification)
    }

    @Sendable private func getStatusReport(_ call: Call<Caller>) async throws -> Response {
        let id = try call.id("batchId")
        let community = try call.caller.requireCommunity()
        // Lines and state as they stood at one moment.
        let batch = try await database.transaction(isolation: .repeatableRead) { connection in
            try ReportQueries.batch(id, community: community, connection)
        }
        guard let batch else { throw Problem.notFound("batch") }
        let text = StatusReportText(
            batch,
            id: call.clock.newID(),
            createdAtMicroseconds: call.clock.now().microseconds
        )
        return call.file(
            StatusReportFile(text, count: batch.outcomes.count, of: id, community, database),
            named: "\(text.head.version.rawValue)-\(Identifier(id)).xml"
        )
    }

    @Sendable private func getFindingsCSV(_ call: Call<Caller>) async throws -> Response {
        let id = try call.id("batchId")
        let community = try call.caller.requireCommunity()
        let isThere = try await database.query(BatchQueries.one(id, community: community)) {
            !$0.isEmpty
        }
        guard isThere else { throw Problem.notFound("batch") }
        return call.file(
            FindingsFile(of: id, community, database),
            named: "findings-\(Identifier(id)).csv"
        )
    }

    @Sendable private func getCreditNotification(_ call: Call<Caller>) async throws -> Response {
        let id = try call.id("batchId")
        let (community, now) = (try call.caller.requireCommunity(), call.clock.now())
        let batch = try await database.query(
            CreditNotificationQueries.batch(
                id,
                on: call.query("day").flatMap { CalendarDate(xmlDate: $0) },
                before: Timestamp(now),
                community: community
            ),
            CreditNotificationQueries.batch
        )
        guard let batch else { throw Problem.notFound("batch") }
        let file = CreditNotificationFile(
            of: id,
            batch,
            messageID: call.clock.newID(),
            at: now,
            community,
            database
        )
        return call.file(file, named: "camt.054.001.08-\(Identifier(id)).xml")
    }
}
