import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// The numbers that institutions give their files, and files that come from two of them.
@Suite struct MessageIDTests {
    /// An institution with a programme of its own.
    private struct Office {
        let community: TestCommunity
        let programme: Programme

        init(_ community: TestCommunity) async throws {
            self.community = community
            programme = try await community.fundedProgramme("100.00")
        }

        func submit(_ file: String) async throws -> TestAnswer {
            try await community.submit(file, to: programme.id)
        }
    }

    private struct Town {
        let resident: TestResident
        let number: String
        let municipality, employer: Office

        static func make() async throws -> Town {
            let community = try await TestCommunity.make()
            let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
            return Town(
                resident: try await community.enrolPerson("Inwoner", iban: number),
                number: number,
                municipality: try await Office(community),
                employer: try await Office(community.employer())
            )
        }

        /// A file with this number that pays the resident so much.
        func file(_ messageID: String, _ amount: String) -> String {
            TestPaymentFile.xml([TestCredit("Inwoner", number, amount)], messageID: messageID)
        }
    }

    @Test func `each institution numbers its own files`() async throws {
        let town = try await Town.make()
        let (mine, theirs) = (town.municipality, town.employer)
        let first = try await mine.submit(town.file("0001", "3.00")).decode(Batch.self)
        let second = try await theirs.submit(town.file("0001", "4.00")).decode(Batch.self)
        #expect(first.messageId == "0001" && second.messageId == "0001")
        #expect(first.state == .validated && second.state == .validated)
        for (office, batch) in [(mine, first), (theirs, second)] {
            let other = try await office.submit(town.file("0001", "5.00"))
            #expect(other.problemType == .messageIdReused)
            #expect(other.problem?.batchId == batch.id)
        }
        let again = try await theirs.submit(town.file("0002", "4.00"))
        #expect(again.status == 201)
        // A second clerk counts on with the first.
        let colleague = try await mine.community.administrator.register(
            "Collega",
            [.benefitsClerk],
            of: mine.community.institution
        )
        let counted = try await colleague.send(
            .submitBatch,
            ["programmeId": "\(mine.programme.id)"],
            bytes: Data(town.file("0001", "6.00").utf8)
        )
        #expect(counted.problemType == .messageIdReused)
        #expect(counted.problem?.batchId == first.id)
        try await mine.community.approve(first.id)
        try await theirs.community.approve(second.id)
        #expect(try await town.resident.available() == "7.00")
    }

    @Test func `a file is one order, whichever institution hands it in`() async throws {
        let town = try await Town.make()
        for (index, (owner, stranger)) in [
            (town.municipality, town.employer), (town.employer, town.municipality),
        ].enumerated() {
            let file = town.file("ORDER-\(index)", "3.00")
            let first = try await owner.submit(file).decode(Batch.self)
            let other = try await stranger.submit(file)
            #expect(other.problemType == .messageIdReused && !other.text.contains("batchId"))
            let again = try await owner.submit(file)
            #expect(try again.status == 200 && again.decode(Batch.self).id == first.id)
            try await owner.community.approve(first.id)
            #expect(try await stranger.submit(file).problemType == .messageIdReused)
        }
        #expect(try await town.resident.available() == "6.00")
    }

    @Test func `of files that come at once under one number each institution has one`()
        async throws
    {
        let town = try await Town.make()
        let answers = try await withThrowingTaskGroup(of: (Bool, TestAnswer).self) { group in
            for turn in 0..<12 {
                let isMine = turn.isMultiple(of: 2)
                let office = isMine ? town.municipality : town.employer
                group.addTask {
                    (isMine, try await office.submit(town.file("0001", "2.\(10 + turn)")))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for isMine in [true, false] {
            let own = answers.filter { $0.0 == isMine }.map(\.1)
            let made = try own.filter { $0.status == 201 }.map { try $0.decode(Batch.self).id }
            #expect(made.count == 1)
            let refused = own.filter { $0.status != 201 }
            #expect(refused.allSatisfy { $0.problemType == .messageIdReused })
            #expect(refused.allSatisfy { $0.problem?.batchId == made.first })
        }
    }

    @Test func `the database tells the numbers of an institution apart, and who it is`()
        async throws
    {
        let town = try await Town.make()
        let (mine, theirs) = (town.municipality, town.employer)
        let first = try await mine.submit(town.file("0001", "3.00")).decode(Batch.self)
        let second = try await mine.submit(town.file("0002", "4.00")).decode(Batch.self)
        let other = try await theirs.submit(town.file("0001", "5.00")).decode(Batch.self)
        let service = try #require(try await OpenedDatabase.shared.services[.disbursement])
        try await Tenant.community(mine.community.id.uuid).perform {
            let error = await #expect(throws: PostgresError.self) {
                try await service.execute(
                    "UPDATE disbursement.batch SET message_id = '0001' WHERE id = \(second.id.uuid)"
                )
            }
            #expect(error?.sqlState == "23505", "\(String(describing: error))")
            // Saying that it is another's does not make it so.
            let moved = await #expect(throws: PostgresError.self) {
                try await service.execute(
                    """
                    UPDATE disbursement.batch
                       SET message_id = '0001', submitted_for = \(UUID())
                     WHERE id = \(second.id.uuid)
                    """
                )
            }
            #expect(moved?.sqlState == "23505", "\(String(describing: moved))")
            let parties = try await service.query(
                """
                SELECT submitted_for FROM disbursement.batch
                 WHERE id = ANY (\([first.id.uuid, second.id.uuid, other.id.uuid])) ORDER BY id
                """
            ) { try $0.map { try $0.decode(UUID.self) } }
            let institutions = [mine, mine, theirs].map(\.community.institution.uuid)
            #expect(parties == institutions)
        }
    }
}
