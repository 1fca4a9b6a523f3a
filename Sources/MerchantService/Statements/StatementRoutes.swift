import API
import FoundationEssentials
import HTTPTypes
import Hummingbird
import ISO20022
import Postgres
import ServiceKit

/// `/merchants/{merchantId}/statements/{period}`: the books of a merchant, whatever became of it.
struct StatementRoutes: Sendable {
    let database: Database

    func add(to routes: Routes) {
        routes.on(.getMerchantStatement, getMerchantStatement)
        routes.onStream(.getMerchantStatementCSV, getMerchantStatementCSV)
        routes.on(.getMerchantStatementPDF, getMerchantStatementPDF)
        routes.onStream(.getMerchantStatementCamt053, getMerchantStatementCamt053)
    }

    @Sendable private func getMerchantStatement(_ call: Call<Caller>) async throws -> Reply {
        let frame = try await pages(call).frame
        func amount(_ minorUnits: Int64) -> SignedAmount {
            SignedAmount(minorUnits: minorUnits, coin: frame.coin, digits: frame.digits)
        }
        return .json(
            MerchantStatement(
                merchantId: Identifier(frame.merchant),
                period: frame.period.description,
                fromAt: frame.from,
                untilAt: frame.until,
                isComplete: frame.isComplete,
                opening: amount(frame.opening),
                movement: amount(frame.closing - frame.opening),
                closing: amount(frame.closing),
                count: Int(frame.count)
            )
        )
    }

    @Sendable private func getMerchantStatementCSV(_ call: Call<Caller>) async throws -> Response {
        let pages = try await pages(call)
        let csv = StatementCSV(frame: pages.frame)
        return call.file(
            StatementPieces(
                pages,
                opening: csv.opening,
                line: { csv.line($0) },
                closing: csv.closing
            ),
            named: "statement-\(pages.frame.period).csv"
        )
    }

    @Sendable private func getMerchantStatementPDF(_ call: Call<Caller>) async throws -> Reply {
        let pages = try await pages(call)
        guard pages.frame.count <= StatementPDF.mostEntries else {
            throw Problem(
                .statementTooLong,
                "A PDF has at most \(StatementPDF.mostEntries) postings."
            )
        }
        return Reply(
            status: .ok,
            contentType: MediaType.pdf,
            body: try await StatementPDF(frame: pages.frame)(pages),
            headers: [
                .contentDisposition:
                    "attachment; filename=\"statement-\(pages.frame.period).pdf\""
            ]
        )
    }

    @Sendable private func getMerchantStatementCamt053(
        _ call: Call<Caller>
    ) async throws -> Response {
        let pages = try await pages(call)
        let camt = StatementCamt(frame: pages.frame)
        return call.file(
            StatementPieces(
                pages,
                opening: camt.opening,
                line: camt.lines(),
                closing: camt.closing
            ),
            named: "statement-\(pages.frame.period).xml"
        )
    }

    /// The statement in the path, if the caller may look at it: of their own merchant, or of any for
    /// who manages merchants.
    private func pages(_ call: Call<Caller>) async throws -> StatementPages {
        let (community, now) = (try call.caller.requireCommunity(), call.clock.now())
        let merchant = try call.id("merchantId")
        guard call.caller.may(.merchantsManage) || call.caller.party == merchant,
            let period = StatementPeriod(try call.text("period"))
        else { throw Problem.notFound("statement") }
        guard call.caller.shops == nil else {
            throw Problem(.outsideMandate, "A statement is of all shops; the mandate is not.")
        }
        let frame = try await database.query(
            StatementQueries.frame(of: merchant, period, community, at: now)
        ) { rows in
            try StatementQueries.frame(rows, merchant: merchant, period: period, now: now)
        }
        guard let frame, frame.from <= now else { throw Problem.notFound("statement") }
        return StatementPages(database, community, frame)
    }
}
