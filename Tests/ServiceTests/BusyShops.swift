import API
import TestSupport
import Testing

/// What shops, and those who pay them out, do in the busy town.
extension BusyTown {
    /// An address that events are sent to, changed in every way.
    static func webhooks(_ town: Belongings) async throws {
        let path = try town.path(of: .getWebhook)
        for operation in [
            API.Operation.rotateWebhookSecret, .disableWebhook, .enableWebhook, .replayWebhook,
        ] {
            let isReplay = operation == .replayWebhook
            let answer = try await town.shop.owner.call(
                operation,
                path,
                body: isReplay ? WebhookReplayRequest(fromAt: Instant(microseconds: 0)) : nil
            )
            #expect(answer.status == 201)
        }
    }

    /// A file of which a line and then the rest is cancelled, a settlement that the bank has paid, and
    /// a shift that ends.
    static func decide(_ town: Belongings) async throws {
        let credit = TestCredit("Vriend", TestIBAN.number(5), "1.00")
        let batch = try await town.community.submit(
            TestPaymentFile.xml([credit, credit]),
            to: town.programme
        ).decode(Batch.self)
        _ = try await town.community.clerk.call(
            .cancelLines,
            ["batchId": "\(batch.id)"],
            body: LineCancellation(lines: [2])
        ).decode(Batch.self)
        _ = try await town.community.approver.call(
            .cancelBatch,
            ["batchId": "\(batch.id)"],
            body: BatchCancellation(reason: "kwijt-geraakt")
        ).decode(Batch.self)
        _ = try await town.community.clerk.call(
            .releaseFile,
            ["batchId": "\(batch.id)"],
            body: FileRelease(reason: "kwijt-geraakt")
        ).decode(Batch.self)
        try await payAgain(town)
        let open = try await town.community.treasurer.call(.listSettlements)
            .decode(Page<Settlement>.self).items
        let settlement = try #require(open.first)
        _ = try await town.community.treasurer.call(
            .confirmSettlement,
            ["settlementId": "\(settlement.id)"],
            body: SettlementConfirmation(bankReference: "afschrift 9")
        ).decode(Settlement.self)
        _ = try await town.shop.owner.call(
            .closeShift,
            town.path(of: .closeShift),
            body: ShiftClosure(endsRights: true)
        ).decode(Shift.self)
        try await redeemMore(town)
    }

    /// A file that looks paid already, and one whose line fails and is tried again.
    private static func payAgain(_ town: Belongings) async throws {
        let community = town.community
        let programme = try await community.fundedProgramme("10.00").id
        try await community.setFiles(of: programme, FileSettingsCreation(period: .month))
        let xml = { TestPaymentFile.xml([TestCredit("Vriend", TestIBAN.number(5), "2.00")]) }
        let first = try await community.submit(xml(), to: programme).decode(Batch.self)
        let second = try await community.submit(xml(), to: programme).decode(Batch.self)
        _ = try await community.clerk.call(
            .decideParkedLines,
            ["batchId": "\(second.id)"],
            body: ParkingDecision(decision: .drop, reason: "al betaald")
        ).decode(Batch.self)
        _ = try await community.setCreditRules(
            CreditRulesCreation(mostPerCredit: community.amount("1.00")),
            of: programme
        ).decode(CreditRules.self)
        let failed = try await community.approve(first.id)
        #expect(failed.state == .partlyDone)
        _ = try await community.clerk.call(
            .retryBatch,
            ["batchId": "\(first.id)"],
            body: BatchRetry()
        ).decode(Batch.self)
    }

    /// Terms, a day of the week, and a settlement that is cancelled.
    private static func redeemMore(_ town: Belongings) async throws {
        _ = try await town.community.administrator.call(
            .setRedemptionPolicy,
            ["coinCode": TestCommunity.coin],
            body: RedemptionPolicySetting(feeBasisPoints: 10, communityBasisPoints: 10)
        ).decode(RedemptionPolicy.self)
        _ = try await town.shop.owner.call(
            .setRedemptionSchedule,
            ["merchantId": "\(town.shop.merchant)"],
            body: RedemptionScheduleSetting(
                weekday: 1,
                minimum: town.community.amount("1000.00")
            )
        ).decode(RedemptionSchedule.self)
        #expect(try await town.resident.pay(try await town.shop.request("2.00")).status == 201)
        let redemption = try await town.shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(merchantId: town.shop.merchant)
        )
        #expect(redemption.status == 201)
        _ = try await town.community.setJournalCode(.pot, "14010", of: town.programme)
        let settlement = try await town.community.settle().decode(Settlement.self)
        _ = try await town.community.treasurer.call(
            .cancelSettlement,
            ["settlementId": "\(settlement.id)"],
            body: SettlementCancellation(reason: "kwijt-geraakt")
        ).decode(Settlement.self)
        _ = try await town.community.treasurer.call(
            .decidePayout,
            town.path(of: .decidePayout),
            body: PayoutDecision(approved: false, reason: "kwijt-geraakt")
        ).decode(Payout.self)
    }

    /// A group with a person who leaves it, and discounts that are paid for and end.
    static func discounts(_ person: Identifier, _ town: Belongings) async throws {
        let (community, shop) = (town.community, town.shop)
        let group = try await community.targetGroup()
        for operation in [API.Operation.addToTargetGroup, .removeFromTargetGroup] {
            let answer = try await community.clerk.call(
                operation,
                ["groupId": "\(group.id)"],
                body: TargetGroupRemoval(personId: person)
            )
            #expect(answer.status == 201)
        }
        let creation = DiscountCreation(
            name: "Extra",
            programmeId: town.programme,
            coin: TestCommunity.coin,
            kind: .percentage,
            percent: 10
        )
        let discount = try await community.clerk.call(.createDiscount, body: creation)
            .decode(Discount.self)
        #expect(
            try await community.sponsor(discount.id, of: town.programme, "1.00").status == 201
        )
        #expect(try await town.resident.pay(try await shop.request("1.00")).status == 201)
        var own = creation
        own.programmeId = nil
        let other = try await shop.discount(own)
        let path = ["discountId": "\(other.id)"]
        let funding = DiscountFunding(amount: community.amount("1.00"))
        #expect(try await shop.owner.call(.fundDiscount, path, body: funding).status == 201)
        let why = DiscountEnding(reason: "klaar")
        #expect(try await shop.owner.call(.endDiscount, path, body: why).status == 201)
    }

    /// A shop that has hours, is suspended for a while, and is not to move.
    static func move(_ town: Belongings) async throws {
        let path = ["shopId": "\(town.shop.shop)"]
        _ = try await town.shop.owner.call(
            .setOpeningTimes,
            path,
            body: OpeningTimesSetting()
        ).decode(Shop.self)
        let moves = try await town.shop.owner.call(.listShopMoves, path)
            .decode(Page<ShopMove>.self).items
        let move = try #require(moves.first)
        _ = try await town.community.colleague.call(
            .decideShopMove,
            path.merging(["moveId": "\(move.id)"]) { $1 },
            body: ShopMoveDecision(grant: false, evidence: "kwijt-geraakt")
        ).decode(ShopMove.self)
        for operation in [API.Operation.suspendShop, .reinstateShop] {
            let answer = try await town.community.administrator.call(
                operation,
                path,
                body: ShopSuspensionOrder(reason: "kwijt-geraakt")
            )
            #expect(answer.status == 201)
        }
    }
}

extension BusyTown {
    /// What a line credited last is recalled by its number in the file.
    private static func recallLine(_ town: Belongings) async throws {
        let clerk = town.community.clerk
        let lines = try await clerk.call(
            .searchLines,
            body: LineSearch(personId: town.resident.person)
        ).decode(Page<FoundLine>.self).items
        let line = try #require(lines.first { $0.instruction.state == .credited })
        let recalls = try await clerk.call(
            .recallLines,
            ["batchId": "\(line.batchId)"],
            body: LineRecallCreation(lines: [line.instruction.line], reason: "kwijt-geraakt")
        ).decode(LineRecalls.self)
        #expect(recalls.recalled.map(\.grantId) == [line.instruction.grantId])
    }

    /// Rules, and a recall that is objected to, decided and withdrawn.
    static func grants(_ town: Belongings) async throws {
        let community = town.community
        let rules = try await community.setGrantRules(of: town.programme, waitingDays: 50)
        #expect(rules.status == 201)
        let path = try town.path(of: .getRecall)
        let objection = try await community.clerk.call(
            .objectToRecall,
            path,
            body: RecallObjection(text: "kwijt-geraakt")
        )
        let decision = try await community.approver.call(
            .decideRecall,
            path,
            body: RecallDecision(upheld: false, reason: "kwijt-geraakt")
        )
        let withdrawal = try await community.clerk.call(
            .withdrawRecall,
            path,
            body: RecallWithdrawal(reason: "kwijt-geraakt")
        )
        #expect([objection, decision, withdrawal].map(\.status) == [201, 201, 201])
        try await recallLine(town)
        let standing = try town.path(of: .getStandingInstruction)
        let approval = try await community.approver.call(
            .decideStandingInstruction,
            standing,
            body: StandingDecision(approve: true)
        )
        let change = try await community.clerk.call(
            .changeStandingInstruction,
            standing,
            body: StandingChange(
                amount: community.amount("2.00"),
                day: 1,
                fromOn: "2090-01-01"
            )
        )
        let stop = try await community.clerk.call(
            .stopStandingInstruction,
            standing,
            body: StandingStop(fromOn: "2089-01-01", reason: "kwijt-geraakt")
        )
        #expect([approval, change, stop].map(\.status) == [201, 201, 201])
        let rejection = try await community.approver.call(
            .decideProgrammeChange,
            town.path(of: .decideProgrammeChange),
            body: ProgrammeChangeDecision(approved: false, reason: "kwijt-geraakt")
        )
        #expect(rejection.status == 201)
        let departure = try await community.approver.call(
            .decideDeparture,
            town.path(of: .getDeparture),
            body: DepartureDecision(confirm: false)
        )
        #expect(departure.status == 201)
        let person = try departure.decode(Departure.self).personId
        let left = try await community.depart(person, .movedAway)
        let back = try await community.clerk.call(
            .endDeparture,
            ["departureId": "\(left.id)"],
            body: DepartureEnding(reason: "kwijt-geraakt")
        )
        #expect(back.status == 201)
    }
}
