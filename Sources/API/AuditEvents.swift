/// What kind of thing an act was about.
package enum AuditObjectKind: String, CaseIterable, Codable, Hashable, Sendable {
    /// A file of the bank, by its id.
    case bankAnswer = "bank-answer"
    /// Euros that arrived, by the id of the credit.
    case bankCredit = "bank-credit"
    /// A statement of the bank, by its id.
    case bankStatement = "bank-statement"
    /// A batch of credits, by its id.
    case batch
    /// A card, by its id.
    case card
    /// A client: software, a phone, a till.
    case client
    /// That a person died or moved away, by its id.
    case departure
    /// A coin, by its code.
    case coin
    /// A community.
    case community
    /// A correction, by its id.
    case correction
    /// What a programme pays, by programme and version.
    case creditRules = "credit-rules"
    /// A depreciation policy.
    case depreciationPolicy = "depreciation-policy"
    /// What a programme or a merchant adds to payments.
    case discount
    /// That the money of a programme ends later for somebody, by the id of the extension.
    case `extension`
    /// How a programme treats its files, by programme and version.
    case fileSettings = "file-settings"
    /// Money booked for a programme.
    case funding
    /// A version of an area.
    case geofence
    /// What a programme says about its grants, by the programme.
    case grantRules = "grant-rules"
    /// An institution.
    case institution
    /// A code of the journal, by its id.
    case journalCode = "journal-code"
    /// A locality policy, by coin or programme and version, such as `oosterhof/3`.
    case localityPolicy = "locality-policy"
    /// A mandate.
    case mandate
    /// A merchant.
    case merchant
    /// Anybody who has clients.
    case party
    /// Euros out of what a coin has kept or a programme has left, by its id.
    case payout
    /// A person.
    case person
    /// Blank cards that were made together.
    case printRun = "print-run"
    /// A programme.
    case programme
    /// A change of a programme, by its id.
    case programmeChange = "programme-change"
    /// That unspent money of a grant is taken back, by its id.
    case recall
    /// What a coin keeps of redemptions, by coin and version, such as `oosterhof/3`.
    case redemptionPolicy = "redemption-policy"
    /// When a merchant's coins are redeemed, by the merchant.
    case redemptionSchedule = "redemption-schedule"
    /// A settlement.
    case settlement
    /// A shift of a cashier.
    case shift
    /// A shop.
    case shop
    /// Coins that a programme set aside for a discount, or took back.
    case sponsoring
    /// A group of people that others add something for.
    case targetGroup = "target-group"
    /// The wish to move a shop, by its id.
    case shopMove = "shop-move"
    /// A till on the list of a shop.
    case terminal
    /// A wallet.
    case wallet
    /// An address that events of a merchant are sent to.
    case webhook
    /// What a programme pays a person every month, by its id.
    case standingInstruction = "standing-instruction"
    /// A class of wallets, by its name.
    case walletClass = "wallet-class"
}

/// One act that changed rights, a policy, what makes money, or what is known of somebody.
package struct AuditEvent: Codable, Hashable, Sendable {
    /// Its place in the chain of the community: 1, 2, 3 … without gaps.
    package var nr: Int
    /// When.
    package var recordedAt: Instant
    /// The service that did it.
    package var service: String
    /// The `operationId`.
    package var operation: String
    /// The device, official or system that acted.
    package var clientId: Identifier
    /// The party that the client acted for.
    package var partyId: Identifier
    /// Who gave the mandate; null without one.
    @Nullable package var onBehalfOf: Identifier?
    /// What kind of thing it was about.
    package var objectKind: String
    /// Which one: an id, a code, or a name.
    package var objectId: String
    /// Whom hashed values are about; null when about nobody.
    @Nullable package var subjectId: Identifier?
    /// What changed, as it was; null for what is new. Values of people are `{"hash": …}`.
    @Nullable package var before: JSONValue?
    /// What changed, as it is since.
    @Nullable package var after: JSONValue?
    /// The request, as `X-Request-Id` told it.
    package var requestId: Identifier
    /// SHA-256 over the head of the event before and this one, in hexadecimal digits.
    package var head: String

    /// Creates it from its members.
    package init(
        nr: Int,
        recordedAt: Instant,
        service: String,
        operation: String,
        clientId: Identifier,
        partyId: Identifier,
        onBehalfOf: Identifier?,
        objectKind: String,
        objectId: String,
        subjectId: Identifier?,
        before: JSONValue?,
        after: JSONValue?,
        requestId: Identifier,
        head: String
    ) {
        self.nr = nr
        self.recordedAt = recordedAt
        self.service = service
        self.operation = operation
        self.clientId = clientId
        self.partyId = partyId
        self.onBehalfOf = onBehalfOf
        self.objectKind = objectKind
        self.objectId = objectId
        self.subjectId = subjectId
        self.before = before
        self.after = after
        self.requestId = requestId
        self.head = head
    }
}

/// Where the audit trail of a community ends, signed: kept elsewhere, it shows later whether
/// history was rewritten or cut off.
package struct AuditHead: Codable, Hashable, Sendable {
    /// The type of the signature, so that it is no token and no token is one.
    package static let signatureType = "audit-head+jwt"

    /// The community.
    package var communityId: Identifier
    /// How many events there are.
    package var nr: Int
    /// The head of the last one in hexadecimal digits; empty before the first.
    package var head: String
    /// When this was signed.
    package var signedAt: Instant
    /// A compact JWS (RFC 7515) of `AuditHeadClaims`, ES256, by a key of the key set.
    package var signature: String

    /// Creates it from its members.
    package init(
        communityId: Identifier,
        nr: Int,
        head: String,
        signedAt: Instant,
        signature: String
    ) {
        self.communityId = communityId
        self.nr = nr
        self.head = head
        self.signedAt = signedAt
        self.signature = signature
    }
}

/// What the signature of a head covers.
package struct AuditHeadClaims: Codable, Hashable, Sendable {
    /// The issuer of access tokens.
    package var iss: String
    /// The community.
    package var community: Identifier
    /// How many events there are.
    package var nr: Int
    /// The head of the last one in hexadecimal digits.
    package var head: String
    /// When it was signed, in seconds since 1970.
    package var iat: Int

    /// Creates it from its members.
    package init(iss: String, community: Identifier, nr: Int, head: String, iat: Int) {
        self.iss = iss
        self.community = community
        self.nr = nr
        self.head = head
        self.iat = iat
    }
}
