import API
import Foundation
import TestSupport
import Testing

/// Somebody of one community reaches for what belongs to another.
@Suite struct OwnershipTests {
    @Test func `nothing of another community can be read or acted on`() async throws {
        let theirs = try await Belongings.make()
        let cast = try await Cast.shared
        for attempt in try attempts(on: theirs, cast) {
            let client = try cast.allowed(attempt.operation)
            let answer = try await client.send(
                attempt.operation,
                attempt.path,
                bytes: attempt.body.map { Data($0.utf8) }
            )
            #expect(
                answer.problemType == .notFound,
                "\(attempt.operation.id): \(answer.text)"
            )
        }
        // None of that changed anything there.
        #expect(try await theirs.resident.available() == "20.00")
    }

    @Test func `what belongs to others cannot be named in a body either`() async throws {
        let theirs = try await Belongings.make()
        let cast = try await Cast.shared
        let mine = cast.resident
        func transfer(_ from: Identifier, _ to: TransferRecipient) async throws -> ProblemType? {
            try await mine.phone.call(
                .createTransfer,
                body: TransferCreation(
                    fromWalletId: from,
                    to: to,
                    amount: cast.community.amount("1.00")
                )
            ).problemType
        }
        #expect(try await transfer(theirs.resident.wallet, .wallet(mine.wallet)) == .notFound)
        #expect(
            try await transfer(mine.wallet, .wallet(theirs.resident.wallet)) == .unknownRecipient
        )
        #expect(
            try await transfer(mine.wallet, .alias(theirs.alias)) == .unknownRecipient
        )
        let redemption = try await cast.shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(merchantId: theirs.shop.merchant)
        )
        #expect(redemption.problemType == .unknownMerchant)
        let shop = try await cast.community.administrator.call(
            .registerShop,
            body: ShopRegistration(
                merchantId: theirs.shop.merchant,
                name: "A",
                address: "B 1",
                longitude: 5.1,
                latitude: 52.1
            )
        )
        #expect(shop.problemType == .unknownMerchant)
        let programme = try await cast.community.clerk.call(
            .createProgramme,
            body: ProgrammeCreation(
                name: "A",
                coin: TestCommunity.coin,
                institutionId: theirs.community.institution
            )
        )
        #expect(programme.problemType == .unknownInstitution)
        let client = try await cast.community.administrator.call(
            .registerClient,
            body: ClientRegistration(
                partyId: theirs.community.institution,
                name: "A",
                roles: [.treasurer],
                publicKey: TestClient.publicJWK(of: mine.phone.key)
            )
        )
        #expect(client.problemType == .unknownParty)
    }

    @Test func `lists show nothing of another community`() async throws {
        let theirs = try await Belongings.make()
        let cast = try await Cast.shared
        let marks = [
            theirs.community.id, theirs.resident.person, theirs.resident.wallet,
            theirs.shop.merchant, theirs.shop.shop, theirs.payment, theirs.programme,
            theirs.batch, theirs.redemption, theirs.settlement, theirs.geofence,
            theirs.community.institution, theirs.resident.phone.id,
        ].map(\.description)
        let lists = Cast.reading.filter { $0.id.hasPrefix("list") && !$0.path.contains("{") }
        #expect(lists.count >= 12)
        for operation in lists where operation != .listCommunities {
            let answer = try await cast.allowed(operation).call(operation, query: "limit=250")
            #expect(answer.status == 200, "\(operation.id)")
            #expect(!marks.contains(where: answer.text.contains), "\(operation.id)")
        }
        let filters: [(API.Operation, String)] = [
            (.listClients, "partyId=\(theirs.community.institution)"),
            (.listShops, "merchantId=\(theirs.shop.merchant)"),
            (.listRedemptions, "merchantId=\(theirs.shop.merchant)"),
            (.listBatches, "programmeId=\(theirs.programme)"),
        ]
        for (operation, query) in filters {
            let answer = try await cast.allowed(operation).call(operation, query: query)
            #expect([200, 404].contains(answer.status), "\(operation.id)")
            #expect(!marks.contains { answer.text.contains("\"id\":\"\($0)") }, "\(operation.id)")
        }
    }

    @Test func `within a community what is personal stays with its owner`() async throws {
        let cast = try await Cast.shared
        let neighbour = try await cast.community.enrolPerson("Buurvrouw")
        let rival = try await cast.community.openShop()
        let wallet = ["walletId": "\(cast.resident.wallet)"]
        let merchant = ["merchantId": "\(cast.shop.merchant)"]
        #expect(try await neighbour.phone.call(.getWallet, wallet).status == 404)
        #expect(try await neighbour.phone.call(.listStatementLines, wallet).status == 404)
        #expect(try await rival.owner.call(.getMerchant, merchant).status == 404)
        #expect(try await rival.owner.call(.getMerchantBalance, merchant).status == 404)
        let terminal = try await rival.owner.call(
            .registerTerminal,
            ["shopId": "\(cast.shop.shop)"],
            body: TerminalRegistration(name: "kassa")
        )
        #expect(terminal.status == 404)
        let shop = try await rival.owner.call(
            .registerShop,
            body: ShopRegistration(
                merchantId: cast.shop.merchant,
                name: "A",
                address: "B 1",
                longitude: 5.1,
                latitude: 52.1
            )
        )
        #expect(shop.problemType == .unknownMerchant)
        let community = try await neighbour.phone.call(
            .getCommunity,
            ["communityId": "\(cast.community.id)"]
        )
        #expect(community.status == 200)
    }

    private struct Attempt {
        let operation: API.Operation
        let path: [String: String]
        var body: String?
    }

    /// Every operation whose path names an object, with the id of theirs and a valid body.
    private func attempts(on theirs: Belongings, _ cast: Cast) throws -> [Attempt] {
        let ids: [String: Identifier] = [
            "communityId": theirs.community.id, "geofenceId": theirs.geofence,
            "clientId": theirs.resident.phone.id, "personId": theirs.resident.person,
            "walletId": theirs.resident.wallet, "transferId": theirs.transfer,
            "merchantId": theirs.shop.merchant, "shopId": theirs.shop.shop,
            "paymentId": theirs.payment, "redemptionId": theirs.redemption,
            "settlementId": theirs.settlement, "programmeId": theirs.programme,
            "batchId": theirs.batch,
        ]
        let amount = #"{"value":"1.00","coin":"\#(TestCommunity.coin)"}"#
        let bodies = [
            "revokeClient": #"{"reason":"kwijt"}"#, "registerTerminal": #"{"name":"kassa"}"#,
            "linkIban": #"{"iban":"\#(TestIBAN.number(12_345))"}"#,
            "verifyShopPlace": #"{"evidence":"bezocht"}"#, "refundPayment": "{}",
            "acceptPayment": #"{"approval":"\#(try cast.resident.phone.sign(["a": "b"]))"}"#,
            "fundProgramme": #"{"amount":\#(amount),"bankReference":"R-1"}"#,
            "approveBatch": "{}", "cancelBatch": #"{"reason":"fout"}"#,
            "confirmSettlement": #"{"bankReference":"R-2"}"#,
            "setLocalityPolicy": #"{"rules":[{"rule":"borderless"}]}"#,
            "putWalletIntoClass": #"{"walletId":"\#(theirs.resident.wallet)"}"#,
            "addDepreciationPolicy":
                #"{"method":"linear","period":"day","periods":9,"startsOn":"2026-01-01"}"#,
            "submitBatch": TestPaymentFile.xml([TestCredit("A", TestIBAN.number(5), "1.00")]),
        ]
        return Cast.guarded.filter { $0.path.contains("{") }.map { operation in
            let name = operation.path.split(separator: "{")[1].split(separator: "}")[0]
            let value =
                switch name {
                case "coinCode": Belongings.otherCoin
                case "alias": theirs.alias
                default: ids[String(name)]?.description ?? ""
                }
            return Attempt(
                operation: operation,
                path: [String(name): value],
                body: bodies[operation.id]
            )
        }
    }
}

/// One of everything in a community of its own.
private struct Belongings: Sendable {
    let community: TestCommunity
    let shop: TestShop
    let resident: TestResident
    let alias: String
    let geofence, transfer, payment, redemption, settlement, programme, batch: Identifier

    static let otherCoin = "westerhof"

    static func make() async throws -> Belongings {
        let community = try await TestCommunity.make(rules: [.borderless])
        _ = try await community.administrator.call(
            .createCoin,
            body: CoinCreation(code: otherCoin, name: "Westerhof", symbol: "WH", digits: 2)
        ).decode(Coin.self)
        let shop = try await community.openShop()
        let number = TestIBAN.number(77)
        let alias = "elders.\(Int.random(in: 100_000...999_999))"
        let resident = try await community.enrolPerson("Elders", iban: number, alias: alias)
        let programme = try await community.fundedProgramme()
        let batch = try await community.submit(
            TestPaymentFile.xml([TestCredit("Elders", number, "41.00")]),
            to: programme.id
        ).decode(Batch.self)
        try await community.approve(batch.id)
        #expect(try await resident.pay(try await shop.request("20.00"), at: nil).status == 201)
        let friend = try await community.enrolPerson("Vriend")
        let transfer = try await resident.phone.call(
            .createTransfer,
            body: TransferCreation(
                fromWalletId: resident.wallet,
                to: .wallet(friend.wallet),
                amount: community.amount("1.00")
            )
        ).decode(Transfer.self)
        let redemption = try await shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(merchantId: shop.merchant)
        ).decode(Redemption.self)
        let settlement = try await community.treasurer.call(
            .createSettlement,
            body: SettlementCreation(
                coin: TestCommunity.coin,
                debtorName: "Stichting",
                debtorIban: TestIBAN.number(42),
                executionDate: "2026-12-01"
            )
        ).decode(Settlement.self)
        let geofence = try #require(
            try await community.administrator.call(.listGeofences)
                .decode(Page<Geofence>.self).items.first
        )
        return Belongings(
            community: community,
            shop: shop,
            resident: resident,
            alias: alias,
            geofence: geofence.id,
            transfer: transfer.id,
            payment: try await shop.request("5.00").id,
            redemption: redemption.id,
            settlement: settlement.id,
            programme: programme.id,
            batch: batch.id
        )
    }
}
