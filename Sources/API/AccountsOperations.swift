extension Operation {
    /// Authorization server metadata.
    package static let getServerMetadata = Operation(
        id: "getServerMetadata",
        method: .get,
        path: "/.well-known/oauth-authorization-server",
        access: .anonymous
    )

    /// Keys that verify tokens.
    package static let getKeySet = Operation(
        id: "getKeySet",
        method: .get,
        path: "/v1/jwks",
        access: .anonymous
    )

    /// Issue an access token.
    package static let issueToken = Operation(
        id: "issueToken",
        method: .post,
        path: "/v1/token",
        access: .anonymous,
        body: .form(maxBytes: 16_384)
    )

    /// Make a community.
    package static let createCommunity = Operation(
        id: "createCommunity",
        method: .post,
        path: "/v1/communities",
        access: .anyOf([.communitiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List communities.
    package static let listCommunities = Operation(
        id: "listCommunities",
        method: .get,
        path: "/v1/communities",
        access: .anyOf([.communitiesManage])
    )

    /// Read a community.
    package static let getCommunity = Operation(
        id: "getCommunity",
        method: .get,
        path: "/v1/communities/{communityId}",
        access: .anyOf([.communityRead, .communitiesManage])
    )

    /// Make a coin.
    package static let createCoin = Operation(
        id: "createCoin",
        method: .post,
        path: "/v1/coins",
        access: .anyOf([.coinsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List coins.
    package static let listCoins = Operation(
        id: "listCoins",
        method: .get,
        path: "/v1/coins",
        access: .anyOf([.communityRead])
    )

    /// Read a coin.
    package static let getCoin = Operation(
        id: "getCoin",
        method: .get,
        path: "/v1/coins/{coinCode}",
        access: .anyOf([.communityRead])
    )

    /// Import an area.
    package static let importGeofence = Operation(
        id: "importGeofence",
        method: .post,
        path: "/v1/geofences",
        access: .anyOf([.geofencesManage]),
        body: .json(maxBytes: 8_388_608),
        idempotent: true,
        success: 201
    )

    /// List areas.
    package static let listGeofences = Operation(
        id: "listGeofences",
        method: .get,
        path: "/v1/geofences",
        access: .anyOf([.communityRead])
    )

    /// Read an area.
    package static let getGeofence = Operation(
        id: "getGeofence",
        method: .get,
        path: "/v1/geofences/{geofenceId}",
        access: .anyOf([.communityRead])
    )

    /// Read the coordinates of an area.
    package static let getGeofenceArea = Operation(
        id: "getGeofenceArea",
        method: .get,
        path: "/v1/geofences/{geofenceId}/area",
        access: .anyOf([.communityRead]),
        produces: MediaType.geoJSON
    )

    /// Set where a coin may be spent.
    package static let setLocalityPolicy = Operation(
        id: "setLocalityPolicy",
        method: .post,
        path: "/v1/coins/{coinCode}/locality-policies",
        access: .anyOf([.policiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List policies of a coin.
    package static let listLocalityPolicies = Operation(
        id: "listLocalityPolicies",
        method: .get,
        path: "/v1/coins/{coinCode}/locality-policies",
        access: .anyOf([.communityRead])
    )

    /// Register an institution.
    package static let registerInstitution = Operation(
        id: "registerInstitution",
        method: .post,
        path: "/v1/institutions",
        access: .anyOf([.partiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List institutions.
    package static let listInstitutions = Operation(
        id: "listInstitutions",
        method: .get,
        path: "/v1/institutions",
        access: .anyOf([.communityRead])
    )

    /// Register a client.
    package static let registerClient = Operation(
        id: "registerClient",
        method: .post,
        path: "/v1/clients",
        access: .anyOf([.clientsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List clients.
    package static let listClients = Operation(
        id: "listClients",
        method: .get,
        path: "/v1/clients",
        access: .anyOf([.clientsManage])
    )

    /// Revoke a client.
    package static let revokeClient = Operation(
        id: "revokeClient",
        method: .post,
        path: "/v1/clients/{clientId}/revocations",
        access: .anyOf([.clientsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Revoke the tokens of a client.
    package static let revokeTokens = Operation(
        id: "revokeTokens",
        method: .post,
        path: "/v1/clients/{clientId}/token-revocations",
        access: .anyOf([.clientsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Revoke all clients of a party.
    package static let revokeParty = Operation(
        id: "revokeParty",
        method: .post,
        path: "/v1/parties/{partyId}/revocations",
        access: .anyOf([.clientsManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Register a person.
    package static let registerPerson = Operation(
        id: "registerPerson",
        method: .post,
        path: "/v1/people",
        access: .anyOf([.partiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List people.
    package static let listPeople = Operation(
        id: "listPeople",
        method: .get,
        path: "/v1/people",
        access: .anyOf([.partiesManage])
    )

    /// Read a person.
    package static let getPerson = Operation(
        id: "getPerson",
        method: .get,
        path: "/v1/people/{personId}",
        access: .anyOf([.partiesManage])
    )

    /// Link a bank account.
    package static let linkIban = Operation(
        id: "linkIban",
        method: .post,
        path: "/v1/people/{personId}/iban-links",
        access: .anyOf([.partiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Verify a bank account.
    package static let verifyIban = Operation(
        id: "verifyIban",
        method: .post,
        path: "/v1/people/{personId}/iban-verifications",
        access: .anyOf([.partiesManage]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Make an activation code.
    package static let createActivationCode = Operation(
        id: "createActivationCode",
        method: .post,
        path: "/v1/people/{personId}/activation-codes",
        access: .anyOf([.partiesManage]),
        idempotent: true,
        success: 201
    )

    /// Enrol a device.
    package static let enrol = Operation(
        id: "enrol",
        method: .post,
        path: "/v1/enrolments",
        access: .anonymous,
        body: .json,
        idempotent: true,
        success: 201
    )
}

/// The operations of the accounts service.
package enum AccountsOperations {
    /// All of them, those of every service included.
    package static let all: [Operation] =
        [
            .getServerMetadata, .getKeySet, .issueToken, .createCommunity, .listCommunities,
            .getCommunity, .createCoin, .listCoins, .getCoin, .importGeofence, .listGeofences,
            .getGeofence, .getGeofenceArea, .setLocalityPolicy, .listLocalityPolicies,
            .registerInstitution, .listInstitutions, .registerClient, .listClients,
            .revokeClient, .revokeTokens, .revokeParty, .registerPerson, .listPeople,
            .getPerson, .linkIban, .verifyIban, .createActivationCode, .enrol, .createPrintRun,
            .listCards, .getCard, .linkCard, .setCardPin, .blockCard, .returnCard, .replaceCard,
            .giveMandate, .listMandates, .revokeMandate, .listMandateUses, .listAuditEvents,
            .getAuditHead, .getPersonExport, .getPersonExportPage, .erasePerson,
            .createTargetGroup, .listTargetGroups, .addToTargetGroup, .removeFromTargetGroup,
        ] + deviceOperations + clientNumberOperations + EveryServiceOperations.all
}
