/// Where the money of a programme is, by the ledger: `funded` is `available` + `committed` + `waiting` +
/// `sponsored` + `withdrawn` + `paid` - `expired` - `recalled`, to the cent, at any moment.
package struct ProgrammeCommitments: Codable, Hashable, Sendable {
    /// The programme.
    package var programmeId: Identifier
    /// Everything that was funded.
    package var funded: Amount
    /// What nobody has claimed.
    package var available: Amount
    /// What approved batches will pay.
    package var committed: Amount
    /// What waits for people who have not enrolled.
    package var waiting: Amount
    /// What was set aside for discounts, given away or not.
    package var sponsored: Amount
    /// What left for euros again, or is on its way there.
    package var withdrawn: Amount
    /// Everything that was credited to wallets, and to associations.
    package var paid: Amount
    /// Of it, what was paid in shops, less refunds; null below `fewestPeople` payers.
    @Nullable package var spent: Amount?
    /// Of it, what lies in wallets; null where `spent` is.
    @Nullable package var inWallets: Amount?
    /// Of it, what depreciation took.
    package var depreciated: Amount
    /// Of it, what returned at its end.
    package var expired: Amount
    /// Of it, what was taken back: recalled, or corrected.
    package var recalled: Amount
    /// What waited and returned, because nobody came for it.
    package var returned: Amount
    /// Below how many payers nothing is told of spending.
    package var fewestPeople: Int

    /// Creates it from its members.
    package init(
        programmeId: Identifier,
        funded: Amount,
        available: Amount,
        committed: Amount,
        waiting: Amount,
        sponsored: Amount,
        withdrawn: Amount,
        paid: Amount,
        spent: Amount?,
        inWallets: Amount?,
        depreciated: Amount,
        expired: Amount,
        recalled: Amount,
        returned: Amount,
        fewestPeople: Int
    ) {
        self.programmeId = programmeId
        self.funded = funded
        self.available = available
        self.committed = committed
        self.waiting = waiting
        self.sponsored = sponsored
        self.withdrawn = withdrawn
        self.paid = paid
        self.spent = spent
        self.inWallets = inWallets
        self.depreciated = depreciated
        self.expired = expired
        self.recalled = recalled
        self.returned = returned
        self.fewestPeople = fewestPeople
    }
}
