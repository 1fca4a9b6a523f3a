import API
import Foundation
import TestSupport
import Testing

/// Somebody of one community reaches for what belongs to another.
@Suite struct OwnershipTests {
    @Test func `what belongs to others cannot be named in a body either`() async throws {
        let (theirs, cast) = (try await Estates.shared.foreign, try await Cast.shared)
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
        let member = try await cast.community.administrator.call(
            .putWalletIntoClass,
            Estates.shared.own.path(of: .putWalletIntoClass),
            body: WalletClassMember(walletId: theirs.resident.wallet)
        )
        #expect(member.problemType == .unknownWallet)
    }

    @Test func `nor can what belongs to a neighbour`() async throws {
        let (theirs, cast) = (try await Estates.shared.neighbour, try await Cast.shared)
        let transfer = try await cast.resident.phone.call(
            .createTransfer,
            body: TransferCreation(
                fromWalletId: theirs.resident.wallet,
                to: .wallet(cast.resident.wallet),
                amount: cast.community.amount("1.00")
            )
        )
        #expect(transfer.problemType == .notFound)
        let redemption = try await cast.shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(merchantId: theirs.shop.merchant)
        )
        #expect(redemption.problemType == .unknownMerchant)
        let shop = try await cast.shop.owner.call(
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
    }

    @Test func `lists show nothing of another community`() async throws {
        let (theirs, cast) = (try await Estates.shared.foreign, try await Cast.shared)
        let marks = theirs.marks
        #expect(marks.count > 12)
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
}
