import API

/// A shop joins; residents pay where they live, each other, and get money back.
struct SpendingChapter {
    let town: Town
    let residents: [Resident]

    /// The bakery and what it took in.
    struct Shopkeeper: Sendable {
        let merchant: Merchant
        let owner: ServiceClient
    }

    static let purchase = "23.40"
    private static let smallPurchase = "5.60"
    private static let gift = "20.00"

    func play() async throws -> Shopkeeper {
        town.story.chapter("A bakery joins and residents spend")
        let (keeper, shop) = try await openBakery()
        let till = try await enrolTill(of: shop, by: keeper)
        let paid = try await payInside(till)
        try await payOutside(till)
        try await transfer()
        try await refund(till, by: keeper)
        try town.story.require(paid.state, is: .accepted, "the state of the payment")
        return keeper
    }

    private func openBakery() async throws -> (Shopkeeper, Shop) {
        let merchant: Merchant = try await town.admin.call(
            .registerMerchant,
            body: MerchantRegistration(
                name: "Bakkerij De Gouden Korst",
                categoryCode: "5462",
                coin: Town.coinCode,
                iban: Self.bakeryIban
            )
        )
        try await verifyIban(of: merchant)
        let owner = try await town.register(
            "office",
            party: merchant.id,
            roles: [.merchantOwner]
        )
        let shop: Shop = try await owner.call(
            .registerShop,
            body: ShopRegistration(
                merchantId: merchant.id,
                name: "De Gouden Korst",
                address: "Merelstraat 12",
                longitude: Town.bakery.longitude,
                latitude: Town.bakery.latitude
            )
        )
        town.story.tell("\(merchant.name) registers its shop; the place is \(shop.placeState).")
        let verified: Shop = try await town.admin.call(
            .verifyShopPlace,
            path: ["shopId": shop.id.description],
            body: ShopVerification(evidence: "Visited; lease and register agree.")
        )
        try town.story.require(verified.placeState, is: .verified, "the state of the place")
        town.story.tell("Somebody of the neighbourhood goes and looks: the place is verified.")
        return (Shopkeeper(merchant: merchant, owner: owner), verified)
    }

    private static let bakeryIban = "NL56TRIO0379201518"

    private func verifyIban(of merchant: Merchant) async throws {
        let path = ["merchantId": merchant.id.description]
        let requests: Page<IbanRequest> = try await town.counter.call(
            .listMerchantIbans,
            path: path
        )
        try town.story.require(requests.items.count, is: 1, "bank accounts to verify")
        let verified: Merchant = try await town.counter.call(
            .verifyMerchantIban,
            path: path.merging(["ibanRequestId": requests.items[0].id.description]) { one, _ in one
            },
            body: IbanRequestVerification(
                iban: Self.bakeryIban,
                evidence: "Bank statement of the business seen."
            )
        )
        try town.story.require(verified.ibanState, is: .verified, "the bank account")
        town.story.tell("The counter has seen a bank statement: the bakery can be paid.")
    }

    private func enrolTill(of shop: Shop, by keeper: Shopkeeper) async throws -> ServiceClient {
        let terminal: Terminal = try await keeper.owner.call(
            .registerTerminal,
            path: ["shopId": shop.id.description],
            body: TerminalRegistration(name: "Counter")
        )
        let key = SigningKey()
        let enrolment: Enrolment = try await ServiceClient(urls: town.urls).call(
            .enrol,
            body: EnrolmentRequest(
                activationCode: terminal.activationCode.code,
                publicKey: key.publicKey,
                deviceName: "Till"
            )
        )
        town.story.tell("Its till \(terminal.number) enrols.")
        return ServiceClient(urls: town.urls, clientId: enrolment.clientId, key: key)
    }

    private func ask(_ till: ServiceClient, _ value: String) async throws -> Payment {
        try await till.call(
            .requestPayment,
            body: PaymentRequest(amount: town.coins(value), reference: "Bread")
        )
    }

    /// Reads the payment with the payer's own phone; only the challenge comes from the till.
    private func pay(
        _ asked: Payment,
        as resident: Resident,
        at position: Phone.Position
    ) async throws -> Payment {
        let seen = try await resident.phone.scan(asked.id)
        try town.story.require(seen.amount, is: asked.amount, "the amount on the phone")
        return try await resident.phone.accept(
            seen,
            challenge: asked.challenge,
            claim: SaltedClaim(position)
        )
    }

    private func payInside(_ till: ServiceClient) async throws -> Payment {
        let payer = residents[1]
        let before = try await payer.available()
        let asked = try await ask(till, Self.purchase)
        let paid = try await pay(asked, as: payer, at: Town.pavement)
        try town.story.require(paid.state, is: .accepted, "the state of the payment")
        town.story.tell(
            "\(payer.name) pays \(paid.amount.text) in front of the counter: "
                + "\(before) → \(try await payer.available())."
        )
        for reason in paid.verdict.map(Refusal.reasons) ?? [] { town.story.detail(reason) }
        try await town.requireBooks(circulation: PayingOutChapter.budget)
        return paid
    }

    private func payOutside(_ till: ServiceClient) async throws {
        let payer = residents[2]
        let before = try await payer.available()
        let asked = try await ask(till, Self.smallPurchase)
        town.story.tell("\(payer.name) tries to pay the same till from the station.")
        let refusal = try await town.story.requireRefusal(.localityRefused) {
            _ = try await pay(asked, as: payer, at: Town.station)
        }
        let verdict = refusal.problem?.verdict
        try town.story.require(
            verdict?.rules.contains { $0.rule == .payerInGeofence && $0.outcome == .refused }
                ?? false,
            "the area is what refuses"
        )
        for reason in verdict.map(Refusal.reasons) ?? [] { town.story.detail(reason) }
        try town.story.require(try await payer.available(), is: before, "the payer's balance")
        try await town.requireBooks(circulation: PayingOutChapter.budget)
    }

    private func transfer() async throws {
        let (giver, receiver) = (residents[1], residents[0])
        let found: WalletAlias = try await giver.phone.client.call(
            .getWalletAlias,
            path: ["alias": receiver.alias]
        )
        let before = try await receiver.available()
        let made: Transfer = try await giver.phone.client.call(
            .createTransfer,
            body: TransferCreation(
                fromWalletId: giver.phone.walletId,
                to: .alias(receiver.alias),
                amount: town.coins(Self.gift),
                reference: "Voor de taart"
            )
        )
        town.story.tell(
            "\(giver.name) sends \(made.amount.text) to \(found.alias) (\(found.displayName)): "
                + "\(before) → \(try await receiver.available())."
        )
        try await town.requireBooks(circulation: PayingOutChapter.budget)
    }

    private func refund(_ till: ServiceClient, by keeper: Shopkeeper) async throws {
        let payer = residents[2]
        let before = try await payer.available()
        let asked = try await ask(till, Self.smallPurchase)
        let paid = try await pay(asked, as: payer, at: Town.pavement)
        let refund: Refund = try await keeper.owner.call(
            .refundPayment,
            path: ["paymentId": paid.id.description],
            body: RefundCreation(reason: "Bread was burnt")
        )
        try town.story.require(refund.amount, is: paid.amount, "the refund")
        try town.story.require(
            try await payer.available(),
            is: before,
            "what \(payer.name) has after the refund"
        )
        town.story.tell(
            "\(payer.name) comes in, pays \(paid.amount.text), and gets it back: the bread was "
                + "burnt (\(before) again)."
        )
        try await town.requireBooks(circulation: PayingOutChapter.budget)
    }
}
