import API
import ServiceKit

// What the audit trail keeps of clients and people: their names, keys and accounts as hashes.

extension Client {
    /// That a client was made, or is no longer what it was.
    func auditEntry(from before: ClientState?, because reason: String? = nil) -> AuditEntry {
        var after: [String: AuditValue] = [
            "partyId": .id(partyId), "kind": .text(kind.rawValue),
            "roles": .texts(roles.map(\.rawValue)), "state": .text(state.rawValue),
            "name": .personal(name),
        ]
        if let reason { after["reason"] = .personal(reason) }
        return AuditEntry(
            .client,
            id,
            from: before.map { ["state": AuditValue.text($0.rawValue)] },
            to: after,
            about: partyId
        )
    }
}

extension Enrolment {
    /// That a device became a client; no code, and its key and names as hashes.
    func auditEntry(of request: EnrolmentRequest) -> AuditEntry {
        var after: [String: AuditValue] = [
            "partyId": .id(partyId), "kind": .text(kind.rawValue),
            "name": .personal(request.deviceName),
            "publicKey": .personal(request.publicKey.x),
        ]
        if let walletId { after["walletId"] = .id(walletId) }
        if let shopId { after["shopId"] = .id(shopId) }
        if let alias { after["alias"] = .personal(alias) }
        return AuditEntry(.client, clientId, to: after, about: partyId)
    }
}

extension Person {
    /// That a person is known from now on.
    func registrationEntry(iban: LinkedIBAN?) -> AuditEntry {
        var after: [String: AuditValue] = [
            "displayName": .personal(displayName),
            "iban": .personal(iban.map { Base64URL.text($0.hash) }),
        ]
        if let activationCode { after["codeExpiresAt"] = .moment(activationCode.expiresAt) }
        return AuditEntry(.person, id, to: after, about: id)
    }

    /// That benefits find the person by another account, of which the keyed hashes are compared.
    func ibanEntry(from before: [UInt8]?, to after: [UInt8]) -> AuditEntry {
        func values(_ hash: [UInt8]?) -> [String: AuditValue] {
            ["iban": .personal(hash.map { Base64URL.text($0) })]
        }
        return AuditEntry(.person, id, from: values(before), to: values(after), about: id)
    }
}

extension PersonActivationCode {
    /// That somebody may enrol a device of the person; not the code.
    func auditEntry(for person: Identifier) -> AuditEntry {
        AuditEntry(.person, person, to: ["codeExpiresAt": AuditValue.moment(expiresAt)])
    }
}

extension Person {
    /// That a second person has seen whose account it is.
    var verificationEntry: AuditEntry {
        AuditEntry(
            .person,
            id,
            from: ["ibanState": AuditValue.text(IbanState.unverified.rawValue)],
            to: ["ibanState": AuditValue.text(IbanState.verified.rawValue)]
        )
    }
}

extension PrintRun {
    /// That blank cards were made; not their numbers.
    var auditEntry: AuditEntry {
        AuditEntry(.printRun, id, to: ["cards": AuditValue.number(cards.count)])
    }
}

extension Card {
    /// That a card is somebody's, or no longer what it was; not its number, and no PIN.
    func auditEntry(from before: Card?) -> AuditEntry {
        AuditEntry(.card, id, from: before?.auditValues, to: auditValues)
    }

    private var auditValues: [String: AuditValue] {
        var values: [String: AuditValue] = [
            "state": .text(state.rawValue), "pin": .text(hasPin ? "set" : "none"),
        ]
        if let personId { values["personId"] = .id(personId) }
        return values
    }
}

extension Device {
    /// That a person's phone has another name.
    func namingEntry(of owner: Identifier) -> AuditEntry {
        AuditEntry(.client, id, to: ["name": AuditValue.personal(name)], about: owner)
    }

    /// That a person's phone was revoked.
    func revocationEntry(of owner: Identifier, because reason: String) -> AuditEntry {
        AuditEntry(
            .client,
            id,
            from: ["state": AuditValue.text(ClientState.active.rawValue)],
            to: [
                "state": AuditValue.text(ClientState.revoked.rawValue),
                "reason": .personal(reason),
            ],
            about: owner
        )
    }
}

extension Mandate {
    /// That somebody may act for another from now on.
    var auditEntry: AuditEntry {
        var after: [String: AuditValue] = [
            "principalId": .id(principalId), "agentId": .id(agentId), "kind": .text(kind.rawValue),
            "scopes": .texts(scopes.map(\.rawValue)), "validFrom": .moment(validFrom),
            "validUntil": .moment(validUntil), "decision": .personal(decision),
        ]
        if let limitPerAct { after["limitPerAct"] = .text(limitPerAct.value) }
        if let limitPerDay { after["limitPerDay"] = .text(limitPerDay.value) }
        if let shops { after["shops"] = .texts(shops.map(\.description)) }
        return AuditEntry(.mandate, id, to: after, about: principalId)
    }

    /// That somebody may not any more.
    func revocationEntry(because reason: String) -> AuditEntry {
        AuditEntry(
            .mandate,
            id,
            from: ["state": AuditValue.text(MandateState.active.rawValue)],
            to: [
                "state": AuditValue.text(MandateState.revoked.rawValue),
                "reason": .personal(reason),
            ],
            about: principalId
        )
    }
}
