import API
import Foundation
import TestSupport

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
        let digest = String(repeating: "0", count: 64)
        let bodies = [
            "revokeClient": #"{"reason":"kwijt"}"#, "revokeTokens": #"{"reason":"kwijt"}"#,
            "revokeMandate": #"{"reason":"klaar"}"#,
            "revokeParty": #"{"reason":"kwijt"}"#, "registerTerminal": #"{"name":"kassa"}"#,
            "linkIban": #"{"iban":"\#(TestIBAN.number(12_345))"}"#,
            "verifyIban":
                #"{"iban":"\#(TestIBAN.number(12_345))","evidence":"pas gezien"}"#,
            "linkClientNumber": #"{"clientNumber":"K-777"}"#,
            "confirmClientNumber": #"{"clientNumber":"K-777","evidence":"brief gezien"}"#,
            "nameDevice": #"{"name":"mijn telefoon"}"#,
            "revokeDevice": #"{"reason":"kwijt"}"#,
            "revokeDeviceOfPerson": #"{"reason":"kwijt"}"#,
            "chooseWalletAlias": #"{"alias":"van.een.ander"}"#,
            "verifyShopPlace": #"{"evidence":"bezocht"}"#, "refundPayment": "{}",
            "capturePayment": "{}",
            "setOpeningTimes": "{}", "suspendShop": #"{"reason":"klachten"}"#,
            "reinstateShop": #"{"reason":"opgelost"}"#,
            "requestShopMove": #"{"address":"Elders 3","longitude":5.1,"latitude":52.1}"#,
            "decideShopMove": #"{"grant":false,"evidence":"niemand gezien"}"#,
            "closeShift": "{}",
            "acceptPayment": #"{"approval":"\#(try phone.sign(["a": "b"]))"}"#,
            "fundProgramme": #"{"amount":\#(amount),"bankReference":"R-1"}"#,
            "setFileSettings": #"{"twoApproversFrom":\#(amount)}"#,
            "approveBatch": "{}", "retryBatch": "{}",
            "decideParkedLines": #"{"decision":"drop","reason":"dubbel"}"#,
            "cancelBatch": #"{"reason":"fout"}"#,
            "cancelLines": #"{"lines":[1]}"#,
            "returnLines": #"{"lines":[1],"reason":"fout"}"#,
            "releaseFile": #"{"reason":"fout"}"#,
            "setGrantRules": #"{"recallWaitingDays":42,"reminderDays":[]}"#,
            "recallGrant": #"{"reason":"verhuisd"}"#,
            "recallLines": #"{"lines":[1],"reason":"verhuisd"}"#,
            "objectToRecall": #"{"text":"ik woon hier"}"#,
            "decideRecall": #"{"upheld":false,"reason":"woont elders"}"#,
            "createStandingInstruction":
                #"{"personId":"\#(wallet)","amount":\#(amount),"day":1,"fromOn":"2090-01-01"}"#,
            "changeStandingInstruction":
                #"{"amount":\#(amount),"day":2,"fromOn":"2090-01-01"}"#,
            "decideStandingInstruction": #"{"approve":true}"#,
            "stopStandingInstruction": #"{"fromOn":"2090-01-01","reason":"klaar"}"#,
            "reportDeparture": #"{"kind":"died","departedOn":"2026-01-01"}"#,
            "decideDeparture": #"{"confirm":false}"#,
            "endDeparture": #"{"reason":"terug"}"#,
            "withdrawRecall": #"{"reason":"vergissing"}"#,
            "confirmSettlement": #"{"bankReference":"R-2"}"#,
            "decidePayout": #"{"approved":false,"reason":"fout"}"#,
            "releaseSettlement": "{}", "cancelSettlement": #"{"reason":"fout"}"#,
            "requestMerchantIban": #"{"iban":"\#(TestIBAN.number(900_003))"}"#,
            "verifyMerchantIban":
                #"{"iban":"\#(TestIBAN.number(900_002))","evidence":"pas gezien"}"#,
            "setRedemptionPolicy": #"{"feeBasisPoints":50,"communityBasisPoints":0}"#,
            "setRedemptionSchedule": #"{"weekday":1,"minimum":\#(amount)}"#,
            "setLocalityPolicy": #"{"rules":[{"rule":"borderless"}]}"#,
            "setProgrammeLocalityPolicy": #"{"rules":[{"rule":"borderless"}]}"#,
            "putWalletIntoClass": #"{"walletId":"\#(wallet)"}"#,
            "addDepreciationPolicy":
                #"{"method":"linear","period":"day","periods":9,"startsOn":"2026-01-01"}"#,
            "linkCard": #"{"number":"9482015736640182"}"#,
            "replaceCard": #"{"number":"9482015736640182"}"#,
            "setCardPin": #"{"pin":"482915"}"#, "blockCard": #"{"reason":"kwijt"}"#,
            "returnCard": #"{"reason":"terug"}"#,
            "replayWebhook": #"{"fromAt":"2026-01-01T00:00:00Z"}"#,
            "acceptPaymentByCard": #"{"cardNumber":"9482015736640182","pin":"482915"}"#,
            "correctPayment": #"{"rightAmount":\#(amount)}"#,
            "addToTargetGroup": #"{"personId":"\#(wallet)"}"#,
            "removeFromTargetGroup": #"{"personId":"\#(wallet)"}"#,
            "fundDiscount": #"{"amount":\#(amount)}"#, "endDiscount": #"{"reason":"klaar"}"#,
            "sponsorDiscount": #"{"discountId":"\#(wallet)","amount":\#(amount)}"#,
            "acceptPaymentByPayerCode":
                #"{"code":"WIJKMUNT:V1/PAYER/\#(String(repeating: "A", count: 200))"}"#,
            "decidePaymentProposal": #"{"decision":"confirmed"}"#,
            "importBankAnswer": TestBankFile.status(of: "NONE", as: "RCVD"),
            "importBankStatement": TestBankFile.credits([.init("1.00", "huur")], to: 42),
            "setCreditRules": "{}",
            "proposeProgrammeChange": #"{"waitingDays":365,"reason":"meer tijd"}"#,
            "decideProgrammeChange": #"{"approved":false,"reason":"fout"}"#,
            "extendPots": #"{"personId":"\#(wallet)","untilAt":"2046-01-01T00:00:00Z"}"#,
            "assignBankCredit": #"{"programmeId":"\#(wallet)"}"#,
            "dismissBankCredit": #"{"reason":"niet voor ons"}"#,
            "createUpload":
                #"{"mediaType":"application/xml","size":1,"sha256":"\#(digest)"}"#,
            "appendToUpload": "<",
            "submitBatch": TestPaymentFile.xml([TestCredit("A", TestIBAN.number(5), "1.00")]),
        ]
        return bodies[operation.id].map { Data($0.utf8) }
    }
}
