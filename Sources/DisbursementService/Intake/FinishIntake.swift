import API
import FoundationEssentials
import HTTPTypes
import ISO20022
import Postgres
import ServiceKit

/// Makes a batch of a file that has arrived whole, unless it was handed in before.
struct FinishIntake: Sendable {
    let intake: Intake
    let file: ReceivedFile

    /// The batch, and whether it is new.
    func callAsFunction(_ connection: Connection) throws -> (batch: Batch, isNew: Bool) {
        // One after the other within a community: of two equal files one comes first.
        _ = try connection.query(IntakeQueries.lock(intake.community))
        if let first = try batch(with: file.report.contentHash, connection) {
            return (first, false)
        }
        let messageID = file.report.header?.messageID
        if let other = try IntakeQueries.holder(ofMessageID: messageID, intake, connection) {
            throw Problem(
                .messageIdReused,
                "Another file has this message id already.",
                batch: other
            )
        }
        guard try !IntakeQueries.isKnown(file.report, intake, connection) else {
            throw Problem(
                .messageIdReused,
                "The file, or its message id, is that of a batch which is not yours to see."
            )
        }
        if file.report.transactionCount == 0, file.storedLines > 0 {
            // It broke off later: nothing that was read of it counts.
            try connection.execute(IntakeQueries.discard(intake))
            try connection.execute(IntakeQueries.open(intake))
        }
        let settings = try FileSettingsQueries.inForce(
            of: intake.programme,
            submittedBy: intake.client,
            intake.community,
            connection
        )
        let unpayable = RefuseUnpayable(intake: intake, file: file, settings: settings)
        var (hasRefused, judged) = try unpayable(connection)
        judged.report = judged.report.tellingOmissions
        let finish = IntakeQueries.finish(
            intake,
            judged,
            as: try state(under: settings, hasRefused: hasRefused, connection),
            under: settings
        )
        guard try connection.execute(finish) == 1 else {
            throw Problem.unavailable("The file was given up while it arrived.")
        }
        try connection.execute(IntakeQueries.insertFindings(of: judged, intake))
        guard let batch = try batch(intake.batch, connection) else {
            throw Problem.unavailable("The file was given up while it arrived.")
        }
        return (batch, true)
    }

    /// A file that is taken is a draft while some of its lines look paid already.
    private func state(
        under settings: FileSettingsQueries.InForce,
        hasRefused: Bool,
        _ connection: Connection
    ) throws -> BatchState {
        let verdict = try judge(settings.acceptance, hasRefused: hasRefused, connection)
        guard verdict == .validated else { return verdict }
        let parked = try ParkingQueries.park(
            intake.batch,
            within: settings.period,
            community: intake.community,
            connection
        )
        return parked > 0 ? .draft : .validated
    }

    /// Whether the file is taken, as a whole or with what is good of it.
    ///
    /// - Parameter hasRefused: whether lines were refused that the file itself says nothing against.
    private func judge(
        _ acceptance: FileAcceptance,
        hasRefused: Bool,
        _ connection: Connection
    ) throws -> BatchState {
        let report = file.report
        if report.verdict == .acceptable, !hasRefused { return .validated }
        // Each line is stored with its own refusal, whether or not a finding tells it.
        guard acceptance == .goodLines, report.transactionCount > 0, !report.isFileRefused
        else { return .refused }
        if !file.refusedBlocks.isEmpty {
            try connection.execute(IntakeQueries.refuse(file.refusedBlocks, intake))
        }
        let hasGoodLines = try IntakeQueries.hasAcceptableLines(intake, connection)
        return hasGoodLines ? .validated : .refused
    }

    private func batch(with hash: [UInt8], _ connection: Connection) throws -> Batch? {
        try IntakeQueries.holder(ofContent: hash, intake.community, connection).flatMap {
            try batch($0, connection)
        }
    }

    private func batch(_ id: UUID, _ connection: Connection) throws -> Batch? {
        try connection.query(BatchQueries.one(id, community: intake.community)).first
            .map(BatchQueries.decode)
    }
}
