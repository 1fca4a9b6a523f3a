import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// Where the money of a programme may be spent, when that changes.
@Suite struct EarmarkChangeTests {
    private static let fourWeeks: Int64 = 28 * 86_400_000_000
    private static let grocers = Earmark(categories: ["5411"])
    private static let both = Earmark(categories: ["5411", "5462"])

    /// A programme with an earmark, and somebody who has money of it.
    private struct Town {
        let community: TestCommunity
        let programme: Programme
        let grocer: TestShop
        let baker: TestShop
        let resident: TestResident

        static func make(_ earmark: Earmark) async throws -> Town {
            let community = try await TestCommunity.make()
            let programme = try await community.fundedProgramme(earmark: earmark)
            return Town(
                community: community,
                programme: programme,
                grocer: try await community.openShop(category: "5411"),
                baker: try await community.openShop(category: "5462"),
                resident: try await community.resident(with: [(programme, "20.00")])
            )
        }

        /// Two people let the money be spent somewhere else.
        func change(to earmark: Earmark, from: Instant? = nil) async throws -> ProgrammeChange {
            let proposed = try await community.proposeChange(
                of: programme.id,
                earmark: earmark,
                earmarkFrom: from
            ).decode(ProgrammeChange.self)
            return try await community.approve(change: proposed.id).decode(ProgrammeChange.self)
        }

        /// Lets a version have begun a second ago.
        func begin(_ version: Int32) async throws {
            try await community.change(
                """
                UPDATE wallet.earmark SET valid_from = now() - interval '1 second'
                 WHERE programme_id = \(programme.id.uuid) AND version = \(version)
                """
            )
        }

        func pay(_ shop: TestShop) async throws -> TestAnswer {
            try await resident.pay(try await shop.request("1.00"))
        }

        /// Looks at people one at a time, as the service does with thousands.
        func tell(of change: ProgrammeChange) async throws {
            let opened = try await OpenedDatabase.shared
            let service = try #require(opened.services[.disbursement])
            try await Tenant.acrossCommunities {
                var last: UUID?
                repeat {
                    last = try await service.query(
                        """
                        SELECT disbursement.tell_of_earmark(
                            \(community.id.uuid), \(change.id.uuid), \(last), 1)
                        """
                    ) { try $0.one().decode(UUID?.self) }
                } while last != nil
            }
        }

        func versions(seenBy client: TestClient) async throws -> [EarmarkVersion] {
            try await client.call(.listEarmarks, ["programmeId": "\(programme.id)"])
                .decode(Page<EarmarkVersion>.self).items
        }
    }

    @Test func `a wider earmark counts at once, for all the money`() async throws {
        let town = try await Town.make(Self.grocers)
        #expect(try await town.pay(town.baker).problemType == .earmarkedElsewhere)
        let change = try await town.change(to: Self.both)
        #expect(try await town.pay(town.baker).status == 201)
        #expect(try await town.community.programme(town.programme.id).earmark == Self.both)
        let seen = try await town.versions(seenBy: town.resident.phone)
        #expect(seen.map(\.version) == [2, 1])
        #expect(seen.map(\.earmark) == [Self.both, Self.grocers])
        #expect(seen[0].validFromAt == change.earmarkFromAt)
    }

    @Test func `a wider earmark may begin later`() async throws {
        let town = try await Town.make(Self.grocers)
        let later = Instant(
            microseconds: Int64(Date().timeIntervalSince1970) * 1_000_000 + Self.fourWeeks / 4
        )
        let change = try await town.change(to: Self.both, from: later)
        #expect(change.earmarkFromAt == later)
        #expect(try await town.pay(town.baker).problemType == .earmarkedElsewhere)
        #expect(try await town.community.programme(town.programme.id).earmark == Self.grocers)
        try await town.begin(2)
        #expect(try await town.pay(town.baker).status == 201)
    }

    @Test func `a narrower earmark waits four weeks, and who has money of it is told once`()
        async throws
    {
        let town = try await Town.make(Self.both)
        let neighbour = try await town.community.resident(with: "1.00")
        let change = try await town.change(to: Self.grocers)
        let from = try #require(change.earmarkFromAt)
        #expect(from.microseconds - change.proposedAt.microseconds >= Self.fourWeeks)
        #expect(try await town.pay(town.baker).status == 201)
        let told = try await notices(of: town.resident, 1)
        #expect(told.map(\.kind) == [.earmarkNarrows] && told.map(\.dueAt) == [from])
        #expect(told[0].subjectId == change.id && told[0].amount == nil)
        let later = try await town.community.resident(with: [(town.programme, "2.00")])
        try await town.tell(of: change)
        #expect(try await notices(of: town.resident, 1) == told)
        #expect(try await notices(of: later, 1).map(\.subjectId) == [change.id])
        #expect(try await notices(of: neighbour, 0).isEmpty)

        try await town.begin(2)
        #expect(try await town.pay(town.baker).problemType == .earmarkedElsewhere)
        #expect(try await town.pay(town.grocer).status == 201)
        #expect(try await town.community.programme(town.programme.id).earmark == Self.grocers)
    }

    @Test func `what another change has overtaken never begins`() async throws {
        let town = try await Town.make(Self.both)
        let narrower = try await town.change(to: Self.grocers)
        let announced = try await notices(of: town.resident, 1)
        let again = try await town.change(
            to: Earmark(categories: ["5411", "5462", "5499"])
        )
        // It is as wide as what counts now.
        let from = try #require(again.earmarkFromAt)
        #expect(from.microseconds - again.proposedAt.microseconds < Self.fourWeeks)
        try await town.begin(2)
        #expect(try await town.pay(town.baker).status == 201)
        // Who was told is told, once; somebody else who gets money now hears nothing of it.
        let told = try await notices(of: town.resident, 2)
        #expect(told.map(\.kind) == [.earmarkWithdrawn, .earmarkNarrows])
        #expect(told[0].subjectId == narrower.id && told[0].dueAt == nil)
        #expect(told[1] == announced[0])
        let later = try await town.community.resident(with: [(town.programme, "2.00")])
        try await town.tell(of: narrower)
        #expect(try await notices(of: town.resident, 2) == told)
        #expect(try await notices(of: later, 0).isEmpty)
    }

    @Test func `what is as narrow as what it overtakes is announced anew`() async throws {
        let three = Earmark(categories: ["5411", "5462", "5499"])
        let town = try await Town.make(three)
        let first = try await town.change(to: Self.grocers)
        let again = try await town.change(to: Self.both, from: first.earmarkFromAt)
        let from = try #require(again.earmarkFromAt)
        #expect(from.microseconds >= first.proposedAt.microseconds + Self.fourWeeks)
        let told = try await eventually("the second announcement") {
            try await notices(of: town.resident, 1).first { $0.subjectId == again.id }
        }
        #expect(told.kind == .earmarkNarrows && told.dueAt == from)
    }

    @Test func `an earmark has places, a day ahead, and a programme that was made with one`()
        async throws
    {
        let community = try await TestCommunity.make()
        let free = try await community.fundedProgramme("1.00")
        let marked = try await community.fundedProgramme(earmark: Self.grocers)
        let now = Int64(Date().timeIntervalSince1970)
        func pointers(
            _ programme: Programme,
            _ earmark: Earmark?,
            inDays days: Int64? = nil
        ) async throws -> [String]? {
            let answer = try await community.proposeChange(
                of: programme.id,
                name: "Anders",
                earmark: earmark,
                earmarkFrom: days.map { Instant(microseconds: (now + $0 * 86_400) * 1_000_000) }
            )
            #expect(answer.problemType == .invalidRequest)
            return answer.problem?.errors?.map(\.pointer)
        }
        #expect(try await pointers(free, Self.both) == ["/earmark"])
        #expect(try await pointers(marked, Earmark()) == ["/earmark"])
        #expect(try await pointers(marked, Self.both, inDays: -1) == ["/earmarkFromAt"])
        #expect(try await pointers(marked, Self.both, inDays: 3660) == ["/earmarkFromAt"])
        #expect(try await pointers(marked, nil, inDays: 5) == ["/earmarkFromAt"])
        let unknown = try await community.clerk.call(
            .listEarmarks,
            ["programmeId": "\(UUID())"]
        )
        #expect(unknown.problemType == .notFound)
    }

    @Test func `no service changes an earmark by itself`() async throws {
        let town = try await Town.make(Self.both)
        let service = try #require(try await OpenedDatabase.shared.services[.disbursement])
        let statements: [SQL] = [
            """
            UPDATE wallet.earmark SET categories = '{5411}'
             WHERE programme_id = \(town.programme.id.uuid)
            """,
            """
            INSERT INTO wallet.earmark (community_id, programme_id, version, categories, shops)
            VALUES (\(town.community.id.uuid), \(town.programme.id.uuid), 2, '{5411}', '{}')
            """,
            """
            SELECT wallet.change_earmark(
                \(town.community.id.uuid), \(town.programme.id.uuid), '{5411}', '{}', NULL,
                \(UUID()))
            """,
        ]
        for statement in statements {
            do {
                let count = try await Tenant.community(town.community.id.uuid).perform {
                    try await service.execute(statement)
                }
                Issue.record("the database took \(count) rows")
            } catch let error as PostgresError {
                #expect(error.sqlState == "42501", "\(error)")
            }
        }
    }

    /// What somebody was told, once it is so much at least.
    private func notices(of resident: TestResident, _ count: Int) async throws -> [Notice] {
        try await eventually("\(count) notices") {
            let notices = try await resident.phone.call(.listNotices).decode(Page<Notice>.self)
                .items
            return notices.count >= count ? notices : nil
        }
    }
}
