import API
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import ISO20022
import Postgres
import ServiceKit

/// What is reported about batches and programmes, as files.
struct ReportRoutes {
    let database: Database

    func add(to routes: Routes) {
        routes.onStream(.getStatusReport, getStatusReport)
        routes.onStream(.getFindingsCSV, getFindingsCSV)
        routes.onStream(.getCreditNotification, getCreditNotification)
        routes.onStream(.getProgrammeCreditNotification, getProgrammeCreditNotification)
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
        let found = try await database.query(
            CreditNotificationQueries.batch(
                id,
                on: call.query("day").flatMap { CalendarDate(xmlDate: $0) },
                before: Timestamp(now),
                community: community
            ),
            CreditNotificationQueries.batch
        )
        guard let (account, messageID) = found else { throw Problem.notFound("batch") }
        let file = CreditNotificationFile(
            account.head(
                id: call.clock.newID().compact,
                createdAtMicroseconds: now.microseconds,
                tellsSpan: false
            ),
            of: BatchEntries(
                of: NotifiedBatch(id: id, messageID: messageID),
                in: account.span,
                tellsRecalls: true,
                community,
                database
            )
        )
        return call.file(file, named: "camt.054.001.08-\(Identifier(id)).xml")
    }

    @Sendable private func getProgrammeCreditNotification(
        _ call: Call<Caller>
    ) async throws -> Response {
        let id = try call.id("programmeId")
        guard let period = StatementPeriod(try call.text("period")) else {
            throw Problem.notFound("period")
        }
        let notify = NotifyOfPeriod(
            programme: id,
            period: period,
            community: try call.caller.requireCommunity(),
            database: database,
            clock: call.clock
        )
        let name = "camt.054.001.08-\(Identifier(id))-\(period).xml"
        return call.file(try await notify(), named: name)
    }
}
