import API
import Domain
import ISO20022

/// The bakery hands its coins in: a bank file pays it, the coins are destroyed.
struct CashingInChapter {
    let town: Town
    let keeper: SpendingChapter.Shopkeeper
    /// The schema of the bank file; nil when there is none at hand.
    let schema: String?

    /// What is in circulation afterwards.
    func play() async throws -> String {
        town.story.chapter("The bakery turns coins into euros")
        try await redeem()
        let settlement = try await settle()
        try await release(settlement)
        try await checkFile(of: settlement)
        return try await confirm(settlement)
    }

    private func redeem() async throws {
        let redemption: Redemption = try await keeper.owner.call(
            .requestRedemption,
            body: RedemptionRequest(merchantId: keeper.merchant.id)
        )
        try town.story.require(
            redemption.amount.value,
            is: SpendingChapter.purchase,
            "what the bakery redeems"
        )
        town.story.tell(
            "The bakery hands in all it has: \(redemption.amount.text) for "
                + "€ \(redemption.euro.value)."
        )
        try await town.requireBooks(circulation: PayingOutChapter.budget)
    }

    private func settle() async throws -> Settlement {
        let settlement: Settlement = try await town.treasurer.call(
            .createSettlement,
            body: SettlementCreation(
                coin: Town.coinCode,
                debtorName: "Stichting Reserve Vogelmunt",
                debtorIban: "NL95BNGH0285180002",
                executionDate: Instant.now.utcDay
            )
        )
        try town.story.require(settlement.count, is: 1, "payments in the bank file")
        try town.story.require(
            settlement.total.value,
            is: SpendingChapter.purchase,
            "the sum of the bank file"
        )
        town.story.tell(
            "The treasurer makes bank file \(settlement.messageId): \(settlement.count) payment, "
                + "€ \(settlement.total.value)."
        )
        return settlement
    }

    private func release(_ settlement: Settlement) async throws {
        let path = ["settlementId": settlement.id.description]
        _ = try await town.story.requireRefusal(.secondPersonRequired) {
            let _: Settlement = try await town.treasurer.call(
                .releaseSettlement,
                path: path,
                body: SettlementRelease()
            )
        }
        let released: Settlement = try await town.controller.call(
            .releaseSettlement,
            path: path,
            body: SettlementRelease()
        )
        try town.story.require(released.state, is: .released, "the state of the settlement")
        town.story.tell("The treasurer alone cannot send it; a colleague looks and releases it.")
    }

    private func checkFile(of settlement: Settlement) async throws {
        let answer = try await town.treasurer.answer(
            .getSettlementFile,
            path: ["settlementId": settlement.id.description]
        )
        let document = BankDocument(answer.body)
        let report = document.readAsPayments()
        try town.story.require(report.verdict, is: .acceptable, "our own reader's verdict")
        try town.story.require(
            DecimalText.text(report.controlSumMinorUnits, digits: 2),
            is: settlement.total.value,
            "the sum that our own reader finds"
        )
        guard let schema else {
            town.story.detail(
                "our own reader accepts it; it was not held against the schema: name "
                    + "pain.001.001.09.xsd with --xsd or WIJKMUNT_PAIN001_XSD"
            )
            return
        }
        let faults = SchemaValidation.validate(xml: document.bytes, schemaFile: schema)
        try town.story.require(faults, is: [], "what the schema finds")
        town.story.detail("valid against the schema of \(report.messageType ?? "?")")
    }

    private func confirm(_ settlement: Settlement) async throws -> String {
        let settled: Settlement = try await town.treasurer.call(
            .confirmSettlement,
            path: ["settlementId": settlement.id.description],
            body: SettlementConfirmation(bankReference: "BNG-2026-118")
        )
        try town.story.require(settled.state, is: .settled, "the state of the settlement")
        let left = try Self.difference(PayingOutChapter.budget, SpendingChapter.purchase)
        town.story.tell("The bank has paid; the coins are destroyed, the reserve is smaller.")
        try await town.requireBooks(circulation: left)
        return left
    }

    private static func difference(_ left: String, _ right: String) throws -> String {
        DecimalText.text(
            try DecimalText.minorUnits(left, digits: 2)
                - DecimalText.minorUnits(right, digits: 2),
            digits: 2
        )
    }
}
