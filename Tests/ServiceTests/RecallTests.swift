import API
import Postgres
import TestSupport
import Testing

/// Unspent money that is taken back: announced, waited for, objected to, and never more than is left.
@Suite struct RecallTests {
    /// A resident with two credits of one programme: 10.00, then 20.00.
    private struct Town {
        let community: TestCommunity
        let programme: Programme
        let shop: TestShop
        let resident: TestResident
        /// The older, then the newer.
        let grants: [Identifier]

        static func make() async throws -> Town {
            let community = try await TestCommunity.make()
            let programme = try await community.fundedProgramme("100.00")
            let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
            let resident = try await community.enrolPerson("Ontvanger", iban: number)
            for amount in ["10.00", "20.00"] {
                try await community.credit(
                    [TestCredit("Ontvanger", number, amount)],
                    programme: programme
                )
            }
            return Town(
                community: community,
                programme: programme,
                shop: try await community.openShop(),
                resident: resident,
                grants: try await community.grants(of: resident).map(\.id).reversed()
            )
        }

        /// What is left of both.
        func left() async throws -> [String] {
            try await community.grants(of: resident).map(\.left.value).reversed()
        }

        func pay(_ value: String) async throws -> Payment {
            try await resident.pay(shop.request(value)).decode(Payment.self)
        }

        /// What the programme has to give.
        func budget() async throws -> String {
            try await community.clerk.call(.getProgramme, ["programmeId": "\(programme.id)"])
                .decode(Programme.self).budget.available.value
        }
    }

    @Test
    func `spending comes from the oldest grant, and a refund goes back to where it came from`()
        async throws
    {
        let town = try await Town.make()
        #expect(try await town.left() == ["10.00", "20.00"])
        let payment = try await town.pay("12.50")
        #expect(try await town.left() == ["0.00", "17.50"])
        let refund = try await town.shop.owner.call(
            .refundPayment,
            ["paymentId": "\(payment.id)"],
            body: RefundCreation(amount: town.community.amount("4.00"))
        )
        #expect(refund.status == 201)
        #expect(try await town.left() == ["1.50", "20.00"])
        _ = try await town.shop.reserve("2.00", of: town.resident)
        // Coins that are kept for a shop are not there to be taken.
        #expect(try await town.left() == ["0.00", "19.50"])
    }

    @Test func `a recall takes what is left of its grant when it is due, and nothing else`()
        async throws
    {
        let town = try await Town.make()
        _ = try await town.pay("12.50")
        let spent = try await town.community.recall(town.grants[0], "verhuisd")
        #expect(spent.problemType == .nothingToRecall)
        let recall = try await town.community.recall(town.grants[1], "verhuisd", atMost: "15.00")
            .decode(Recall.self)
        #expect(recall.state == .announced && recall.amount?.value == "15.00")
        #expect(recall.dueAt.microseconds - recall.announcedAt.microseconds == 42 * 86_400_000_000)
        let again = try await town.community.recall(town.grants[1], "nog eens")
        #expect(again.problemType == .grantBeingRecalled)
        _ = try await town.shop.reserve("16.00", of: town.resident)
        try await town.community.endWaiting(of: recall.id)
        let done = try await town.community.recall(recall.id, in: .done)
        // 17.50 less 16.00 that the shop was promised.
        #expect(done.taken?.value == "1.50")
        #expect(try await town.resident.balance() == "16.00, 16.00 held")
        #expect(try await town.budget() == "71.50")
        let (circulation, reserve) = try await town.community.books()
        #expect(circulation == reserve)
    }

    @Test func `while an objection is open nothing is taken, and a second person decides`()
        async throws
    {
        let town = try await Town.make()
        let community = town.community
        let both = try await community.administrator.register(
            "Duizendpoot",
            [.benefitsClerk, .benefitsApprover],
            of: community.institution
        )
        let recall = try await both.call(
            .recallGrant,
            ["grantId": "\(town.grants[0])"],
            body: RecallCreation(reason: "dubbel betaald")
        ).decode(Recall.self)
        let path = ["recallId": "\(recall.id)"]
        let early = try await community.approver.call(
            .decideRecall,
            path,
            body: RecallDecision(upheld: false, reason: "?")
        )
        #expect(early.problemType == .recallNotOpen)
        let objection = RecallObjection(text: "dat klopt niet")
        let objected = try await town.resident.phone.call(.objectToRecall, path, body: objection)
            .decode(Recall.self)
        #expect(objected.state == .objected && objected.objection == "dat klopt niet")
        try await community.endWaiting(of: recall.id)
        let rejection = RecallDecision(upheld: false, reason: "het klopt wel")
        let own = try await both.call(.decideRecall, path, body: rejection)
        #expect(own.problemType == .secondPersonRequired)
        #expect(try await town.left() == ["10.00", "20.00"])
        _ = try await community.approver.call(.decideRecall, path, body: rejection)
            .decode(Recall.self)
        let done = try await community.recall(recall.id, in: .done)
        #expect(done.taken?.value == "10.00" && done.decisionReason == "het klopt wel")
        let late = try await town.resident.phone.call(.objectToRecall, path, body: objection)
        #expect(late.problemType == .recallNotOpen)
        #expect(try await town.left() == ["0.00", "20.00"])
    }

    @Test func `an objection that is upheld ends the recall, and so does a withdrawal`()
        async throws
    {
        let town = try await Town.make()
        let community = town.community
        let first = try await community.recall(town.grants[1], "verhuisd").decode(Recall.self)
        _ = try await community.clerk.call(
            .objectToRecall,
            ["recallId": "\(first.id)"],
            body: RecallObjection(text: "per brief")
        ).decode(Recall.self)
        let upheld = try await community.approver.call(
            .decideRecall,
            ["recallId": "\(first.id)"],
            body: RecallDecision(upheld: true, reason: "woont hier nog")
        ).decode(Recall.self)
        #expect(upheld.state == .upheld && upheld.endedAt != nil)
        let second = try await community.recall(town.grants[1], "toch").decode(Recall.self)
        let why = RecallWithdrawal(reason: "vergissing")
        let path = ["recallId": "\(second.id)"]
        let withdrawn = try await community.clerk.call(.withdrawRecall, path, body: why)
        #expect(try withdrawn.decode(Recall.self).state == .withdrawn)
        let again = try await community.clerk.call(.withdrawRecall, path, body: why)
        #expect(again.problemType == .recallNotOpen)
        #expect(try await town.left() == ["10.00", "20.00"])
    }

    @Test func `whoever a recall is about is told, and sees it`() async throws {
        let town = try await Town.make()
        let phone = town.resident.phone
        let rules = try await town.community.setGrantRules(
            of: town.programme.id,
            waitingDays: 50,
            remindAt: [7]
        ).decode(GrantRules.self)
        #expect(rules.recallWaitingDays == 50 && rules.reminderDays == [7])
        let recall = try await town.community.recall(town.grants[1], "verhuisd")
            .decode(Recall.self)
        #expect(recall.dueAt.microseconds - recall.announcedAt.microseconds == 50 * 86_400_000_000)
        func notices() async throws -> [Notice] {
            try await phone.call(.listNotices).decode(Page<Notice>.self).items
        }
        #expect(try await notices().map(\.kind) == [.recallAnnounced])
        #expect(try await notices()[0].dueAt == recall.dueAt)
        #expect(
            try await phone.call(.listRecalls).decode(Page<Recall>.self).items.map(\.id)
                == [recall.id]
        )
        try await town.community.endWaiting(of: recall.id)
        _ = try await town.community.recall(recall.id, in: .done)
        #expect(try await notices().map(\.kind) == [.recallDone, .recallAnnounced])
        #expect(try await notices()[0].amount?.value == "20.00")
        let stranger = try await town.community.enrolPerson("Buur").phone
        #expect(try await stranger.call(.listRecalls).decode(Page<Recall>.self).items.isEmpty)
        let read = try await stranger.call(.getRecall, ["recallId": "\(recall.id)"])
        #expect(read.problemType == .notFound)
    }

    @Test func `whoever has something left in a pot is reminded once before it expires`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00", potsExpireIn: 20)
        let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        let resident = try await community.enrolPerson("Ontvanger", iban: number)
        // Twenty days ahead, one of these reminders is late, one too early. Without them, those of
        // every programme would come whenever somebody has reminders looked for.
        func setRules() async throws {
            let rules = try await community.setGrantRules(
                of: programme.id,
                waitingDays: 50,
                remindAt: [30, 25, 3]
            )
            #expect(rules.status == 201)
        }
        try await setRules()
        try await community.credit([TestCredit("Ontvanger", number, "10.00")], programme: programme)
        for _ in 0..<2 { try await setRules() }
        let notices = try await eventually("a reminder") {
            let page = try await resident.phone.call(.listNotices).decode(Page<Notice>.self)
            return page.items.isEmpty ? nil : page.items
        }
        #expect(notices.map(\.kind) == [.expiryNear])
        #expect(notices[0].amount?.value == "10.00")
        #expect(notices[0].dueAt == programme.potsExpireAt)
    }

    @Test func `of each reminder there is one, however often and by however many it is looked`()
        async throws
    {
        let community = try await TestCommunity.make()
        let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        let resident = try await community.enrolPerson("Ontvanger", iban: number)
        var programmes: [Identifier] = []
        func remind(_ programme: Identifier, at days: [Int]) async throws {
            let rules = try await community.setGrantRules(
                of: programme,
                waitingDays: 50,
                remindAt: days
            )
            #expect(rules.status == 201)
        }
        for days in [20, 21, 22] {
            let programme = try await community.fundedProgramme("100.00", potsExpireIn: days)
            try await remind(programme.id, at: [30, 3])
            let credit = TestCredit("Ontvanger", number, "\(days).00")
            try await community.credit([credit], programme: programme)
            programmes.append(programme.id)
        }
        func reminders() async throws -> [Notice] {
            try await resident.phone.call(.listNotices).decode(Page<Notice>.self).items
                .filter { $0.kind == .expiryNear }
        }
        // Beside the services, which do it by themselves.
        func look() async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        try await community.change("SELECT disbursement.remind_of_expiry(1000)")
                    }
                }
                try await group.waitForAll()
            }
        }
        for _ in 0..<2 { try await look() }
        #expect(try await Set(reminders().map(\.programmeId)) == Set(programmes))
        #expect(try await reminders().count == 3)
        // The next one of each, nearer to the same end.
        for programme in programmes { try await remind(programme, at: [30, 25]) }
        for _ in 0..<2 { try await look() }
        #expect(try await reminders().count == 6)
        #expect(try await reminders().map(\.amount?.value).filter { $0 == "21.00" }.count == 2)
    }

    @Test func `payments that race with a recall lose nothing and take nothing twice`()
        async throws
    {
        let town = try await Town.make()
        let recall = try await town.community.recall(town.grants[1], "verhuisd")
            .decode(Recall.self)
        var payments: [Payment] = []
        for _ in 0..<20 { payments.append(try await town.shop.request("1.25")) }
        try await town.community.endWaiting(of: recall.id)
        let paid = try await withThrowingTaskGroup(of: Bool.self) { group in
            for payment in payments {
                group.addTask { try await town.resident.pay(payment).status == 201 }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        let done = try await town.community.recall(recall.id, in: .done)
        let left = try await town.community.grants(of: town.resident).map { cents($0.left) }
        let taken = cents(try #require(done.taken))
        #expect(left.reduce(0, +) + taken + paid * 125 == 3000)
        #expect(taken <= 2000)
    }

    private func cents(_ amount: Amount) -> Int {
        Int(amount.value.filter { $0 != "." }) ?? 0
    }
}
