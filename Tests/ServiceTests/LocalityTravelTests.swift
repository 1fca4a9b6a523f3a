import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// Rules about the till's challenge and about travel, and what is remembered for them.
@Suite struct LocalityTravelTests {
    /// Thirty kilometres from the neighbourhood, in another coarse cell.
    private static let farAway = Place(longitude: 5.5412, latitude: 52.0901)

    @Test func `a wallet cannot pay at two ends of the country within a minute`() async throws {
        let community = try await TestCommunity.make(
            rules: [.plausibleTravel(maxKilometresPerHour: 300)]
        )
        let (here, there) = (
            try await community.openShop(), try await community.openShop(at: Self.farAway)
        )
        let resident = try await community.resident(with: "50.00")
        // Nothing is remembered yet, so nothing speaks against it.
        #expect(try await resident.pay(try await here.request("1.00"), at: nil).status == 201)
        let payment = try await there.request("1.00")
        let refused = try await resident.pay(payment, at: nil)
        #expect(refused.problemType == .localityRefused)
        #expect(refused.problem?.verdict?.rules.first?.reason == "travel-implausible")
        // Where it paid it may pay again, and a refusal leaves no trace.
        #expect(try await resident.pay(try await here.request("1.00"), at: nil).status == 201)
        // Nobody else is held back.
        let other = try await community.resident(with: "5.00")
        #expect(try await other.pay(payment, at: nil).status == 201)

        let traces = try await Self.traces(of: community)
        let cells = [
            "\(resident.wallet) 102 1041", "\(other.wallet) 110 1041",
        ]
        #expect(Set(traces) == Set(cells))
    }

    @Test func `nothing is remembered for a coin whose policy does not ask`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        #expect(try await resident.pay(try await shop.request("1.00")).status == 201)
        #expect(try await Self.traces(of: community).isEmpty)
    }

    @Test func `a challenge of the till counts for as long as the policy says`() async throws {
        let community = try await TestCommunity.make(
            rules: [.terminalChallenge(maxAgeSeconds: 60)]
        )
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("1.00")
        let paid = try await resident.pay(payment, at: nil).decode(Payment.self)
        #expect(paid.verdict?.challengedAt == payment.requestedAt)

        // The first instance keeps in memory when it was asked; this one reads it each time.
        let other = try await SecondInstance.start(
            .merchant,
            of: community.stack,
            programs: TestStack.programs
        )
        defer { Task { await other.stop() } }
        let there = await community.moved(resident, to: other)
        let recent = try await shop.request("1.00")
        try await community.backdate(recent, seconds: 10)
        #expect(try await there.pay(recent, at: nil).status == 201)
        let late = try await shop.request("1.00")
        try await community.backdate(late, seconds: 61)
        let refused = try await there.pay(late, at: nil)
        #expect(refused.problem?.verdict?.rules.first?.reason == "challenge-too-old")
        // A card at the terminal needs no code.
        let card = try await community.card(for: resident.person)
        #expect(try await shop.take(card, for: late).status == 201)
    }

    private static func traces(of community: TestCommunity) async throws -> [String] {
        let id = community.id.uuid
        return try await community.stack.cluster.withOwner(database: LocalStack.databaseName) {
            try await $0.query(
                """
                SELECT wallet_id::text || ' ' || cell_east || ' ' || cell_north
                  FROM merchant.travel_trace WHERE community_id = \(id)
                """
            ) { rows in try rows.map { try $0.decode(String.self) } }
        }
    }
}
