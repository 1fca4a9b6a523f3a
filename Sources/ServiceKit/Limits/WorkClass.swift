import API
import Hummingbird
import NIOCore

/// What kind of work an operation is, so that no kind takes the place of another.
enum WorkClass: CaseIterable, Sendable {
    /// What somebody in a shop waits for: payments, transfers, and the tokens to make them with.
    case payment
    /// Short work for one object.
    case usual
    /// Lists, reports, imports: much to read or to write.
    case bulk
    /// Payment files, which are as slow as whoever sends them, and large.
    case upload
    /// Whether the service is ready.
    case probe
    /// Answered from memory: no limit is needed.
    case free

    private static let payments: Set<API.Operation> = [
        .issueToken, .createTransfer, .requestPayment, .getPayment, .acceptPayment, .refundPayment,
    ]
    private static let short: Set<API.Operation> = [
        // The first thing that a phone shows.
        .listWallets
    ]
    private static let long: Set<API.Operation> = [
        .importGeofence, .getGeofenceArea, .getCirculation, .createSettlement, .getSettlementFile,
        .getStatusReport, .getFindingsCSV, .getMerchantStatement, .getMerchantStatementCSV,
        .getMerchantStatementPDF, .getMerchantStatementCamt053, .makeClosing, .getJournal,
        .getProgrammeStatistics, .getStatusSummary, .getCreditNotification,
        .searchLines,
        .getProgrammeCreditNotification,
    ]
    private static let fromMemory: Set<API.Operation> = [
        .getOpenAPI, .getLiveness, .getMetrics, .getKeySet, .getServerMetadata,
        .getLocalityReasons, .getVerdictKeys,
    ]

    init(_ operation: API.Operation) {
        if Self.payments.contains(operation) {
            self = .payment
        } else if Self.fromMemory.contains(operation) {
            self = .free
        } else if operation == .getReadiness {
            self = .probe
        } else if operation.body.isStreamed || operation == .submitUpload {
            self = .upload
        } else if Self.long.contains(operation)
            || (operation.method == .get && operation.id.hasPrefix("list")
                && !Self.short.contains(operation))
        {
            self = .bulk
        } else {
            self = .usual
        }
    }
}

/// One gate for each class of work of a service.
///
/// The database takes 1,024 jobs at a time in the order in which they come. Payments are never
/// turned away by others' work, because what the other gates let through is less than that, and
/// most connections are free of long work.
struct WorkGates: Sendable {
    private let gates: [WorkClass: Gate]

    init(_ settings: LimitSettings) {
        gates = [
            .payment: Gate(running: 512, waiting: 4096),
            .usual: Gate(running: 256, waiting: 1024),
            .bulk: Gate(running: settings.bulkRunning, waiting: settings.bulkWaiting),
            .upload: Gate(running: 32, waiting: 0),
            .probe: Gate(running: 8, waiting: 8),
        ]
    }

    /// Where requests for an operation pass.
    func entrance(of operation: API.Operation) -> Entrance {
        Entrance(operation: operation, gate: gates[WorkClass(operation)])
    }

    /// The gate before an operation; none where none is needed.
    struct Entrance: Sendable {
        let operation: API.Operation
        fileprivate let gate: Gate?

        /// Does the work when it is its turn; throws 413 and 503.
        ///
        /// A body that is taken as a whole is read before, so that nobody holds a place by sending
        /// slowly; the work gets it with the request.
        func pass(
            _ request: Request,
            _ work: (Request) async throws -> Response
        ) async throws -> Response {
            var request = request
            switch operation.body {
            case .none, .xml, .paymentFile, .bytes: break
            case .json(let most), .form(let most):
                do {
                    _ = try await request.collectBody(upTo: most)
                } catch is NIOTooManyBytesError {
                    throw Problem(.payloadTooLarge, "At most \(most) bytes are taken here.")
                }
            }
            guard let gate else { return try await work(request) }
            return try await gate.pass { try await work(request) }
        }
    }

    /// What a scraper may know.
    var metrics: [Metric] {
        [(WorkClass.payment, "payment"), (.usual, "usual"), (.bulk, "bulk"), (.upload, "upload")]
            .flatMap { kind, name -> [Metric] in
                guard let counts = gates[kind]?.counts else { return [] }
                return [
                    Metric("wijkmunt_\(name)_work_running", .gauge, counts.running),
                    Metric("wijkmunt_\(name)_work_waiting", .gauge, counts.waiting),
                    Metric("wijkmunt_\(name)_work_refused_total", .counter, counts.refused),
                ]
            }
    }
}
