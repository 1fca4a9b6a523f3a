extension Operation {
    /// Report that a person died or moved away.
    package static let reportDeparture = Operation(
        id: "reportDeparture",
        method: .post,
        path: "/v1/people/{personId}/departures",
        access: .anyOf([.batchesSubmit]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List departures.
    package static let listDepartures = Operation(
        id: "listDepartures",
        method: .get,
        path: "/v1/departures",
        access: .anyOf([.batchesRead])
    )

    /// Read a departure.
    package static let getDeparture = Operation(
        id: "getDeparture",
        method: .get,
        path: "/v1/departures/{departureId}",
        access: .anyOf([.batchesRead])
    )

    /// Confirm or drop a departure.
    package static let decideDeparture = Operation(
        id: "decideDeparture",
        method: .post,
        path: "/v1/departures/{departureId}/decisions",
        access: .anyOf([.batchesApprove]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// End a departure.
    package static let endDeparture = Operation(
        id: "endDeparture",
        method: .post,
        path: "/v1/departures/{departureId}/endings",
        access: .anyOf([.batchesSubmit, .batchesApprove]),
        body: .json,
        idempotent: true,
        success: 201
    )
}

/// Departures: people who died or moved away.
package enum DepartureOperations {
    /// All of them.
    package static let all: [Operation] = [
        .reportDeparture, .listDepartures, .getDeparture, .decideDeparture, .endDeparture,
    ]
}
