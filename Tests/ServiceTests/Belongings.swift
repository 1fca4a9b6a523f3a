import API
import Foundation
import TestSupport
import Testing

/// One of everything that the address of an operation can name.
struct Belongings: Sendable {
    let community: TestCommunity
    let shop: TestShop
    let resident: TestResident
    let alias: String
    let programme: Identifier
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

    /// What the owners of a shop and a wallet with at least 21 coins come to have. `coin` and
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
        let transfer = try await resident.phone.call(
            .createTransfer,
            body: TransferCreation(
                fromWalletId: resident.wallet,
                to: .wallet(friend.wallet),
                amount: community.amount("1.00")
            )
        ).decode(Transfer.self)
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
        let redeemed = try await redeem(community, shop)
        let geofence = try #require(
            try await community.administrator.call(.listGeofences)
                .decode(Page<Geofence>.self).items.first
        )
        let card = try await community.card(for: resident.person)
        return Belongings(
            community: community,
            shop: shop,
            resident: resident,
            alias: alias,
            programme: programme.id,
            openPayment: try await shop.request("5.00").id,
            names: [
                "communityId": "\(community.id)", "coinCode": coin,
                "geofenceId": "\(geofence.id)", "clientId": "\(resident.phone.id)",
                "cardId": "\(card.id)",
                "deviceId": "\(resident.phone.id)",
                "personId": "\(resident.person)", "partyId": "\(resident.person)",
                "walletId": "\(resident.wallet)",
                "alias": alias, "className": walletClass, "transferId": "\(transfer.id)",
                "correctionId": "\(correction.id)", "merchantId": "\(shop.merchant)",
                "shopId": "\(shop.shop)", "paymentId": "\(payment.id)",
                "redemptionId": "\(redeemed.redemption)",
                "settlementId": "\(redeemed.settlement)", "programmeId": "\(programme.id)",
                "batchId": "\(batch.id)", "mandateId": "\(mandate.id)",
            ]
        )
    }

    /// The shop redeems what it has, and a settlement pays it.
    private static func redeem(
        _ community: TestCommunity,
        _ shop: TestShop
    ) async throws -> (redemption: Identifier, settlement: Identifier) {
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
        return (redemption.id, settlement.id)
    }
}

/// What the cast has, and what others have.
struct Estates: Sendable {
    /// Of the cast itself.
    let own: Belongings
    /// Of another merchant and another resident in the same community.
    let neighbour: Belongings
    /// Of another community.
    let foreign: Belongings

    private static let making = Task { try await make() }

    static var shared: Estates {
        get async throws { try await making.value }
    }

    private static func make() async throws -> Estates {
        let cast = try await Cast.shared
        // One after the other: a settlement takes all redemptions of its coin.
        let own = try await Belongings.make(
            in: cast.community,
            shop: cast.shop,
            resident: cast.resident
        )
        let neighbour = try await Belongings.make(
            in: cast.community,
            shop: cast.community.openShop(),
            resident: cast.community.resident(with: "50.00"),
            institution: cast.community.administrator.call(
                .registerInstitution,
                body: InstitutionRegistration(name: "Woonfonds", kind: .association)
            ).decode(Institution.self).id
        )
        let elsewhere = try await TestCommunity.make()
        _ = try await elsewhere.administrator.call(
            .createCoin,
            body: CoinCreation(code: otherCoin, name: "Westerhof", symbol: "WH", digits: 2)
        ).decode(Coin.self)
        let foreign = try await Belongings.make(
            in: elsewhere,
            shop: elsewhere.openShop(),
            resident: elsewhere.resident(with: "50.00"),
            coin: otherCoin,
            walletClass: "elders"
        )
        return Estates(own: own, neighbour: neighbour, foreign: foreign)
    }

    private static let otherCoin = "westerhof"

    /// A body that an operation takes, for those whose address names something.
    static func body(
        for operation: API.Operation,
        wallet: Identifier,
        signedBy phone: TestClient
    ) throws -> Data? {
        let amount = #"{"value":"1.00","coin":"\#(TestCommunity.coin)"}"#
        let bodies = [
            "revokeClient": #"{"reason":"kwijt"}"#, "revokeTokens": #"{"reason":"kwijt"}"#,
            "revokeMandate": #"{"reason":"klaar"}"#,
            "revokeParty": #"{"reason":"kwijt"}"#, "registerTerminal": #"{"name":"kassa"}"#,
            "linkIban": #"{"iban":"\#(TestIBAN.number(12_345))"}"#,
            "verifyIban":
                #"{"iban":"\#(TestIBAN.number(12_345))","evidence":"pas gezien"}"#,
            "nameDevice": #"{"name":"mijn telefoon"}"#,
            "revokeDevice": #"{"reason":"kwijt"}"#,
            "revokeDeviceOfPerson": #"{"reason":"kwijt"}"#,
            "chooseWalletAlias": #"{"alias":"van.een.ander"}"#,
            "verifyShopPlace": #"{"evidence":"bezocht"}"#, "refundPayment": "{}",
            "acceptPayment": #"{"approval":"\#(try phone.sign(["a": "b"]))"}"#,
            "fundProgramme": #"{"amount":\#(amount),"bankReference":"R-1"}"#,
            "approveBatch": "{}", "cancelBatch": #"{"reason":"fout"}"#,
            "confirmSettlement": #"{"bankReference":"R-2"}"#,
            "setLocalityPolicy": #"{"rules":[{"rule":"borderless"}]}"#,
            "putWalletIntoClass": #"{"walletId":"\#(wallet)"}"#,
            "addDepreciationPolicy":
                #"{"method":"linear","period":"day","periods":9,"startsOn":"2026-01-01"}"#,
            "linkCard": #"{"number":"9482015736640182"}"#,
            "replaceCard": #"{"number":"9482015736640182"}"#,
            "setCardPin": #"{"pin":"482915"}"#, "blockCard": #"{"reason":"kwijt"}"#,
            "returnCard": #"{"reason":"terug"}"#,
            "acceptPaymentByCard": #"{"cardNumber":"9482015736640182","pin":"482915"}"#,
            "submitBatch": TestPaymentFile.xml([TestCredit("A", TestIBAN.number(5), "1.00")]),
        ]
        return bodies[operation.id].map { Data($0.utf8) }
    }
}
