import API
import TestSupport
import Testing

/// A payer at a printed code proposes, the till confirms, the payer signs.
@Suite struct PrintedCodeTests {
    @Test func `what the till confirms can be paid`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let proposal = try await resident.propose("7.50", to: shop.terminal)
        #expect(proposal.state == .proposed && proposal.challenge == nil)
        let waiting = try await shop.till.call(.listPaymentProposals)
            .decode(Page<PaymentProposal>.self)
        #expect(waiting.items.map(\.id) == [proposal.id])
        #expect(waiting.items.first?.matchCode == proposal.matchCode)

        let confirmed = try await shop.decide(.confirmed, proposal.id)
            .decode(PaymentProposal.self)
        // The payer's secret is not for the till's screen here.
        #expect(confirmed.state == .confirmed && confirmed.challenge == nil)
        let seen = try await resident.proposal(proposal.id)
        var payment = try await resident.phone.call(
            .getPayment,
            ["paymentId": "\(proposal.id)"]
        ).decode(Payment.self)
        payment.challenge = seen.challenge
        #expect(try await resident.pay(payment).status == 201)
        #expect(try await resident.available() == "42.50")
        let left = try await shop.till.call(.listPaymentProposals)
            .decode(Page<PaymentProposal>.self)
        #expect(left.items.isEmpty)
    }

    @Test func `nothing can be paid before the till confirms, or after it declined`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let proposal = try await resident.propose("7.50", to: shop.terminal)
        let path = ["paymentId": "\(proposal.id)"]
        #expect(try await resident.phone.call(.getPayment, path).status == 404)
        #expect(try await shop.decide(.declined, proposal.id).status == 201)
        #expect(try await shop.decide(.confirmed, proposal.id).problemType == .proposalNotOpen)
        #expect(try await resident.phone.call(.getPayment, path).status == 404)
        #expect(try await resident.proposal(proposal.id).state == .declined)
    }

    @Test func `a proposal is seen by its payer and its till only`() async throws {
        let community = try await TestCommunity.make()
        let (shop, other) = (try await community.openShop(), try await community.openShop())
        let resident = try await community.resident(with: "50.00")
        let neighbour = try await community.resident(with: "1.00")
        let proposal = try await resident.propose("7.50", to: shop.terminal)
        let path = ["proposalId": "\(proposal.id)"]
        #expect(try await neighbour.phone.call(.getPaymentProposal, path).status == 404)
        #expect(try await other.till.call(.getPaymentProposal, path).status == 404)
        #expect(try await other.decide(.confirmed, proposal.id).status == 404)
        #expect(try await shop.till.call(.getPaymentProposal, path).status == 200)
    }

    @Test func `a payer has one proposal, and the last counts`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let first = try await resident.propose("7.50", to: shop.terminal)
        let second = try await resident.propose("8.50", to: shop.terminal)
        #expect(try await resident.proposal(first.id).state == .withdrawn)
        #expect(try await shop.decide(.confirmed, first.id).problemType == .proposalNotOpen)
        #expect(try await shop.decide(.confirmed, second.id).status == 201)
    }

    @Test func `the amount that was confirmed is the amount that is signed`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let proposal = try await resident.propose("7.50", to: shop.terminal)
        #expect(try await shop.decide(.confirmed, proposal.id).status == 201)
        var payment = try await resident.phone.call(
            .getPayment,
            ["paymentId": "\(proposal.id)"]
        ).decode(Payment.self)
        payment.challenge = try await resident.proposal(proposal.id).challenge
        payment.amount = community.amount("0.75")
        #expect(try await resident.pay(payment).problemType == .approvalMismatch)
    }
}
