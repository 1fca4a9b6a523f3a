import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// Payment files that come in parts.
@Suite struct UploadTests {
    /// A file of some 300 KB, and its IBAN.
    private static func file(lines: Int = 500) -> [UInt8] {
        let credits = (0..<lines).map {
            TestCredit("Bewoner \($0)", TestIBAN.number(810_000 + $0), "1.00")
        }
        return Array(TestPaymentFile.xml(credits).utf8)
    }

    /// In parts of 100,000 bytes.
    private static func parts(of bytes: [UInt8]) -> [Range<Int>] {
        stride(from: 0, to: bytes.count, by: 100_000).map {
            $0..<min($0 + 100_000, bytes.count)
        }
    }

    private func upload(_ id: Identifier, by sender: TestClient) async throws -> TestAnswer {
        try await sender.call(.getUpload, ["uploadId": "\(id)"])
    }

    private func keptParts(of upload: Identifier, in community: TestCommunity) async throws -> Int {
        try await community.stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
            try await owner.query(
                """
                SELECT count(*) FROM disbursement.upload_part WHERE upload_id = \(upload.uuid)
                """
            ) { rows in
                let count: Int64 = try rows.one().decode(Int64.self)
                return Int(count)
            }
        }
    }

    @Test func `a file in parts becomes the batch that it would be at once`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("1000.00")
        let bytes = Self.file()
        let begun = try await community.beginUpload(of: bytes, to: programme.id)
        #expect(begun.status == 201)
        let upload = try begun.decode(Upload.self)
        #expect(begun.headers["location"] == "/v1/uploads/\(upload.id)")
        #expect(upload.state == .open && upload.offset == 0 && upload.batchId == nil)
        for part in Self.parts(of: bytes) {
            let early = try await community.submit(upload: upload.id)
            #expect(early.problemType == .uploadIncomplete)
            #expect(early.problem?.offset == part.lowerBound)
            let kept = try await community.append(bytes, part, to: upload.id).decode(Upload.self)
            #expect(kept.offset == part.upperBound)
        }
        let key = UUID().uuidString
        let submitted = try await community.submit(upload: upload.id, key: key)
        let batch = try submitted.decode(Batch.self)
        #expect(submitted.status == 201 && batch.state == .validated && batch.count == 500)
        #expect(batch.fileName == "in-delen.xml" && batch.submittedBy == community.clerk.id)
        let replayed = try await community.submit(upload: upload.id, key: key)
        #expect(replayed.status == 201 && replayed.body == submitted.body)
        #expect(replayed.headers["idempotency-replayed"] == "true")
        let again = try await community.submit(upload: upload.id)
        #expect(again.status == 200 && again.headers["wijkmunt-duplicate"] == "true")
        #expect(try again.decode(Batch.self).id == batch.id)
        let direct = try await community.submit(
            String(decoding: bytes, as: UTF8.self),
            to: programme.id
        )
        #expect(direct.status == 200)
        #expect(try direct.decode(Batch.self).id == batch.id)
        let now = try await self.upload(upload.id, by: community.clerk).decode(Upload.self)
        #expect(now.state == .submitted && now.batchId == batch.id && now.processed == now.size)
        #expect(try await keptParts(of: upload.id, in: community) == 0)
        try await community.approve(batch.id)
        let late = try await community.append(bytes, 0..<100_000, to: upload.id)
        #expect(late.problemType == .uploadNotOpen)
    }

    @Test func `a part counts once, in its place, and within what was announced`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("1000.00")
        let bytes = Self.file()
        let id = try await community.beginUpload(of: bytes, to: programme.id)
            .decode(Upload.self).id
        let first = try await community.append(bytes, 0..<100_000, to: id).decode(Upload.self)
        // Its answer got lost.
        let again = try await community.append(bytes, 0..<100_000, to: id).decode(Upload.self)
        #expect(first.offset == 100_000 && again == first)
        for wrong in [0..<99_999, 1..<100_000, 100_001..<200_000] {
            let answer = try await community.append(bytes, wrong, to: id)
            #expect(answer.problemType == .uploadOffset, "\(wrong)")
            #expect(answer.problem?.offset == 100_000, "\(wrong)")
        }
        let other = Array(bytes[0..<99_999]) + [0x20]
        let changed = try await community.append(other, 0..<100_000, to: id)
        #expect(changed.problemType == .uploadOffset)
        let small = try await community.append(bytes, 100_000..<100_100, to: id)
        #expect(small.problemType == .invalidRequest)
        let path = ["uploadId": "\(id)"]
        for query in ["", "offset=-1", "offset=x", "offset=100000&offset=0"] {
            let answer = try await community.clerk.send(
                .appendToUpload,
                path,
                query: query,
                bytes: Data(bytes.prefix(70_000))
            )
            #expect(answer.problemType == .invalidRequest, "\(query)")
        }
        for size in [bytes.count - 100_000 + 1, 2_097_153] {
            let answer = try await community.clerk.send(
                .appendToUpload,
                path,
                query: "offset=100000",
                bytes: Data(repeating: 0x20, count: size)
            )
            #expect(answer.problemType == .payloadTooLarge, "\(size)")
        }
        #expect(try await keptParts(of: id, in: community) == 1)
    }

    @Test func `bytes that are not those announced make no batch`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("1000.00")
        let bytes = Self.file(lines: 3)
        let digest = String(repeating: "0", count: 64)
        let upload = try await community.beginUpload(of: bytes, to: programme.id, sha256: digest)
            .decode(Upload.self)
        _ = try await community.append(bytes, 0..<bytes.count, to: upload.id).decode(Upload.self)
        for _ in 0..<2 {
            let answer = try await community.submit(upload: upload.id)
            #expect(answer.problemType == .uploadDamaged)
        }
        let batches = try await community.clerk.call(.listBatches).decode(Page<Batch>.self)
        #expect(batches.items.isEmpty)
        let path = ["uploadId": "\(upload.id)"]
        let abandoned = try await community.clerk.call(.abandonUpload, path)
        #expect(abandoned.status == 201)
        #expect(try abandoned.decode(Upload.self).state == .abandoned)
        #expect(try await keptParts(of: upload.id, in: community) == 0)
        let twice = try await community.clerk.call(.abandonUpload, path)
        #expect(twice.problemType == .uploadNotOpen)
        #expect(try await community.submit(upload: upload.id).problemType == .uploadNotOpen)
    }

    @Test func `an upload is its sender's alone`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("1000.00")
        let bytes = Self.file(lines: 3)
        let upload = try await community.uploaded(bytes, to: programme.id)
        let colleague = try await community.administrator.register(
            "Collega",
            [.benefitsClerk],
            of: community.institution
        )
        #expect(try await self.upload(upload.id, by: colleague).status == 404)
        #expect(try await community.submit(upload: upload.id, by: colleague).status == 404)
        let part = try await community.append(bytes, 0..<10, to: upload.id, by: colleague)
        #expect(part.status == 404)
        let path = ["uploadId": "\(upload.id)"]
        #expect(try await colleague.call(.abandonUpload, path).status == 404)
        #expect(try await colleague.call(.streamUploadEvents, path).status == 404)
        let list = try await colleague.call(.listUploads).decode(Page<Upload>.self)
        #expect(list.items.isEmpty)
        let own = try await community.clerk.call(.listUploads).decode(Page<Upload>.self)
        #expect(own.items.map(\.id) == [upload.id])
    }

    @Test func `a client has a few open uploads, of payment files`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("1000.00")
        let bytes = Self.file(lines: 1)
        var uploads: [Identifier] = []
        for _ in 0..<10 {
            let upload = try await community.beginUpload(of: bytes, to: programme.id)
            uploads.append(try upload.decode(Upload.self).id)
        }
        let many = try await community.beginUpload(of: bytes, to: programme.id)
        #expect(many.problemType == .tooManyUploads)
        let abandoned = try await community.clerk.call(
            .abandonUpload,
            ["uploadId": "\(uploads[0])"]
        )
        #expect(abandoned.status == 201)
        #expect(try await community.beginUpload(of: bytes, to: programme.id).status == 201)
        let types = ["text/plain", "text/csv;charset=utf-7", "application/xml;x", "text/csv; a"]
        for type in types {
            let answer = try await community.beginUpload(
                of: bytes,
                to: programme.id,
                mediaType: type
            )
            #expect(answer.problemType == .invalidRequest, "\(type)")
            #expect(answer.problem?.errors?.map(\.pointer) == ["/mediaType"], "\(type)")
        }
    }

    @Test func `what is kept of a file tells no account`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("1000.00")
        let upload = try await community.uploaded(Self.file(lines: 1), to: programme.id)
        let (count, seen) = try await community.stack.cluster.withOwner(
            database: LocalStack.databaseName
        ) { owner in
            try await owner.query(
                """
                SELECT count(*), count(*) FILTER (WHERE
                           position(convert_to('IBAN', 'UTF8') IN sealed) > 0
                           OR position(convert_to('Bewoner', 'UTF8') IN sealed) > 0)
                  FROM disbursement.upload_part WHERE upload_id = \(upload.id.uuid)
                """
            ) { try $0.one().decode(Int.self, Int.self) }
        }
        #expect(count == 1 && seen == 0)
    }

    @Test func `whoever watches an upload sees it become a batch`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("1000.00")
        let upload = try await community.uploaded(Self.file(), to: programme.id)
        async let watched = community.clerk.call(
            .streamUploadEvents,
            ["uploadId": "\(upload.id)"]
        )
        let batch = try await community.submit(upload: upload.id).decode(Batch.self)
        // The stream ends by itself when the upload is submitted.
        let events = try await watched.text.split(separator: "\n").filter {
            $0.hasPrefix("data: ")
        }
        let last = try #require(events.last).dropFirst("data: ".count)
        let told = try JSONDecoder().decode(Upload.self, from: Data(last.utf8))
        #expect(told.state == .submitted && told.batchId == batch.id)
        #expect(told.processed == told.size)
    }
}
