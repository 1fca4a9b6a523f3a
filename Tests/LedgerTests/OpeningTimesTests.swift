import Postgres
import Testing

/// When a market is there: `merchant.is_open`, by the clock of the community.
@Suite struct OpeningTimesTests {
    private static let times = """
        {"weekly": [{"day": "saturday", "hours": [{"from": "09:00", "until": "12:30"},
                                                  {"from": "13:00", "until": "24:00"}]},
                    {"day": "sunday", "hours": [{"from": "10:00", "until": "11:00"}]}],
         "exceptions": [{"date": "2026-12-26", "hours": []},
                        {"date": "2026-12-24", "hours": [{"from": "08:00", "until": "10:00"}]}]}
        """

    @Test(arguments: [
        // Saturday 5 December 2026, in winter an hour ahead of UTC.
        ("2026-12-05T07:59:59.999999Z", false), ("2026-12-05T08:00:00Z", true),
        ("2026-12-05T11:29:59.999999Z", true), ("2026-12-05T11:30:00Z", false),
        ("2026-12-05T12:00:00Z", true), ("2026-12-05T22:59:59.999999Z", true),
        // Sunday begins, and is open for an hour only.
        ("2026-12-05T23:00:00Z", false), ("2026-12-06T09:30:00Z", true),
        // In summer two hours ahead.
        ("2026-07-04T06:59:59Z", false), ("2026-07-04T07:00:00Z", true),
        // A Saturday on which there is no market, and a Thursday on which there is one.
        ("2026-12-26T09:00:00Z", false), ("2026-12-24T07:00:00Z", true),
        ("2026-12-24T09:00:00Z", false), ("2026-12-17T08:00:00Z", false),
        // The clock goes back on Sunday 25 October: ten o'clock is an hour later in UTC.
        ("2026-10-25T08:59:59Z", false), ("2026-10-25T09:00:00Z", true),
    ])
    func `a market is there from its first minute until its last`(
        moment: String,
        isOpen: Bool
    ) async throws {
        let database = try await GrantsDatabase.shared
        let answer = try await database.owner.query(
            """
            SELECT merchant.is_open(\(Self.times)::text::jsonb, \(moment)::text::timestamptz,
                                    'Europe/Amsterdam')
            """
        ) { try $0.one().decode(Bool.self) }
        #expect(answer == isOpen)
    }

    @Test func `a shop without opening times is always open, one without hours never`()
        async throws
    {
        let database = try await GrantsDatabase.shared
        let answers = try await database.owner.query(
            """
            SELECT merchant.is_open(NULL, now(), 'UTC'),
                   merchant.is_open('{"weekly": []}', now(), 'UTC')
            """
        ) { try $0.one().decode(Bool.self, Bool.self) }
        #expect(answers.0 && !answers.1)
    }
}
