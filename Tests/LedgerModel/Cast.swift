import Domain

/// Who has an account in every history: always the same, under the same numbers.
package enum Cast {
    /// An account as it is opened.
    package struct Member: Sendable {
        package let name: String
        package let kind: String
        var coin = 0
        var holder: Int?
        var depreciation: Depreciation?
    }

    /// What one period takes of a balance.
    package enum Depreciation: Sendable {
        case exponential(partsPerMillion: Int64)
        case linear(periods: Int64)
    }

    /// The most a holder may spend and receive in a day.
    package static let holders: [(spending: Int64?, receiving: Int64?)] = [
        (9000, 8000), (nil, 8000),
    ]

    /// A depreciation began so many periods ago.
    package static let periodsPassed: Int64 = 100

    package static let bank = 0
    package static let reserve = 1
    package static let issuance = 2
    package static let redemption = 3
    package static let programme = 4
    package static let reserved = 5
    package static let sink = 6
    package static let fee = 7
    package static let sponsor = 8
    package static let merchants = [9, 10]
    package static let pots = [11, 12, 13, 14, 15, 16]
    package static let foreignPot = 18
    /// There is no such account.
    package static let nobody = 19

    package static let members: [Member] = [
        Member(name: "bank", kind: "bank"), Member(name: "reserve", kind: "reserve"),
        Member(name: "issuance", kind: "issuance"), Member(name: "redemption", kind: "redemption"),
        Member(name: "programme", kind: "programme"), Member(name: "reserved", kind: "reserved"),
        Member(name: "sink", kind: "sink"), Member(name: "fee", kind: "fee"),
        Member(name: "sponsor", kind: "sponsor"), Member(name: "baker", kind: "merchant"),
        Member(name: "grocer", kind: "merchant"), Member(name: "anna", kind: "pot", holder: 0),
        Member(name: "anna's benefit", kind: "pot", holder: 0),
        Member(name: "bart", kind: "pot", holder: 1),
        Member(
            name: "carla, fading",
            kind: "pot",
            depreciation: .exponential(partsPerMillion: 20_000)
        ),
        Member(name: "dirk, ending", kind: "pot", depreciation: .linear(periods: 400)),
        Member(name: "els", kind: "pot"),
        Member(name: "other programme", kind: "programme", coin: 1),
        Member(name: "other pot", kind: "pot", coin: 1),
    ]

    static func name(_ account: Int) -> String {
        members.indices.contains(account) ? members[account].name : "nobody"
    }
}

/// Which movements there are: the table `ledger.transfer_rule`, said once more.
struct TransferRule {
    let role: ServiceRole
    let debits: Set<String>
    let credits: Set<String>
    var spends = false
    var receives = false
    var reverses = false

    static let all: [TransferKind: TransferRule] = {
        let corrected: Set = ["pot", "merchant", "programme", "fee", "sponsor", "sink"]
        return [
            .funding: .init(
                role: .disbursement,
                debits: ["bank", "issuance"],
                credits: ["reserve", "programme"]
            ),
            .disbursement: .init(role: .disbursement, debits: ["programme"], credits: ["pot"]),
            .subsidy: .init(role: .disbursement, debits: ["programme"], credits: ["merchant"]),
            .reservation: .init(role: .disbursement, debits: ["programme"], credits: ["reserved"]),
            .landing: .init(role: .disbursement, debits: ["reserved"], credits: ["pot"]),
            .reservationReturn: .init(
                role: .disbursement,
                debits: ["reserved"],
                credits: ["programme"],
                reverses: true
            ),
            .sponsoring: .init(
                role: .disbursement,
                debits: ["programme", "sponsor"],
                credits: ["programme", "sponsor"]
            ),
            .commitment: .init(
                role: .disbursement,
                debits: ["programme", "commitment"],
                credits: ["programme", "commitment"]
            ),
            .promotion: .init(
                role: .merchant,
                debits: ["merchant", "sponsor"],
                credits: ["merchant", "sponsor"]
            ),
            .transfer: .init(
                role: .wallet,
                debits: ["pot"],
                credits: ["pot"],
                spends: true,
                receives: true
            ),
            .correction: .init(
                role: .wallet,
                debits: corrected,
                credits: corrected,
                reverses: true
            ),
            .payment: .init(
                role: .merchant,
                debits: ["pot", "sponsor"],
                credits: ["merchant", "fee"],
                spends: true
            ),
            .refund: .init(
                role: .merchant,
                debits: ["merchant", "fee"],
                credits: ["pot", "sponsor"],
                reverses: true
            ),
            .redemption: .init(
                role: .merchant,
                debits: ["merchant"],
                credits: ["redemption", "fee"]
            ),
            .settlementReturn: .init(
                role: .merchant,
                debits: ["bank", "issuance"],
                credits: ["reserve", "redemption"],
                reverses: true
            ),
            .redemptionReturn: .init(
                role: .merchant,
                debits: ["redemption", "fee"],
                credits: ["merchant"],
                reverses: true
            ),
            .settlement: .init(
                role: .merchant,
                debits: ["redemption", "reserve"],
                credits: ["issuance", "bank"]
            ),
        ]
    }()
}
