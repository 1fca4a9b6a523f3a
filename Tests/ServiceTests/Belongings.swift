import API
import TestSupport
import Testing

/// One of everything that the address of an operation can name.
struct Belongings: Sendable {
    let community: TestCommunity
    let shop: TestShop
    let resident: TestResident
    let alias: String
    let programme: Identifier
    /// The treasurer who released the settlement of another.
    let releaser: Identifier
    /// The treasurer who decided about credits of the bank.
    let secondTreasurer: Identifier
    /// A payment that nobody has accepted.
    let openPayment: Identifier
    /// By the name of the path parameter; the payment is an accepted one.
    private let names: [String: String]

    /// The path parameters of an operation, with these things in them.
    func path(of operation: API.Operation) throws -> [String: String] {
        var path: [String: String] = [:]
        for segment in operation.path.split(separator: "/") where segment.hasPrefix("{") {
            let name = String(segment.dropFirst().dropLast())
            let value: String = try #require(names[name], "\(operation.id): nothing for \(name)")
            path[name] = value
        }
        return path
    }

    /// Everything by its id, to look for where it should not be.
    var marks: [String] {
        names.filter { $0.key.hasSuffix("Id") }.map(\.value)
            + ["\(openPayment)", "\(community.institution)"]
    }

    /// What the owners of a shop and a wallet with at least 22 coins come to have. `coin` and
    /// `walletClass` name what may exist in other communities too, unless chosen otherwise.
    static func make(
        in community: TestCommunity,
        shop: TestShop,
        resident: TestResident,
        coin: String = TestCommunity.coin,
        walletClass: String = "gezin",
        institution: Identifier? = nil
    ) async throws -> Belongings {
        let account = Int.random(in: 1_000_000...999_999_999)
        let alias = "vriend.\(account)"
        let friend = try await community.enrolPerson(
            "Vriend",
            iban: TestIBAN.number(account),
            alias: alias
        )
        let programme = try await community.fundedProgramme(of: institution)
        let credit = TestCredit("Vriend", TestIBAN.number(account), "41.00")
        let batch = try await community.submit(TestPaymentFile.xml([credit]), to: programme.id)
            .decode(Batch.self)
        try await community.approve(batch.id)
        let payment = try await shop.request("20.00")
        #expect(try await resident.pay(payment).status == 201)
        let transfer = try await resident.give("1.00", to: friend).decode(Transfer.self)
        let correction = try await community.administrator.call(
            .createCorrection,
            body: CorrectionCreation(
                transferId: transfer.id,
                amount: community.amount("0.50"),
                reason: "te veel"
            )
        ).decode(Correction.self)
        _ = try await community.administrator.call(
            .setWalletClass,
            body: WalletClassSetting(name: walletClass)
        ).decode(WalletClass.self)
        let mandate = try await community.give(
            .cashier,
            over: shop.merchant,
            to: friend.person,
            by: shop.owner
        )
        let number = try await community.administrator.call(
            .linkClientNumber,
            ["personId": "\(resident.person)"],
            body: ClientNumberLink(clientNumber: "K-\(account)")
        ).decode(LinkedClientNumber.self)
        let redeemed = try await redeem(community, shop)
        let payout = try await community.proposePayout("1.00", of: programme.id)
            .decode(Payout.self)
        let change = try await community.proposeChange(of: programme.id, waitingDays: 200)
            .decode(ProgrammeChange.self)
        let funded = try await fund(community)
        _ = try await shop.reserve("0.50", of: resident)
        let shift = try await shop.owner.call(
            .openShift,
            body: ShiftOpening(terminalId: shop.terminal, mandateId: mandate.id)
        ).decode(Shift.self)
        let closing = try await shop.owner.call(.makeClosing, ["shopId": "\(shop.shop)"])
            .decode(Closing.self)
        let geofence = try #require(
            try await community.administrator.call(.listGeofences)
                .decode(Page<Geofence>.self).items.first
        )
        let card = try await community.card(for: resident.person)
        let group = try await community.targetGroup()
        let discount = try await shop.discount(
            .init(
                name: "Vaste klant",
                coin: TestCommunity.coin,
                kind: .percentage,
                percent: 10
            )
        )
        let proposal = try await resident.propose("2.00", to: shop.terminal)
        let move = try await shop.owner.call(
            .requestShopMove,
            ["shopId": "\(shop.shop)"],
            body: ShopMoveRequest(address: "Verderop 2", longitude: 5.1072, latitude: 52.0902)
        ).decode(ShopMove.self)
        let webhook = try await shop.owner.call(
            .registerWebhook,
            body: WebhookRegistration(url: "http://127.0.0.1:9/", types: ["nothing.ever"])
        ).decode(Webhook.self)
        let grant = try await community.newestGrant(of: resident)
        let recall = try await community.recall(grant.id, "verhuisd").decode(Recall.self)
        let departure = try await community.reportDeparture(of: friend.person)
            .decode(Departure.self)
        let upload = try await submittedUpload(community, programme.id, institution)
        let standing = try await community.standing(programme.id, resident.person, "1.00", 31)
            .decode(StandingInstruction.self)
        return Belongings(
            community: community,
            shop: shop,
            resident: resident,
            alias: alias,
            programme: programme.id,
            releaser: redeemed.releaser,
            secondTreasurer: funded.decider,
            openPayment: try await shop.request("5.00").id,
            names: [
                "communityId": "\(community.id)", "coinCode": coin,
                "geofenceId": "\(geofence.id)", "clientId": "\(resident.phone.id)",
                "cardId": "\(card.id)",
                "deviceId": "\(resident.phone.id)", "clientNumberId": "\(number.id)",
                "personId": "\(resident.person)", "partyId": "\(resident.person)",
                "walletId": "\(resident.wallet)",
                "alias": alias, "className": walletClass, "transferId": "\(transfer.id)",
                "correctionId": "\(correction.id)", "merchantId": "\(shop.merchant)",
                "shopId": "\(shop.shop)", "paymentId": "\(payment.id)",
                "terminalId": "\(shop.terminal)", "proposalId": "\(proposal.id)",
                "redemptionId": "\(redeemed.redemption)",
                "settlementId": "\(redeemed.settlement)", "payoutId": "\(payout.id)",
                "bankAnswerId": "\(redeemed.answer)",
                "bankStatementId": "\(funded.statement)", "bankCreditId": "\(funded.credit)",
                "ibanRequestId": "\(redeemed.ibanRequest)", "programmeId": "\(programme.id)",
                "programmeChangeId": "\(change.id)",
                "groupId": "\(group.id)", "discountId": "\(discount.id)",
                "batchId": "\(batch.id)", "mandateId": "\(mandate.id)", "moveId": "\(move.id)",
                "shiftId": "\(shift.id)", "closingId": "\(closing.id)", "period": "2026-01",
                "month": "2026-01", "webhookId": "\(webhook.id)", "grantId": "\(grant.id)",
                "recallId": "\(recall.id)",
                "departureId": "\(departure.id)", "uploadId": "\(upload)",
                "standingInstructionId": "\(standing.id)",
            ]
        )
    }

    /// A file that came in parts; an institution of its own has a clerk of its own.
    private static func submittedUpload(
        _ community: TestCommunity,
        _ programme: Identifier,
        _ institution: Identifier?
    ) async throws -> Identifier {
        var clerk = community.clerk
        if let institution {
            clerk = try await community.administrator.register(
                "Andere klerk",
                [.benefitsClerk],
                of: institution
            )
        }
        let file = TestPaymentFile.xml([TestCredit("Vriend", TestIBAN.number(700_001), "2.00")])
        let upload = try await community.uploaded(Array(file.utf8), to: programme, by: clerk)
        _ = try await community.submit(upload: upload.id, by: clerk).decode(Batch.self)
        return upload.id
    }

    /// What a statement of the bank leaves behind.
    private struct Funded {
        let statement: Identifier
        let credit: Identifier
        let decider: Identifier
    }

    /// Euros arrive: some are assigned, some dismissed, some wait.
    private static func fund(_ community: TestCommunity) async throws -> Funded {
        let programme = try await community.programme(fundedThrough: 42)
        let statement = try await community.importStatement(
            TestBankFile.credits(
                (1...3).map { .init("\($0).00", "zonder kenmerk", payer: "Vriend") },
                to: 42
            )
        ).decode(BankStatement.self)
        let credits = try await community.credits(of: statement)
        let second = try await community.secondTreasurer()
        _ = try await community.assign(credits[0].id, to: programme.id, by: second)
            .decode(BankCredit.self)
        _ = try await community.dismiss(credits[1].id, by: second).decode(BankCredit.self)
        try await extend(community)
        return Funded(statement: statement.id, credit: credits[2].id, decider: second.id)
    }

    /// The money of a programme ends later for somebody.
    private static func extend(_ community: TestCommunity) async throws {
        let programme = try await community.programme(lasting: 10)
        let person = try await community.registerPerson("Vriend")
        _ = try await community.setCreditRules(
            CreditRulesCreation(mostPerCredit: community.amount("100.00")),
            of: programme.id
        ).decode(CreditRules.self)
        _ = try await community.extend(programme.id, for: person.id, days: 20)
            .decode(Extension.self)
    }

    /// What a shop that redeems leaves behind.
    private struct Redeemed {
        let redemption: Identifier
        let settlement: Identifier
        let answer: Identifier
        let ibanRequest: Identifier
        let releaser: Identifier
    }

    /// The shop redeems what it has, a settlement is to pay it, and the bank says something.
    private static func redeem(
        _ community: TestCommunity,
        _ shop: TestShop
    ) async throws -> Redeemed {
        let redemption = try await shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(merchantId: shop.merchant)
        ).decode(Redemption.self)
        let (settlement, releaser) = try await community.settleAndRelease()
        let answer = try await community.importAnswer(
            TestBankFile.status(of: settlement.messageId, as: "RCVD")
        ).decode(BankAnswer.self)
        let request = try await shop.owner.call(
            .requestMerchantIban,
            ["merchantId": "\(shop.merchant)"],
            body: IbanRequestCreation(iban: TestIBAN.number(900_002))
        ).decode(IbanRequest.self)
        _ = try await community.administrator.call(
            .setRedemptionPolicy,
            ["coinCode": TestCommunity.coin],
            body: RedemptionPolicySetting(feeBasisPoints: 0, communityBasisPoints: 0)
        ).decode(RedemptionPolicy.self)
        _ = try await shop.owner.call(
            .setRedemptionSchedule,
            ["merchantId": "\(shop.merchant)"],
            body: RedemptionScheduleSetting(weekday: 1, minimum: community.amount("1000.00"))
        ).decode(RedemptionSchedule.self)
        return Redeemed(
            redemption: redemption.id,
            settlement: settlement.id,
            answer: answer.id,
            ibanRequest: request.id,
            releaser: releaser.id
        )
    }
}
