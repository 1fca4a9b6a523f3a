/// A kind of account in the ledger, as the journal names it.
package enum JournalAccount: String, CaseIterable, Codable, Hashable, Sendable {
    /// The other side of all coins: what was issued.
    case issuance
    /// Euros in reserve.
    case reserve
    /// The other side of the euros in reserve.
    case bank
    /// Coins that merchants have handed in and the bank has not paid.
    case redemption
    /// Budgets of programmes.
    case programme
    /// What programmes have set apart for people who have not enrolled.
    case reserved
    /// Wallets.
    case pot
    /// Merchants.
    case merchant
    /// What depreciation took.
    case sink
    /// What the community keeps of payments and redemptions.
    case fee
    /// What was set aside for discounts.
    case sponsor
    /// What approved payment files are going to pay.
    case commitment
}

/// Which code of a bookkeeping stands for a kind of account.
package struct JournalCodeSetting: Codable, Hashable, Sendable {
    /// The coin.
    package var coin: String
    /// The kind of account.
    package var account: JournalAccount
    /// Only where it is of this programme; everywhere else when absent.
    package var programmeId: Identifier?
    /// The code.
    package var code: String

    /// Creates it from its members.
    package init(
        coin: String,
        account: JournalAccount,
        programmeId: Identifier? = nil,
        code: String
    ) {
        self.coin = coin
        self.account = account
        self.programmeId = programmeId
        self.code = code
    }
}

/// A code as it is set.
package struct JournalCode: Codable, Hashable, Sendable {
    /// The setting; it keeps its id when the code changes.
    package var id: Identifier
    /// The coin.
    package var coin: String
    /// The kind of account.
    package var account: JournalAccount
    /// Only where it is of this programme; null for everywhere else.
    @Nullable package var programmeId: Identifier?
    /// The code.
    package var code: String
    /// When it was set.
    package var setAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        coin: String,
        account: JournalAccount,
        programmeId: Identifier?,
        code: String,
        setAt: Instant
    ) {
        self.id = id
        self.coin = coin
        self.account = account
        self.programmeId = programmeId
        self.code = code
        self.setAt = setAt
    }
}

extension Operation {
    /// Set a code of the journal.
    package static let setJournalCode = Operation(
        id: "setJournalCode",
        method: .post,
        path: "/v1/journal-codes",
        access: .anyOf([.journalManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List the codes of the journal.
    package static let listJournalCodes = Operation(
        id: "listJournalCodes",
        method: .get,
        path: "/v1/journal-codes",
        access: .anyOf([.journalRead])
    )

    /// Read the journal of a period.
    package static let getJournal = Operation(
        id: "getJournal",
        method: .get,
        path: "/v1/coins/{coinCode}/journals/{period}",
        access: .anyOf([.journalRead]),
        produces: MediaType.csv
    )
}
