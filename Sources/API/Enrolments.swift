/// What was enrolled.
package enum DeviceKind: String, CaseIterable, Codable, Hashable, Sendable {
    /// The phone of a person.
    case phone
    /// A till of a shop.
    case terminal
}

/// A device that enrols with an activation code.
package struct EnrolmentRequest: Codable, Hashable, Sendable {
    /// The code from the letter, the counter or the shop.
    package var activationCode: String
    /// The key that was made on the device.
    package var publicKey: EcPublicJwk
    /// What the holder calls the device.
    package var deviceName: String
    /// The alias of the wallet; for people, at their first enrolment.
    package var alias: String?

    /// Creates it from its members.
    package init(
        activationCode: String,
        publicKey: EcPublicJwk,
        deviceName: String,
        alias: String? = nil
    ) {
        self.activationCode = activationCode
        self.publicKey = publicKey
        self.deviceName = deviceName
        self.alias = alias
    }
}

/// An enrolled device.
package struct Enrolment: Codable, Hashable, Sendable {
    /// The client that the device is from now on.
    package var clientId: Identifier
    /// What was enrolled.
    package var kind: DeviceKind
    /// The community.
    package var communityId: Identifier
    /// The person or merchant.
    package var partyId: Identifier
    /// The wallet of a person; null for a terminal.
    @Nullable package var walletId: Identifier?
    /// The alias of the wallet; null without one.
    @Nullable package var alias: String?
    /// The shop of a terminal; null for a phone.
    @Nullable package var shopId: Identifier?

    /// Creates it from its members.
    package init(
        clientId: Identifier,
        kind: DeviceKind,
        communityId: Identifier,
        partyId: Identifier,
        walletId: Identifier?,
        alias: String?,
        shopId: Identifier?
    ) {
        self.clientId = clientId
        self.kind = kind
        self.communityId = communityId
        self.partyId = partyId
        self.walletId = walletId
        self.alias = alias
        self.shopId = shopId
    }
}
