import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// A file in parts, two instances, and kills between and during any two of its requests.
@Suite(.timeLimit(.minutes(15))) struct UploadKillTests {
    private static let lines = 6_000
    private static let partBytes = 400_000

    @Test func `a file in parts becomes one batch, whoever is killed on the way`() async throws {
        try await TestStack.withOwn { stack in
            let community = try await TestCommunity.make(on: stack)
            let second = try await SecondInstance.start(
                .disbursement,
                of: stack,
                programs: TestStack.programs
            )
            let first = try #require(await stack.service(.disbursement))
            var urls = await stack.urls
            urls[.disbursement] = await second.url
            let instances = [
                (process: first, clerk: community.clerk),
                (process: second, clerk: community.clerk.at(urls)),
            ]
            let programme = try await community.fundedProgramme("100000.00")
            let credits = (0..<Self.lines).map {
                TestCredit("Inwoner", TestIBAN.number(820_000 + $0), "1.00")
            }
            let bytes = Array(TestPaymentFile.xml(credits).utf8)
            let upload = try await community.beginUpload(of: bytes, to: programme.id)
                .decode(Upload.self)

            var (offset, turn) = (0, 0)
            while offset < bytes.count {
                let (process, clerk) = instances[turn % 2]
                let part = offset..<min(offset + Self.partBytes, bytes.count)
                async let answer = try? community.append(bytes, part, to: upload.id, by: clerk)
                if turn % 3 == 2 {
                    _ = await process.kill9()
                    _ = await answer
                    try await process.start()
                } else {
                    _ = await answer
                }
                turn += 1
                offset = try await eventually("an instance knows") {
                    let known = try? await community.clerk.call(
                        .getUpload,
                        ["uploadId": "\(upload.id)"]
                    ).decode(Upload.self)
                    return known?.offset
                }
            }

            let batch = try await submitThroughKills(upload.id, instances, community, stack)
            #expect(batch.state == .validated && batch.count == Self.lines)
            try await community.approve(batch.id)
            try await requireOnce(upload.id, in: stack)
            await second.stop()
        }
    }

    /// Kills whoever reads the file, twice, and asks the other one, who does not wait until the time of
    /// the dead is over: that would be an hour.
    private func submitThroughKills(
        _ upload: Identifier,
        _ instances: [(process: ServiceProcess, clerk: TestClient)],
        _ community: TestCommunity,
        _ stack: LocalStack
    ) async throws -> Batch {
        for (place, instance) in instances.enumerated() {
            let other = instances[1 - place].clerk
            async let answer = try? community.submit(upload: upload, by: instance.clerk)
            // It reads, or has done so already, or another did.
            _ = try await eventually("it is read") {
                let now = try await other.call(.getUpload, ["uploadId": "\(upload)"])
                    .decode(Upload.self)
                return now.processed > 0 || now.state == .submitted ? true : nil
            }
            _ = await instance.process.kill9()
            _ = await answer
            try await stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
                _ = try await owner.execute(
                    """
                    UPDATE disbursement.upload SET read_until = read_until + interval '1 hour'
                     WHERE id = \(upload.uuid)
                    """
                )
            }
            try await instance.process.start()
        }
        return try await eventually("somebody takes over") {
            let answer = try? await community.submit(upload: upload, by: instances[1].clerk)
            guard let answer, [200, 201].contains(answer.status) else { return nil }
            return try answer.decode(Batch.self)
        }
    }

    /// One batch, whose lines all went to somebody, and nothing left of the parts.
    private func requireOnce(_ upload: Identifier, in stack: LocalStack) async throws {
        let (batches, lines, transfers) = try await stack.cluster.withOwner(
            database: LocalStack.databaseName
        ) { owner in
            try await owner.query(
                """
                SELECT (SELECT count(*) FROM disbursement.batch WHERE state <> 'receiving'),
                       (SELECT count(*) FROM disbursement.instruction i
                          JOIN disbursement.batch b
                            ON b.community_id = i.community_id AND b.id = i.batch_id
                         WHERE b.state = 'done'),
                       (SELECT count(*) FROM ledger.transfer
                         WHERE kind IN ('disbursement', 'reservation'))
                """
            ) { try $0.one().decode(Int.self, Int.self, Int.self) }
        }
        #expect(batches == 1 && lines == Self.lines && transfers == Self.lines)
        _ = try await eventually("the parts are gone") {
            let parts = try await stack.cluster.withOwner(database: LocalStack.databaseName) {
                try await $0.query(
                    """
                    SELECT count(*) FROM disbursement.upload_part
                     WHERE upload_id = \(upload.uuid)
                    """
                ) { rows in
                    let count: Int64 = try rows.one().decode(Int64.self)
                    return Int(count)
                }
            }
            return parts == 0 ? true : nil
        }
    }
}
