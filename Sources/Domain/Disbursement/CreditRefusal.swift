/// Why a credit is refused by the rules of its programme, or for whom it is meant.
package enum CreditRefusal: String, Sendable, CaseIterable {
    /// The programme does not pay on this day.
    case outsideDays = "outside-days"
    /// The credit is more than one credit may be.
    case aboveCreditLimit = "above-credit-limit"
    /// The receiver would have got more than one person may in the period.
    case abovePersonLimit = "above-person-limit"
    /// The receiver died or moved away; known when a file arrives.
    case receiverGone = "receiver-gone"
}
