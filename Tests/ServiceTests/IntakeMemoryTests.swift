import API
import Foundation
import LocalStack
import TestSupport
import Testing

/// What a service takes to take in files stays the same, however many lines they have: as JSON, and in
/// parts that are held against a schema.
@Suite(.timeLimit(.minutes(15))) struct IntakeMemoryTests {
    private static let (few, many) = (5_000, 100_000)

    /// A service that holds XML against schemas, in a process of its own.
    private struct Intake {
        let community: TestCommunity
        let clerk: TestClient
        let process: ServiceProcess
        let programme: Identifier

        /// The most memory that the process has had so far, in bytes.
        func peak() async throws -> Int {
            let pid = try #require(await process.pid)
            let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
            let line = try #require(
                status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            )
            return try #require(Int(line.filter(\.isNumber))) * 1_024
        }

        /// Hands a file in by parts of a megabyte, and waits until it is read.
        func upload(_ file: [UInt8], as mediaType: String) async throws -> Batch {
            let upload = try await community.beginUpload(
                of: file,
                to: programme,
                by: clerk,
                mediaType: mediaType
            ).decode(Upload.self)
            for start in stride(from: 0, to: file.count, by: 1_000_000) {
                let part = start..<min(start + 1_000_000, file.count)
                let answer = try await community.append(file, part, to: upload.id, by: clerk)
                #expect(answer.status == 200)
            }
            return try await eventually("it is read", within: .seconds(600)) {
                // Who waits too long asks again, and is told when it has been read.
                let answer = try? await community.submit(upload: upload.id, by: clerk)
                guard let answer, answer.problemType != .uploadBeingRead else { return nil }
                return try answer.decode(Batch.self)
            }
        }
    }

    @Test func `a hundred thousand lines take no more memory than a few`() async throws {
        let folder = try TestSchemas.directory()
        defer { try? FileManager.default.removeItem(at: folder) }
        let community = try await TestCommunity.make(rules: nil)
        let process = try await TestSchemas.service(readingFrom: folder, beside: community.stack)
        do {
            var urls = community.clerk.urls
            urls[.disbursement] = await process.url
            try await requireLevel(
                Intake(
                    community: community,
                    clerk: community.clerk.at(urls),
                    process: process,
                    programme: try await community.fundedProgramme("1.00").id
                )
            )
        } catch {
            await process.stop()
            throw error
        }
        await process.stop()
    }

    private func requireLevel(_ intake: Intake) async throws {
        _ = try await intake.upload(Self.list(Self.few), as: MediaType.json)
        _ = try await intake.upload(Self.file(Self.few), as: MediaType.xml)
        let before = try await intake.peak()

        let listed = try await intake.upload(Self.list(Self.many), as: MediaType.json)
        #expect(listed.count == Self.many && listed.messageType == "json")
        let afterList = try await intake.peak()
        #expect(afterList - before < Self.most, "\(before) bytes, then \(afterList)")

        let uploaded = try await intake.upload(Self.file(Self.many), as: MediaType.xml)
        #expect(uploaded.count == Self.many && uploaded.state != .refused)
        let afterFile = try await intake.peak()
        #expect(afterFile - before < Self.most, "\(before) bytes, then \(afterFile)")
        #expect(afterFile < 300_000_000)
    }

    /// Less than what so many lines take in memory, at some kilobyte each.
    private static let most = 64_000_000
    private static let text = String(repeating: "Toeslag voor november. ", count: 6)

    private static func list(_ count: Int) -> [UInt8] {
        var bytes = Array(#"{"count":\#(count),"lines":["#.utf8)
        for nr in 1...count {
            let line = #"{"name":"B \#(nr)","iban":"\#(iban)","amount":"\#(amount(count))"}"#
            bytes += line.utf8
            bytes += (nr < count ? ",\n" : "]}").utf8
        }
        return bytes
    }

    /// One block of lines of some 480 bytes, under a name that the schema allows.
    private static func file(_ count: Int) -> [UInt8] {
        let one = TestPaymentFile.xml(
            [TestCredit("Bewoner", iban, amount(count))],
            messageID: "WIJKSTAD-\(count)"
        ).replacing("<NbOfTxs>1</NbOfTxs>", with: "<NbOfTxs>\(count)</NbOfTxs>")
        guard let start = one.firstRange(of: "<CdtTrfTxInf>")?.lowerBound,
            let end = one.firstRange(of: "</PmtInf>")?.lowerBound
        else { return [] }
        let line = one[start..<end].replacing("Leefgeld", with: text)
        var bytes = Array(one[..<start].utf8)
        for nr in 1...count {
            bytes += line.replacing("NOTPROVIDED", with: "REGEL-\(nr)").utf8
        }
        return bytes + one[end...].utf8
    }

    /// Another in each file of a form: what looks paid already would be looked for.
    private static func amount(_ count: Int) -> String { "\(count / few).00" }

    private static let iban = TestIBAN.number(812_000)
}
