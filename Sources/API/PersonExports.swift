/// Everything that is held about a person, each service's part as it keeps it.
package struct PersonExport: Codable, Hashable, Sendable {
    /// The person.
    package var personId: Identifier
    /// When this was read; all parts are of this moment.
    package var exportedAt: Instant
    /// Name, bank account, devices, codes, and what was done about the person.
    package var accounts: JSONValue
    /// Wallets, pots and statements.
    package var wallet: JSONValue
    /// Payments in shops.
    package var merchant: JSONValue
    /// Lines of payment files.
    package var disbursement: JSONValue

    /// Creates it from its members.
    package init(
        personId: Identifier,
        exportedAt: Instant,
        accounts: JSONValue,
        wallet: JSONValue,
        merchant: JSONValue,
        disbursement: JSONValue
    ) {
        self.personId = personId
        self.exportedAt = exportedAt
        self.accounts = accounts
        self.wallet = wallet
        self.merchant = merchant
        self.disbursement = disbursement
    }
}

/// That a person was erased.
package struct PersonErasure: Codable, Hashable, Sendable {
    /// Who it was; the books go on naming this id.
    package var personId: Identifier
    /// When.
    package var erasedAt: Instant

    /// Creates it from its members.
    package init(personId: Identifier, erasedAt: Instant) {
        self.personId = personId
        self.erasedAt = erasedAt
    }
}
