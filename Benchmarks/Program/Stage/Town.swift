import API
import Foundation
import Postgres
import TestSupport

/// A community with residents: some with a phone, who pay, and many who only receive.
struct Town: Sendable {
    /// Somebody who pays.
    struct Payer: Sendable {
        let resident: TestResident
        var wallet: String { "\(resident.wallet)" }
    }

    let installation: Installation
    let community: TestCommunity
    let payers: [Payer]
    /// Every wallet of the community, those of the payers included.
    let wallets: [String]
    /// The community as the ledger has it, with every pot of free coins.
    let inLedger: Books.Community
    /// The same with the pots of the payers only.
    let payersInLedger: Books.Community

    /// The code of the coin.
    static let coin = TestCommunity.coin

    /// What payers begin with, in minor units; enough for all rounds together.
    private static let payerOpening: Int64 = 500_000_000
    private static let othersOpening: Int64 = 10_000_000

    /// Founds a town: `payers` of the `wallets` have a phone, and every second of these has two
    /// pots.
    static func found(
        wallets: Int,
        payers: Int,
        in installation: Installation
    ) async throws -> Town {
        let community = try await TestCommunity.make(on: installation.stack)
        let programme = try await community.fundedProgramme("9000000000.00")
        let residents = try await enrol(payers, in: community)
        let others = try await TownTables.addHolders(
            wallets - payers,
            community: community.id.uuid,
            in: installation
        )
        let paying = residents.map(\.wallet.uuid)
        let free = try await TownTables.openPots(
            of: paying + others,
            programme: nil,
            community: community.id.uuid,
            in: installation
        )
        let earmarked = try await TownTables.openPots(
            of: paying.enumerated().filter { $0.offset % 2 == 0 }.map(\.element),
            programme: programme.id.uuid,
            community: community.id.uuid,
            in: installation
        )
        let source = try await TownTables.account(
            ofProgramme: programme.id.uuid,
            community: community.id.uuid,
            in: installation
        )
        let rich = Set(paying)
        try await Books.fill(
            free.map { ($0.pot, rich.contains($0.wallet) ? payerOpening : othersOpening) }
                + earmarked.map { ($0.pot, payerOpening) },
            from: source,
            community: community.id.uuid,
            in: installation
        )
        return Town(
            installation: installation,
            community: community,
            payers: residents.map { Payer(resident: $0) },
            wallets: (paying + others).map { "\(Identifier($0))" },
            inLedger: Books.Community(id: community.id.uuid, pots: free.map(\.pot)),
            payersInLedger: Books.Community(
                id: community.id.uuid,
                pots: free.filter { rich.contains($0.wallet) }.map(\.pot)
            )
        )
    }

    /// Registers people and enrols their phones, a few at a time.
    private static func enrol(
        _ count: Int,
        in community: TestCommunity
    ) async throws -> [TestResident] {
        try await inParallel(Array(0..<count)) { number in
            try await community.enrolPerson("Inwoner \(number)")
        }
    }

    /// A fresh token of every payer, with the wallet.
    func tokens() async throws -> [(payer: Payer, token: String)] {
        try await inParallel(payers) { ($0, try await $0.resident.phone.accessToken()) }
    }
}

/// Does something for all elements, eight at a time; the results are in the same order.
func inParallel<Element: Sendable, Value: Sendable>(
    _ elements: [Element],
    _ work: @escaping @Sendable (Element) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        var values = [Value?](repeating: nil, count: elements.count)
        for (index, element) in elements.enumerated() {
            if index >= 8, let (done, value) = try await group.next() { values[done] = value }
            group.addTask { (index, try await work(element)) }
        }
        for try await (done, value) in group { values[done] = value }
        return values.compactMap(\.self)
    }
}
