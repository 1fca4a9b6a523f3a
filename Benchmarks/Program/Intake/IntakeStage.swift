import API
import Foundation
import LocalStack
import Postgres
import ServiceKit
import TestSupport

/// A community whose residents all have a wallet and a verified IBAN, and two files that pay them.
struct IntakeStage: Sendable {
    let installation: Installation
    let scratch: String
    let lines: Int

    private static let ibansAtOnce = 10_000

    func run() async throws -> IntakeRun {
        let community = try await TestCommunity.make(on: installation.stack)
        let programme = try await community.fundedProgramme("9000000000.00")
        try await addResidents(of: community.id.uuid)
        try await installation.settle()
        let files = try ["first", "second"].map { name in
            let path = "\(scratch)/\(name).xml"
            try PaymentFileOnDisk.write(lines, named: name, to: path)
            return path
        }
        let parsing = try PushParser.seconds(for: files[0])
        let (batch, validated) = try await submit(files[0], to: programme.id, in: community)
        let copying = try await copySeconds(of: batch)
        let credited = try await carryOut(batch, in: community)
        let (second, _) = try await submit(files[1], to: programme.id, in: community)
        let creditedAgain = try await carryOut(second, in: community)
        return IntakeRun(
            fileBytes: try FileManager.default.attributesOfItem(atPath: files[0])[.size] as? Int
                ?? 0,
            parsing: parsing,
            copying: copying,
            validated: validated,
            credited: credited,
            creditedAgain: creditedAgain,
            peakBytes: try await peakBytes()
        )
    }

    private func addResidents(of community: UUID) async throws {
        let key = try LookupKey(file: installation.stack.directory.lookupKeyFile)
        for start in stride(from: 0, to: lines, by: Self.ibansAtOnce) {
            let numbers = start..<min(start + Self.ibansAtOnce, lines)
            let hashes = numbers.map { key.hash(TestIBAN.number($0 + 1), kind: .iban) }
            let ids = numbers.map { _ in UUID() }
            try await installation.accounts.transaction { connection in
                try connection.execute(
                    """
                    INSERT INTO accounts.party (community_id, id, kind, name, created_at,
                                                iban_hash, iban_masked, iban_verified_at)
                    SELECT \(community), p.id, 'person', 'Inwoner', now(), p.hash, 'NL••', now()
                      FROM unnest(\(ids), \(hashes)) AS p (id, hash)
                    """
                )
                _ = try connection.query(
                    """
                    SELECT count(o.wallet_id)
                      FROM unnest(\(ids)) AS id
                     CROSS JOIN LATERAL
                           wallet.open_wallet(\(community), id, id, NULL, now()) AS o
                    """
                )
            }
        }
    }

    private func submit(
        _ path: String,
        to programme: Identifier,
        in community: TestCommunity
    ) async throws -> (batch: Batch, seconds: Double) {
        let bytes = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
        _ = try await community.clerk.accessToken()
        let start = ContinuousClock.now
        let answer = try await community.clerk.send(
            .submitBatch,
            ["programmeId": "\(programme)"],
            bytes: bytes
        )
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let batch = try answer.decode(Batch.self)
        guard batch.state == .validated, batch.counts.acceptable == lines else {
            throw BenchmarkFailure("the file was not validated as it should be: \(answer.text)")
        }
        return (batch, seconds)
    }

    /// Approves and waits; the credits are counted, so that a batch that failed is no result.
    private func carryOut(_ batch: Batch, in community: TestCommunity) async throws -> Double {
        _ = try await community.approver.accessToken()
        let start = ContinuousClock.now
        _ = try await community.approver.call(
            .approveBatch,
            ["batchId": "\(batch.id)"],
            body: BatchApproval()
        ).decode(Batch.self)
        let seconds = try await eventually("the last credit", within: .seconds(1_800)) {
            let isDone = try await installation.disbursement.query(
                "SELECT done_at IS NOT NULL FROM disbursement.batch WHERE id = \(batch.id.uuid)"
            ) { try $0.one().decode(Bool.self) }
            return isDone ? (ContinuousClock.now - start) / .seconds(1) : nil
        }
        let done = try await community.approver.call(.getBatch, ["batchId": "\(batch.id)"])
            .decode(Batch.self)
        guard done.counts.credited == lines else {
            throw BenchmarkFailure("\(done.counts.credited) of \(lines) lines were credited")
        }
        return seconds
    }

    /// The same rows once more, from a file of the server's, with the keys and checks of their table.
    private func copySeconds(of batch: Batch) async throws -> Double {
        try await installation.stack.cluster.withOwner(database: LocalStack.databaseName) {
            database in
            let directory = try await database.query("SHOW data_directory") {
                try $0.one().decode(String.self)
            }
            let file = "'\(directory)/lines.binary' (FORMAT binary)"
            try await database.execute(
                """
                CREATE TABLE public.yardstick
                    (LIKE disbursement.instruction INCLUDING CONSTRAINTS INCLUDING INDEXES)
                """
            )
            try await database.execute(
                """
                COPY (SELECT * FROM disbursement.instruction WHERE batch_id = \
                \(rawSQL: "'\(batch.id)'") ORDER BY nr) TO \(rawSQL: file)
                """
            )
            let start = ContinuousClock.now
            try await database.execute("COPY public.yardstick FROM \(rawSQL: file)")
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            try await database.execute("DROP TABLE public.yardstick")
            return seconds
        }
    }

    private func peakBytes() async throws -> Int {
        guard let pid = await installation.stack.service(.disbursement)?.pid,
            let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kibibytes = Int(line.filter(\.isNumber))
        else { throw BenchmarkFailure("the service does not say what memory it had") }
        return kibibytes * 1_024
    }
}
